#include "services/matching/eligibility.h"

#include <algorithm>

namespace cortado::matching {
namespace {

std::vector<int32_t> Sorted(std::vector<int32_t> values) {
  std::sort(values.begin(), values.end());
  return values;
}

bool Contains(const std::vector<int32_t>& sorted, int32_t value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

}  // namespace

bool IsNotAvailable(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNotActive:
    case Refusal::kBlocked:
    case Refusal::kPaused:
    case Refusal::kClosed:
    case Refusal::kNoCommonLanguage:
    case Refusal::kNotJoined:
      return true;
    case Refusal::kNone:
    case Refusal::kOneself:
    case Refusal::kFilteredOut:
    case Refusal::kOwnLine:
    case Refusal::kAlreadyAsked:
    case Refusal::kNotOffered:
    case Refusal::kNoPlaceLeft:
      return false;
  }
  return false;
}

Eligibility::Eligibility(const Organization& organization, const Query& query, const Reporting* reporting)
    : organization_(organization),
      query_(query),
      reporting_(reporting),
      blocked_by_asker_(Sorted(organization.people()[query.asker].blocks)),
      already_asked_(Sorted(query.already_asked)),
      except_(Sorted(query.filter.except)) {
  if (query.filter.crossing) journey_.emplace(organization, query.asker);
  for (int32_t language : organization.people()[query.asker].languages) {
    if (static_cast<size_t>(language) >= speaks_.size()) speaks_.resize(language + 1);
    speaks_[language] = 1;
  }
}

Refusal Eligibility::Check(int32_t candidate) const {
  const Person& person = organization_.people()[candidate];
  if (candidate == query_.asker) return Refusal::kOneself;
  if (!person.active) return Refusal::kNotActive;
  if (!IsWanted(candidate)) return Refusal::kFilteredOut;
  if (Blocks(candidate)) return Refusal::kBlocked;
  if (person.paused_until > query_.now) return Refusal::kPaused;
  if (person.closed) return Refusal::kClosed;
  if (!ShareALanguage(person)) return Refusal::kNoCommonLanguage;
  if (reporting_ != nullptr && !query_.include_own_line && reporting_->IsInOwnLine(candidate)) {
    return Refusal::kOwnLine;
  }
  if (Contains(already_asked_, candidate)) return Refusal::kAlreadyAsked;
  const bool assumed_open = !person.joined && query_.assume_open;
  if (!person.joined && !assumed_open) return Refusal::kNotJoined;
  const bool offered = (person.open_to & static_cast<uint8_t>(query_.role)) != 0;
  if (!offered && !assumed_open) return Refusal::kNotOffered;
  if (person.places - person.active_matches - person.open_requests <= 0) return Refusal::kNoPlaceLeft;
  return Refusal::kNone;
}

bool Eligibility::Blocks(int32_t candidate) const {
  if (Contains(blocked_by_asker_, candidate)) return true;
  const std::vector<int32_t>& blocks = organization_.people()[candidate].blocks;
  return std::find(blocks.begin(), blocks.end(), query_.asker) != blocks.end();
}

bool Eligibility::IsWanted(int32_t candidate) const {
  const Filter& filter = query_.filter;
  const Person& person = organization_.people()[candidate];
  const auto has = [](const std::vector<int32_t>& values, int32_t value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  if (!filter.departments.empty() && !has(filter.departments, person.department)) return false;
  if (!filter.sites.empty() && !has(filter.sites, person.site)) return false;
  if (filter.language != kUnknown && !has(person.languages, filter.language)) return false;
  if (Contains(except_, candidate)) return false;
  if (journey_ && !journey_->HasCrossed(person)) return false;
  return std::all_of(filter.skills.begin(), filter.skills.end(), [&person](int32_t skill) {
    return std::any_of(person.held.begin(), person.held.end(),
                       [skill](const HeldSkill& held) { return held.skill == skill; });
  });
}

bool Eligibility::ShareALanguage(const Person& candidate) const {
  if (speaks_.empty() || candidate.languages.empty()) return true;
  return std::any_of(candidate.languages.begin(), candidate.languages.end(), [this](int32_t language) {
    return static_cast<size_t>(language) < speaks_.size() && speaks_[language] != 0;
  });
}

}  // namespace cortado::matching
