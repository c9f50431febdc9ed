// JSON from others, read so that it can mean one thing only. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "absl/strings/string_view.h"

namespace cortado::auth {

// Returns the object that `text` is (RFC 8259); nothing when it is no object or is not sound: text that is not UTF-8, a
// NUL byte, a byte order mark, anything but white space after the object, a name twice in one object (RFC 7515 section
// 4 lets the reader choose: we refuse), or objects and lists nested deeper than `max_depth` (the object itself is 1).
// The size is the caller's to bound.
std::optional<nlohmann::json> ParseStrictObject(absl::string_view text, int max_depth);

}  // namespace cortado::auth
