#include "services/profile/crossing.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "services/profile/skill_gap.h"

namespace cortado::profile {
namespace {

using Requirements = google::protobuf::RepeatedPtrField<v1::Requirement>;

int Importance(const v1::Requirement& requirement) {
  return requirement.importance() == kUnknown ? kUsualImportance : requirement.importance();
}

// Negative where the second takes less of it, positive where more.
int Change(const v1::Requirement& from, const v1::Requirement& to) {
  const bool known = from.level() != kUnknown && to.level() != kUnknown;
  if (known && from.level() != to.level()) return to.level() - from.level();
  return Importance(to) - Importance(from);
}

void Sort(Requirements& list) {
  std::sort(list.begin(), list.end(), [](const v1::Requirement& a, const v1::Requirement& b) {
    return std::make_tuple(-Importance(a), -a.level(), a.skill()) <
           std::make_tuple(-Importance(b), -b.level(), b.skill());
  });
}

}  // namespace

void Compare(v1::Crossing& crossing) {
  std::map<std::string, const v1::Requirement*> before, after;
  for (const v1::Requirement& requirement : crossing.from_role().requirements()) {
    before.emplace(requirement.skill(), &requirement);
  }
  for (const v1::Requirement& requirement : crossing.to_role().requirements()) {
    after.emplace(requirement.skill(), &requirement);
  }
  for (const auto& [skill, requirement] : after) {
    const auto held = before.find(skill);
    if (held == before.end()) {
      *crossing.add_added() = *requirement;
      continue;
    }
    const int change = Change(*held->second, *requirement);
    *(change > 0 ? crossing.add_raised() : change < 0 ? crossing.add_lowered() : crossing.add_same()) = *requirement;
  }
  for (const auto& [skill, requirement] : before) {
    if (!after.contains(skill)) *crossing.add_dropped() = *requirement;
  }
  for (Requirements* list : {crossing.mutable_added(), crossing.mutable_raised(), crossing.mutable_same(),
                             crossing.mutable_lowered(), crossing.mutable_dropped()}) {
    Sort(*list);
  }
}

}  // namespace cortado::profile
