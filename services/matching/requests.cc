#include "services/matching/requests.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/ranking.h"
#include "services/matching/person_cards.h"

namespace cortado::matching {
namespace {

constexpr int kUsualPage = 100;
constexpr int kPagesLookedAt = 20;
constexpr int kAttempts = 3;
constexpr int32_t kOthers = 3;

std::string IdOf(absl::string_view name) { return std::string(name.substr(name.find('/') + 1)); }

bool TakesPart(const rpc::Call& call, const v1::Request& request) {
  return call.IsSelf(IdOf(request.requester().person())) || call.IsSelf(IdOf(request.mentor().person()));
}

bool IsInReportingLine(const Organization& organization, int32_t asker, int32_t other) {
  return Reporting(organization, asker).IsInOwnLine(other);
}

absl::Status NoPlaceLeft(const std::vector<std::string>& others) {
  Error error(absl::StatusCode::kFailedPrecondition, v1::REASON_NO_PLACE_LEFT, "no place is left");
  if (!others.empty()) error.Metadata("people", absl::StrJoin(others, ","));
  return error;
}

bool IsWanted(const rpc::Call& call, const v1::ListRequestsRequest& wanted, const v1::Request& request) {
  if (wanted.side() == v1::SIDE_MENTEE && !call.IsSelf(IdOf(request.requester().person()))) return false;
  if (wanted.side() == v1::SIDE_MENTOR && !call.IsSelf(IdOf(request.mentor().person()))) return false;
  return wanted.state() == v1::Request::STATE_UNSPECIFIED || wanted.state() == request.state();
}

}  // namespace

Requests::Verdict Requests::Judge(const OrganizationView& view, absl::string_view asker, absl::string_view mentor,
                                  bool include_own_line) const {
  const std::optional<int32_t> from = view.Find(asker);
  const std::optional<int32_t> to = view.Find(mentor);
  if (!from || !to) return {NotFound()};
  const Organization& organization = view.organization();
  if (!organization.people()[*from].active) return {AccessDenied()};
  Query query;
  query.asker = *from;
  query.now = absl::ToUnixSeconds(clock_.Now());
  const Refusal refusal = Eligibility(organization, query, nullptr).Check(*to);
  if (IsNotAvailable(refusal)) return {NotAvailable()};
  if (!include_own_line && IsInReportingLine(organization, *from, *to)) {
    return {Error(absl::StatusCode::kFailedPrecondition, v1::REASON_OWN_LINE,
                  "they are in the caller's reporting line; set include_own_line to ask all the same")};
  }
  if (refusal == Refusal::kNotOffered) {
    return {Error(absl::StatusCode::kFailedPrecondition, v1::REASON_NOT_OFFERED, "they do not offer to mentor")};
  }
  return {absl::OkStatus(), organization.people()[*to].places};
}

void Requests::Fill(const LiveView& live, v1::Request& request) const {
  live.Read([&](const OrganizationView& view) {
    FillCard(view, clock_.Now(), *request.mutable_requester());
    FillCard(view, clock_.Now(), *request.mutable_mentor());
  });
}

absl::Status Requests::WithOthers(const absl::Status& status, const LiveView& live, absl::string_view asker,
                                  absl::string_view mentor) const {
  if (ReasonOf(status) != "NO_PLACE_LEFT") return status;
  return live.Read([&](const OrganizationView& view) {
    std::vector<std::string> others;
    Query query;
    query.asker = view.Find(asker).value_or(kUnknown);
    if (query.asker == kUnknown) return NoPlaceLeft(others);
    query.now = absl::ToUnixSeconds(clock_.Now());
    query.week = IsoWeekOf(absl::ToCivilDay(clock_.Now(), absl::UTCTimeZone()));
    query.limit = kOthers;
    query.already_asked = {view.Find(mentor).value_or(kUnknown)};
    for (const RankedPerson& one : SuggestExact(view.organization(), query).people) {
      others.push_back(absl::StrCat("people/", view.person_id(one.person)));
    }
    return NoPlaceLeft(others);
  });
}

Task<absl::StatusOr<v1::Request>> Requests::Ask(rpc::Call call, const v1::RequestMatchRequest& request) {
  const std::string mentor = IdOf(request.mentor());
  if (call.IsSelf(mentor)) {
    co_return Error(absl::StatusCode::kInvalidArgument, v1::REASON_REQUEST_SELF, "nobody asks themselves")
        .Field("mentor", "must be another person");
  }
  for (int i = 0; i < request.proposed_times_size(); ++i) {
    if (absl::FromUnixSeconds(request.proposed_times(i).seconds()) > clock_.Now()) continue;
    co_return InvalidField(absl::StrCat("proposed_times[", i, "]"), "must be in the future");
  }
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  co_await executors_.OnWorkers();
  const Verdict verdict = live->Read(
      [&](const OrganizationView& view) { return Judge(view, call.subject(), mentor, request.include_own_line()); });
  v1::Request asked;
  asked.set_name(id::MakeName("requests", id::New()));
  asked.mutable_requester()->set_person(id::MakeName("people", call.subject()));
  asked.mutable_mentor()->set_person(request.mentor());
  asked.set_message(request.message());
  *asked.mutable_proposed_times() = request.proposed_times();
  asked.set_state(v1::Request::STATE_OPEN);
  asked.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  absl::StatusOr<v1::Request> written = co_await store_.Insert(call, std::move(asked), verdict.status, verdict.places,
                                                               request.request_id(), store::Fingerprint(call, request));
  if (!written.ok()) {
    co_await executors_.OnWorkers();
    co_return WithOthers(written.status(), *live, call.subject(), mentor);
  }
  Fill(*live, *written);
  co_return written;
}

Task<absl::StatusOr<v1::Request>> Requests::ForAnswer(rpc::Call call, std::string name, std::string etag) {
  CO_ASSIGN_OR_RETURN(v1::Request request, co_await store_.GetRequest(call, IdOf(name)));
  if (!TakesPart(call, request)) co_return NotFound();
  if (!call.IsSelf(IdOf(request.mentor().person()))) co_return AccessDenied();
  if (!etag.empty()) request.set_etag(etag);
  co_return request;
}

Task<absl::StatusOr<v1::Match>> Requests::Accept(rpc::Call call, const v1::AcceptMatchRequest& request) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(v1::Request accepted, co_await ForAnswer(call, request.request(), request.etag()));
    const bool answered = accepted.state() != v1::Request::STATE_OPEN;
    const Verdict verdict = live->Read([&](const OrganizationView& view) { return JudgeAccept(view, accepted); });
    v1::Match match;
    match.set_name(id::MakeName("matches", id::New()));
    match.mutable_mentee()->set_person(accepted.requester().person());
    match.mutable_mentor()->set_person(accepted.mentor().person());
    match.set_request(accepted.name());
    match.set_state(v1::Match::STATE_ACTIVE);
    match.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    accepted.set_state(v1::Request::STATE_ACCEPTED);
    accepted.set_match(match.name());
    *accepted.mutable_answer_time() = match.create_time();
    absl::StatusOr<v1::Match> written =
        co_await store_.Accept(call, std::move(accepted), answered, std::move(match), verdict.status, verdict.places,
                               request.request_id(), store::Fingerprint(call, request));
    // Without an etag of the caller's, a request that changed between reading and writing is looked at again.
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    live->Read([&](const OrganizationView& view) {
      FillCard(view, clock_.Now(), *written->mutable_mentee());
      FillCard(view, clock_.Now(), *written->mutable_mentor());
    });
    co_return written;
  }
}

Requests::Verdict Requests::JudgeAccept(const OrganizationView& view, const v1::Request& request) const {
  const std::optional<int32_t> mentee = view.Find(IdOf(request.requester().person()));
  const std::optional<int32_t> mentor = view.Find(IdOf(request.mentor().person()));
  if (!mentee || !mentor) return {NotAvailable()};
  Query query;
  query.asker = *mentee;
  const Refusal refusal = Eligibility(view.organization(), query, nullptr).Check(*mentor);
  const bool gone = !view.organization().people()[*mentee].active || refusal == Refusal::kNotActive;
  if (gone || refusal == Refusal::kBlocked) return {NotAvailable()};
  return {absl::OkStatus(), view.organization().people()[*mentor].places};
}

Task<absl::StatusOr<v1::Request>> Requests::Decline(rpc::Call call, const v1::DeclineMatchRequest& request) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(v1::Request closed, co_await ForAnswer(call, request.request(), request.etag()));
    const bool answered = closed.state() != v1::Request::STATE_OPEN;
    closed.set_state(v1::Request::STATE_CLOSED);
    closed.mutable_answer_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    absl::StatusOr<v1::Request> written = co_await store_.Close(call, std::move(closed), answered, request.request_id(),
                                                                store::Fingerprint(call, request));
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    Fill(*live, *written);
    co_return written;
  }
}

Task<absl::StatusOr<v1::Request>> Requests::Get(rpc::Call call, const v1::GetRequestRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Request found, co_await store_.GetRequest(call, IdOf(request.name())));
  if (!TakesPart(call, found) && !call.IsService()) co_return NotFound();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  Fill(*live, found);
  co_return found;
}

Task<absl::StatusOr<v1::ListRequestsResponse>> Requests::List(rpc::Call call, const v1::ListRequestsRequest& request) {
  const std::string arguments =
      absl::StrCat(call.organization(), "\n", call.subject(), "\nrequests\n", request.side(), "\n", request.state());
  CO_ASSIGN_OR_RETURN(std::string cursor, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  const int wanted = request.page_size() == 0 ? kUsualPage : request.page_size();
  v1::ListRequestsResponse response;
  // Asks for no more than still fits, so that the cursor never runs ahead of what is answered.
  for (int looks = 0; looks < kPagesLookedAt && response.requests_size() < wanted; ++looks) {
    CO_ASSIGN_OR_RETURN(Page<v1::Request> page,
                        co_await store_.ListRequests(call, call.subject(), cursor, wanted - response.requests_size()));
    for (v1::Request& found : page.items) {
      if (!IsWanted(call, request, found)) continue;
      Fill(*live, found);
      *response.add_requests() = std::move(found);
    }
    cursor = page.cursor;
    if (cursor.empty()) break;
  }
  if (!cursor.empty()) response.set_next_page_token(id::MakePageToken(cursor, arguments));
  co_return response;
}

}  // namespace cortado::matching
