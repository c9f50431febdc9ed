// Several real servers that stand together where a test has one RedisServer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/redis/address.h"

namespace cortado::testing {

class RedisServer;

class RedisGroup {
 public:
  virtual ~RedisGroup() = default;
  virtual redis::Address address() const = 0;
  // The servers with data.
  virtual std::vector<RedisServer*> servers() = 0;
  // As RedisServer::Ask, of whoever has the keys; what is about all keys, or about servers, of all of them.
  virtual std::string Ask(const std::vector<std::string>& command) = 0;
};

// The address as a --redis flag has it.
std::string UrlOf(const redis::Address& address);

// What CORTADO_TEST_REDIS asks for, so that every test can be run over each: "cluster" is three masters, "cluster-ha"
// these with two replicas each of which at least one confirms every write, "sentinel" one such master. Null when it is
// unset or empty; aborts the test program when it is something else.
std::unique_ptr<RedisGroup> GroupFromEnvironment();

}  // namespace cortado::testing
