// The hard rules of one query over the columns of an index: what Eligibility says, quickly. Immutable after
// construction, as long as the organisation and its index do not change.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/people_index.h"

namespace cortado::matching {

class Admission {
 public:
  // All outlive it.
  Admission(const Organization& organization, const PeopleIndex& index, const Query& query, const Reporting& reporting);

  // What the ranking asks of somebody: as Refusal::kNone and kNotJoined; all other refusals are one.
  enum class Answer : uint8_t { kEligible, kNotJoined, kRefused };
  Answer Check(int32_t person) const;

 private:
  bool IsInOwnLine(int32_t person) const;

  const PeopleIndex& index_;
  const Query& query_;
  const Reporting& reporting_;
  const Eligibility eligibility_;
  const bool has_filter_;
  absl::flat_hash_set<int32_t> never_;  // The asker, whom they asked, and those who block or are blocked.
  std::vector<uint8_t> speaks_with_;    // By set of languages.
};

}  // namespace cortado::matching
