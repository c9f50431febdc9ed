#include "services/matching/program/trial.h"

#include <utility>

#include "common/status/error.h"
#include "services/matching/program/program_rules.h"

namespace cortado::matching {

v1::Program WithTrial(v1::Program program, const v1::Round& round) {
  if (!round.has_trial()) return program;
  const v1::TrialTerms& trial = round.trial();
  if (trial.replaces_rules()) *program.mutable_rules() = trial.rules();
  if (trial.has_weights()) *program.mutable_weights() = trial.weights();
  if (trial.goal() != v1::COHORT_GOAL_UNSPECIFIED) program.set_goal(trial.goal());
  if (trial.has_distance()) program.set_distance(trial.distance());
  return program;
}

absl::Status ValidateTrial(const v1::Program& program, const v1::Round& round) {
  if (!round.has_trial()) return absl::OkStatus();
  if (!round.trial().replaces_rules() && !round.trial().rules().empty()) {
    return InvalidField("round.trial.rules", "count with replaces_rules alone");
  }
  const absl::Status checked = ValidateProgram(WithTrial(program, round));
  if (!absl::IsInvalidArgument(checked)) return checked;
  return InvalidField("round.trial", checked.message());
}

}  // namespace cortado::matching
