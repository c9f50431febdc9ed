// Plausible organisations of any size, made of nothing but a seed: for the demo, for tests and for measuring.
//
//   std::string csv = WritePeople(GenerateOrganization(500, 1));
//
// Thread contract: a pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "clients/ctl/import/people_columns.h"

namespace cortado::ctl {

// Returns `people` rows, 0 to a million or so, as of the start of kSampleYear. The same arguments give the same rows on
// every machine. Every manager is a row before; ids and addresses are unique; zones exist; about 60 % carry an offer,
// the rest are imported and not joined; more than a quarter want no skill they lack, as real people answer.
std::vector<ImportRow> GenerateOrganization(int people, uint64_t seed);

}  // namespace cortado::ctl
