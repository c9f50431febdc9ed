// Well-formed UTF-8 as Unicode 15 section 3.9, table 3-7 defines it: no overlong form, no surrogate, nothing above
// U+10FFFF. Thread contract: pure functions.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace cortado::csv {

// Returns the length in bytes of the longest well-formed prefix of `text`; text.size() when all of it is well formed.
size_t WellFormedPrefix(absl::string_view text);

// Returns the number of code points of a well-formed `text`.
size_t CountCodePoints(absl::string_view text);

}  // namespace cortado::csv
