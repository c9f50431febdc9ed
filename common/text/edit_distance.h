// How far two words are apart, for "did you mean". Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cortado::text {

// Returns the least number of bytes to insert, remove or replace that makes one of the other (Levenshtein 1965).
int EditDistance(absl::string_view a, absl::string_view b);

// Returns the candidate at the least distance, the first of equals; empty when there are none.
std::string Nearest(absl::string_view text, const std::vector<std::string>& candidates);

}  // namespace cortado::text
