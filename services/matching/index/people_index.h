// An organisation turned round for suggestions: who holds each skill, shares each interest, was in each role, and what
// the rules look at of everybody side by side. Kept in step with an Organization by its owner:
//
//   index.Forget(organization, i);  organization.Put(i, person);  index.Take(organization, i);
//   organization.SetLoad(i, ...);   index.TakeLoad(organization, i);
//
// Thread-compatible: one writer or many readers at a time; the owner sees to that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/index/posting_list.h"

namespace cortado::matching {

// Somebody who holds a skill.
struct SkillPosting {
  uint16_t person = 0;
  int16_t months = -1;  // At most 32,767; kUnknown.
  int8_t level = 0;
};

// Somebody of whom it is enough to know that they are there.
struct PlainPosting {
  uint16_t person = 0;
};

using SkillList = PostingList<SkillPosting>;
using PlainList = PostingList<PlainPosting>;

class PeopleIndex {
 public:
  // Takes a person out before they change, and in as they are now. Nobody is at an index that was never put.
  void Forget(const Organization& organization, int32_t index);
  void Take(const Organization& organization, int32_t index);
  // Takes over how many matches and requests a person has now.
  void TakeLoad(const Organization& organization, int32_t index);

  // Who holds a skill, shows an interest, or has a role as a point of their path; empty where nobody does.
  const SkillList& holders(int32_t skill) const { return At(holders_, skill); }
  const PlainList& sharers(int32_t interest) const { return At(sharers_, interest); }
  const PlainList& travellers(int32_t role) const { return At(travellers_, role); }
  // Who blocks a person.
  const std::vector<int32_t>& blockers(int32_t person) const;

  // What rules look at, by person.
  struct Columns {
    std::vector<uint8_t> standing;    // Bits of Standing.
    std::vector<uint8_t> open_to;     // Bits of OfferRole.
    std::vector<uint8_t> breadth;     // BreadthOf.
    std::vector<uint8_t> motives;     // Those shown.
    std::vector<int16_t> headroom;    // The term's value, 0..1000.
    std::vector<int32_t> experience;  // Months, or kUnknown.
    std::vector<int32_t> department;
    std::vector<int32_t> site;
    std::vector<int32_t> hours;
    std::vector<int32_t> languages;  // Number of the set of languages; see language_sets().
    std::vector<int64_t> paused_until;
    std::vector<int32_t> reports;  // How many have them as manager.
  };
  enum Standing : uint8_t { kActive = 1, kJoined = 2, kClosed = 4, kHasRoom = 8 };
  const Columns& columns() const { return columns_; }
  // The sets of languages people speak, by number.
  const std::vector<std::vector<int32_t>>& language_sets() const { return language_sets_; }

  int32_t size() const { return static_cast<int32_t>(columns_.standing.size()); }
  // Bytes it takes, but for the heads of hash tables.
  size_t bytes() const;

 private:
  template <class List>
  static const List& At(const std::vector<List>& lists, int32_t number) {
    static const auto* const kNone = new List;
    return number >= 0 && static_cast<size_t>(number) < lists.size() ? lists[number] : *kNone;
  }
  void Grow(int32_t index);
  int32_t LanguageSet(const std::vector<int32_t>& languages);

  std::vector<SkillList> holders_;
  std::vector<PlainList> sharers_;
  std::vector<PlainList> travellers_;
  absl::flat_hash_map<int32_t, std::vector<int32_t>> blockers_;
  Columns columns_;
  std::vector<std::vector<int32_t>> language_sets_;
  std::map<std::vector<int32_t>, int32_t> language_numbers_;
};

}  // namespace cortado::matching
