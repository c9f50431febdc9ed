#include "services/matching/index/admission.h"

#include <algorithm>

namespace cortado::matching {
namespace {

bool HasFilter(const Filter& filter) {
  return !filter.departments.empty() || !filter.sites.empty() || !filter.skills.empty() || !filter.except.empty() ||
         filter.language != kUnknown || filter.crossing;
}

}  // namespace

Admission::Admission(const Organization& organization, const PeopleIndex& index, const Query& query,
                     const Reporting& reporting)
    : index_(index),
      query_(query),
      reporting_(reporting),
      eligibility_(organization, query, &reporting),
      has_filter_(HasFilter(query.filter)),
      never_(query.already_asked.begin(), query.already_asked.end()) {
  const Person& asker = organization.people()[query.asker];
  never_.insert(query.asker);
  never_.insert(asker.blocks.begin(), asker.blocks.end());
  const std::vector<int32_t>& blockers = index.blockers(query.asker);
  never_.insert(blockers.begin(), blockers.end());
  for (const std::vector<int32_t>& theirs : index.language_sets()) {
    const bool shares = std::any_of(theirs.begin(), theirs.end(), [&asker](int32_t language) {
      return std::find(asker.languages.begin(), asker.languages.end(), language) != asker.languages.end();
    });
    speaks_with_.push_back(asker.languages.empty() || theirs.empty() || shares);
  }
}

// Nobody is below whoever leads nobody.
bool Admission::IsInOwnLine(int32_t person) const {
  const bool leads = index_.columns().reports[query_.asker] > 0;
  return leads ? reporting_.IsInOwnLine(person) : reporting_.IsAbove(person);
}

Admission::Answer Admission::Check(int32_t person) const {
  const PeopleIndex::Columns& columns = index_.columns();
  const uint8_t standing = columns.standing[person];
  if ((standing & PeopleIndex::kActive) == 0 || (standing & PeopleIndex::kClosed) != 0) return Answer::kRefused;
  const bool joined = (standing & PeopleIndex::kJoined) != 0;
  const bool assumed_open = !joined && query_.assume_open;
  const bool offered = assumed_open || (columns.open_to[person] & static_cast<uint8_t>(query_.role)) != 0;
  const bool would_take = offered && (standing & PeopleIndex::kHasRoom) != 0;
  if ((joined || assumed_open) && !would_take) return Answer::kRefused;
  if (columns.paused_until[person] > query_.now) return Answer::kRefused;
  if (speaks_with_[columns.languages[person]] == 0) return Answer::kRefused;
  if (never_.contains(person)) return Answer::kRefused;
  if (!query_.include_own_line && IsInOwnLine(person)) return Answer::kRefused;
  if (has_filter_ && eligibility_.Check(person) == Refusal::kFilteredOut) return Answer::kRefused;
  return joined || assumed_open ? Answer::kEligible : Answer::kNotJoined;
}

}  // namespace cortado::matching
