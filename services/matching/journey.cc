#include "services/matching/journey.h"

#include <algorithm>

namespace cortado::matching {
namespace {

constexpr int32_t kSame = 1000;
constexpr int32_t kArrivedAlone = 400;
constexpr int32_t kFromTheSamePlace = 600;
constexpr size_t kTelling = 3;  // Skills that a role must take to be known by them.

bool FeedsRanking(const Step& step) {
  return step.confirmed || (step.kind != MoveKind::kDown && step.kind != MoveKind::kBackToCraft);
}

// Calls visit(role, kind, confirmed) for each point of the path, oldest first.
template <typename Visit>
void ForEachPoint(const Person& person, Visit visit) {
  int32_t last = kUnknown;
  for (const Step& step : person.journey) {
    if (!FeedsRanking(step)) continue;
    visit(step.role, step.kind, step.confirmed);
    last = step.role;
  }
  if (person.role != kUnknown && person.role != last) visit(person.role, MoveKind::kUnspecified, true);
}

// Of every role to this one.
std::vector<int16_t> Similarities(const Organization& organization, int32_t role) {
  const int32_t titled = static_cast<int32_t>(organization.role_words().size());
  std::vector<int16_t> similarities(std::max(titled, role + 1), 0);
  if (role == kUnknown) return similarities;
  for (int32_t other = 0; other < titled; ++other) {
    similarities[other] = static_cast<int16_t>(RoleSimilarity(organization, role, other));
  }
  similarities[role] = kSame;
  return similarities;
}

int32_t WeightOf(const WantedSkill& skill) {
  return (skill.level == 0 ? kAssumedLevel : skill.level) * skill.importance;
}

int32_t Arrived(int32_t like_destination, int32_t start) {
  return like_destination * (kArrivedAlone * 1000 + kFromTheSamePlace * start) / 1000000;
}

int32_t At(const std::vector<int16_t>& similarities, int32_t role) {
  return role >= 0 && static_cast<size_t>(role) < similarities.size() ? similarities[role] : 0;
}

}  // namespace

int32_t TitleSimilarity(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  if (a.empty() || b.empty()) return 0;
  int32_t common = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) ++common;
    const bool step_i = *i <= *j;
    const bool step_j = *j <= *i;
    i += step_i;
    j += step_j;
  }
  return 2 * common * kSame / static_cast<int32_t>(a.size() + b.size());
}

int32_t RequirementSimilarity(const std::vector<WantedSkill>& a, const std::vector<WantedSkill>& b) {
  if (a.size() < kTelling || b.size() < kTelling) return 0;
  int32_t common = 0, all = 0;
  for (const WantedSkill& one : a) {
    all += WeightOf(one);
    for (const WantedSkill& other : b) {
      if (one.skill == other.skill) common += std::min(WeightOf(one), WeightOf(other));
    }
  }
  for (const WantedSkill& one : b) all += WeightOf(one);
  return 2 * common * kSame / all;
}

int32_t RoleSimilarity(const Organization& organization, int32_t a, int32_t b) {
  if (a == kUnknown || b == kUnknown) return 0;
  if (a == b) return kSame;
  const auto both_in = [&](const auto& table) { return static_cast<size_t>(std::max(a, b)) < table.size(); };
  const auto& words = organization.role_words();
  const auto& takes = organization.role_requirements();
  const int32_t by_title = both_in(words) ? TitleSimilarity(words[a], words[b]) : 0;
  const int32_t by_skills = both_in(takes) ? RequirementSimilarity(takes[a], takes[b]) : 0;
  const int32_t similarity = std::max(by_title, by_skills);
  return similarity >= kResembles ? similarity : 0;
}

bool LeadsTo(MoveKind step, DestinationKind destination) {
  switch (destination) {
    case DestinationKind::kNextLevel:
      return step == MoveKind::kUp;
    case DestinationKind::kSideways:
      return step == MoveKind::kSide;
    case DestinationKind::kBackToCraft:
      return step == MoveKind::kBackToCraft;
    case DestinationKind::kFewerHours:
      return step == MoveKind::kDown;
    case DestinationKind::kNewField:
      return step == MoveKind::kNewField;
    case DestinationKind::kNotSureYet:
      return step != MoveKind::kUnspecified;
    case DestinationKind::kUnspecified:
    case DestinationKind::kPortfolio:
    case DestinationKind::kDeepenHere:
      return false;
  }
  return false;
}

std::vector<JourneyPoint> JourneyPoints(const Person& person) {
  std::vector<JourneyPoint> points;
  ForEachPoint(person, [&](int32_t role, MoveKind kind, bool confirmed) { points.push_back({role, kind, confirmed}); });
  return points;
}

JourneyQuery::JourneyQuery(const Organization& organization, int32_t asker)
    : like_now_(Similarities(organization, organization.people()[asker].role)),
      like_destination_(Similarities(organization, organization.people()[asker].destination.role)),
      kind_(organization.people()[asker].destination.kind) {
  constexpr MoveKind kMoves[] = {MoveKind::kUp, MoveKind::kSide, MoveKind::kDown, MoveKind::kBackToCraft,
                                 MoveKind::kNewField};
  is_movable_ = std::any_of(std::begin(kMoves), std::end(kMoves), [&](MoveKind m) { return LeadsTo(m, kind_); });
  has_destination_ = organization.people()[asker].destination.role != kUnknown || is_movable_;
}

std::vector<JourneyQuery::TellingRole> JourneyQuery::TellingRoles() const {
  std::vector<TellingRole> roles;
  if (!has_destination_) return roles;
  const auto most = static_cast<int32_t>(std::max(like_now_.size(), like_destination_.size()));
  for (int32_t role = 0; role < most; ++role) {
    const auto now = static_cast<int16_t>(At(like_now_, role));
    const auto destination = static_cast<int16_t>(At(like_destination_, role));
    if (now > 0 || destination > 0) roles.push_back({role, now, destination});
  }
  return roles;
}

int32_t JourneyQuery::MostOf(int32_t like_now, int32_t like_destination) const {
  const int32_t moved = is_movable_ ? kFromTheSamePlace * like_now / 1000 : 0;
  return std::max(Arrived(like_destination, like_now), moved);
}

bool JourneyQuery::HasPath(const Person& candidate) {
  return candidate.role != kUnknown || std::any_of(candidate.journey.begin(), candidate.journey.end(), FeedsRanking);
}

JourneyMatch JourneyQuery::Match(const Person& candidate) const {
  JourneyMatch best;
  int32_t start = 0;
  int32_t start_at = kUnknown;
  int32_t at = 0;
  ForEachPoint(candidate, [&](int32_t role, MoveKind kind, bool) {
    const int32_t arrived = Arrived(At(like_destination_, role), start);
    const int32_t moved = LeadsTo(kind, kind_) ? kFromTheSamePlace * start / 1000 : 0;
    const int32_t value = std::max(arrived, moved);
    if (value > best.value) best = {value, start_at, at, moved > arrived};
    if (const int32_t similarity = At(like_now_, role); similarity > start) {
      start = similarity;
      start_at = at;
    }
    ++at;
  });
  return best;
}

bool JourneyQuery::HasCrossed(const Person& candidate) const {
  bool started = false;
  bool crossed = false;
  ForEachPoint(candidate, [&](int32_t role, MoveKind kind, bool confirmed) {
    if (!confirmed) return;
    crossed = crossed || (started && (At(like_destination_, role) > 0 || LeadsTo(kind, kind_)));
    started = started || At(like_now_, role) > 0;
  });
  return crossed;
}

}  // namespace cortado::matching
