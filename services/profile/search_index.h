// What can be found in one organisation, in memory: its active people, its skills and its roles. Derived from the
// store; see SearchIndexes, which keeps it up to date. Thread contract: const members may be called by several threads
// at once, the others by one thread alone.
#pragma once

#include <string>
#include <vector>

#include "absl/container/node_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/profile/v1/catalog.pb.h"
#include "cortado/profile/v1/person.pb.h"
#include "cortado/type/v1/person_card.pb.h"
#include "services/profile/search/text_index.h"

namespace cortado::profile {

class SearchIndex {
 public:
  // Takes a person over as they are now; whoever has left is taken out.
  void PutPerson(const v1::Person& person);
  // Takes out; what is not there is not an error. `id` as in people/ID, skills/ID, roles/ID.
  void RemovePerson(absl::string_view id) { people_.Remove(id); }
  void PutSkill(const v1::Skill& skill);
  void RemoveSkill(absl::string_view id);
  void PutRole(const v1::Role& role);
  void RemoveRole(absl::string_view id);

  // Makes searching fast after many were put.
  void Pack() {
    people_.Pack();
    skill_names_.Pack();
    role_names_.Pack();
  }

  // Return at most `limit`, the best first, as TextIndex ranks them: people by name, title and address, of one
  // department unless that is empty; skills and roles by name and other names.
  std::vector<type::v1::PersonCard> FindPeople(absl::string_view query, size_t limit, absl::string_view department,
                                               absl::Time now) const;
  std::vector<v1::Skill> FindSkills(absl::string_view query, size_t limit) const;
  std::vector<v1::Role> FindRoles(absl::string_view query, size_t limit) const;

  size_t people_count() const { return people_.size(); }

 private:
  // What is shown of a person. Titles, departments and zones are few: each is kept once.
  struct Shown {
    std::string display_name;
    std::string slack_user;
    const std::string* title = nullptr;
    const std::string* department = nullptr;
    const std::string* time_zone = nullptr;
  };

  const std::string* Keep(const std::string& text) { return &*texts_.insert(text).first; }

  TextIndex people_;
  std::vector<Shown> shown_;  // By number of people_.
  absl::node_hash_set<std::string> texts_;
  TextIndex skill_names_;
  std::vector<v1::Skill> skills_;  // By number of skill_names_.
  TextIndex role_names_;
  std::vector<v1::Role> roles_;  // By number of role_names_.
};

}  // namespace cortado::profile
