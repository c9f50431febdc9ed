// The three servers as processes of their own over one redis-server, or a group of them, each of which a test may kill,
// stop and start again, also with the programs of another version; one of each, or several behind one client.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/testing/process.h"
#include "common/testing/redis_group.h"
#include "common/testing/redis_server.h"
#include "tests/faults/bookable.h"

namespace cortado::testing {

class RunningServers : public Bookable {
 public:
  // Starts `instances` of each and waits until they are up; aborts the test program when they do not come up. Over
  // `group`, or else over one redis-server. `programs` is the directory of the programs; empty: those of this build.
  explicit RunningServers(std::unique_ptr<RedisGroup> group = nullptr, int instances = 1, std::string programs = "");

  // `server` is "profile", "matching" or "scheduling".
  void Kill(const std::string& server, int instance = 0);   // SIGKILL, and waits for its end.
  void Start(const std::string& server, int instance = 0);  // Again, at the same address; waits until it serves.
  // SIGTERM; the exit code, -1 when it still runs at the limit.
  int Stop(const std::string& server, absl::Duration limit, int instance = 0);
  // Whoever is started from now on is of the programs in this directory.
  void Use(std::string programs) { programs_ = std::move(programs); }
  // All that every instance wrote to stdout and stderr.
  std::string log(const std::string& server) const;
  // Kills the one redis-server and starts it again as docs/security.md has it for a Redis of one's own: a write that
  // the file ends within is cut off first.
  void KillRedis();

  // Makes an organisation and returns its id; again with the same `request_id`, the same one. Aborts the test program
  // when it cannot.
  std::string CreateOrganization(const std::string& request_id) const;
  // HR of that organisation.
  Caller HrOf(const std::string& organization) const;

  int instances() const { return instances_; }
  std::string organization() const override { return organization_; }
  Caller As(const std::string& id) const override;
  Caller Hr() const override;
  std::shared_ptr<grpc::Channel> DialProfile() const override { return Dial("profile"); }
  std::shared_ptr<grpc::Channel> DialScheduling() const override { return Dial("scheduling"); }
  // A channel of its own to all instances by turns.
  std::shared_ptr<grpc::Channel> Dial(const std::string& server) const;
  redis::Address SchedulingRedis() const override { return group_ != nullptr ? group_->address() : redis_->address(); }

 private:
  using Instance = std::pair<std::string, int>;

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }
  // Where one instance listens, and where all of them do, as a client dials them.
  std::string AddressOf(const Instance& instance) const;
  std::string Target(const std::string& server) const;
  std::string LogOf(const Instance& instance) const;

  const std::unique_ptr<RedisGroup> group_;
  const std::unique_ptr<RedisServer> redis_;  // Null with a group.
  const std::string directory_;
  const auth::SigningKey key_;
  const int instances_;
  const bool lists_;  // Whether servers are told of every instance of the others.
  std::string programs_;
  std::map<Instance, int> ports_;  // Of several; one of each listens on a socket.
  std::map<Instance, std::unique_ptr<Process>> servers_;
  std::string organization_;
};

}  // namespace cortado::testing
