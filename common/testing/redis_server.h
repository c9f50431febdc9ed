// A real redis-server for one test: private directory, unix socket, AOF always, gone at the end. Starts in about 10 ms.
// With CORTADO_TEST_REDIS in the environment (redis_group.h) one without options of its own is a whole group of them,
// which is killed, frozen and asked as one.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "common/redis/address.h"

namespace cortado::testing {

class RedisGroup;

class RedisServer {
 public:
  // Starts one and waits until it answers; aborts the test program when it cannot. `options` are added to the command
  // line.
  explicit RedisServer(std::vector<std::string> options = {});
  // The same as a sentinel, with these lines in its configuration.
  static std::unique_ptr<RedisServer> Sentinel(const std::string& configuration);
  // Kills it and removes its directory.
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  const redis::Address& address() const { return address_; }
  const std::string& directory() const { return directory_; }
  pid_t pid() const { return pid_; }  // Of a group: none.

  void Kill();    // SIGKILL, and waits for its end.
  void Start();   // Again on the same directory; waits until it answers.
  void Freeze();  // SIGSTOP.
  void Thaw();    // SIGCONT.

  // Listens on a free loopback port too, until the next Start, for replicas; returns it.
  int OpenPort();

  // Runs one command on a connection of its own and returns the answer as text: arrays one element a line.
  std::string Ask(const std::vector<std::string>& command) const;

 private:
  struct SentinelTag {};
  RedisServer(SentinelTag, const std::string& configuration);
  void MakeDirectory();

  void StartProcess();

  std::unique_ptr<RedisGroup> group_;  // Null: this is one server.
  std::vector<std::string> command_;
  std::string directory_;
  redis::Address address_;
  pid_t pid_ = -1;
};

}  // namespace cortado::testing
