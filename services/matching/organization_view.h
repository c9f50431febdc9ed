// One organisation as the profile service tells it, in the form the pure rooms take, with what sentences need to name.
// The one place where protobuf becomes plain structs. Thread-compatible: see LiveView for the lock.
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/matching/affinity/calendar_week.h"
#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"
#include "services/matching/group_statements.h"
#include "services/matching/index/people_index.h"
#include "services/matching/interner.h"

namespace cortado::matching {

// What a screen shows of a person.
struct PersonFacts {
  bool present = false;  // False for somebody only mentioned (as a manager, say), or gone.
  std::string display_name;
  std::string title;
  std::string department;
  std::string location;
  std::string time_zone;
  std::string slack_user;
  std::string language;            // The first they speak, for sentences; empty when unknown.
  std::bitset<7> weekdays;         // On which they begin to work, 0 Monday .. 6 Sunday; none: never said.
  int32_t chat_minutes = 0;        // Preferred length of a chat; 0: never said.
  std::string observe_first;       // Where one can watch them work, the first they named; empty: nowhere.
  bool open_door = false;          // Colleagues may book inside their hours.
  bool tells_those_asked = false;  // Whether those they ask may read where they want to go.
  uint64_t digest = 0;             // Of the snapshot all this is from.
};

// Tells one snapshot from another within this process.
uint64_t DigestOf(const profile::v1::PersonSnapshot& snapshot);

class OrganizationView {
 public:
  // `monday` is the Monday (UTC) of the week whose working hours count.
  explicit OrganizationView(absl::CivilDay monday);

  // Tells this view from every other of this process: indices of one mean nothing in another.
  uint64_t serial() const { return serial_; }

  // Takes over one change; a repeat changes nothing.
  void Apply(const profile::v1::PeopleChange& change);

  // Lays the working hours over another week.
  void SetMonday(absl::CivilDay monday);
  absl::CivilDay monday() const { return monday_; }

  // Returns the index of the person with this id (`p1`, not `people/p1`), or nothing when there is no such person.
  std::optional<int32_t> Find(absl::string_view person_id) const;

  // Return the number of a department, a site or a language, whatever the case, and of a skill by its name
  // (`skills/S`); kUnknown when nobody ever had it.
  int32_t FindDepartment(absl::string_view name) const;
  int32_t FindSite(absl::string_view name) const;
  int32_t FindLanguage(absl::string_view tag) const;
  int32_t FindSkill(absl::string_view name) const { return skills_.Find(name); }
  // Returns the skill (`skills/S`) whose name is nearest; empty when there are no skills.
  std::string NearestSkill(absl::string_view name) const;

  // Forgets all loads, and sets how many matches and requests somebody has; people never heard of are ignored.
  void ClearLoads();
  void SetLoad(absl::string_view person_id, int32_t active_matches, int32_t open_requests);

  // Learns anew which skills stand in for others, from those who are there: LearnRelated.
  void TakeRelated(std::vector<std::vector<RelatedSkill>> related);
  // Returns whether that was never done, was done in another week, or the organisation has grown or shrunk by a quarter
  // since.
  bool RelatedIsOld() const;

  const Organization& organization() const { return organization_; }
  // Of organization(), in step with it.
  const PeopleIndex& index() const { return index_; }
  // What each part of a score weighs here.
  const Weights& weights() const { return weights_; }
  // Whether people may be in coffee draws here unless they say no.
  bool allows_opt_out() const { return allows_opt_out_; }
  const PersonFacts& facts(int32_t person) const { return facts_[person]; }
  const std::string& person_id(int32_t person) const { return people_.Text(person); }

  // Returns `skills/S` and what people call it.
  const std::string& skill_name(int32_t skill) const { return skills_.Text(skill); }
  const std::string& skill_title(int32_t skill) const { return skill_titles_[skill]; }
  // Return the words of those who named it first.
  const std::string& interest_title(int32_t interest) const { return interest_titles_[interest]; }
  const std::string& role_title(int32_t role) const { return role_titles_[role]; }
  const std::string& department_title(int32_t department) const { return department_titles_[department]; }

  int32_t people_count() const { return present_; }

  // For the fairness report alone.
  const GroupStatements& group_statements() const { return group_statements_; }

 private:
  // A role of the catalogue.
  struct CatalogRole {
    std::string title;
    std::vector<WantedSkill> requirements;
    std::vector<int32_t> titles;  // Its own and those that mean it.
  };
  // What of a person depends on a role of the catalogue, kept so that it can be worked out again when the role changes.
  struct Aim {
    int32_t role = kUnknown;  // Index into catalog_.
    std::string text;
    std::vector<WantedSkill> wanted;
  };

  void ApplyPerson(const profile::v1::PersonSnapshot& snapshot);
  void PutPerson(int32_t index, Person person);
  void RemovePerson(absl::string_view name);
  void ApplyRole(const profile::v1::Role& role);
  void RemoveRole(absl::string_view name);
  // Works out destination and wanted skills from aims_[index].
  void Aimed(int32_t index, Person& person) const;
  void AimAgain(int32_t catalog_role);
  // Compares the titles that a role goes by as its own title and by what it takes, or again as themselves.
  void TakeTitles(const profile::v1::Role& role, CatalogRole& known);
  void DropTitles(CatalogRole& known);

  int32_t PersonIndex(absl::string_view name);
  int32_t SkillIndex(absl::string_view name, absl::string_view title);
  int32_t TitleIndex(absl::string_view title);
  int32_t InterestIndex(absl::string_view topic);
  int32_t DepartmentIndex(absl::string_view name);
  int32_t CatalogIndex(absl::string_view name);
  int32_t HoursIndex(const profile::v1::Time& time, absl::string_view zone);

  void FillEligibility(const profile::v1::PersonSnapshot& snapshot, Person& person);
  void FillSkills(const profile::v1::Person& source, Person& person, std::vector<WantedSkill>& wanted);
  void FillPath(const profile::v1::PersonSnapshot& snapshot, Person& person);

  // The rules of one row of Organization::hours.
  struct HoursRule {
    std::vector<DayStretch> working;
    std::vector<DayStretch> kept_free;
    absl::TimeZone zone;
  };

  const uint64_t serial_;
  absl::CivilDay monday_;
  GroupStatements group_statements_;
  Weights weights_ = kDefaultWeights;
  bool allows_opt_out_ = false;
  std::optional<absl::CivilDay> related_monday_;  // When TakeRelated was last called.
  int32_t related_people_ = 0;                    // And how many people there were.
  Organization organization_;
  PeopleIndex index_;
  int32_t present_ = 0;
  Interner people_;
  std::vector<PersonFacts> facts_;  // By person.
  std::vector<Aim> aims_;           // By person.
  Interner skills_;
  std::vector<std::string> skill_titles_;
  Interner titles_;  // Folded.
  std::vector<std::string> role_titles_;
  Interner interests_;  // Folded.
  std::vector<std::string> interest_titles_;
  Interner departments_;
  std::vector<std::string> department_titles_;
  Interner sites_;
  Interner languages_;
  Interner catalog_names_;
  std::vector<CatalogRole> catalog_;
  Interner hours_keys_;
  std::vector<HoursRule> hours_rules_;
};

}  // namespace cortado::matching
