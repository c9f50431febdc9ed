#include "services/profile/profile_suggestions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr int32_t kFewest = 5;  // People of a count that is told (product rules 2.5).
constexpr size_t kMost = 30;

using Suggested = google::protobuf::RepeatedPtrField<v1::SuggestedSkill>;

// Adds the skills that enough of `people` list and that are not in `known`, the most frequent first, then by name.
void Fill(const SkillView& view, const std::map<std::string, int32_t>& counts, int32_t people,
          const std::set<std::string>& known, Suggested& suggested) {
  std::vector<std::pair<int32_t, std::string>> order;
  for (const auto& [skill, count] : counts) {
    if (count >= kFewest && known.count(skill) == 0) order.emplace_back(-count, skill);
  }
  std::sort(order.begin(), order.end());
  if (order.size() > kMost) order.resize(kMost);
  for (const auto& [count, skill] : order) {
    const std::optional<NamedSkill> named = FindSkill(view, skill);
    if (!named) continue;
    v1::SuggestedSkill& one = *suggested.Add();
    one.set_skill(named->name);
    one.set_display_name(named->display_name);
    one.set_percent(100 * -count / people);
  }
}

}  // namespace

Task<absl::StatusOr<v1::SuggestedProfile>> ProfileSuggestions::Suggest(rpc::Call call,
                                                                       const v1::SuggestProfileRequest& request) {
  const std::string id = PersonId(request.person());
  if (!call.IsSelf(id)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Person> person, co_await people_.Find(call, id));
  if (!person) co_return NotFound();
  v1::SuggestedProfile suggested;
  suggested.set_title(request.title().empty() ? person->title() : request.title());
  if (suggested.title().empty()) co_return suggested;
  Census::Listed listed;
  CO_RETURN_IF_ERROR(
      co_await censuses_.Read(call, [&](const Census& census) { listed = census.ListedAs(suggested.title(), id); }));
  suggested.set_people_count(listed.people);
  if (listed.people < kFewest) co_return suggested;
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(call));
  std::set<std::string> held, told;
  for (const v1::HeldSkill& skill : person->skills_held()) held.insert(skill.skill());
  told = held;
  for (const v1::WantedSkill& skill : person->skills_wanted()) told.insert(skill.skill());
  Fill(*view, listed.held, listed.people, held, *suggested.mutable_skills_held());
  Fill(*view, listed.wanted, listed.people, told, *suggested.mutable_skills_wanted());
  co_return suggested;
}

}  // namespace cortado::profile
