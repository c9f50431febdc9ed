// Where everybody stands in the reporting tree as seen from one person: how far, and whether in their own line.
// Immutable after construction and safe to share between threads, as long as the Organization does not change.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity/organization.h"

namespace cortado::matching {

class Reporting {
 public:
  // Walks every chain of managers once: O(people). A manager nobody knows ends a chain, as does a cycle
  // (which the profile service does not let happen).
  Reporting(const Organization& organization, int32_t person);

  // Returns the number of reporting lines on the way from the person to `other` over their nearest common manager:
  // 1 to one's manager and one's reports, 2 to a peer, 0 to oneself; kUnknown when no common manager is known.
  int32_t Distance(int32_t other) const { return distance_[other]; }

  // Returns whether `other` is a manager of the person, their manager's manager and so on, or the reverse. Peers are
  // not.
  bool IsInOwnLine(int32_t other) const { return in_line_[other] != 0; }

 private:
  std::vector<int32_t> distance_;
  std::vector<uint8_t> in_line_;
};

}  // namespace cortado::matching
