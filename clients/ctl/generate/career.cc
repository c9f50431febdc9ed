#include "clients/ctl/generate/career.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/ctl/generate/vocabulary.h"

namespace cortado::ctl {
namespace {

using profile::v1::MoveKind;
using profile::v1::Person;

constexpr int kTopLevel = 5;

struct Step {
  int department;
  int craft;
  int level;
  int height;
  MoveKind move;
};

bool IsTechnical(const Department& department) {
  return department.field == "engineering" || department.field == "data" || department.field == "security";
}

std::string Capital(std::string text) {
  // "iOS engineer" keeps its small letter.
  if (text.size() > 1 && absl::ascii_islower(text[1])) text[0] = absl::ascii_toupper(text[0]);
  return text;
}

int OtherDepartment(int department, Dice& dice) {
  const int count = static_cast<int>(Departments().size());
  return (department + dice.Between(1, count - 1)) % count;
}

// The way up to where the career is, oldest first, with nothing unusual on it.
std::vector<Step> StraightWay(const Career& career) {
  std::vector<Step> way;
  const int top = career.height > 0 ? 3 : career.level;
  for (int level = 1; level <= top; ++level) {
    way.push_back({career.department, career.craft, level, 0, profile::v1::MOVE_KIND_UP});
  }
  for (int height = 1; height <= career.height; ++height) {
    way.push_back({career.department, career.craft, 3, height, profile::v1::MOVE_KIND_UP});
  }
  return way;
}

// Careers are squiggles: bends the straight way in one of the ways real ones bend.
void Bend(const Career& career, Dice& dice, std::vector<Step>& way) {
  Step& now = way.back();
  const int kind = dice.Weighted({52, 18, 16, 11, 3});
  if (kind == 1) {  // From another profession, after a step or two there.
    const int from = OtherDepartment(career.department, dice);
    const int craft = dice.Below(static_cast<int>(Departments()[from].crafts.size()));
    const size_t steps = std::min<size_t>(way.size(), dice.Between(1, 2));
    for (size_t i = 0; i < steps; ++i) way[i] = {from, craft, way[i].level, 0, profile::v1::MOVE_KIND_UP};
    if (steps < way.size()) way[steps].move = profile::v1::MOVE_KIND_NEW_FIELD;
    if (steps == way.size())
      way.push_back({career.department, career.craft, career.level, career.height, profile::v1::MOVE_KIND_NEW_FIELD});
  } else if (kind == 2) {  // Sideways from another department, at the same height.
    const int from = OtherDepartment(career.department, dice);
    Step before = now;
    before.department = from;
    before.craft = dice.Below(static_cast<int>(Departments()[from].crafts.size()));
    now.move = profile::v1::MOVE_KIND_SIDE;
    way.insert(way.end() - 1, before);
  } else if (kind == 3 && now.height == 0 && now.level >= 3) {  // Has led, and turned back.
    way.insert(way.end() - 1, {career.department, career.craft, 3, 1, profile::v1::MOVE_KIND_UP});
    way.back().move = profile::v1::MOVE_KIND_BACK_TO_CRAFT;
  } else if (kind == 4 && now.height == 0 && now.level < kTopLevel) {
    way.insert(way.end() - 1, {career.department, career.craft, now.level + 1, 0, profile::v1::MOVE_KIND_UP});
    way.back().move = profile::v1::MOVE_KIND_DOWN;
  }
}

void AddHeld(absl::string_view skill, int level, Dice& dice, Person& person) {
  auto* held = person.add_skills_held();
  held->set_skill(std::string(skill));
  if (!dice.Chance(15)) held->set_level(std::clamp(level + dice.Between(-1, 1), 1, 5));
}

bool Holds(const Person& person, absl::string_view skill) {
  return std::any_of(person.skills_held().begin(), person.skills_held().end(),
                     [&](const auto& held) { return absl::string_view(held.skill()) == skill; });
}

// Adds up to `count` of `skills` that are neither held nor wanted yet.
void Want(const std::vector<absl::string_view>& skills, int count, Dice& dice, Person& person) {
  for (const int index : dice.Sample(static_cast<int>(skills.size()), count)) {
    const absl::string_view skill = skills[index];
    const auto same = [&](const auto& wanted) { return absl::string_view(wanted.skill()) == skill; };
    if (Holds(person, skill) || std::any_of(person.skills_wanted().begin(), person.skills_wanted().end(), same))
      continue;
    auto* wanted = person.add_skills_wanted();
    wanted->set_skill(std::string(skill));
    if (dice.Chance(60)) wanted->set_level(dice.Between(2, 4));
    if (dice.Chance(50)) wanted->set_importance(dice.Between(2, 5));
  }
}

}  // namespace

Career MakeCareer(const Position& position, Dice& dice) {
  Career career;
  career.department = std::max(0, position.department);
  career.craft = dice.Below(static_cast<int>(Departments()[career.department].crafts.size()));
  career.height = position.height;
  constexpr std::array<std::pair<int, int>, kTopLevel> kYears = {{{0, 2}, {2, 6}, {5, 12}, {9, 20}, {12, 30}}};
  if (position.height == 0) {
    career.level = 1 + dice.Weighted({15, 35, 33, 13, 4});
    career.years = dice.Between(kYears[career.level - 1].first, kYears[career.level - 1].second);
  } else {
    career.level = 3;
    const int least = 5 + 3 * std::min(position.height, 5);
    career.years = dice.Between(least, least + 12);
  }
  // Most people stay a few years: the smaller of two throws.
  career.tenure = std::min({career.years, dice.Below(16), dice.Below(16)});
  return career;
}

std::string TitleOf(int department, int craft, int level, int height) {
  const Department& place = Departments()[department];
  const absl::string_view noun = place.crafts[craft].noun;
  if (height >= 4) return absl::StrCat("Vice president of ", place.field);
  if (height == 3) return absl::StrCat("Director of ", place.field);
  if (height == 2) return absl::StrCat("Senior ", place.field, " manager");
  if (height == 1) return Capital(absl::StrCat(place.field, " manager"));
  if (level == 1) return absl::StrCat("Junior ", noun);
  if (level == 2) return Capital(std::string(noun));
  if (level == 3) return absl::StrCat("Senior ", noun);
  if (level == 4) return absl::StrCat(IsTechnical(place) ? "Staff " : "Lead ", noun);
  return absl::StrCat("Principal ", noun);
}

void TellJourney(const Career& career, Dice& dice, Person& person) {
  std::vector<Step> way = StraightWay(career);
  Bend(career, dice, way);
  // Nobody changes role more than every second year; who has worked for a year has one step to tell.
  const int most = std::min<int>(static_cast<int>(way.size()), 1 + career.years / 2);
  way.erase(way.begin(), way.end() - most);
  way.front().move = profile::v1::MOVE_KIND_START;
  const int begin = kSampleYear - 1 - career.years;
  const int hired = kSampleYear - 1 - career.tenure;
  for (int i = 0; i < most; ++i) {
    const Step& step = way[i];
    auto* told = person.add_journey();
    told->set_role(TitleOf(step.department, step.craft, step.level, step.height));
    told->set_department(std::string(Departments()[step.department].name));
    told->set_from_year(begin + career.years * i / most);
    // Whoever came last year has their role of today since then.
    if (i + 1 == most) told->set_from_year(std::max(told->from_year(), hired));
    if (i > 0) person.mutable_journey(i - 1)->set_to_year(told->from_year());
    told->set_move(step.move);
    told->set_confirmed(dice.Chance(85));
  }
  for (int i = 0; i + 1 < most; ++i) person.mutable_journey(i)->set_outside(person.journey(i).to_year() <= hired);
  // The step one is in is told under the title one has, and here.
  auto* now = person.mutable_journey(most - 1);
  now->set_role(person.title());
  now->set_department(person.department());
}

void TellSkills(const Career& career, Dice& dice, Person& person) {
  const Department& place = Departments()[career.department];
  const Craft& craft = place.crafts[career.craft];
  const int level = career.height > 0 ? 4 : std::min(career.level + 1, 5);
  for (const absl::string_view skill : craft.skills) {
    if (dice.Chance(75)) AddHeld(skill, level, dice, person);
  }
  const auto add = [&](const std::vector<absl::string_view>& skills, int count, int usual) {
    for (const int index : dice.Sample(static_cast<int>(skills.size()), count)) {
      if (!Holds(person, skills[index])) AddHeld(skills[index], usual, dice, person);
    }
  };
  add(place.skills, dice.Between(1, 3) + career.level / 2, level - 1);
  add(CommonSkills(), dice.Between(0, 2) + career.height, level - 1);
  if (career.height > 0) add(LeadingSkills(), dice.Between(2, 4), std::min(2 + career.height, 5));
  // More than a quarter of people want nothing new: they want to keep what they have, or say nothing.
  if (dice.Chance(73)) {
    Want(place.skills, dice.Between(0, 2), dice, person);
    // One throw a statement: the order of arguments is the compiler's, the bytes of a sample are not.
    const Craft& next_door = dice.Pick(place.crafts);
    Want(next_door.skills, dice.Between(0, 2), dice, person);
    Want(career.level >= 3 ? LeadingSkills() : CommonSkills(), dice.Between(0, 2), dice, person);
    if (dice.Chance(35)) Want(Departments()[OtherDepartment(career.department, dice)].skills, 2, dice, person);
  }
  for (int i = 0; i < person.skills_held_size() && dice.Chance(60); i += 2) {
    person.add_skills_wanted()->set_skill(person.skills_held(i).skill());
  }
}

void TellDestination(const Career& career, Dice& dice, ImportRow& row) {
  if (!dice.Chance(62)) return;
  profile::v1::Destination& destination = *row.mutable_destination();
  const bool leads = career.height > 0;
  const int kind = 1 + dice.Weighted({34, 16, leads ? 12 : 0, 6, 5, 9, 15, 10});
  destination.set_kind(static_cast<profile::v1::DestinationKind>(kind));
  const int other = OtherDepartment(career.department, dice);
  const int craft = dice.Below(static_cast<int>(Departments()[other].crafts.size()));
  switch (destination.kind()) {
    case profile::v1::DESTINATION_KIND_NEXT_LEVEL: {
      const bool lead = leads || career.level >= kTopLevel || (career.level >= 3 && dice.Chance(50));
      destination.set_text(TitleOf(career.department, career.craft, career.level + 1, lead ? career.height + 1 : 0));
      break;
    }
    case profile::v1::DESTINATION_KIND_SIDEWAYS:
    case profile::v1::DESTINATION_KIND_NEW_FIELD:
      destination.set_text(TitleOf(other, craft, std::min(career.level, 3), 0));
      break;
    case profile::v1::DESTINATION_KIND_BACK_TO_CRAFT:
      destination.set_text(TitleOf(career.department, career.craft, 4, 0));
      break;
    case profile::v1::DESTINATION_KIND_DEEPEN_HERE:
      destination.set_text("Become the one others ask");
      break;
    case profile::v1::DESTINATION_KIND_FEWER_HOURS:
      destination.set_text("A four-day week in this role");
      break;
    default:
      break;
  }
  for (const int motive : dice.Sample(6, dice.Between(1, 2))) {
    destination.add_motives(static_cast<profile::v1::Motive>(motive + 1));
  }
  constexpr std::array<profile::v1::Audience, 4> kAudiences = {
      profile::v1::AUDIENCE_EVERYONE, profile::v1::AUDIENCE_PEOPLE_I_ASK, profile::v1::AUDIENCE_MY_MANAGER,
      profile::v1::AUDIENCE_ONLY_ME};
  destination.set_audience(kAudiences[dice.Weighted({45, 35, 10, 10})]);
}

void TellOffer(const Career& career, Dice& dice, ImportRow& row) {
  if (!dice.Chance(60)) return;
  profile::v1::Offer& offer = *row.mutable_offer();
  const bool senior = career.level >= 3;
  offer.set_mentor(dice.Chance(senior ? 80 : 25));
  offer.set_mentee(dice.Chance(senior ? 40 : 85));
  offer.set_reverse(career.level <= 2 && dice.Chance(15));
  offer.set_coffee(dice.Chance(65) || (!offer.mentor() && !offer.mentee() && !offer.reverse()));
  if (offer.mentor()) offer.set_places(dice.Between(1, 3));
  for (const int index : dice.Sample(row.person().skills_held_size(), dice.Between(1, 3))) {
    offer.add_topics(row.person().skills_held(index).skill());
  }
  constexpr std::array<profile::v1::Booking, 3> kBookings = {
      profile::v1::BOOKING_ASK_FIRST, profile::v1::BOOKING_OPEN_DOOR, profile::v1::BOOKING_CLOSED};
  offer.set_booking(kBookings[dice.Weighted({70, 26, 4})]);
}

}  // namespace cortado::ctl
