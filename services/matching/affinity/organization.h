// Everybody of one organisation as matching sees them, with the counts the rules need over all of them.
// Thread-compatible: one writer or many readers at a time; the owner sees to that.
//
//   Organization organization;
//   organization.Put(0, std::move(ada));
//   organization.SetRoleTitle(ada_role, "Senior data engineer");
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/matching/affinity/person.h"

namespace cortado::matching {

// Working hours of one week as quarter-hours in UTC: bit 0 is Monday 00:00-00:15. People of the same zone and hours
// share one entry, so a query computes each overlap once.
inline constexpr int kQuartersOfWeek = 7 * 24 * 4;
using WeeklyHours = std::bitset<kQuartersOfWeek>;

// Returns a stable 64-bit hash of an id (FNV-1a, Fowler, Noll and Vo): the same on every machine and in every version.
uint64_t StableHash(absl::string_view id);

// A skill that goes together with another.
struct RelatedSkill {
  int32_t skill = kUnknown;
  int32_t credit = 0;  // What a level of it is worth of a level of the other, in thousandths: 1..kMostCredit.
};

// Whoever holds a related skill helps at most half as far as whoever holds the skill itself.
inline constexpr int32_t kMostCredit = 500;

class Organization {
 public:
  // Sets the person at `index` (>= 0), growing as needed; places in between hold nobody until they are put.
  void Put(int32_t index, Person person);

  // Sets how many matches and requests a person at an existing index has now, and how many they left unanswered.
  void SetLoad(int32_t index, int32_t active_matches, int32_t open_requests, int32_t unanswered);

  // Names a role by its title or, for a destination in words, by those words. Titles are compared by the words in them,
  // whatever their case and order.
  void SetRoleTitle(int32_t role, absl::string_view title);

  // Sets what a role takes; empty forgets it. Roles are also alike by what they take, see journey.h.
  void SetRoleRequirements(int32_t role, std::vector<WantedSkill> requirements);

  // Sets the skills that stand in for each skill, by its number; see LearnRelated.
  void SetRelated(std::vector<std::vector<RelatedSkill>> related);

  // Sets the working hours that people refer to by `index`.
  void SetHours(int32_t index, const WeeklyHours& hours);

  const std::vector<Person>& people() const { return people_; }
  // Everybody's manager, side by side for those who walk up many chains.
  const std::vector<int32_t>& managers() const { return managers_; }
  int32_t size() const { return static_cast<int32_t>(people_.size()); }
  uint64_t id_hash(int32_t index) const { return id_hashes_[index]; }

  // One more than the largest skill and interest number seen.
  int32_t skill_count() const { return skill_count_; }
  int32_t interest_count() const { return static_cast<int32_t>(interest_holders_.size()); }

  // Returns 1 + the sum over the skills somebody holds of the active people who want each: how much the organisation
  // asks of them. At most 2^31.
  int64_t Demand(int32_t index) const;

  // Active people who show this interest, and active people who show any.
  int32_t interest_holders(int32_t interest) const { return interest_holders_[interest]; }
  int32_t people_with_interests() const { return people_with_interests_; }

  // The words of each role's title as sorted numbers; empty for a role without title.
  const std::vector<std::vector<int32_t>>& role_words() const { return role_words_; }
  // What each role takes; empty where nothing is known. Of the size of role_words() at most.
  const std::vector<std::vector<WantedSkill>>& role_requirements() const { return role_requirements_; }
  const std::vector<WeeklyHours>& hours() const { return hours_; }

  // Returns the skills that stand in for `skill`, each once and never itself.
  const std::vector<RelatedSkill>& related(int32_t skill) const;

 private:
  void CountInterests(const Person& person, int32_t by);
  void CountWanted(const Person& person, int32_t by);

  std::vector<Person> people_;
  std::vector<int32_t> managers_;
  std::vector<uint64_t> id_hashes_;
  int32_t skill_count_ = 0;
  std::vector<int32_t> skill_wanted_;  // By skill: active people who want it.
  std::vector<int32_t> interest_holders_;
  int32_t people_with_interests_ = 0;
  std::vector<std::vector<int32_t>> role_words_;
  std::vector<std::vector<WantedSkill>> role_requirements_;
  std::vector<std::vector<RelatedSkill>> related_;  // By skill.
  absl::flat_hash_map<std::string, int32_t> words_;
  std::vector<WeeklyHours> hours_;
};

}  // namespace cortado::matching
