#include "clients/ctl/demo/choice.h"

#include <algorithm>
#include <cstdint>

namespace cortado::ctl {
namespace {

using matching::v1::ScorePart;
using matching::v1::Suggestion;
using matching::v1::SuggestRoleModelsResponse;

constexpr int kTermMax = 1000;
constexpr int kEnoughHours = 300;  // Of kTermMax, which stands for twenty hours a week.

const ScorePart* FindPart(const Suggestion& suggestion, matching::v1::Term term) {
  for (const ScorePart& part : suggestion.parts()) {
    if (part.term() == term) return &part;
  }
  return nullptr;
}

bool Has(const Suggestion& suggestion, matching::v1::Term term) {
  const ScorePart* part = FindPart(suggestion, term);
  return part != nullptr && part->points() > 0;
}

}  // namespace

bool IsElsewhere(const Suggestion& suggestion, absl::string_view zone) {
  const ScorePart* hours = FindPart(suggestion, matching::v1::TERM_COMMON_HOURS);
  return hours != nullptr && hours->value() >= kEnoughHours && !suggestion.person().title().empty() &&
         suggestion.person().time_zone() != zone;
}

int WorthTelling(const SuggestRoleModelsResponse& response, absl::string_view zone) {
  int worth = response.suggestions_size();
  bool elsewhere = false;
  for (const Suggestion& suggestion : response.suggestions()) {
    elsewhere = elsewhere || IsElsewhere(suggestion, zone);
    worth += suggestion.strength() == matching::v1::STRENGTH_STRONG ? 1 : 0;
    worth += Has(suggestion, matching::v1::TERM_JOURNEY) ? 1 : 0;
    worth += Has(suggestion, matching::v1::TERM_INTERESTS) ? 1 : 0;
  }
  return worth + (elsewhere ? 20 : 0);
}

int FreePlaces(const Suggestion& suggestion, int places) {
  const ScorePart* room = FindPart(suggestion, matching::v1::TERM_HEADROOM);
  return room == nullptr ? 0 : places * room->value() / kTermMax;
}

std::string CommonTopic(const Suggestion& suggestion, const profile::v1::SkillGap& gap) {
  const auto& covered = suggestion.covered_skills();
  for (const auto& item : gap.items()) {
    const bool has = std::find(covered.begin(), covered.end(), item.skill()) != covered.end();
    if (has && !item.display_name().empty()) return item.display_name();
  }
  return "";
}

bool TakesTurns(const SuggestRoleModelsResponse& response) {
  int64_t before = INT64_MAX;
  for (const Suggestion& suggestion : response.suggestions()) {
    if (suggestion.score() > before) return true;
    before = suggestion.score();
  }
  return false;
}

}  // namespace cortado::ctl
