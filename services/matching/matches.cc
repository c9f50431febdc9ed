#include "services/matching/matches.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/auth/answer_link.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/person_cards.h"

namespace cortado::matching {
namespace {

constexpr int kUsualPage = 100;
constexpr int kPagesLookedAt = 20;
constexpr int kAttempts = 3;

bool IsWanted(const rpc::Call& call, v1::Side side, const v1::Match& match) {
  if (side == v1::SIDE_MENTEE) return call.IsSelf(PersonId(match.mentee()));
  if (side == v1::SIDE_MENTOR) return call.IsSelf(PersonId(match.mentor()));
  return true;
}

// What an ended match is.
void MarkEnded(absl::Time now, v1::Match& match) {
  match.set_state(v1::Match::STATE_ENDED);
  match.mutable_end_time()->set_seconds(absl::ToUnixSeconds(now));
}

}  // namespace

void Matches::Fill(const rpc::Call& call, const LiveView& live, v1::Match& match) const {
  live.Read([&](const OrganizationView& view) {
    FillCard(view, call, clock_.Now(), *match.mutable_mentee());
    FillCard(view, call, clock_.Now(), *match.mutable_mentor());
    for (type::v1::PersonCard& other : *match.mutable_others()) FillCard(view, call, clock_.Now(), other);
  });
  // What was refused is kept for its count alone.
  auto& proposals = *match.mutable_proposals();
  proposals.erase(std::remove_if(proposals.begin(), proposals.end(),
                                 [](const v1::Match::Proposal& proposal) { return !proposal.has_start_time(); }),
                  proposals.end());
}

Task<absl::StatusOr<v1::Match>> Matches::FindOwn(rpc::Call call, std::string name) {
  CO_ASSIGN_OR_RETURN(v1::Match match, co_await store_.GetMatch(call, IdOf(name)));
  if (!auth::MayAnswer(call.scope(), match.name())) co_return NotFound();
  const std::vector<std::string> people = PeopleOf(match);
  const bool takes_part =
      std::any_of(people.begin(), people.end(), [&call](const std::string& person) { return call.IsSelf(person); });
  if (!takes_part) co_return NotFound();
  co_return match;
}

Task<absl::StatusOr<v1::Match>> Matches::Find(rpc::Call call, std::string name, std::string etag) {
  CO_ASSIGN_OR_RETURN(v1::Match match, co_await FindOwn(std::move(call), std::move(name)));
  if (!etag.empty()) match.set_etag(etag);
  co_return match;
}

Task<absl::StatusOr<v1::Match>> Matches::Show(rpc::Call call, v1::Match match) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  std::vector<v1::Match*> one = {&match};
  CO_RETURN_IF_ERROR(co_await store_.FillFits(call, call.subject(), std::move(one)));
  Fill(call, *live, match);
  co_return match;
}

Task<absl::StatusOr<v1::Match>> Matches::Get(rpc::Call call, const v1::GetMatchRequest& request) {
  v1::Match match;
  if (call.IsService()) {
    CO_ASSIGN_OR_RETURN(match, co_await store_.GetMatch(call, IdOf(request.name())));
  } else {
    CO_ASSIGN_OR_RETURN(match, co_await FindOwn(call, request.name()));
    CO_ASSIGN_OR_RETURN(match, co_await Show(call, std::move(match)));
  }
  if (!request.with_times() || match.state() != v1::Match::STATE_ACTIVE) co_return match;
  const absl::StatusOr<std::shared_ptr<LiveView>> live = co_await views_.Get(call);
  const bool has_chat = co_await times_.HasChat(call, match);
  if (!has_chat) match.clear_chat();
  if (!has_chat && live.ok()) co_await times_.Add(call, **live, match);
  co_return match;
}

Task<absl::StatusOr<v1::Match>> Matches::End(rpc::Call call, const v1::EndMatchRequest& request) {
  for (int attempt = 1;; ++attempt) {
    MatchStep step;
    CO_ASSIGN_OR_RETURN(step.match, co_await Find(call, request.name(), request.etag()));
    if (step.match.state() != v1::Match::STATE_ACTIVE) {
      step.verdict = Error(absl::StatusCode::kFailedPrecondition, v1::REASON_MATCH_ENDED, "the match has ended");
    }
    MarkEnded(clock_.Now(), step.match);
    step.request_id = request.request_id();
    step.fingerprint = store::Fingerprint(call, request);
    std::string by = call.subject();
    if (call.IsSelf(PersonId(step.match.mentee()))) by = "mentee";
    if (call.IsSelf(PersonId(step.match.mentor()))) by = "mentor";
    absl::StatusOr<v1::Match> written = co_await store_.End(call, std::move(step), std::move(by));
    // Without an etag of the caller's, a match that changed between reading and writing is looked at again.
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    co_return co_await Show(call, *std::move(written));
  }
}

Task<absl::StatusOr<v1::Match>> Matches::Rate(rpc::Call call, const v1::RateFitRequest& request) {
  if (request.end_match() && request.fit() != v1::Match::FIT_NOT) {
    co_return InvalidField("end_match", "goes with NOT alone; end the match instead");
  }
  for (int attempt = 1;; ++attempt) {
    MatchStep step;
    CO_ASSIGN_OR_RETURN(step.match, co_await Find(call, request.name(), request.etag()));
    if (step.match.others_size() > 0)
      co_return InvalidField("name", "is a group's: whom it shall be about is not clear");
    Rating rating;
    rating.person = call.subject();
    rating.fit = request.fit();
    rating.now = clock_.Now();
    rating.ends = request.end_match() && step.match.state() == v1::Match::STATE_ACTIVE;
    if (rating.ends) MarkEnded(rating.now, step.match);
    step.request_id = request.request_id();
    step.fingerprint = store::Fingerprint(call, request);
    absl::StatusOr<v1::Match> written = co_await store_.Rate(call, std::move(step), std::move(rating));
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    co_return co_await Show(call, *std::move(written));
  }
}

Task<absl::StatusOr<v1::ListMatchesResponse>> Matches::List(rpc::Call call, const v1::ListMatchesRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", call.subject(), "\nmatches\n", request.side());
  CO_ASSIGN_OR_RETURN(std::string cursor, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const int wanted = request.page_size() == 0 ? kUsualPage : request.page_size();
  v1::ListMatchesResponse response;
  for (int looks = 0; looks < kPagesLookedAt && response.matches_size() < wanted; ++looks) {
    CO_ASSIGN_OR_RETURN(Page<v1::Match> page,
                        co_await store_.ListMatches(call, call.subject(), cursor, wanted - response.matches_size()));
    std::vector<v1::Match*> all;
    for (v1::Match& found : page.items) all.push_back(&found);
    CO_RETURN_IF_ERROR(co_await store_.FillFits(call, call.subject(), std::move(all)));
    for (v1::Match& found : page.items) {
      if (!IsWanted(call, request.side(), found)) continue;
      Fill(call, *live, found);
      *response.add_matches() = std::move(found);
    }
    cursor = page.cursor;
    if (cursor.empty()) break;
  }
  if (!cursor.empty()) response.set_next_page_token(id::MakePageToken(cursor, arguments));
  co_return response;
}

}  // namespace cortado::matching
