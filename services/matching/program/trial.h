// What a trial does otherwise than its programme: one function that puts a round's own terms over the programme's, and
// one that checks the outcome. Pure but for the protos; safe from any thread.
#pragma once

#include "absl/status/status.h"
#include "cortado/matching/v1/program.pb.h"
#include "cortado/matching/v1/round.pb.h"

namespace cortado::matching {

// Returns the programme as this round takes it: with the terms of its trial, if it is one, in place of its own.
v1::Program WithTrial(v1::Program program, const v1::Round& round);

// Checks the terms of a trial as those of a programme are. OK without a trial. INVALID_ARGUMENT, naming `round.trial`;
// FAILED_PRECONDITION (RULES_CONTRADICT), naming the `rules`.
absl::Status ValidateTrial(const v1::Program& program, const v1::Round& round);

}  // namespace cortado::matching
