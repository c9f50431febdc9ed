// What the people of one organisation hold and where they moved, as numbers: what derived roles, related skills and
// gaps are counted from. About 60 bytes a person and 8 a skill held.
// Thread-compatible: const members may be called by several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/profile/person_form.h"
#include "services/profile/role_deriver.h"

namespace cortado::profile {

// Who holds what, of the active people who list any skill. Skills are numbered in the order of their names, so that
// whatever is worked out is the same on every server.
struct HeldTable {
  std::vector<std::string> skills;  // `skills/S` by number.
  std::vector<RoleHolder> people;   // Their skills by number, in order.

  // Returns the number of a skill; -1 where nobody holds it.
  int32_t Find(absl::string_view skill) const;
  // Returns the numbers of the skills that each person holds, in order.
  std::vector<std::vector<int32_t>> Skills() const;
  int32_t skill_count() const { return static_cast<int32_t>(skills.size()); }
};

class Census {
 public:
  // A title as people write it, and how many active people have it. Titles that differ in case and punctuation alone
  // are one.
  struct Title {
    std::string name;
    int32_t people = 0;
  };

  // Takes over a person as they are now, or, where `file` is null, that they are gone.
  void Put(absl::string_view id, const PersonFile* file);

  // Returns the number of a title; -1 where nobody was ever seen with it.
  int32_t TitleNumber(absl::string_view title) const;
  const Title& TitleOf(int32_t title) const { return titles_[title]; }
  int32_t title_count() const { return static_cast<int32_t>(titles_.size()); }

  HeldTable Held() const;

  // Returns how many active people who joined, are open to mentor and are not paused at `now` hold a skill
  // (`skills/S`), at least at `level` where both that and theirs are known (0: not known). The person with the id
  // `except` aside.
  int64_t Teachers(absl::string_view skill, int32_t level, absl::string_view except, absl::Time now) const;

  // What active people with a title list, by skill (`skills/S`): how many of them hold it, and how many want it and do
  // not hold it.
  struct Listed {
    int32_t people = 0;
    std::map<std::string, int32_t> held, wanted;
  };
  // Returns it for everybody with the title but the person with the id `except`.
  Listed ListedAs(absl::string_view title, absl::string_view except) const;

  // Returns the titles that people moved to from `title`, and how many did, the most first, then by name. Counts steps
  // that their owners confirmed and show to everyone; each person once.
  std::vector<std::pair<std::string, int32_t>> MovesFrom(absl::string_view title) const;

 private:
  struct Entry {
    bool active = false;
    bool teaches = false;
    int64_t paused_until = 0;  // Seconds since 1970.
    RoleHolder holder;
    std::vector<int32_t> wanted;                     // And not held; in order.
    std::vector<std::pair<int32_t, int32_t>> moves;  // From a title to another.
  };

  int32_t NumberOfSkill(absl::string_view name);
  int32_t NumberOfTitle(absl::string_view title);
  void CountTitle(const Entry& entry, int32_t by);

  absl::flat_hash_map<std::string, int32_t> ids_;
  std::vector<Entry> people_;
  absl::flat_hash_map<std::string, int32_t> skills_;
  std::vector<std::string> skill_names_;
  absl::flat_hash_map<std::string, int32_t> title_numbers_;  // By slug.
  std::vector<Title> titles_;
};

}  // namespace cortado::profile
