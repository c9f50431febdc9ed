// What the commands about rounds share.
// Thread contract: as Session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/ctl/command.h"
#include "cortado/matching/v1/round.pb.h"

namespace cortado::ctl {

// Says where a round stands and how good it is.
void ShowRound(const Ctl& ctl, const matching::v1::Round& round);

// Returns the two people given as MENTEE:MENTOR. INVALID_ARGUMENT; errors of FindPerson.
absl::StatusOr<matching::v1::PinnedPair> FindPair(Session& session, const Caller& caller, const std::string& text);

// Returns the names of a pair: "Ada Okafor and Ben Ota".
std::string NamesOf(const matching::v1::Pair& pair);

// Returns "12,100", and after another run "12,300 -> 12,100 (-200)".
std::string TotalWords(int64_t previous, int64_t total);

// What a trial does otherwise than its programme.
struct TrialArguments {
  bool trial = false, no_rules = false;
  std::vector<std::string> rules, weights;
  std::string goal;
  std::optional<int> distance;
};
void AddTrialOptions(CLI::App* create, TrialArguments& arguments);
// Puts the terms of a trial into a round; without --trial nothing. INVALID_ARGUMENT for terms that are none, and for
// terms without --trial.
absl::Status PutTrial(const TrialArguments& arguments, matching::v1::Round& round);

// The verbs of `round` that look at one or change it.
void AddRoundEdits(CLI::App* round, Ctl& ctl);

}  // namespace cortado::ctl
