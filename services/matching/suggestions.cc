#include "services/matching/suggestions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/index/ranking.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

constexpr int32_t kUsualPage = 10;

absl::string_view IdOf(const std::string& name) { return absl::StripPrefix(name, "people/"); }

std::optional<int32_t> FindActive(const OrganizationView& view, absl::string_view id) {
  const std::optional<int32_t> person = view.Find(id);
  if (!person || !view.organization().people()[*person].active) return std::nullopt;
  return person;
}

std::string LanguageFor(const rpc::Call& call, const OrganizationView& view) {
  const std::optional<int32_t> reader = view.Find(call.subject());
  return text::ChooseLanguage(call.accept_language(), reader ? view.facts(*reader).language : "", "");
}

v1::SuggestRoleModelsResponse::Basis BasisOf(const AffinityQuery& affinities, const Person& asker) {
  if (affinities.PossibleEvidence() == 0) return v1::SuggestRoleModelsResponse::BASIS_NOTHING;
  if (!affinities.gap().empty()) return v1::SuggestRoleModelsResponse::BASIS_GAP;
  const bool path = affinities.journey().HasDestination() || !asker.interests.empty() || asker.destination.motives != 0;
  return path ? v1::SuggestRoleModelsResponse::BASIS_PATH : v1::SuggestRoleModelsResponse::BASIS_DEEPENING;
}

// The whole work of one suggestion, on a worker thread and under the view's lock.
absl::StatusOr<v1::SuggestRoleModelsResponse> Rank(const Wording& wording, Query query, absl::string_view person,
                                                   const std::set<std::string>& not_to_ask) {
  const OrganizationView& view = wording.view;
  const std::optional<int32_t> asker = FindActive(view, person);
  if (!asker) return NotFound();
  query.asker = *asker;
  for (const std::string& id : not_to_ask) {
    if (const std::optional<int32_t> known = view.Find(id)) query.already_asked.push_back(*known);
  }
  const Organization& organization = view.organization();
  const Ranking ranking = SuggestExact(organization, query);
  const Reporting reporting(organization, query.asker);
  const AffinityQuery affinities(organization, query, reporting);
  v1::SuggestRoleModelsResponse response;
  for (const RankedPerson& one : ranking.people) {
    const Explanation explanation = matching::Explain(organization, query, reporting, affinities, one.person);
    *response.add_suggestions() =
        MakeSuggestion(wording, query, one.person, one.affinity, affinities.PossibleEvidence(), explanation);
  }
  if (ranking.outcome == Outcome::kNothingToGoBy) {
    *response.mutable_note() = MakeText("suggest.nothing_to_go_by", wording.language);
  } else if (ranking.outcome == Outcome::kNobodyFitsWell) {
    *response.mutable_note() = MakeText("suggest.nobody_matches_well", wording.language);
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

Query Suggestions::MakeQuery(int32_t distance, absl::Time ranking_time) const {
  Query query;
  query.now = absl::ToUnixSeconds(clock_.Now());
  query.week = IsoWeekOf(absl::ToCivilDay(ranking_time, absl::UTCTimeZone()));
  // -100 (near) .. 100 (far) onto kNear .. kFar; 0 is the default: far.
  if (distance != 0) query.distance = kNear + (distance + 100) * (kFar - kNear) / 200;
  return query;
}

Task<absl::StatusOr<v1::SuggestRoleModelsResponse>> Suggestions::Suggest(rpc::Call call,
                                                                         const v1::SuggestRoleModelsRequest& request) {
  const std::string person(IdOf(request.person()));
  if (!call.IsSelf(person) && !call.IsService()) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const absl::Time now = clock_.Now();
  CO_ASSIGN_OR_RETURN(std::set<std::string> not_to_ask, co_await store_.NotToAsk(call, person, now));
  co_await executors_.OnWorkers();
  Query query = MakeQuery(request.distance(),
                          request.has_ranking_time() ? absl::FromUnixSeconds(request.ranking_time().seconds()) : now);
  query.include_own_line = request.include_own_line();
  query.limit = request.page_size() == 0 ? kUsualPage : request.page_size();
  co_return live->Read([&](const OrganizationView& view) {
    const Wording wording{view, LanguageFor(call, view), now};
    return Rank(wording, query, person, not_to_ask);
  });
}

Task<absl::StatusOr<v1::Suggestion>> Suggestions::Explain(rpc::Call call, const v1::ExplainMatchRequest& request) {
  const std::string person(IdOf(request.person()));
  const std::string mentor(IdOf(request.mentor()));
  if (!call.IsSelf(person) && !call.IsSelf(mentor) && !call.IsService()) co_return AccessDenied();
  if (person == mentor) {
    co_return Error(absl::StatusCode::kInvalidArgument, v1::REASON_REQUEST_SELF, "name two different people")
        .Field("mentor", "must be another person");
  }
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  co_await executors_.OnWorkers();
  const absl::Time now = clock_.Now();
  const Query query = MakeQuery(request.distance(), now);
  const Viewer viewer = call.IsSelf(mentor) ? Viewer::kRoleModel : Viewer::kAsker;
  co_return live->Read([&](const OrganizationView& view) {
    const Wording wording{view, LanguageFor(call, view), now, viewer};
    return ExplainPair(wording, query, person, mentor);
  });
}

}  // namespace cortado::matching
