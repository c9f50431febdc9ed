#include "services/matching/teams.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "services/matching/affinity/gap.h"
#include "services/matching/affinity/reporting.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/ranking.h"

namespace cortado::matching {
namespace {

struct Counts {
  int32_t wanting = 0;
  int32_t holding = 0;
};

struct Department {
  int32_t people = 0;
  std::map<int32_t, Counts> skills;  // Of those the asker holds.
};

int32_t Told(int32_t count) { return count / kFewestTold * kFewestTold; }

// Counts the asker's skills in every department but their own.
std::map<int32_t, Department> CountDepartments(const Organization& organization, const Person& asker) {
  std::vector<uint8_t> held(organization.skill_count(), 0);
  for (const HeldSkill& skill : asker.held) held[skill.skill] = 1;
  std::map<int32_t, Department> departments;
  for (const Person& person : organization.people()) {
    if (!person.active || person.department == kUnknown || person.department == asker.department) continue;
    Department& department = departments[person.department];
    ++department.people;
    for (const HeldSkill& skill : person.held) {
      if (held[skill.skill] != 0) ++department.skills[skill.skill].holding;
    }
    for (const GapSkill& gap : SkillGap(person.held, person.wanted)) {
      if (held[gap.skill] != 0 && gap.own_level == 0) ++department.skills[gap.skill].wanting;
    }
  }
  return departments;
}

std::vector<TeamSkill> Short(const Department& department) {
  std::vector<TeamSkill> skills;
  for (const auto& [skill, counts] : department.skills) {
    const bool is_short = counts.wanting >= counts.holding + kFewestTold;
    const bool hides_somebody = department.people - counts.wanting >= kFewestTold;
    if (is_short && hides_somebody) skills.push_back({skill, Told(counts.wanting), Told(counts.holding)});
  }
  std::stable_sort(skills.begin(), skills.end(),
                   [](const TeamSkill& a, const TeamSkill& b) { return a.wanting > b.wanting; });
  return skills;
}

int64_t Missed(const Team& team) {
  int64_t missed = 0;
  for (const TeamSkill& skill : team.skills) missed += skill.wanting - skill.holding;
  return missed;
}

}  // namespace

std::vector<Team> ShortTeams(const Organization& organization, const Query& query, int32_t limit) {
  const Person& asker = organization.people()[query.asker];
  std::vector<Team> teams;
  for (const auto& [number, department] : CountDepartments(organization, asker)) {
    std::vector<TeamSkill> skills = Short(department);
    if (!skills.empty()) teams.push_back({number, std::move(skills), kUnknown});
  }
  std::stable_sort(teams.begin(), teams.end(), [](const Team& a, const Team& b) { return Missed(a) > Missed(b); });
  if (static_cast<int32_t>(teams.size()) > limit) teams.resize(limit);
  const Reporting reporting(organization, query.asker);
  const Eligibility eligibility(organization, query, &reporting);
  for (int32_t person = 0; person < organization.size(); ++person) {
    const int32_t department = organization.people()[person].department;
    const auto team =
        std::find_if(teams.begin(), teams.end(), [&](const Team& t) { return t.department == department; });
    if (team == teams.end() || eligibility.Check(person) != Refusal::kNone) continue;
    const auto turn = [&](int32_t candidate) {
      const uint64_t asker_hash = organization.id_hash(query.asker);
      return std::make_tuple(TurnOf(asker_hash, organization.id_hash(candidate), query.week), candidate);
    };
    if (team->contact == kUnknown || turn(person) < turn(team->contact)) team->contact = person;
  }
  return teams;
}

}  // namespace cortado::matching
