// A place for the socket of the private redis-server: the path of a unix socket has 107 bytes, and a data directory may
// be deeper than that. Not thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/allinone/data_directory.h"

namespace cortado::allinone {

// The file in the data directory that names the socket directory, for the next start to find a server left behind.
inline constexpr char kSocketRecord[] = "run/socket-directory";

// Returns a directory of ours alone (0700) with a short path: the one recorded by an earlier start if it still is that,
// else a new one in $XDG_RUNTIME_DIR or where temporary files go, recorded before this returns. UNAVAILABLE: none can
// be made.
absl::StatusOr<std::string> OpenSocketDirectory(const DataDirectory& data);

}  // namespace cortado::allinone
