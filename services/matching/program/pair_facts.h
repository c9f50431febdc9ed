// What the matching view knows of two people, as the rules of a programme take it. Immutable after construction and
// safe to share between threads, as long as the Organization does not change.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/matching/affinity.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/program/rules.h"

namespace cortado::matching {

// Whole weeks since two people last met in any programme, the smaller index first.
using MeetingHistory = absl::flat_hash_map<std::pair<int32_t, int32_t>, int32_t>;

// What a programme knows of its people besides.
struct ProgramFacts {
  std::vector<std::vector<int32_t>> tags;  // By person, as far as there are any.
  MeetingHistory met;
};

// The facts of everybody with one mentee.
class MenteeFacts {
 public:
  // `reporting` is Reporting(organization, mentee) and `affinities` a query of the mentee's; all outlive this.
  MenteeFacts(const Organization& organization, int32_t mentee, const Reporting& reporting,
              const AffinityQuery& affinities, const ProgramFacts& program)
      : organization_(organization),
        mentee_(mentee),
        reporting_(reporting),
        affinities_(affinities),
        program_(program) {}

  // Returns what is known of the pair with `mentor`, an existing index.
  PairFacts With(int32_t mentor) const;

 private:
  const Organization& organization_;
  const int32_t mentee_;
  const Reporting& reporting_;
  const AffinityQuery& affinities_;
  const ProgramFacts& program_;
};

}  // namespace cortado::matching
