// Which hosts are this machine. Pure.
#pragma once

#include "absl/strings/string_view.h"

namespace cortado::app {

// Whether `host` is "localhost", an IPv4 address of 127.0.0.0/8 or ::1 (with or without brackets), and so reached from
// this machine alone. A name that only begins like one ("127.0.0.1.example.com") is not.
bool IsLoopback(absl::string_view host);

// The same of `host:port`, of every one in `ipv4:HOST:PORT,HOST:PORT` (`ipv6:` too), and of `unix:/path` besides.
bool IsLocal(absl::string_view address);

}  // namespace cortado::app
