// Where a Redis is - one server, a master that sentinels watch over, or a cluster - and who we are there.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::redis {

// One server reached over TCP.
struct Endpoint {
  std::string host;
  int port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

enum class Deployment { kServer, kSentinel, kCluster };

struct Address {
  std::string unix_socket;  // kServer: set, or else host and port.
  std::string host;
  int port = 6379;
  std::string user;      // ACL user; empty: no AUTH.
  std::string password;  // Never logged.
  // High availability: a write counts once this many replicas have it; 0: once the node itself has it.
  int replicas = 0;
  // How long replicas may take to say so.
  absl::Duration replica_patience = absl::Milliseconds(500);

  Deployment deployment = Deployment::kServer;
  std::vector<Endpoint> seeds;  // kSentinel: the sentinels; kCluster: some of its nodes.
  std::string master_name;      // kSentinel: what the sentinels call the master.
  // kSentinel and kCluster: data servers that we are told of count only on this machine.
  bool loopback_only = false;
};

// Reads one of
//   unix://[USER@]/path/to/socket
//   redis://[USER@]HOST[:PORT]                                  port 6379 when not given
//   redis-sentinel://[USER@]HOST[:PORT][,HOST[:PORT]...]/NAME   the sentinels (26379) and what they call the master
//   redis-cluster://[USER@]HOST[:PORT][,HOST[:PORT]...]         some of the nodes (6379); the others are asked for
// USER logs in at the servers with data; sentinels are asked without a login. An IPv6 host stands in brackets when a
// port follows it. The password is not part of an address: it comes from a file. INVALID_ARGUMENT, with what is wrong,
// otherwise.
absl::StatusOr<Address> ParseAddress(absl::string_view url);

// The address of one server of the deployment: the same user, replicas and patience.
Address AddressAt(const Address& deployment, const Endpoint& server);

// Whether the server is on this machine: "localhost", 127.0.0.0/8 or ::1.
bool OnLoopback(const Endpoint& server);

}  // namespace cortado::redis
