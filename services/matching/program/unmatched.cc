#include "services/matching/program/unmatched.h"

#include <algorithm>

namespace cortado::matching {

UnmatchedReport ExplainUnmatched(int32_t rules, absl::Span<const Obstacles> candidates) {
  UnmatchedReport report;
  report.considered = static_cast<int32_t>(candidates.size());
  std::vector<RuleEffect> effects(rules);
  for (int32_t rule = 0; rule < rules; ++rule) effects[rule].rule = rule;
  int32_t personal = 0;
  for (const Obstacles& obstacles : candidates) {
    if (obstacles.rules == 0) {
      ++report.left;
      personal += obstacles.personal;
    }
    for (RuleEffect& effect : effects) {
      const uint32_t bit = uint32_t{1} << effect.rule;
      if ((obstacles.rules & bit) == 0) continue;
      ++effect.removed;
      effect.freed += obstacles.rules == bit;
    }
  }
  for (const RuleEffect& effect : effects) {
    if (effect.removed > 0) report.effects.push_back(effect);
  }
  std::stable_sort(report.effects.begin(), report.effects.end(),
                   [](const RuleEffect& a, const RuleEffect& b) { return a.freed > b.freed; });
  if (personal >= kFewestPersonal) report.personal = personal;
  return report;
}

}  // namespace cortado::matching
