#include "services/matching/discovery.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"
#include "common/status/status.h"
#include "services/matching/affinity.h"
#include "services/matching/eligibility.h"
#include "services/matching/filters.h"
#include "services/matching/index/ranking.h"
#include "services/matching/mentor_set.h"
#include "services/matching/person_cards.h"
#include "services/matching/readers.h"
#include "services/matching/reasons.h"
#include "services/matching/records.h"
#include "services/matching/teams.h"

namespace cortado::matching {
namespace {

constexpr int kUsualTeams = 5;

// Everybody who may be suggested and covers some of the gap, in the order of the ranking.
std::vector<Coverage> CoveragesOf(const Organization& organization, const Query& query, const Reporting& reporting,
                                  const AffinityQuery& affinities) {
  const Eligibility eligibility(organization, query, &reporting);
  std::vector<std::pair<RankKey, Coverage>> found;
  for (int32_t person = 0; person < organization.size(); ++person) {
    if (eligibility.Check(person) != Refusal::kNone) continue;
    Coverage coverage{person, {}};
    bool any = false;
    for (const GapSkill& skill : affinities.gap()) {
      const auto& held = organization.people()[person].held;
      const auto theirs =
          std::find_if(held.begin(), held.end(), [&](const HeldSkill& one) { return one.skill == skill.skill; });
      const int32_t levels =
          theirs == held.end()
              ? 0
              : skill.CoveredBy(HelpLevel(*theirs, organization.people()[person], organization.people()[query.asker]));
      coverage.levels.push_back(static_cast<int8_t>(levels));
      any = any || levels > 0;
    }
    if (!any) continue;
    const RankKey key = RankKeyOf(organization, query, person, affinities.Score(person));
    found.emplace_back(key, std::move(coverage));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Coverage> coverages;
  for (auto& one : found) coverages.push_back(std::move(one.second));
  return coverages;
}

// Which skills each member adds to those before, and what is covered in the end.
void AddCovered(const OrganizationView& view, const std::vector<GapSkill>& gap, const std::vector<Coverage>& coverages,
                const MentorSet& set, v1::SuggestMentorSetResponse& response) {
  std::vector<int8_t> before(gap.size(), 0);
  for (int member = 0; member < response.members_size(); ++member) {
    const auto theirs = std::find_if(coverages.begin(), coverages.end(),
                                     [&](const Coverage& one) { return one.person == set.people[member]; });
    for (size_t i = 0; i < gap.size(); ++i) {
      if (theirs->levels[i] <= before[i]) continue;
      before[i] = theirs->levels[i];
      response.mutable_members(member)->add_adds(view.skill_name(gap[i].skill));
    }
  }
  std::vector<size_t> open;
  for (size_t i = 0; i < gap.size(); ++i) {
    if (set.levels[i] >= gap[i].missing) {
      response.add_covered_skills(view.skill_name(gap[i].skill));
    } else {
      open.push_back(i);
    }
  }
  const auto left = [&](size_t i) { return (gap[i].missing - set.levels[i]) * gap[i].importance; };
  std::stable_sort(open.begin(), open.end(), [&](size_t a, size_t b) { return left(a) > left(b); });
  for (const size_t i : open) response.add_uncovered_skills(view.skill_name(gap[i].skill));
}

// The whole work of one set, on a worker thread and under the view's lock; `query` has the asker.
v1::SuggestMentorSetResponse ChooseFor(const Wording& wording, const Query& query, int size) {
  const OrganizationView& view = wording.view;
  const Organization& organization = view.organization();
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  v1::SuggestMentorSetResponse response;
  if (affinities.gap().empty()) {
    *response.mutable_note() = MakeText("set.no_gap", wording.language);
    return response;
  }
  const std::vector<Coverage> coverages = CoveragesOf(organization, query, reporting, affinities);
  const MentorSet set = ChooseMentorSet(affinities.gap(), coverages, size);
  for (const int32_t person : set.people) {
    const Explanation explanation = Explain(organization, query, reporting, affinities, person);
    *response.add_members()->mutable_suggestion() =
        MakeSuggestion(wording, query, person, affinities.Score(person), affinities.PossibleEvidence(), explanation);
  }
  AddCovered(view, affinities.gap(), coverages, set, response);
  response.set_covered(static_cast<int32_t>(kTermMax * set.covered / set.whole));
  response.set_is_best(set.is_best);
  if (set.people.empty()) *response.mutable_note() = MakeText("set.nobody_covers", wording.language);
  return response;
}

v1::SuggestTeamsResponse TeamsFor(const Wording& wording, const Query& query, int32_t limit) {
  const OrganizationView& view = wording.view;
  v1::SuggestTeamsResponse response;
  for (const Team& team : ShortTeams(view.organization(), query, limit)) {
    v1::Team& told = *response.add_teams();
    told.set_department(view.department_title(team.department));
    for (const TeamSkill& skill : team.skills) {
      v1::TeamSkill& one = *told.add_skills();
      one.set_skill(view.skill_name(skill.skill));
      one.set_display_name(view.skill_title(skill.skill));
      one.set_wanting_count(skill.wanting);
      one.set_holding_count(skill.holding);
    }
    if (team.contact != kUnknown) *told.mutable_contact() = CardOf(view, team.contact, wording.now);
  }
  if (response.teams().empty()) *response.mutable_note() = MakeText("teams.none", wording.language);
  return response;
}

}  // namespace

Task<absl::StatusOr<v1::SuggestMentorSetResponse>> Discovery::SuggestMentorSet(
    rpc::Call call, const v1::SuggestMentorSetRequest& request) {
  const std::string person = IdOf(request.person());
  if (!call.IsSelf(person) && !call.IsService()) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const absl::Time now = clock_.Now();
  CO_ASSIGN_OR_RETURN(const std::set<std::string> not_to_ask, co_await store_.NotToAsk(call, person, now));
  co_await executors_.OnWorkers();
  using Answer = absl::StatusOr<v1::SuggestMentorSetResponse>;
  co_return live->Read([&](const OrganizationView& view) -> Answer {
    const std::optional<int32_t> asker = FindActive(view, person);
    if (!asker) return NotFound();
    Query query = QueryAt(view, now, now);
    query.asker = *asker;
    query.include_own_line = request.include_own_line();
    RETURN_IF_ERROR(ApplyFilter(view, request.filter(), query));
    for (const std::string& id : not_to_ask) {
      if (const std::optional<int32_t> known = view.Find(id)) query.already_asked.push_back(*known);
    }
    const Wording wording{view, LanguageFor(call, view), now};
    return ChooseFor(wording, query, request.size() == 0 ? kLargestSet : request.size());
  });
}

Task<absl::StatusOr<v1::SuggestTeamsResponse>> Discovery::SuggestTeams(rpc::Call call,
                                                                       const v1::SuggestTeamsRequest& request) {
  const std::string person = IdOf(request.person());
  if (!call.IsSelf(person) && !call.IsService()) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const absl::Time now = clock_.Now();
  co_await executors_.OnWorkers();
  using Answer = absl::StatusOr<v1::SuggestTeamsResponse>;
  co_return live->Read([&](const OrganizationView& view) -> Answer {
    const std::optional<int32_t> asker = FindActive(view, person);
    if (!asker) return NotFound();
    Query query = QueryAt(view, now, now);
    query.asker = *asker;
    query.role = OfferRole::kCoffee;
    const Wording wording{view, LanguageFor(call, view), now};
    return TeamsFor(wording, query, request.page_size() == 0 ? kUsualTeams : request.page_size());
  });
}

}  // namespace cortado::matching
