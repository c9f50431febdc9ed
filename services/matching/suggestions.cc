#include "services/matching/suggestions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/filters.h"
#include "services/matching/index/indexed_ranking.h"
#include "services/matching/readers.h"
#include "services/matching/reasons.h"
#include "services/matching/records.h"

namespace cortado::matching {
namespace {

constexpr int32_t kUsualPage = 10;
constexpr size_t kNamed = 5;          // Skills in one sentence.
constexpr int32_t kLastPlace = 1000;  // Pages go on to this place of the ranking.

v1::SuggestRoleModelsResponse::Basis BasisOf(const AffinityQuery& affinities, const Person& asker) {
  if (affinities.PossibleEvidence() == 0) return v1::SuggestRoleModelsResponse::BASIS_NOTHING;
  if (!affinities.gap().empty()) return v1::SuggestRoleModelsResponse::BASIS_GAP;
  const bool path = affinities.journey().HasDestination() || !asker.interests.empty() || asker.destination.motives != 0;
  return path ? v1::SuggestRoleModelsResponse::BASIS_PATH : v1::SuggestRoleModelsResponse::BASIS_DEEPENING;
}

// What a page token belongs to: every field but the page's own.
std::string ArgumentsOf(const rpc::Call& call, v1::SuggestRoleModelsRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  return absl::StrCat(call.organization(), "\n", request.SerializeAsString());
}

// One page of a ranking.
struct PageOf {
  int32_t begin = 0;  // Places before it.
  int32_t size = kUsualPage;
};

// -100 (near) .. 100 (far) onto kNear .. kFar; 0 is the default: far.
int32_t DistanceOf(int32_t slider) { return slider == 0 ? kFar : kNear + (slider + 100) * (kFar - kNear) / 200; }

// Says what of the gap none of those named can help with, the weightiest first.
void AddMissing(const Wording& wording, const AffinityQuery& affinities, v1::SuggestRoleModelsResponse& response) {
  std::set<std::string> covered;
  for (const v1::Suggestion& suggestion : response.suggestions()) {
    covered.insert(suggestion.covered_skills().begin(), suggestion.covered_skills().end());
  }
  std::vector<GapSkill> missing = affinities.gap();
  std::stable_sort(missing.begin(), missing.end(),
                   [](const GapSkill& a, const GapSkill& b) { return a.Weight() > b.Weight(); });
  std::vector<std::string> titles;
  for (const GapSkill& skill : missing) {
    const std::string& name = wording.view.skill_name(skill.skill);
    if (covered.count(name) > 0) continue;
    response.add_missing_skills(name);
    if (titles.size() < kNamed) titles.push_back(wording.view.skill_title(skill.skill));
  }
  if (titles.empty()) return;
  *response.mutable_missing() =
      MakeText("suggest.missing_skills", wording.language, {{"skills", text::JoinList(titles, wording.language)}});
}

// The whole work of one suggestion, on a worker thread and under the view's lock. The answer's next page token is set,
// to the place it begins at, where there is a next page.
absl::StatusOr<v1::SuggestRoleModelsResponse> Rank(const Wording& wording, Query query, PageOf page,
                                                   const v1::RoleModelFilter& filter, absl::string_view person,
                                                   const std::set<std::string>& not_to_ask) {
  const OrganizationView& view = wording.view;
  const std::optional<int32_t> asker = FindActive(view, person);
  if (!asker) return NotFound();
  query.asker = *asker;
  for (const std::string& id : not_to_ask) {
    if (const std::optional<int32_t> known = view.Find(id)) query.already_asked.push_back(*known);
  }
  RETURN_IF_ERROR(ApplyFilter(view, filter, query));
  query.limit = std::min(kLastPlace, page.begin + page.size);
  const Organization& organization = view.organization();
  const Ranking ranking = SuggestIndexed(organization, view.index(), query);
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  v1::SuggestRoleModelsResponse response;
  for (size_t place = page.begin; place < ranking.people.size(); ++place) {
    const RankedPerson& one = ranking.people[place];
    const Explanation explanation = matching::Explain(organization, query, reporting, affinities, one.person);
    *response.add_suggestions() =
        MakeSuggestion(wording, query, one.person, one.affinity, affinities.PossibleEvidence(), explanation);
  }
  if (ranking.outcome == Outcome::kNothingToGoBy) {
    *response.mutable_note() = MakeText("suggest.nothing_to_go_by", wording.language);
  } else if (ranking.outcome == Outcome::kNobodyFitsWell) {
    // "These come nearest" is said of somebody.
    const bool nobody = response.suggestions().empty();
    *response.mutable_note() =
        MakeText(nobody ? "suggest.nobody_yet" : "suggest.nobody_matches_well", wording.language);
    AddMissing(wording, affinities, response);
  }
  if (ranking.fitting > query.limit && query.limit < kLastPlace) {
    response.set_next_page_token(absl::StrCat(query.limit));
  }
  response.set_not_joined_count(ranking.not_joined);
  response.set_considered_count(view.people_count());
  response.set_basis(BasisOf(affinities, organization.people()[query.asker]));
  return response;
}

// Explains one pair, likewise.
absl::StatusOr<v1::Suggestion> ExplainPair(const Wording& wording, Query query, absl::string_view person,
                                           absl::string_view mentor) {
  const OrganizationView& view = wording.view;
  const std::optional<int32_t> asker = FindActive(view, person);
  const std::optional<int32_t> candidate = FindActive(view, mentor);
  if (!asker || !candidate) return NotFound();
  query.asker = *asker;
  const Organization& organization = view.organization();
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  const Explanation explanation = matching::Explain(organization, query, reporting, affinities, *candidate);
  v1::Suggestion suggestion = MakeSuggestion(wording, query, *candidate, affinities.Score(*candidate),
                                             affinities.PossibleEvidence(), explanation);
  return suggestion;
}

}  // namespace

Task<absl::StatusOr<v1::SuggestRoleModelsResponse>> Suggestions::Suggest(rpc::Call call,
                                                                         const v1::SuggestRoleModelsRequest& request) {
  const std::string person = IdOf(request.person());
  if (!call.IsSelf(person) && !call.IsService()) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const absl::Time now = clock_.Now();
  const std::string arguments = ArgumentsOf(call, request);
  CO_ASSIGN_OR_RETURN(const std::string begin, rpc::PageStart(request.page_token(), arguments));
  PageOf page;
  if (!begin.empty() && !absl::SimpleAtoi(begin, &page.begin)) co_return absl::InternalError("a page token is none");
  if (request.has_page_size()) page.size = request.page_size();
  CO_ASSIGN_OR_RETURN(std::set<std::string> not_to_ask, co_await store_.NotToAsk(call, person, now));
  co_await executors_.OnWorkers();
  const absl::Time ranked = request.has_ranking_time() ? absl::FromUnixSeconds(request.ranking_time().seconds()) : now;
  CO_ASSIGN_OR_RETURN(v1::SuggestRoleModelsResponse response, live->Read([&](const OrganizationView& view) {
    const Wording wording{view, LanguageFor(call, view), now};
    Query query = QueryAt(view, now, ranked);
    query.distance = DistanceOf(request.distance());
    query.include_own_line = request.include_own_line();
    return Rank(wording, query, page, request.filter(), person, not_to_ask);
  }));
  if (!response.next_page_token().empty()) {
    response.set_next_page_token(id::MakePageToken(response.next_page_token(), arguments));
  }
  if (request.with_times()) co_await times_.Add(call, request.person(), *live, response);
  co_return response;
}

Task<absl::StatusOr<v1::Suggestion>> Suggestions::Explain(rpc::Call call, const v1::ExplainMatchRequest& request) {
  const std::string person = IdOf(request.person());
  const std::string mentor = IdOf(request.mentor());
  if (!call.IsSelf(person) && !call.IsSelf(mentor) && !call.IsService()) co_return AccessDenied();
  if (person == mentor) {
    co_return Error(absl::StatusCode::kInvalidArgument, v1::REASON_REQUEST_SELF, "name two different people")
        .Field("mentor", "must be another person");
  }
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  co_await executors_.OnWorkers();
  const absl::Time now = clock_.Now();
  const Viewer viewer = call.IsSelf(mentor) ? Viewer::kRoleModel : Viewer::kAsker;
  co_return live->Read([&](const OrganizationView& view) {
    const Wording wording{view, LanguageFor(call, view), now, viewer};
    Query query = QueryAt(view, now, now);
    query.distance = DistanceOf(request.distance());
    return ExplainPair(wording, query, person, mentor);
  });
}

}  // namespace cortado::matching
