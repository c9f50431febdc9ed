#include "clients/ctl/demo/choice.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/time/civil_time.h"
#include "clients/ctl/render/words.h"

namespace cortado::ctl {
namespace {

using matching::v1::ScorePart;
using matching::v1::Suggestion;
using matching::v1::SuggestRoleModelsResponse;

constexpr int kTermMax = 1000;
constexpr absl::Duration kGrid = absl::Minutes(30);
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

std::vector<absl::Time> CommonTimes(const scheduling::v1::GetAvailabilityResponse& one,
                                    const scheduling::v1::GetAvailabilityResponse& other, absl::Duration length,
                                    size_t limit) {
  std::vector<absl::Time> first_of_day, further;
  std::set<absl::CivilDay> days;
  for (const auto& mine : one.free()) {
    for (const auto& theirs : other.free()) {
      const absl::Time from = std::max(ToTime(mine.start_time()), ToTime(theirs.start_time()));
      const absl::Time to = std::min(ToTime(mine.end_time()), ToTime(theirs.end_time()));
      absl::Time start = absl::UnixEpoch() + absl::Ceil(from - absl::UnixEpoch(), kGrid);
      for (; start + length <= to; start += kGrid) {
        const bool is_first = days.insert(absl::ToCivilDay(start, absl::UTCTimeZone())).second;
        (is_first ? first_of_day : further).push_back(start);
      }
    }
  }
  std::vector<absl::Time> times = std::move(first_of_day);
  if (times.size() < limit) times.insert(times.end(), further.begin(), further.end());
  if (times.size() > limit) times.resize(limit);
  std::sort(times.begin(), times.end());
  return times;
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
