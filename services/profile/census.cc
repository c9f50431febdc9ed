#include "services/profile/census.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "services/profile/skill_catalog.h"

namespace cortado::profile {
namespace {

bool IsTold(const v1::JourneyStep& step) {
  const bool everyone = step.audience() == v1::AUDIENCE_EVERYONE || step.audience() == v1::AUDIENCE_UNSPECIFIED;
  return step.confirmed() && everyone && !step.role().empty();
}

bool Teaches(const PersonFile& file) {
  return file.person.join_state() == v1::JOIN_STATE_JOINED && file.offer && file.offer->mentor() &&
         file.offer->booking() != v1::BOOKING_CLOSED;
}

}  // namespace

int32_t Census::NumberOfSkill(absl::string_view name) {
  const auto [at, is_new] = skills_.emplace(std::string(name), static_cast<int32_t>(skill_names_.size()));
  if (is_new) skill_names_.emplace_back(name);
  return at->second;
}

int32_t Census::NumberOfTitle(absl::string_view title) {
  if (title.empty()) return -1;
  const auto [at, is_new] = title_numbers_.emplace(SkillSlug(title), title_count());
  if (is_new) titles_.push_back({std::string(title), 0});
  return at->second;
}

void Census::CountTitle(const Entry& entry, int32_t by) {
  if (entry.active && entry.holder.title >= 0) titles_[entry.holder.title].people += by;
}

void Census::Put(absl::string_view id, const PersonFile* file) {
  const auto [at, is_new] = ids_.emplace(std::string(id), static_cast<int32_t>(people_.size()));
  if (is_new) people_.emplace_back();
  Entry& entry = people_[at->second];
  CountTitle(entry, -1);
  entry = Entry();
  if (file == nullptr || !file->person.active()) return;
  const v1::Person& person = file->person;
  entry.active = true;
  entry.teaches = Teaches(*file);
  if (file->offer) entry.paused_until = file->offer->pause_end_time().seconds();
  entry.holder.title = NumberOfTitle(person.title());
  std::map<int32_t, int32_t> held;
  for (const v1::HeldSkill& skill : person.skills_held()) {
    int32_t& level = held[NumberOfSkill(skill.skill())];
    level = std::max(level, skill.level());
  }
  entry.holder.skills.assign(held.begin(), held.end());
  std::set<int32_t> wanted;
  for (const v1::WantedSkill& skill : person.skills_wanted()) {
    const int32_t number = NumberOfSkill(skill.skill());
    if (held.count(number) == 0) wanted.insert(number);
  }
  entry.wanted.assign(wanted.begin(), wanted.end());
  for (int i = 1; i < person.journey_size(); ++i) {
    if (!IsTold(person.journey(i - 1)) || !IsTold(person.journey(i))) continue;
    const int32_t from = NumberOfTitle(person.journey(i - 1).role()), to = NumberOfTitle(person.journey(i).role());
    if (from != to) entry.moves.emplace_back(from, to);
  }
  CountTitle(entry, 1);
}

int32_t Census::TitleNumber(absl::string_view title) const {
  const auto found = title_numbers_.find(SkillSlug(title));
  return found == title_numbers_.end() ? -1 : found->second;
}

int32_t HeldTable::Find(absl::string_view skill) const {
  const auto at = std::lower_bound(skills.begin(), skills.end(), skill);
  return at == skills.end() || *at != skill ? -1 : static_cast<int32_t>(at - skills.begin());
}

std::vector<std::vector<int32_t>> HeldTable::Skills() const {
  std::vector<std::vector<int32_t>> all;
  all.reserve(people.size());
  for (const RoleHolder& person : people) {
    std::vector<int32_t>& held = all.emplace_back();
    for (const auto& [skill, level] : person.skills) held.push_back(skill);
  }
  return all;
}

HeldTable Census::Held() const {
  HeldTable table;
  table.skills = skill_names_;
  std::sort(table.skills.begin(), table.skills.end());
  std::vector<int32_t> rank(skill_names_.size());
  for (size_t i = 0; i < rank.size(); ++i) rank[i] = table.Find(skill_names_[i]);
  for (const Entry& entry : people_) {
    if (!entry.active || entry.holder.skills.empty()) continue;
    RoleHolder& holder = table.people.emplace_back(entry.holder);
    for (auto& [skill, level] : holder.skills) skill = rank[skill];
    std::sort(holder.skills.begin(), holder.skills.end());
  }
  return table;
}

Census::Listed Census::ListedAs(absl::string_view title, absl::string_view except) const {
  Listed listed;
  const int32_t number = TitleNumber(title);
  const auto self = ids_.find(except);
  for (size_t i = 0; number >= 0 && i < people_.size(); ++i) {
    const Entry& entry = people_[i];
    const bool is_self = self != ids_.end() && self->second == static_cast<int32_t>(i);
    if (!entry.active || entry.holder.title != number || is_self) continue;
    ++listed.people;
    for (const auto& [skill, level] : entry.holder.skills) ++listed.held[skill_names_[skill]];
    for (const int32_t skill : entry.wanted) ++listed.wanted[skill_names_[skill]];
  }
  return listed;
}

int64_t Census::Teachers(absl::string_view skill, int32_t level, absl::string_view except, absl::Time now) const {
  const auto number = skills_.find(skill), self = ids_.find(except);
  if (number == skills_.end()) return 0;
  int64_t teachers = 0;
  for (size_t i = 0; i < people_.size(); ++i) {
    const Entry& entry = people_[i];
    const bool is_self = self != ids_.end() && self->second == static_cast<int32_t>(i);
    if (!entry.teaches || is_self || absl::FromUnixSeconds(entry.paused_until) > now) continue;
    const auto& held = entry.holder.skills;
    const auto at = std::lower_bound(held.begin(), held.end(), std::make_pair(number->second, 0));
    if (at == held.end() || at->first != number->second) continue;
    if (level == 0 || at->second == 0 || at->second >= level) ++teachers;
  }
  return teachers;
}

std::vector<std::pair<std::string, int32_t>> Census::MovesFrom(absl::string_view title) const {
  const int32_t from = TitleNumber(title);
  std::map<int32_t, int32_t> counts;
  for (const Entry& entry : people_) {
    std::set<int32_t> to;
    for (const auto& [before, after] : entry.moves) {
      if (before == from) to.insert(after);
    }
    for (const int32_t after : to) ++counts[after];
  }
  std::vector<std::pair<std::string, int32_t>> moves;
  for (const auto& [to, people] : counts) moves.emplace_back(titles_[to].name, people);
  std::sort(moves.begin(), moves.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(-a.second, a.first) < std::make_tuple(-b.second, b.first);
  });
  return moves;
}

}  // namespace cortado::profile
