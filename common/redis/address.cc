#include "common/redis/address.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cortado::redis {

absl::StatusOr<Address> ParseAddress(absl::string_view url) {
  Address address;
  bool is_unix = absl::ConsumePrefix(&url, "unix://");
  if (!is_unix && !absl::ConsumePrefix(&url, "redis://")) {
    return absl::InvalidArgumentError("a Redis address is unix:///path/to/socket or redis://host:port");
  }
  if (size_t at = url.find('@'); at != absl::string_view::npos) {
    address.user = std::string(url.substr(0, at));
    url.remove_prefix(at + 1);
    if (address.user.find(':') != std::string::npos) {
      return absl::InvalidArgumentError("a Redis address holds no password; give it in a file of its own");
    }
  }
  if (is_unix) {
    if (url.empty() || url[0] != '/') return absl::InvalidArgumentError("the socket's path must begin with /");
    address.unix_socket = std::string(url);
    return address;
  }
  size_t colon = url.rfind(':');
  address.host = std::string(url.substr(0, colon));
  if (address.host.empty()) return absl::InvalidArgumentError("a Redis address needs a host");
  if (colon != absl::string_view::npos &&
      (!absl::SimpleAtoi(url.substr(colon + 1), &address.port) || address.port < 1 || address.port > 65535)) {
    return absl::InvalidArgumentError("the port of a Redis address must be 1 to 65535");
  }
  return address;
}

}  // namespace cortado::redis
