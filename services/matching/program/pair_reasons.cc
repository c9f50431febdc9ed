#include "services/matching/program/pair_reasons.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/matching/affinity.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/profile_values.h"
#include "services/matching/readers.h"
#include "services/matching/reasons.h"
#include "services/matching/records.h"

namespace cortado::matching {
namespace {

// In the order of Term.
constexpr std::array<const char*, kTermCount> kCodes = {"pair.gap_coverage",  "pair.journey",   "pair.interests",
                                                        "pair.motives",       "pair.deepening", "pair.elsewhere",
                                                        "pair.working_hours", "pair.headroom"};

}  // namespace

void AddPairReasons(const OrganizationView& view, const v1::Program& program, const std::string& language,
                    absl::Time now, v1::Pair& pair) {
  const std::optional<int32_t> person = FindActive(view, PersonId(pair.people(0)));
  const std::optional<int32_t> other = FindActive(view, PersonId(pair.people(1)));
  if (!person || !other) return;
  Query query = QueryAt(view, now, now);
  query.asker = *person;
  if (program.has_weights()) query.weights = WeightsOf(program.weights());
  if (program.has_distance()) query.distance = program.distance();
  const Reporting reporting(view.organization(), *person);
  const Affinity affinity = AffinityQuery(view.organization(), query, reporting).Score(*other);
  std::vector<std::pair<int64_t, int>> shares;
  for (int term = 0; term < kTermCount; ++term) {
    const int64_t points = affinity.parts[term].points;
    if (points > 0 && affinity.score > 0) shares.emplace_back(points * 100 / affinity.score, term);
  }
  std::stable_sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [share, term] : shares) {
    *pair.add_reasons() = MakeText(kCodes[term], language, {{"share", absl::StrCat(share)}});
  }
}

}  // namespace cortado::matching
