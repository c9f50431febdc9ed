#include "services/matching/affinity/reporting.h"

namespace cortado::matching {

Reporting::Reporting(const Organization& organization, int32_t person) : organization_(organization), person_(person) {
  int32_t lines = 0;
  for (int32_t at = person; at != kUnknown && above_.try_emplace(at, lines).second; at = ManagerOf(at)) ++lines;
}

int32_t Reporting::ManagerOf(int32_t person) const {
  const int32_t manager = organization_.managers()[person];
  return manager >= 0 && manager < organization_.size() ? manager : kUnknown;
}

Reporting::Place Reporting::Look(int32_t other) const {
  int32_t at = other;
  // Whoever walks further than there are people walks in a circle, away from the person.
  for (int32_t lines = 0; at != kUnknown && lines <= organization_.size(); ++lines, at = ManagerOf(at)) {
    const auto above = above_.find(at);
    if (above == above_.end()) continue;
    const bool is_below = at == person_;
    const bool is_above = lines == 0;
    return {lines + above->second, is_below || is_above};
  }
  return {};
}

}  // namespace cortado::matching
