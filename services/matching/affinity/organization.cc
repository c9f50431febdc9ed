#include "services/matching/affinity/organization.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace cortado::matching {
namespace {

// Bytes of UTF-8 beyond ASCII belong to words, so that titles of every language have words.
bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0 || c == '+' || c == '#';
}

std::vector<std::string> Words(absl::string_view title) {
  std::vector<std::string> words;
  std::string word;
  for (char c : title) {
    if (IsWordByte(c)) {
      word.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

template <typename T>
void GrowTo(std::vector<T>& values, int32_t index) {
  if (static_cast<size_t>(index) >= values.size()) values.resize(index + 1);
}

}  // namespace

uint64_t StableHash(absl::string_view id) {
  uint64_t hash = 14695981039346656037u;
  for (char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

void Organization::Put(int32_t index, Person person) {
  GrowTo(people_, index);
  GrowTo(id_hashes_, index);
  CountInterests(people_[index], -1);
  CountWanted(people_[index], -1);
  for (const HeldSkill& held : person.held) skill_count_ = std::max(skill_count_, held.skill + 1);
  for (const WantedSkill& wanted : person.wanted) skill_count_ = std::max(skill_count_, wanted.skill + 1);
  for (int32_t interest : person.interests) GrowTo(interest_holders_, interest);
  CountInterests(person, +1);
  skill_wanted_.resize(std::max(skill_wanted_.size(), static_cast<size_t>(skill_count_)));
  CountWanted(person, +1);
  id_hashes_[index] = StableHash(person.id);
  managers_.resize(people_.size(), kUnknown);
  managers_[index] = person.manager;
  person.skills_without_level = static_cast<int32_t>(
      std::count_if(person.held.begin(), person.held.end(), [](const HeldSkill& held) { return held.level == 0; }));
  people_[index] = std::move(person);
}

void Organization::CountWanted(const Person& person, int32_t by) {
  if (!person.active) return;
  for (const WantedSkill& wanted : person.wanted) skill_wanted_[wanted.skill] += by;
}

int64_t Organization::Demand(int32_t index) const {
  int64_t demand = 1;
  for (const HeldSkill& held : people_[index].held) demand += skill_wanted_[held.skill];
  return std::min<int64_t>(demand, int64_t{1} << 31);
}

void Organization::SetLoad(int32_t index, int32_t active_matches, int32_t open_requests, int32_t unanswered) {
  Person& person = people_[index];
  person.active_matches = active_matches;
  person.open_requests = open_requests;
  person.unanswered = unanswered;
}

void Organization::SetRoleTitle(int32_t role, absl::string_view title) {
  GrowTo(role_words_, role);
  std::vector<int32_t>& words = role_words_[role];
  words.clear();
  for (std::string& word : Words(title)) {
    words.push_back(words_.try_emplace(std::move(word), static_cast<int32_t>(words_.size())).first->second);
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

void Organization::SetRoleRequirements(int32_t role, std::vector<WantedSkill> requirements) {
  GrowTo(role_requirements_, role);
  for (const WantedSkill& one : requirements) skill_count_ = std::max(skill_count_, one.skill + 1);
  role_requirements_[role] = std::move(requirements);
}

void Organization::SetRelated(std::vector<std::vector<RelatedSkill>> related) {
  related_ = std::move(related);
  for (const std::vector<RelatedSkill>& all : related_) {
    for (const RelatedSkill& one : all) skill_count_ = std::max(skill_count_, one.skill + 1);
  }
}

const std::vector<RelatedSkill>& Organization::related(int32_t skill) const {
  static const std::vector<RelatedSkill>* const kNone = new std::vector<RelatedSkill>;
  return static_cast<size_t>(skill) < related_.size() ? related_[skill] : *kNone;
}

void Organization::SetHours(int32_t index, const WeeklyHours& hours) {
  GrowTo(hours_, index);
  hours_[index] = hours;
}

void Organization::CountInterests(const Person& person, int32_t by) {
  if (!person.active || person.interests.empty()) return;
  people_with_interests_ += by;
  for (int32_t interest : person.interests) interest_holders_[interest] += by;
}

}  // namespace cortado::matching
