// The list of naughty strings where it is, and some of our own everywhere.
// Thread contract: pure functions.
#pragma once

#include <string>
#include <vector>

namespace cortado::testing {

std::vector<std::string> NaughtyStrings();

// Those to try in the field with this number: all of them at a full scale of 3 and more, else every eighth, begun
// elsewhere for each field, so that each is tried somewhere.
std::vector<std::string> NaughtyStringsFor(int field);

}  // namespace cortado::testing
