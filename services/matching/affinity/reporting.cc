#include "services/matching/affinity/reporting.h"

namespace cortado::matching {
namespace {

constexpr int32_t kNotYet = -2;
constexpr int32_t kOnTheWay = -3;

constexpr uint8_t kAbove = 1;
constexpr uint8_t kBelow = 2;  // The person themselves included.

int32_t ManagerOf(const Organization& organization, int32_t person) {
  const int32_t manager = organization.people()[person].manager;
  return manager >= 0 && manager < organization.size() ? manager : kUnknown;
}

}  // namespace

Reporting::Reporting(const Organization& organization, int32_t person)
    : distance_(organization.size(), kNotYet), in_line_(organization.size(), 0) {
  int32_t up = 0;
  for (int32_t at = person; at != kUnknown && distance_[at] == kNotYet; at = ManagerOf(organization, at)) {
    distance_[at] = up++;
    in_line_[at] = at == person ? kBelow : kAbove;
  }
  // Everybody else hangs below somebody already measured, or below nobody: walk up to there, then back down.
  std::vector<int32_t> path;
  for (int32_t start = 0; start < organization.size(); ++start) {
    int32_t at = start;
    for (; at != kUnknown && distance_[at] == kNotYet; at = ManagerOf(organization, at)) {
      distance_[at] = kOnTheWay;
      path.push_back(at);
    }
    int32_t distance = at == kUnknown || distance_[at] < 0 ? kUnknown : distance_[at];
    const uint8_t chain = distance != kUnknown && in_line_[at] == kBelow ? kBelow : 0;
    for (; !path.empty(); path.pop_back()) {
      if (distance != kUnknown) ++distance;
      distance_[path.back()] = distance;
      in_line_[path.back()] = chain;
    }
  }
}

}  // namespace cortado::matching
