// Which version of the IANA zone data this machine has. Every local time follows it; two machines with different ones
// read the same wall time as different instants around a change that one of them does not know of.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace cortado {

// Returns "2026f"; "unknown" where the data do not say. Reads tzdata.zi below TZDIR, as Abseil does for its zones, or
// of the system. Thread-safe.
std::string ZoneDataVersion();

// The service that a server's health answers for if it has zone data of that version: so others compare without a word
// of their own in any protocol.
std::string ZoneDataHealthName(absl::string_view version);

}  // namespace cortado
