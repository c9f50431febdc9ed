#include "services/matching/requests.h"

#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/auth/answer_link.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/eligibility.h"
#include "services/matching/index/indexed_ranking.h"
#include "services/matching/person_cards.h"
#include "services/matching/readers.h"

namespace cortado::matching {
namespace {

constexpr int kUsualPage = 100;
constexpr int kPagesLookedAt = 20;
constexpr int kAttempts = 3;
constexpr int32_t kOthers = 3;

bool IsRequester(const rpc::Call& call, const v1::Request& request) {
  return call.IsSelf(PersonId(request.requester()));
}
bool IsAsked(const rpc::Call& call, const v1::Request& request) { return call.IsSelf(PersonId(request.mentor())); }

absl::Status NoPlaceLeft(const std::vector<std::string>& others) {
  Error error(absl::StatusCode::kFailedPrecondition, v1::REASON_NO_PLACE_LEFT, "no place is left");
  if (!others.empty()) error.Metadata("people", absl::StrJoin(others, ","));
  return error;
}

bool IsWanted(const rpc::Call& call, const v1::ListRequestsRequest& wanted, const v1::Request& request) {
  if (wanted.side() == v1::SIDE_MENTEE && !IsRequester(call, request)) return false;
  if (wanted.side() == v1::SIDE_MENTOR && !IsAsked(call, request)) return false;
  return wanted.state() == v1::Request::STATE_UNSPECIFIED || wanted.state() == request.state();
}

}  // namespace

void ShowRequest(const rpc::Call& call, const LiveView& live, absl::Time now, v1::Request& request) {
  live.Read([&](const OrganizationView& view) {
    FillCard(view, call, now, *request.mutable_requester());
    FillCard(view, call, now, *request.mutable_mentor());
  });
  if (IsRequester(call, request)) return;
  request.clear_next_choices();
  request.clear_next_request();
}

absl::Status RequestAnswered() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_REQUEST_ANSWERED,
               "the request is no longer open; read it again");
}

absl::Status Requests::WithOthers(const absl::Status& status, const LiveView& live, absl::string_view asker,
                                  absl::string_view mentor) const {
  if (ReasonOf(status) != "NO_PLACE_LEFT") return status;
  return live.Read([&](const OrganizationView& view) {
    std::vector<std::string> others;
    Query query = QueryAt(view, clock_.Now(), clock_.Now());
    query.asker = view.Find(asker).value_or(kUnknown);
    if (query.asker == kUnknown) return NoPlaceLeft(others);
    query.limit = kOthers;
    query.already_asked = {view.Find(mentor).value_or(kUnknown)};
    for (const RankedPerson& one : SuggestIndexed(view.organization(), view.index(), query).people) {
      others.push_back(absl::StrCat("people/", view.person_id(one.person)));
    }
    return NoPlaceLeft(others);
  });
}

absl::Status Requests::Check(const rpc::Call& call, const v1::RequestMatchRequest& request) const {
  if (call.IsSelf(IdOf(request.mentor()))) {
    return Error(absl::StatusCode::kInvalidArgument, v1::REASON_REQUEST_SELF, "nobody asks themselves")
        .Field("mentor", "must be another person");
  }
  for (int i = 0; i < request.proposed_times_size(); ++i) {
    if (absl::FromUnixSeconds(request.proposed_times(i).seconds()) > clock_.Now()) continue;
    return InvalidField(absl::StrCat("proposed_times[", i, "]"), "must be in the future").Metadata("rule", "future");
  }
  std::set<std::string> named = {IdOf(request.mentor()), call.subject()};
  for (int i = 0; i < request.next_choices_size(); ++i) {
    if (named.insert(IdOf(request.next_choices(i))).second) continue;
    return InvalidField(absl::StrCat("next_choices[", i, "]"), "must name other people, each once")
        .Metadata("rule", "each_once");
  }
  return absl::OkStatus();
}

Verdict Requests::Judge(const rpc::Call& call, const OrganizationView& view,
                        const v1::RequestMatchRequest& request) const {
  if (absl::Status checked = Check(call, request); !checked.ok()) return {std::move(checked)};
  const bool own_line = request.include_own_line();
  Verdict verdict = JudgeAsking(view, clock_.Now(), call.subject(), IdOf(request.mentor()), own_line);
  if (!verdict.status.ok()) return verdict;
  for (int i = 0; i < request.next_choices_size(); ++i) {
    // Who is not available stays unsaid: whoever can be asked when the time comes, is.
    const Verdict next = JudgeAsking(view, clock_.Now(), call.subject(), IdOf(request.next_choices(i)), own_line);
    if (absl::IsNotFound(next.status)) {
      return {InvalidField(absl::StrCat("next_choices[", i, "]"), "must name a person of the organisation")};
    }
    if (ReasonOf(next.status) == "OWN_LINE") return next;
  }
  return verdict;
}

v1::Request Requests::NewRequest(const rpc::Call& call, const OrganizationView& view,
                                 const v1::RequestMatchRequest& request) const {
  v1::Request asked;
  asked.set_name(id::MakeName("requests", id::New()));
  asked.mutable_requester()->set_person(id::MakeName("people", call.subject()));
  asked.mutable_mentor()->set_person(request.mentor());
  asked.set_message(request.message());
  *asked.mutable_proposed_times() = request.proposed_times();
  *asked.mutable_next_choices() = request.next_choices();
  asked.set_state(v1::Request::STATE_OPEN);
  asked.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  const absl::Time answer = AnswerTime(view, clock_.Now(), IdOf(request.mentor()));
  asked.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(answer));
  return asked;
}

Task<absl::StatusOr<v1::Request>> Requests::Ask(rpc::Call call, const v1::RequestMatchRequest& request) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  co_await executors_.OnWorkers();
  RequestStep step;
  Verdict verdict;
  live->Read([&](const OrganizationView& view) {
    verdict = Judge(call, view, request);
    step.request = NewRequest(call, view, request);
  });
  step.verdict = std::move(verdict.status);
  step.request_id = request.request_id();
  step.fingerprint = store::Fingerprint(call, request);
  absl::StatusOr<v1::Request> written = co_await store_.Insert(call, std::move(step), verdict.places);
  if (!written.ok()) {
    co_await executors_.OnWorkers();
    co_return WithOthers(written.status(), *live, call.subject(), IdOf(request.mentor()));
  }
  ShowRequest(call, *live, clock_.Now(), *written);
  co_return written;
}

Task<absl::StatusOr<v1::Request>> Requests::Withdraw(rpc::Call call, const v1::WithdrawMatchRequest& request) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(v1::Request found, co_await store_.GetRequest(call, IdOf(request.request())));
    if (IsAsked(call, found)) co_return AccessDenied();
    if (!IsRequester(call, found)) co_return NotFound();
    RequestStep step;
    step.verdict = IsWaiting(found) ? absl::OkStatus() : RequestAnswered();
    step.request = std::move(found);
    if (!request.etag().empty()) step.request.set_etag(request.etag());
    step.request.set_state(v1::Request::STATE_WITHDRAWN);
    step.request.mutable_answer_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    step.request.clear_expire_time();
    step.request.clear_postpone_end_time();
    step.request.clear_waits_for_requester();
    step.request_id = request.request_id();
    step.fingerprint = store::Fingerprint(call, request);
    std::vector<Choice> nobody;
    absl::StatusOr<v1::Request> written = co_await store_.Close(call, std::move(step), std::move(nobody));
    // Without an etag of the caller's, a request that changed between reading and writing is looked at again.
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    ShowRequest(call, *live, clock_.Now(), *written);
    co_return written;
  }
}

Task<absl::StatusOr<v1::Request>> Requests::Get(rpc::Call call, const v1::GetRequestRequest& request) {
  CO_ASSIGN_OR_RETURN(v1::Request found, co_await store_.GetRequest(call, IdOf(request.name())));
  if (!IsRequester(call, found) && !IsAsked(call, found) && !call.IsService()) co_return NotFound();
  if (auth::AnswerScope scope; auth::ReadAnswerScope(call.scope(), scope) && scope.name != found.name()) {
    co_return NotFound();
  }
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  ShowRequest(call, *live, clock_.Now(), found);
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
      ShowRequest(call, *live, clock_.Now(), found);
      *response.add_requests() = std::move(found);
    }
    cursor = page.cursor;
    if (cursor.empty()) break;
  }
  if (!cursor.empty()) response.set_next_page_token(id::MakePageToken(cursor, arguments));
  co_return response;
}

}  // namespace cortado::matching
