#include "common/redis/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cortado::redis {
namespace {

constexpr int kRedisPort = 6379;
constexpr int kSentinelPort = 26379;

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text, int default_port) {
  Endpoint endpoint{std::string(text), default_port};
  const size_t bracket = text.rfind(']');
  const size_t colon = text.rfind(':');
  const bool has_port = colon != absl::string_view::npos && (bracket == absl::string_view::npos || colon > bracket);
  if (has_port) {
    endpoint.host = std::string(text.substr(0, colon));
    if (!absl::SimpleAtoi(text.substr(colon + 1), &endpoint.port) || endpoint.port < 1 || endpoint.port > 65535) {
      return absl::InvalidArgumentError("the port of a Redis address must be 1 to 65535");
    }
  }
  if (endpoint.host.size() > 2 && endpoint.host.front() == '[' && endpoint.host.back() == ']') {
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  }
  if (endpoint.host.empty()) return absl::InvalidArgumentError("a Redis address needs a host");
  if (endpoint.host.find('/') != std::string::npos) {
    return absl::InvalidArgumentError("nothing but redis-sentinel:// takes a name behind the host of a Redis address");
  }
  return endpoint;
}

absl::StatusOr<std::vector<Endpoint>> ParseSeeds(absl::string_view text, int default_port) {
  std::vector<Endpoint> seeds;
  for (absl::string_view seed : absl::StrSplit(text, ',')) {
    absl::StatusOr<Endpoint> endpoint = ParseEndpoint(seed, default_port);
    if (!endpoint.ok()) return endpoint.status();
    seeds.push_back(*std::move(endpoint));
  }
  return seeds;
}

absl::Status ParseSentinels(absl::string_view rest, Address& address) {
  const size_t slash = rest.rfind('/');
  if (slash == absl::string_view::npos || slash + 1 == rest.size()) {
    return absl::InvalidArgumentError("redis-sentinel:// ends with / and what the sentinels call the master");
  }
  address.master_name = std::string(rest.substr(slash + 1));
  absl::StatusOr<std::vector<Endpoint>> seeds = ParseSeeds(rest.substr(0, slash), kSentinelPort);
  if (!seeds.ok()) return seeds.status();
  address.seeds = *std::move(seeds);
  return absl::OkStatus();
}

absl::Status ParseWhere(absl::string_view scheme, absl::string_view rest, Address& address) {
  if (scheme == "unix") {
    if (rest.empty() || rest[0] != '/') return absl::InvalidArgumentError("the socket's path must begin with /");
    address.unix_socket = std::string(rest);
    return absl::OkStatus();
  }
  if (scheme == "redis") {
    absl::StatusOr<Endpoint> server = ParseEndpoint(rest, kRedisPort);
    if (!server.ok()) return server.status();
    address.host = std::move(server->host);
    address.port = server->port;
    return absl::OkStatus();
  }
  if (scheme == "redis-sentinel") {
    address.deployment = Deployment::kSentinel;
    return ParseSentinels(rest, address);
  }
  address.deployment = Deployment::kCluster;
  absl::StatusOr<std::vector<Endpoint>> seeds = ParseSeeds(rest, kRedisPort);
  if (!seeds.ok()) return seeds.status();
  address.seeds = *std::move(seeds);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Address> ParseAddress(absl::string_view url) {
  const size_t mark = std::min(url.find("://"), url.size());
  const absl::string_view scheme = mark < url.size() ? url.substr(0, mark) : "";
  absl::string_view rest = url.substr(std::min(mark + 3, url.size()));
  if (scheme != "unix" && scheme != "redis" && scheme != "redis-sentinel" && scheme != "redis-cluster") {
    return absl::InvalidArgumentError(
        "a Redis address is unix:///path/to/socket, redis://host:port, redis-sentinel://host:port,host:port/name or "
        "redis-cluster://host:port,host:port");
  }
  Address address;
  if (const size_t at = rest.find('@'); at != absl::string_view::npos) {
    address.user = std::string(rest.substr(0, at));
    rest.remove_prefix(at + 1);
    if (address.user.find(':') != std::string::npos) {
      return absl::InvalidArgumentError("a Redis address holds no password; give it in a file of its own");
    }
  }
  absl::Status where = ParseWhere(scheme, rest, address);
  if (!where.ok()) return where;
  return address;
}

Address AddressAt(const Address& deployment, const Endpoint& server) {
  Address address;
  address.host = server.host;
  address.port = server.port;
  address.user = deployment.user;
  address.password = deployment.password;
  address.replicas = deployment.replicas;
  address.replica_patience = deployment.replica_patience;
  return address;
}

bool OnLoopback(const Endpoint& server) {
  in_addr four;
  if (inet_pton(AF_INET, server.host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six;
  if (inet_pton(AF_INET6, server.host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six) != 0;
  return server.host == "localhost";
}

}  // namespace cortado::redis
