// Scores in words: the parts of a suggestion with what may be said of each to the one who looks. Safe from any thread,
// as long as the view does not change.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/matching/v1/suggestion.pb.h"
#include "services/matching/affinity.h"
#include "services/matching/affinity/explanation.h"
#include "services/matching/organization_view.h"

namespace cortado::matching {

// Who reads: the asker sees why somebody suits them. The other of the two learns what both show anyway, and nothing of
// the asker's wishes, destination or motives (product rules 2.2).
enum class Viewer { kAsker, kRoleModel };

struct Wording {
  const OrganizationView& view;
  std::string language;  // "en" or "de".
  absl::Time now;
  Viewer viewer = Viewer::kAsker;
};

// Returns the suggestion of `candidate` as the viewer may read it. `possible` is AffinityQuery::PossibleEvidence().
v1::Suggestion MakeSuggestion(const Wording& wording, const Query& query, int32_t candidate, const Affinity& affinity,
                              int64_t possible, const Explanation& explanation);

// Returns a sentence of the catalogue as the API carries it.
type::v1::Text MakeText(absl::string_view code, absl::string_view language,
                        const std::map<std::string, std::string>& parameters = {});

}  // namespace cortado::matching
