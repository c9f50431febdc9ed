#include "common/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"

namespace cortado::http {
namespace {

using Bytes = std::array<uint8_t, 16>;

// The first `bits` of an address, and where all that begin so lead. The first row that fits counts.
struct Range {
  Bytes prefix;
  int bits;
  Reach reach;
};

// IANA IPv4 Special-Purpose Address Registry, multicast and class E.
constexpr Range kV4[] = {
    {{0}, 8, Reach::kForbidden},              // "This network", RFC 791.
    {{10}, 8, Reach::kPrivate},               // RFC 1918.
    {{100, 64}, 10, Reach::kPrivate},         // Shared space of carriers, RFC 6598.
    {{127}, 8, Reach::kLoopback},             // RFC 1122.
    {{169, 254}, 16, Reach::kForbidden},      // Link-local, RFC 3927: metadata services of clouds live here.
    {{172, 16}, 12, Reach::kPrivate},         // RFC 1918.
    {{192, 0, 0}, 24, Reach::kForbidden},     // Protocol assignments, RFC 6890.
    {{192, 0, 2}, 24, Reach::kForbidden},     // Documentation, RFC 5737.
    {{192, 88, 99}, 24, Reach::kForbidden},   // 6to4 relays, RFC 7526.
    {{192, 168}, 16, Reach::kPrivate},        // RFC 1918.
    {{198, 18}, 15, Reach::kForbidden},       // Benchmarks, RFC 2544.
    {{198, 51, 100}, 24, Reach::kForbidden},  // Documentation.
    {{203, 0, 113}, 24, Reach::kForbidden},   // Documentation.
    {{224}, 4, Reach::kForbidden},            // Multicast, RFC 5771.
    {{240}, 4, Reach::kForbidden},            // Reserved, and broadcast.
    {{}, 0, Reach::kPublic},
};

// IANA IPv6 Special-Purpose Address Registry; only 2000::/3 is unicast of the public internet.
constexpr Range kV6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, Reach::kLoopback},
    {{0x20, 0x01}, 23, Reach::kForbidden},              // Protocol assignments, RFC 2928; Teredo among them.
    {{0x20, 0x01, 0x0d, 0xb8}, 32, Reach::kForbidden},  // Documentation, RFC 3849.
    {{0x3f, 0xff}, 20, Reach::kForbidden},              // Documentation, RFC 9637.
    {{0x20}, 3, Reach::kPublic},
    {{0xfc}, 7, Reach::kPrivate},  // Unique local, RFC 4193.
    {{}, 0, Reach::kForbidden},    // Unspecified, link-local, site-local, multicast and what is not assigned.
};

// IPv6 prefixes after which an IPv4 address follows.
struct Embedding {
  Bytes prefix;
  int bits;
  size_t at;
};
constexpr Embedding kEmbeddings[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12},  // Mapped, RFC 4291 section 2.5.5.2.
    {{0x00, 0x64, 0xff, 0x9b}, 96, 12},                    // NAT64, RFC 6052.
    {{0x20, 0x02}, 16, 2},                                 // 6to4, RFC 3056.
};

bool StartsWith(const Bytes& address, const Bytes& prefix, int bits) {
  const int whole = bits / 8;
  if (!std::equal(prefix.begin(), prefix.begin() + whole, address.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - bits % 8));
  return ((address[whole] ^ prefix[whole]) & mask) == 0;
}

template <size_t N>
Reach Find(const Range (&ranges)[N], const Bytes& address) {
  const Range* found = std::find_if(std::begin(ranges), std::end(ranges),
                                    [&](const Range& range) { return StartsWith(address, range.prefix, range.bits); });
  return found->reach;  // The last row fits every address.
}

Reach LeadsV6(const Bytes& address) {
  const auto embedded = [&](size_t at) {
    Bytes v4{};
    std::copy_n(address.begin() + static_cast<long>(at), 4, v4.begin());
    return Find(kV4, v4);
  };
  for (const Embedding& embedding : kEmbeddings) {
    if (StartsWith(address, embedding.prefix, embedding.bits)) return embedded(embedding.at);
  }
  return Find(kV6, address);
}

}  // namespace

absl::StatusOr<IpAddress> IpAddress::Parse(absl::string_view text) {
  const std::string copy(text);  // With an end mark; a NUL inside would end it early.
  Bytes bytes{};
  if (!absl::StrContains(text, '\0')) {
    if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return IpAddress(false, bytes);
    if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return IpAddress(true, bytes);
  }
  return absl::InvalidArgumentError("this is no IP address");
}

absl::StatusOr<IpAddress> IpAddress::FromSocket(const sockaddr* socket) {
  Bytes bytes{};
  if (socket != nullptr && socket->sa_family == AF_INET) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(socket)->sin_addr, 4);
    return IpAddress(false, bytes);
  }
  if (socket != nullptr && socket->sa_family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(socket)->sin6_addr, 16);
    return IpAddress(true, bytes);
  }
  return absl::InvalidArgumentError("this is no IP address");
}

Reach IpAddress::Leads() const { return v6_ ? LeadsV6(bytes_) : Find(kV4, bytes_); }

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), text, sizeof text);
  return text;
}

absl::Status CheckAddress(const IpAddress& address, const AddressRule& rule) {
  const Reach reach = address.Leads();
  const bool allowed = reach == Reach::kPublic || (reach == Reach::kPrivate && rule.allow_private) ||
                       (reach == Reach::kLoopback && rule.allow_loopback);
  if (allowed) return absl::OkStatus();
  return absl::PermissionDeniedError("the host's address is not one of the public internet: calls to it are refused");
}

}  // namespace cortado::http
