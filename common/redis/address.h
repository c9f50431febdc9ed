// Where a Redis server is and who we are there.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::redis {

struct Address {
  std::string unix_socket;  // Set, or else host and port.
  std::string host;
  int port = 6379;
  std::string user;      // ACL user; empty: no AUTH.
  std::string password;  // Never logged.
  // High availability: a write counts once this many replicas have it; 0: once the node itself has it.
  int replicas = 0;
  // How long replicas may take to say so.
  absl::Duration replica_patience = absl::Milliseconds(500);
};

// Reads `unix:///path/to/socket`, `redis://host[:port]`, each with an optional `user@` after the `//`. The password is
// not part of an address: it comes from a file. INVALID_ARGUMENT otherwise.
absl::StatusOr<Address> ParseAddress(absl::string_view url);

}  // namespace cortado::redis
