// Who may be suggested to whom at all: the hard rules, before any preference. This predicate is their definition; an
// index that filters faster must agree with it.
// Immutable after construction and safe to share between threads, as long as the Organization does not change.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/journey.h"

namespace cortado::matching {

// The rule that refused. The order of the enumerators is the order of evaluation, and the first rule that refuses is
// the answer. Whatever is private to the other person (a block, a pause, a closed door, not having joined) is looked at
// before kNotOffered and kNoPlaceLeft, which may be told as they are: nobody learns from "no place left" that they are
// not blocked. kNoPlaceLeft is the last.
enum class Refusal : uint8_t {
  kNone,              // Eligible.
  kOneself,           // The asker.
  kNotActive,         // Has left, or was never here.
  kFilteredOut,       // Not among those the asker wants to see.
  kBlocked,           // Either of the two blocks the other.
  kPaused,            // Takes a break until later than now.
  kClosed,            // Takes no new requests.
  kNoCommonLanguage,  // Both have told their languages and share none.
  kOwnLine,           // In the asker's own reporting line, and the asker did not ask for that.
  kAlreadyAsked,      // Asked, matched, or refused too recently to be asked again.
  kNotJoined,         // Imported, but has not chosen what to offer.
  kNotOffered,        // Joined, but does not offer this role.
  kNoPlaceLeft,       // places - active matches - open requests is 0 or less.
};

// Returns whether the refusal must reach the caller as NOT_AVAILABLE, all of them in the same bytes.
bool IsNotAvailable(Refusal refusal);

// The predicate for one asker. Everything that depends on the asker alone is worked out once.
class Eligibility {
 public:
  // `reporting` is Reporting(organization, query.asker); both and the query outlive this. With it null the rule about
  // the own reporting line does not apply: who names a person has asked for that person.
  Eligibility(const Organization& organization, const Query& query, const Reporting* reporting);

  // Returns why `candidate` (an existing index) may not be suggested to the asker, or kNone.
  //
  // kNotJoined is returned only for people whom no rule about the pair keeps apart, so they may be counted as "would
  // fit, but have not joined". Languages nobody told exclude nobody. With Query::assume_open neither kNotJoined nor
  // kNotOffered is returned for people who have not joined.
  Refusal Check(int32_t candidate) const;

 private:
  bool Blocks(int32_t candidate) const;
  bool ShareALanguage(const Person& candidate) const;
  bool IsWanted(int32_t candidate) const;

  const Organization& organization_;
  const Query& query_;
  const Reporting* reporting_;
  std::vector<int32_t> blocked_by_asker_;  // Sorted.
  std::vector<int32_t> already_asked_;     // Sorted.
  std::vector<int32_t> except_;            // Sorted.
  std::optional<JourneyQuery> journey_;    // When the filter wants the crossing.
  std::vector<uint8_t> speaks_;            // By language; empty when the asker's are not known.
};

}  // namespace cortado::matching
