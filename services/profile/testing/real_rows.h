// For tests: the rows of the real input that may stand beside the checkout.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace cortado::profile {

// Returns the rows of `../shared/data/FILE` (CSV, plain or gzip) by column name; none where the file is not there,
// which tests take as nothing to look at.
std::vector<std::map<std::string, std::string>> RealRows(const std::string& file);

}  // namespace cortado::profile
