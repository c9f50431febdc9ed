// The configuration of the private redis-server, as text: durable (every write is on the disk before its reply), silent
// on the network, and one user per service that reaches this service's keys alone. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::allinone {

// One user. The password itself stands in no configuration, only its hash.
struct RedisUser {
  std::string service;  // "profile": may do what services do, on `cortado:{*}:profile:*` and `cortado:wake:profile`.
  std::string password;
};

// Who may only look after the server (PING, INFO, SHUTDOWN, BGREWRITEAOF), and not read a key.
inline constexpr char kKeeperUser[] = "keeper";

struct RedisConfig {
  std::string socket;     // Absolute path.
  std::string directory;  // Absolute path, where the append-only file is.
  std::string keeper_password;
  std::vector<RedisUser> users;
};

// Returns the text of the configuration file.
std::string FormatRedisConfig(const RedisConfig& config);

}  // namespace cortado::allinone
