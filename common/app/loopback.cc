#include "common/app/loopback.h"

#include <arpa/inet.h>

#include <string>

#include "absl/strings/match.h"

namespace cortado::app {

bool IsLoopback(absl::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string text(host);
  in_addr four;
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six;
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six) != 0;
  return text == "localhost";
}

bool IsLocal(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return true;
  const size_t colon = address.rfind(':');
  return colon != absl::string_view::npos && IsLoopback(address.substr(0, colon));
}

}  // namespace cortado::app
