// What Unicode rules we need on UTF-8 text: validity, length, and one form for comparing. Any thread.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace cortado::text {

// Returns whether `bytes` is well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above
// U+10FFFF. The empty text is.
bool IsValidUtf8(absl::string_view bytes);

// Returns the number of code points. Each byte that begins no well-formed sequence counts as one.
size_t CountCodePoints(absl::string_view bytes);

// Returns the form to compare names by: NFKC with full case folding (Unicode's toNFKC_Casefold), so that "Straße",
// "STRASSE" and full-width letters meet. Bytes that are not UTF-8 become U+FFFD. Does not trim white space.
std::string Fold(absl::string_view text);

}  // namespace cortado::text
