#include "services/matching/organization_view.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/text/edit_distance.h"
#include "common/text/unicode.h"

namespace cortado::matching {
namespace {

constexpr int kMonthsOfYear = 12;
constexpr int8_t kUsualImportance = 3;

absl::string_view PersonId(absl::string_view name) { return absl::StripPrefix(name, "people/"); }

std::string Folded(absl::string_view text) { return text::Fold(absl::StripAsciiWhitespace(text)); }

MoveKind ToMoveKind(profile::v1::MoveKind kind) {
  switch (kind) {
    case profile::v1::MOVE_KIND_UP:
      return MoveKind::kUp;
    case profile::v1::MOVE_KIND_SIDE:
      return MoveKind::kSide;
    case profile::v1::MOVE_KIND_DOWN:
      return MoveKind::kDown;
    case profile::v1::MOVE_KIND_BACK_TO_CRAFT:
      return MoveKind::kBackToCraft;
    case profile::v1::MOVE_KIND_NEW_FIELD:
      return MoveKind::kNewField;
    default:
      return MoveKind::kUnspecified;
  }
}

DestinationKind ToDestinationKind(profile::v1::DestinationKind kind) {
  switch (kind) {
    case profile::v1::DESTINATION_KIND_NEXT_LEVEL:
      return DestinationKind::kNextLevel;
    case profile::v1::DESTINATION_KIND_SIDEWAYS:
      return DestinationKind::kSideways;
    case profile::v1::DESTINATION_KIND_BACK_TO_CRAFT:
      return DestinationKind::kBackToCraft;
    case profile::v1::DESTINATION_KIND_FEWER_HOURS:
      return DestinationKind::kFewerHours;
    case profile::v1::DESTINATION_KIND_PORTFOLIO:
      return DestinationKind::kPortfolio;
    case profile::v1::DESTINATION_KIND_NEW_FIELD:
      return DestinationKind::kNewField;
    case profile::v1::DESTINATION_KIND_DEEPEN_HERE:
      return DestinationKind::kDeepenHere;
    case profile::v1::DESTINATION_KIND_NOT_SURE_YET:
      return DestinationKind::kNotSureYet;
    default:
      return DestinationKind::kUnspecified;
  }
}

uint8_t MotiveBits(const profile::v1::Destination& destination) {
  uint8_t bits = 0;
  for (const int motive : destination.motives()) {
    if (motive >= profile::v1::MOTIVE_AUTONOMY && motive <= profile::v1::MOTIVE_INFLUENCE) bits |= 1u << (motive - 1);
  }
  return bits;
}

bool IsForEveryone(profile::v1::Audience audience, profile::v1::Audience unspecified_means) {
  if (audience == profile::v1::AUDIENCE_UNSPECIFIED) audience = unspecified_means;
  return audience == profile::v1::AUDIENCE_EVERYONE;
}

bool IsForThoseAsked(profile::v1::Audience audience) {
  return audience == profile::v1::AUDIENCE_UNSPECIFIED || audience == profile::v1::AUDIENCE_PEOPLE_I_ASK ||
         audience == profile::v1::AUDIENCE_EVERYONE;
}

uint8_t OpenTo(const profile::v1::Offer& offer) {
  uint8_t bits = 0;
  if (offer.mentor()) bits |= static_cast<uint8_t>(OfferRole::kMentor);
  if (offer.mentee()) bits |= static_cast<uint8_t>(OfferRole::kMentee);
  if (offer.coffee()) bits |= static_cast<uint8_t>(OfferRole::kCoffee);
  if (offer.reverse()) bits |= static_cast<uint8_t>(OfferRole::kReverse);
  return bits;
}

int8_t Level(int32_t level) { return static_cast<int8_t>(std::clamp(level, 0, kMaxLevel)); }
int8_t Importance(int32_t importance) {
  return importance == 0 ? kUsualImportance : static_cast<int8_t>(std::clamp(importance, 1, 5));
}

// A skill wanted twice counts once, with the higher level and importance.
void AddWanted(WantedSkill skill, std::vector<WantedSkill>& wanted) {
  for (WantedSkill& known : wanted) {
    if (known.skill != skill.skill) continue;
    known.level = std::max(known.level, skill.level);
    known.importance = std::max(known.importance, skill.importance);
    return;
  }
  wanted.push_back(skill);
}

void AddHeld(HeldSkill skill, std::vector<HeldSkill>& held) {
  for (HeldSkill& known : held) {
    if (known.skill != skill.skill) continue;
    known.level = std::max(known.level, skill.level);
    known.months = std::max(known.months, skill.months);
    return;
  }
  held.push_back(skill);
}

std::vector<DayStretch> Stretches(const google::protobuf::RepeatedPtrField<profile::v1::DayHours>& days) {
  std::vector<DayStretch> stretches;
  for (const profile::v1::DayHours& day : days) {
    stretches.push_back({day.weekday(), day.start_minute(), day.end_minute()});
  }
  return stretches;
}

std::bitset<7> WeekdaysOf(const profile::v1::Time& time) {
  std::bitset<7> weekdays;
  for (const profile::v1::DayHours& day : time.working_hours()) {
    if (day.weekday() >= 1 && day.weekday() <= 7) weekdays.set(day.weekday() - 1);
  }
  return weekdays;
}

std::string HoursKey(const profile::v1::Time& time, absl::string_view zone) {
  std::string key(zone);
  for (const auto* days : {&time.working_hours(), &time.protected_blocks()}) {
    absl::StrAppend(&key, "|");
    for (const profile::v1::DayHours& day : *days) {
      absl::StrAppend(&key, day.weekday(), ":", day.start_minute(), "-", day.end_minute(), ";");
    }
  }
  return key;
}

template <typename T>
T& At(std::vector<T>& values, int32_t index) {
  if (static_cast<size_t>(index) >= values.size()) values.resize(index + 1);
  return values[index];
}

}  // namespace

uint64_t DigestOf(const profile::v1::PersonSnapshot& snapshot) { return absl::HashOf(snapshot.SerializeAsString()); }

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
    case Change::kOrganization:  // Nothing of it counts here.
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
           IsForThoseAsked(snapshot.destination().audience()),
           DigestOf(snapshot)};
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
  organization_.Put(index, std::move(person));
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
  if (index < organization_.size()) {
    Person nobody;
    nobody.id = people_.Text(index);
    organization_.Put(index, std::move(nobody));
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
  TitleIndex(role.display_name());
  DropAliases(catalog_[index]);
  catalog_[index] = {role.display_name(), std::move(requirements), {}};
  TakeAliases(role, catalog_[index]);
  AimAgain(index);
}

void OrganizationView::RemoveRole(absl::string_view name) {
  const int32_t index = CatalogIndex(name);
  DropAliases(catalog_[index]);
  catalog_[index] = {};
  AimAgain(index);
}

void OrganizationView::TakeAliases(const profile::v1::Role& role, CatalogRole& known) {
  for (const std::string& alias : role.aliases()) {
    const int32_t title = TitleIndex(alias);
    organization_.SetRoleTitle(title, Folded(role.display_name()));
    known.aliases.push_back(title);
  }
}

void OrganizationView::DropAliases(CatalogRole& known) {
  for (const int32_t title : known.aliases) organization_.SetRoleTitle(title, titles_.Text(title));
  known.aliases.clear();
}

void OrganizationView::AimAgain(int32_t catalog_role) {
  for (int32_t index = 0; index < organization_.size(); ++index) {
    if (!facts_[index].present || aims_[index].role != catalog_role) continue;
    Person person = organization_.people()[index];
    Aimed(index, person);
    organization_.Put(index, std::move(person));
  }
}

void OrganizationView::SetMonday(absl::CivilDay monday) {
  monday_ = monday;
  for (size_t i = 0; i < hours_rules_.size(); ++i) {
    const HoursRule& rule = hours_rules_[i];
    organization_.SetHours(static_cast<int32_t>(i), HoursInUtc(rule.working, rule.kept_free, rule.zone, monday_));
  }
}

std::optional<int32_t> OrganizationView::Find(absl::string_view person_id) const {
  const int32_t index = people_.Find(person_id);
  if (index < 0 || !facts_[index].present) return std::nullopt;
  return index;
}

void OrganizationView::ClearLoads() {
  for (int32_t index = 0; index < organization_.size(); ++index) {
    organization_.SetLoad(index, 0, 0, organization_.people()[index].unanswered);
  }
}

void OrganizationView::SetLoad(absl::string_view person_id, int32_t active_matches, int32_t open_requests) {
  const int32_t index = people_.Find(person_id);
  if (index < 0 || index >= organization_.size()) return;
  organization_.SetLoad(index, active_matches, open_requests, organization_.people()[index].unanswered);
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
