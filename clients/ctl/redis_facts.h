// How well the Redis of one's own keeps what it is given (docs/redis.md), server by server: what each says of its
// settings, its users and its replicas. Thread contract: functions without shared state; LookAtRedis asks the servers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/ctl/data_facts.h"

namespace cortado::ctl {

// What one server says.
struct RedisServer {
  std::string name;                             // "127.0.0.1:6379"
  std::string info;                             // Its answer to INFO.
  std::map<std::string, std::string> settings;  // CONFIG GET.
  std::vector<std::string> users;               // ACL LIST.
};

// Judges one server; of a master that `replicas` confirm each write of theirs.
std::vector<DataFact> JudgeRedisServer(const RedisServer& server, int replicas);

// The replicas that a master says it has, as "HOST:PORT".
std::vector<std::string> ReplicasIn(absl::string_view info);

// Looks at every server of the deployment at `url`, by the user that it names, whose password stands in the file at
// `password_file`; that user needs INFO, CONFIG GET and ACL LIST. INVALID_ARGUMENT for an address that is none or a
// file that cannot be read; UNAVAILABLE when nobody says who takes writes.
absl::StatusOr<std::vector<DataFact>> LookAtRedis(const std::string& url, const std::string& password_file,
                                                  int replicas);

}  // namespace cortado::ctl
