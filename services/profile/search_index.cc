#include "services/profile/search_index.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace cortado::profile {
namespace {

template <typename Named>
void PutNamed(absl::string_view id, const Named& named, TextIndex& names, std::vector<Named>& all) {
  std::vector<std::string> texts;
  texts.push_back(named.display_name());
  texts.push_back(absl::StrJoin(named.aliases(), " / "));
  const uint32_t number = names.Put(id, texts);
  if (number >= all.size()) all.resize(number + 1);
  all[number] = named;
}

template <typename Named>
void RemoveNamed(absl::string_view id, TextIndex& names, std::vector<Named>& all) {
  const std::optional<uint32_t> number = names.Remove(id);
  if (number) all[*number] = Named();
}

template <typename Named>
std::vector<Named> FindNamed(absl::string_view query, size_t limit, const TextIndex& names,
                             const std::vector<Named>& all) {
  std::vector<Named> found;
  for (const uint32_t number : names.Search(query, limit)) found.push_back(all[number]);
  return found;
}

}  // namespace

void SearchIndex::PutPerson(const v1::Person& person) {
  const absl::string_view id = absl::StripPrefix(person.name(), "people/");
  if (!person.active()) return RemovePerson(id);
  std::vector<std::string> texts;
  texts.push_back(person.display_name());
  texts.push_back(person.title());
  texts.push_back(person.email());
  const uint32_t number = people_.Put(id, texts, person.department());
  if (number >= shown_.size()) shown_.resize(number + 1);
  shown_[number] = {person.display_name(), person.slack_user(), Keep(person.title()), Keep(person.department()),
                    Keep(person.time_zone())};
}

void SearchIndex::PutSkill(const v1::Skill& skill) {
  PutNamed(absl::StripPrefix(skill.name(), "skills/"), skill, skill_names_, skills_);
}
void SearchIndex::RemoveSkill(absl::string_view id) { RemoveNamed(id, skill_names_, skills_); }
void SearchIndex::PutRole(const v1::Role& role) {
  PutNamed(absl::StripPrefix(role.name(), "roles/"), role, role_names_, roles_);
}
void SearchIndex::RemoveRole(absl::string_view id) { RemoveNamed(id, role_names_, roles_); }

std::vector<type::v1::PersonCard> SearchIndex::FindPeople(absl::string_view query, size_t limit,
                                                          absl::string_view department, absl::Time now) const {
  std::vector<type::v1::PersonCard> cards;
  for (const uint32_t number : people_.Search(query, limit, department)) {
    const Shown& shown = shown_[number];
    type::v1::PersonCard& card = cards.emplace_back();
    card.set_person(absl::StrCat("people/", people_.id(number)));
    card.set_display_name(shown.display_name);
    card.set_title(*shown.title);
    card.set_department(*shown.department);
    card.set_time_zone(*shown.time_zone);
    card.set_slack_user(shown.slack_user);
    absl::TimeZone zone;
    if (shown.time_zone->empty() || !absl::LoadTimeZone(*shown.time_zone, &zone)) continue;
    type::v1::LocalTime& local = *card.mutable_local_time();
    local.mutable_instant()->set_seconds(absl::ToUnixSeconds(now));
    local.set_time_zone(*shown.time_zone);
    local.set_text(absl::FormatTime("%a %d %b %Y, %H:%M (UTC%Ez)", now, zone));
  }
  return cards;
}

std::vector<v1::Skill> SearchIndex::FindSkills(absl::string_view query, size_t limit) const {
  return FindNamed(query, limit, skill_names_, skills_);
}

std::vector<v1::Role> SearchIndex::FindRoles(absl::string_view query, size_t limit) const {
  return FindNamed(query, limit, role_names_, roles_);
}

}  // namespace cortado::profile
