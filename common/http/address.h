// Which addresses of the network a call that leaves the machine may go to. Whoever gives us a URL (an issuer, a
// calendar, a webhook) must not reach through us what only we can reach: this machine, its neighbours, the cloud's
// metadata service. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sockaddr;

namespace cortado::http {

// Where an address leads.
enum class Reach {
  kPublic,     // A unicast address of the public internet.
  kPrivate,    // A private network: RFC 1918, RFC 4193, the carriers' shared space of RFC 6598.
  kLoopback,   // This machine: 127.0.0.0/8 and ::1.
  kForbidden,  // Whatever else there is: link-local (metadata services among it), multicast, reserved, documentation.
};

// An IPv4 or IPv6 address.
class IpAddress {
 public:
  // Reads the usual text of an address: four decimal numbers, or IPv6 without brackets and zone. INVALID_ARGUMENT:
  // anything else; so "127.1", "0x7f000001", "2130706433" and "0177.0.0.1", which a resolver would turn into
  // 127.0.0.1, are none.
  static absl::StatusOr<IpAddress> Parse(absl::string_view text);

  // The address a resolver gave. INVALID_ARGUMENT: it is of another family than these two.
  static absl::StatusOr<IpAddress> FromSocket(const sockaddr* socket);

  // Where it leads, by the IANA special-purpose registries (RFC 6890). An IPv6 address that stands for an IPv4 address
  // (mapped, NAT64, 6to4) leads where that one does.
  Reach Leads() const;

  // The usual text, without brackets.
  std::string ToString() const;
  bool IsV6() const { return v6_; }

 private:
  IpAddress(bool v6, const std::array<uint8_t, 16>& bytes) : v6_(v6), bytes_(bytes) {}

  bool v6_;
  std::array<uint8_t, 16> bytes_;  // An IPv4 address has the first four.
};

// What a caller lets its calls reach besides the public internet.
struct AddressRule {
  bool allow_private = false;   // For an organisation whose own servers stand in its own network.
  bool allow_loopback = false;  // For development and tests on one machine.
};

// PERMISSION_DENIED: `rule` does not let a call go to `address`.
absl::Status CheckAddress(const IpAddress& address, const AddressRule& rule);

}  // namespace cortado::http
