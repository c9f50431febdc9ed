// Why two people of a round are a pair, for whoever runs the programme: what counted, and how much. Of anybody's wishes
// and destination nothing is said (product rules 2.2). Safe from any thread, as long as the view does not change.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "cortado/matching/v1/program.pb.h"
#include "cortado/matching/v1/round.pb.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Adds the terms that count for the first two of a pair as the view knows them, the largest share first, each with its
// share of the score in hundredths. Adds nothing when one of them is gone.
void AddPairReasons(const OrganizationView& view, const v1::Program& program, const std::string& language,
                    absl::Time now, v1::Pair& pair);

}  // namespace cortado::matching
