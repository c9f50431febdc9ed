#include "services/matching/organization_view.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/text/edit_distance.h"
#include "common/text/unicode.h"
#include "services/matching/profile_values.h"

namespace cortado::matching {
namespace {

constexpr int kMonthsOfYear = 12;

absl::string_view PersonId(absl::string_view name) { return absl::StripPrefix(name, "people/"); }

std::string Folded(absl::string_view text) { return text::Fold(absl::StripAsciiWhitespace(text)); }

uint64_t NextSerial() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1);
}

template <typename T>
T& At(std::vector<T>& values, int32_t index) {
  if (static_cast<size_t>(index) >= values.size()) values.resize(index + 1);
  return values[index];
}

}  // namespace

uint64_t DigestOf(const profile::v1::PersonSnapshot& snapshot) { return absl::HashOf(snapshot.SerializeAsString()); }

OrganizationView::OrganizationView(absl::CivilDay monday) : serial_(NextSerial()), monday_(monday) {}

void OrganizationView::Apply(const profile::v1::PeopleChange& change) {
  using Change = profile::v1::PeopleChange;
  switch (change.change_case()) {
    case Change::kPerson:
      return ApplyPerson(change.person());
    case Change::kDeletedPerson:
      return RemovePerson(change.deleted_person());
    case Change::kSkill:
      skill_titles_[SkillIndex(change.skill().name(), "")] = change.skill().display_name();
      return;
    case Change::kRole:
      return ApplyRole(change.role());
    case Change::kDeletedRole:
      return RemoveRole(change.deleted_role());
    case Change::kDeletedSkill:  // Whoever had it comes as changed.
      return;
    case Change::kOrganization:
      weights_ = WeightsOf(change.organization());
      allows_opt_out_ = change.organization().coffee_opt_out();
      group_statements_.Ask(change.organization().group_questions());
      return;
    case Change::CHANGE_NOT_SET:
      return;
  }
}

void OrganizationView::ApplyPerson(const profile::v1::PersonSnapshot& snapshot) {
  const profile::v1::Person& source = snapshot.person();
  const int32_t index = PersonIndex(source.name());
  PersonFacts& facts = facts_[index];
  if (!facts.present) ++present_;
  facts = {true,
           source.display_name(),
           source.title(),
           source.department(),
           source.location(),
           source.time_zone(),
           source.slack_user(),
           source.languages().empty() ? "" : source.languages(0),
           WeekdaysOf(snapshot.time()),
           snapshot.time().chat_minutes(),
           snapshot.offer().observe_first().empty() ? "" : snapshot.offer().observe_first(0),
           snapshot.offer().booking() == profile::v1::BOOKING_OPEN_DOOR,
           IsForThoseAsked(snapshot.destination().audience()),
           DigestOf(snapshot)};
  group_statements_.Say(index, snapshot.groups());
  Person person;
  person.id = people_.Text(index);
  if (index < organization_.size()) {
    const Person& before = organization_.people()[index];
    person.active_matches = before.active_matches;
    person.open_requests = before.open_requests;
    person.unanswered = before.unanswered;
  }
  FillEligibility(snapshot, person);
  aims_[index].wanted.clear();
  FillSkills(source, person, aims_[index].wanted);
  FillPath(snapshot, person);
  aims_[index].role = snapshot.destination().role().empty() ? kUnknown : CatalogIndex(snapshot.destination().role());
  aims_[index].text = snapshot.destination().text();
  if (!aims_[index].text.empty()) TitleIndex(aims_[index].text);
  Aimed(index, person);
  PutPerson(index, std::move(person));
}

void OrganizationView::FillEligibility(const profile::v1::PersonSnapshot& snapshot, Person& person) {
  const profile::v1::Person& source = snapshot.person();
  const profile::v1::Offer& offer = snapshot.offer();
  person.active = source.active();
  person.joined = source.join_state() == profile::v1::JOIN_STATE_JOINED;
  person.closed = offer.booking() == profile::v1::BOOKING_CLOSED;
  person.open_to = OpenTo(offer);
  person.places = offer.places();
  person.paused_until = offer.pause_end_time().seconds();
  if (!source.manager().empty()) person.manager = PersonIndex(source.manager());
  for (const std::string& blocked : snapshot.blocks()) person.blocks.push_back(PersonIndex(blocked));
  for (const std::string& language : source.languages()) {
    const std::pair<absl::string_view, absl::string_view> tag = absl::StrSplit(language, absl::MaxSplits('-', 1));
    person.languages.push_back(languages_.Intern(absl::AsciiStrToLower(tag.first)).first);
  }
}

void OrganizationView::FillSkills(const profile::v1::Person& source, Person& person, std::vector<WantedSkill>& wanted) {
  for (const profile::v1::HeldSkill& held : source.skills_held()) {
    const int32_t months = held.has_years() ? held.years() * kMonthsOfYear : kUnknown;
    AddHeld({SkillIndex(held.skill(), held.display_name()), months, Level(held.level())}, person.held);
  }
  for (const profile::v1::WantedSkill& want : source.skills_wanted()) {
    AddWanted({SkillIndex(want.skill(), want.display_name()), Level(want.level()), Importance(want.importance())},
              wanted);
  }
  for (const profile::v1::Interest& interest : source.interests()) {
    if (!IsForEveryone(interest.audience(), profile::v1::AUDIENCE_EVERYONE)) continue;
    const int32_t number = InterestIndex(interest.topic());
    if (std::find(person.interests.begin(), person.interests.end(), number) == person.interests.end()) {
      person.interests.push_back(number);
    }
  }
}

void OrganizationView::FillPath(const profile::v1::PersonSnapshot& snapshot, Person& person) {
  const profile::v1::Person& source = snapshot.person();
  if (!source.title().empty()) person.role = TitleIndex(source.title());
  if (!source.department().empty()) person.department = DepartmentIndex(source.department());
  if (!source.location().empty()) person.site = sites_.Intern(Folded(source.location())).first;
  if (!source.time_zone().empty()) person.hours = HoursIndex(snapshot.time(), source.time_zone());
  if (source.has_years_experience()) person.experience_months = source.years_experience() * kMonthsOfYear;
  for (const profile::v1::JourneyStep& step : source.journey()) {
    // A step that its owner does not show to everyone ranks nobody and stands in no sentence.
    if (!IsForEveryone(step.audience(), profile::v1::AUDIENCE_EVERYONE)) continue;
    person.journey.push_back({TitleIndex(step.role()), ToMoveKind(step.move()), step.confirmed()});
  }
  person.destination.kind = ToDestinationKind(snapshot.destination().kind());
  person.destination.motives = MotiveBits(snapshot.destination());
  if (IsForEveryone(snapshot.destination().audience(), profile::v1::AUDIENCE_PEOPLE_I_ASK)) {
    person.shown_motives = person.destination.motives;
  }
}

void OrganizationView::PutPerson(int32_t index, Person person) {
  index_.Forget(organization_, index);
  organization_.Put(index, std::move(person));
  index_.Take(organization_, index);
}

void OrganizationView::Aimed(int32_t index, Person& person) const {
  const Aim& aim = aims_[index];
  const CatalogRole* role = aim.role == kUnknown ? nullptr : &catalog_[aim.role];
  const std::string title = role != nullptr && !role->title.empty() ? role->title : aim.text;
  person.destination.role = title.empty() ? kUnknown : titles_.Find(Folded(title));
  person.wanted = aim.wanted.empty() && role != nullptr ? role->requirements : aim.wanted;
}

void OrganizationView::RemovePerson(absl::string_view name) {
  const int32_t index = PersonIndex(name);
  if (facts_[index].present) --present_;
  facts_[index] = {};
  aims_[index] = {};
  group_statements_.Forget(index);
  if (index < organization_.size()) {
    Person nobody;
    nobody.id = people_.Text(index);
    PutPerson(index, std::move(nobody));
  }
}

void OrganizationView::ApplyRole(const profile::v1::Role& role) {
  const int32_t index = CatalogIndex(role.name());
  std::vector<WantedSkill> requirements;
  for (const profile::v1::Requirement& requirement : role.requirements()) {
    AddWanted({SkillIndex(requirement.skill(), requirement.display_name()), Level(requirement.level()),
               Importance(requirement.importance())},
              requirements);
  }
  DropTitles(catalog_[index]);
  catalog_[index] = {role.display_name(), std::move(requirements), {}};
  TakeTitles(role, catalog_[index]);
  AimAgain(index);
}

void OrganizationView::RemoveRole(absl::string_view name) {
  const int32_t index = CatalogIndex(name);
  DropTitles(catalog_[index]);
  catalog_[index] = {};
  AimAgain(index);
}

void OrganizationView::TakeTitles(const profile::v1::Role& role, CatalogRole& known) {
  known.titles.push_back(TitleIndex(role.display_name()));
  for (const std::string& alias : role.aliases()) known.titles.push_back(TitleIndex(alias));
  for (const int32_t title : known.titles) {
    organization_.SetRoleTitle(title, Folded(role.display_name()));
    organization_.SetRoleRequirements(title, known.requirements);
  }
}

void OrganizationView::DropTitles(CatalogRole& known) {
  for (const int32_t title : known.titles) {
    organization_.SetRoleTitle(title, titles_.Text(title));
    organization_.SetRoleRequirements(title, {});
  }
  known.titles.clear();
}

void OrganizationView::AimAgain(int32_t catalog_role) {
  for (int32_t index = 0; index < organization_.size(); ++index) {
    if (!facts_[index].present || aims_[index].role != catalog_role) continue;
    Person person = organization_.people()[index];
    Aimed(index, person);
    PutPerson(index, std::move(person));
  }
}

void OrganizationView::SetMonday(absl::CivilDay monday) {
  monday_ = monday;
  for (size_t i = 0; i < hours_rules_.size(); ++i) {
    const HoursRule& rule = hours_rules_[i];
    organization_.SetHours(static_cast<int32_t>(i), HoursInUtc(rule.working, rule.kept_free, rule.zone, monday_));
  }
}

void OrganizationView::TakeRelated(std::vector<std::vector<RelatedSkill>> related) {
  organization_.SetRelated(std::move(related));
  related_monday_ = monday_;
  related_people_ = present_;
}

bool OrganizationView::RelatedIsOld() const {
  const int32_t changed = std::abs(present_ - related_people_);
  return related_monday_ != monday_ || changed * 4 > related_people_;
}

std::optional<int32_t> OrganizationView::Find(absl::string_view person_id) const {
  const int32_t index = people_.Find(person_id);
  if (index < 0 || !facts_[index].present) return std::nullopt;
  return index;
}

void OrganizationView::ClearLoads() {
  for (int32_t index = 0; index < organization_.size(); ++index) {
    organization_.SetLoad(index, 0, 0, organization_.people()[index].unanswered);
    index_.TakeLoad(organization_, index);
  }
}

void OrganizationView::SetLoad(absl::string_view person_id, int32_t active_matches, int32_t open_requests) {
  const int32_t index = people_.Find(person_id);
  if (index < 0 || index >= organization_.size()) return;
  organization_.SetLoad(index, active_matches, open_requests, organization_.people()[index].unanswered);
  index_.TakeLoad(organization_, index);
}

int32_t OrganizationView::PersonIndex(absl::string_view name) {
  const int32_t index = people_.Intern(PersonId(name)).first;
  At(facts_, index);
  At(aims_, index);
  return index;
}

int32_t OrganizationView::SkillIndex(absl::string_view name, absl::string_view title) {
  const int32_t index = skills_.Intern(name).first;
  std::string& known = At(skill_titles_, index);
  if (known.empty()) known = std::string(title.empty() ? absl::StripPrefix(name, "skills/") : title);
  return index;
}

int32_t OrganizationView::TitleIndex(absl::string_view title) {
  const auto [index, is_new] = titles_.Intern(Folded(title));
  if (is_new) {
    At(role_titles_, index) = std::string(absl::StripAsciiWhitespace(title));
    organization_.SetRoleTitle(index, titles_.Text(index));
  }
  return index;
}

int32_t OrganizationView::InterestIndex(absl::string_view topic) {
  const int32_t index = interests_.Intern(Folded(topic)).first;
  std::string& known = At(interest_titles_, index);
  if (known.empty()) known = std::string(absl::StripAsciiWhitespace(topic));
  return index;
}

int32_t OrganizationView::DepartmentIndex(absl::string_view name) {
  const int32_t index = departments_.Intern(Folded(name)).first;
  std::string& known = At(department_titles_, index);
  if (known.empty()) known = std::string(absl::StripAsciiWhitespace(name));
  return index;
}

int32_t OrganizationView::FindDepartment(absl::string_view name) const { return departments_.Find(Folded(name)); }

int32_t OrganizationView::FindSite(absl::string_view name) const { return sites_.Find(Folded(name)); }

int32_t OrganizationView::FindLanguage(absl::string_view tag) const {
  return languages_.Find(absl::AsciiStrToLower(tag.substr(0, tag.find('-'))));
}

std::string OrganizationView::NearestSkill(absl::string_view name) const {
  std::string nearest;
  int least = std::numeric_limits<int>::max();
  for (int32_t skill = 0; skill < skills_.size(); ++skill) {
    const int distance = text::EditDistance(name, skills_.Text(skill));
    if (distance >= least) continue;
    least = distance;
    nearest = skills_.Text(skill);
  }
  return nearest;
}

int32_t OrganizationView::CatalogIndex(absl::string_view name) {
  const int32_t index = catalog_names_.Intern(name).first;
  At(catalog_, index);
  return index;
}

int32_t OrganizationView::HoursIndex(const profile::v1::Time& time, absl::string_view zone) {
  absl::TimeZone time_zone;
  if (!absl::LoadTimeZone(std::string(zone), &time_zone)) return kUnknown;
  const auto [index, is_new] = hours_keys_.Intern(HoursKey(time, zone));
  if (is_new) {
    HoursRule& rule = At(hours_rules_, index);
    rule = {Stretches(time.working_hours()), Stretches(time.protected_blocks()), time_zone};
    organization_.SetHours(index, HoursInUtc(rule.working, rule.kept_free, rule.zone, monday_));
  }
  return index;
}

}  // namespace cortado::matching
