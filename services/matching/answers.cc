#include "services/matching/answers.h"

#include <utility>

#include "common/auth/answer_link.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/person_cards.h"
#include "services/matching/request_rules.h"
#include "services/matching/requests.h"

namespace cortado::matching {
namespace {

constexpr int kAttempts = 3;
constexpr absl::Duration kLongestBreak = absl::Hours(366 * 24);
// By then a chosen time is booked, or the one who said yes got no answer and the job finishes it.
constexpr absl::Duration kBookWithin = absl::Seconds(15);

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  return timestamp;
}

Error WrongState(v1::Reason reason, absl::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

absl::Status CheckChosen(const v1::AcceptMatchRequest& request, absl::Time now) {
  if (!request.has_chosen_time()) return absl::OkStatus();
  const google::protobuf::Timestamp& time = request.chosen_time();
  const bool is_minute = time.seconds() % 60 == 0 && time.nanos() == 0;
  if (is_minute && absl::FromUnixSeconds(time.seconds()) > now) return absl::OkStatus();
  return InvalidField("chosen_time", "must be a full minute in the future").Metadata("rule", "future");
}

absl::Status CheckDate(const google::protobuf::Timestamp& time, absl::Time now) {
  const absl::Time date = absl::FromUnixSeconds(time.seconds());
  if (date > now && date <= now + kLongestBreak) return absl::OkStatus();
  return InvalidField("postpone_end_time", "must be in the future, at most a year ahead").Metadata("rule", "future");
}

// Asks, if that may be.
absl::Status AddQuestion(const std::string& words, absl::Time now, v1::Request& request) {
  if (request.state() != v1::Request::STATE_OPEN) return RequestAnswered();
  if (request.waits_for_requester()) {
    return WrongState(v1::REASON_QUESTION_PENDING, "the requester has not replied yet; wait, or answer the request");
  }
  if (request.questions_size() >= kQuestions) {
    return WrongState(v1::REASON_TOO_MANY_QUESTIONS, "five questions were asked; answer the request");
  }
  v1::Request::Question& question = *request.add_questions();
  question.set_question(words);
  *question.mutable_question_time() = ToTimestamp(now);
  request.set_waits_for_requester(true);
  return absl::OkStatus();
}

// Replies, if that may be.
absl::Status AddReply(const std::string& words, absl::Time now, v1::Request& request) {
  if (request.state() != v1::Request::STATE_OPEN) return RequestAnswered();
  if (!request.waits_for_requester()) {
    return WrongState(v1::REASON_NO_QUESTION, "no question waits for a reply; wait for the answer");
  }
  v1::Request::Question& question = *request.mutable_questions()->rbegin();
  question.set_details(words);
  *question.mutable_details_time() = ToTimestamp(now);
  request.set_waits_for_requester(false);
  return absl::OkStatus();
}

void SetAnswerTime(const LiveView& live, absl::Time now, const type::v1::PersonCard& whose, v1::Request& request) {
  const absl::Time time =
      live.Read([&](const OrganizationView& view) { return AnswerTime(view, now, PersonId(whose)); });
  *request.mutable_expire_time() = ToTimestamp(time);
}

}  // namespace

Task<absl::StatusOr<v1::Request>> Answers::Find(rpc::Call call, std::string name, std::string etag,
                                                bool for_requester) const {
  CO_ASSIGN_OR_RETURN(v1::Request request, co_await store_.GetRequest(call, IdOf(name)));
  const bool is_requester = call.IsSelf(PersonId(request.requester()));
  if (!is_requester && !call.IsSelf(PersonId(request.mentor()))) co_return NotFound();
  if (is_requester != for_requester) co_return AccessDenied();
  if (!etag.empty()) request.set_etag(etag);
  // A link is for the request as the mail told of it: the first answer makes another of it.
  if (auth::AnswerScope scope; auth::ReadAnswerScope(call.scope(), scope)) {
    if (scope.name != request.name()) co_return NotFound();
    request.set_etag(scope.etag);
  }
  co_return request;
}

template <class Request, class Change>
Task<absl::StatusOr<v1::Request>> Answers::Answer(rpc::Call call, const Request& request, bool by_requester,
                                                  Change change, Write write) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  for (int attempt = 1;; ++attempt) {
    RequestStep step;
    CO_ASSIGN_OR_RETURN(step.request, co_await Find(call, request.request(), request.etag(), by_requester));
    step.verdict = change(*live, step.request);
    step.request_id = request.request_id();
    step.fingerprint = store::Fingerprint(call, request);
    absl::StatusOr<v1::Request> written = co_await write(*live, std::move(step));
    // Without an etag of the caller's, a request that changed between reading and writing is looked at again.
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    ShowRequest(call, *live, clock_.Now(), *written);
    co_return written;
  }
}

Task<absl::StatusOr<v1::Request>> Answers::Decline(rpc::Call call, const v1::DeclineMatchRequest& request) {
  const auto change = [](const LiveView&, const v1::Request& found) {
    return IsWaiting(found) ? absl::OkStatus() : RequestAnswered();
  };
  Write write = [this, call](const LiveView& live, RequestStep step) {
    return life_cycle_.Close(call, live, std::move(step));
  };
  co_return co_await Answer(call, request, /*by_requester=*/false, change, std::move(write));
}

Task<absl::StatusOr<v1::Request>> Answers::Question(rpc::Call call, const v1::AskRequesterRequest& request) {
  const auto change = [this, &request](const LiveView& live, v1::Request& found) {
    const absl::Time now = clock_.Now();
    SetAnswerTime(live, now, found.requester(), found);
    return AddQuestion(request.question(), now, found);
  };
  Write write = [this, call](const LiveView&, RequestStep step) {
    return store_.Amend(call, std::move(step), "request.details_asked");
  };
  co_return co_await Answer(call, request, /*by_requester=*/false, change, std::move(write));
}

Task<absl::StatusOr<v1::Request>> Answers::Reply(rpc::Call call, const v1::ReplyWithDetailsRequest& request) {
  const auto change = [this, &request](const LiveView& live, v1::Request& found) {
    const absl::Time now = clock_.Now();
    SetAnswerTime(live, now, found.mentor(), found);
    return AddReply(request.details(), now, found);
  };
  Write write = [this, call](const LiveView&, RequestStep step) {
    return store_.Amend(call, std::move(step), "request.details_given");
  };
  co_return co_await Answer(call, request, /*by_requester=*/true, change, std::move(write));
}

Task<absl::StatusOr<v1::Request>> Answers::Postpone(rpc::Call call, const v1::PostponeMatchRequest& request) {
  const auto change = [this, &request](const LiveView&, v1::Request& found) {
    absl::Status verdict = CheckDate(request.postpone_end_time(), clock_.Now());
    if (verdict.ok() && found.state() != v1::Request::STATE_OPEN) verdict = RequestAnswered();
    found.set_state(v1::Request::STATE_POSTPONED);
    found.mutable_postpone_end_time()->set_seconds(request.postpone_end_time().seconds());
    found.clear_expire_time();
    found.clear_waits_for_requester();
    return verdict;
  };
  Write write = [this, call](const LiveView&, RequestStep step) { return store_.Postpone(call, std::move(step)); };
  co_return co_await Answer(call, request, /*by_requester=*/false, change, std::move(write));
}

v1::Match Answers::NewMatch(const v1::Request& accepted, const v1::AcceptMatchRequest& request,
                            const LiveView& live) const {
  v1::Match match;
  match.set_name(id::MakeName("matches", id::New()));
  match.mutable_mentee()->set_person(accepted.requester().person());
  match.mutable_mentor()->set_person(accepted.mentor().person());
  match.set_request(accepted.name());
  match.set_state(v1::Match::STATE_ACTIVE);
  *match.mutable_create_time() = ToTimestamp(clock_.Now());
  if (!request.has_chosen_time()) return match;
  *match.mutable_chosen_time() = request.chosen_time();
  absl::Duration length = absl::Seconds(request.duration().seconds());
  if (!request.has_duration()) {
    length = live.Read([&](const OrganizationView& view) {
      return ChatLength(view, PersonId(accepted.requester()), PersonId(accepted.mentor()));
    });
  }
  match.mutable_chat_duration()->set_seconds(absl::ToInt64Seconds(length));
  return match;
}

Task<absl::StatusOr<v1::Match>> Answers::Accept(rpc::Call call, const v1::AcceptMatchRequest& request) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  for (int attempt = 1;; ++attempt) {
    RequestStep step;
    CO_ASSIGN_OR_RETURN(step.request, co_await Find(call, request.request(), request.etag(), false));
    v1::Request& accepted = step.request;
    Verdict verdict = live->Read([&](const OrganizationView& view) { return JudgeYes(view, accepted); });
    step.verdict = IsWaiting(accepted) ? CheckChosen(request, clock_.Now()) : RequestAnswered();
    if (step.verdict.ok()) step.verdict = std::move(verdict.status);
    step.request_id = request.request_id();
    step.fingerprint = store::Fingerprint(call, request);
    v1::Match match = NewMatch(accepted, request, *live);
    accepted.set_state(v1::Request::STATE_ACCEPTED);
    accepted.set_match(match.name());
    *accepted.mutable_answer_time() = match.create_time();
    accepted.clear_expire_time();
    accepted.clear_postpone_end_time();
    accepted.clear_waits_for_requester();
    absl::StatusOr<v1::Match> written =
        co_await store_.Accept(call, std::move(step), std::move(match), verdict.places, clock_.Now() + kBookWithin);
    const bool again = absl::IsAborted(written.status()) && request.etag().empty() && attempt < kAttempts;
    if (again) continue;
    CO_RETURN_IF_ERROR(written.status());
    v1::Match booked = co_await bookings_.BookForAnswer(call, *live, *std::move(written));
    live->Read([&](const OrganizationView& view) {
      FillCard(view, call, clock_.Now(), *booked.mutable_mentee());
      FillCard(view, call, clock_.Now(), *booked.mutable_mentor());
    });
    co_return booked;
  }
}

}  // namespace cortado::matching
