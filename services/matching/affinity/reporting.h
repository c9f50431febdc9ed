// Where everybody stands in the reporting tree as seen from one person: how far, and whether in their own line.
// Immutable after construction and safe to share between threads, as long as the Organization, which outlives it, does
// not change.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/matching/affinity/organization.h"

namespace cortado::matching {

class Reporting {
 public:
  // Walks up the person's own chain of managers. A manager nobody knows ends a chain, as does a cycle (which the
  // profile service does not let happen).
  Reporting(const Organization& organization, int32_t person);

  // Returns the number of reporting lines on the way from the person to `other` over their nearest common manager:
  // 1 to one's manager and one's reports, 2 to a peer, 0 to oneself; kUnknown when no common manager is known.
  // Walks up the other's chain: O(height of the tree).
  int32_t Distance(int32_t other) const { return Look(other).distance; }

  // Returns whether `other` is the person, or a manager above them.
  bool IsAbove(int32_t other) const { return above_.contains(other); }
  // Returns whether `other` is a manager of the person, their manager's manager and so on, or the reverse. Peers are
  // not.
  bool IsInOwnLine(int32_t other) const { return Look(other).in_line; }

 private:
  struct Place {
    int32_t distance = kUnknown;
    bool in_line = false;
  };
  Place Look(int32_t other) const;
  int32_t ManagerOf(int32_t person) const;

  const Organization& organization_;
  const int32_t person_;
  absl::flat_hash_map<int32_t, int32_t> above_;  // Lines from the person to each in their chain, themselves included.
};

}  // namespace cortado::matching
