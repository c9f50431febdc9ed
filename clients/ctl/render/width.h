// How much room text takes on a terminal, and text that is safe to put there: names come from files and from people.
// Thread contract: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::ctl {

// Returns the columns `text` (UTF-8) takes: 0 for combining marks and format characters, 2 for wide ones (UAX #11),
// else
// 1. A byte that begins no character takes 1, as its replacement does.
size_t Width(absl::string_view text);

// Returns `text` without what a terminal would act on: control characters become spaces, bytes that are not UTF-8
// become U+FFFD.
std::string Clean(absl::string_view text);

// Returns `text` cut to at most `columns` columns; what was cut ends in an ellipsis. `columns` is at least 1.
std::string Shorten(absl::string_view text, size_t columns);

// Returns `text` followed by spaces up to `columns`; as it is when it is wider.
std::string PadRight(absl::string_view text, size_t columns);
// The same with the spaces before it.
std::string PadLeft(absl::string_view text, size_t columns);

// Returns the words of `text` in lines of at most `columns` columns; a longer word stands alone.
std::vector<std::string> Wrap(absl::string_view text, size_t columns);

}  // namespace cortado::ctl
