#include "services/matching/program/pair_facts.h"

#include <algorithm>

namespace cortado::matching {
namespace {

std::optional<bool> ShareALanguage(const Person& a, const Person& b) {
  if (a.languages.empty() || b.languages.empty()) return std::nullopt;
  return std::find_first_of(a.languages.begin(), a.languages.end(), b.languages.begin(), b.languages.end()) !=
         a.languages.end();
}

}  // namespace

PairFacts MenteeFacts::With(int32_t mentor) const {
  const Person& asker = organization_.people()[mentee_];
  const Person& other = organization_.people()[mentor];
  const auto tags_of = [this](int32_t person) {
    return static_cast<size_t>(person) < program_.tags.size() ? program_.tags[person] : std::vector<int32_t>();
  };
  PairFacts facts;
  facts.mentee_department = asker.department;
  facts.mentor_department = other.department;
  facts.mentee_site = asker.site;
  facts.mentor_site = other.site;
  facts.mentee_tags = tags_of(mentee_);
  facts.mentor_tags = tags_of(mentor);
  facts.own_line = reporting_.IsInOwnLine(mentor);
  facts.common_language = ShareALanguage(asker, other);
  facts.common_minutes = affinities_.CommonMinutes(other);
  facts.lines_apart = reporting_.Distance(mentor);
  if (asker.experience_months != kUnknown && other.experience_months != kUnknown) {
    facts.more_experience = other.experience_months - asker.experience_months;
  }
  const auto met = program_.met.find(std::minmax(mentee_, mentor));
  if (met != program_.met.end()) facts.weeks_since_met = met->second;
  return facts;
}

}  // namespace cortado::matching
