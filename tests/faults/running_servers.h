// The three servers as processes of their own over one redis-server, or a group of them, each of which a test may kill
// and start again.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/auth/keys.h"
#include "common/testing/process.h"
#include "common/testing/redis_group.h"
#include "common/testing/redis_server.h"
#include "tests/faults/bookable.h"

namespace cortado::testing {

class RunningServers : public Bookable {
 public:
  // Starts all and waits until they are up; aborts the test program when they do not come up. Over `group`, or else
  // over one redis-server.
  explicit RunningServers(std::unique_ptr<RedisGroup> group = nullptr);

  // `server` is "profile", "matching" or "scheduling".
  void Kill(const std::string& server);   // SIGKILL, and waits for its end.
  void Start(const std::string& server);  // Again, at the same address; waits until it is up.
  // Kills the one redis-server and starts it again as docs/security.md has it for a Redis of one's own: a write that
  // the file ends within is cut off first.
  void KillRedis();

  std::string organization() const override { return organization_; }
  Caller As(const std::string& id) const override;
  Caller Hr() const override;
  std::shared_ptr<grpc::Channel> DialProfile() const override;
  std::shared_ptr<grpc::Channel> DialScheduling() const override;
  redis::Address SchedulingRedis() const override { return group_ != nullptr ? group_->address() : redis_->address(); }

 private:
  std::string Path(const std::string& name) const { return directory_ + "/" + name; }
  std::string SocketOf(const std::string& server) const { return "unix:" + Path(server); }
  std::string CreateOrganization() const;

  const std::unique_ptr<RedisGroup> group_;
  const std::unique_ptr<RedisServer> redis_;  // Null with a group.
  const std::string directory_;
  const auth::SigningKey key_;
  std::map<std::string, std::unique_ptr<Process>> servers_;
  std::string organization_;
};

}  // namespace cortado::testing
