#include "services/matching/proposals.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/request_rules.h"

namespace cortado::matching {
namespace {

constexpr int kAttempts = 3;
constexpr int64_t kQuarterHour = 15 * 60;

absl::Time ToTime(const google::protobuf::Timestamp& time) { return absl::FromUnixSeconds(time.seconds()); }

absl::Status CheckStart(const google::protobuf::Timestamp& start, absl::Time now) {
  const bool is_quarter = start.seconds() % kQuarterHour == 0 && start.nanos() == 0;
  if (is_quarter && ToTime(start) > now) return absl::OkStatus();
  return InvalidField("start_time", "must be in the future, at a full quarter of an hour").Metadata("rule", "future");
}

absl::Status CheckLength(const v1::ProposeTimeRequest& request) {
  const bool is_minutes = request.duration().seconds() % 60 == 0 && request.duration().nanos() == 0;
  return is_minutes ? absl::OkStatus() : InvalidField("duration", "must be full minutes");
}

// What another of them proposed for that time, and as long as the caller wants, if they say; null: nobody did.
const v1::Match::Proposal* FindOther(const v1::ProposeTimeRequest& request, const std::string& self,
                                     const v1::Match& match) {
  for (const v1::Match::Proposal& proposal : match.proposals()) {
    const bool same_start =
        proposal.has_start_time() && proposal.start_time().seconds() == request.start_time().seconds();
    const bool same_length = !request.has_duration() || request.duration().seconds() == proposal.duration().seconds();
    if (proposal.person() != self && same_start && same_length) return &proposal;
  }
  return nullptr;
}

v1::Match::Proposal& OwnProposal(const std::string& self, v1::Match& match) {
  for (v1::Match::Proposal& proposal : *match.mutable_proposals()) {
    if (proposal.person() == self) return proposal;
  }
  v1::Match::Proposal& own = *match.add_proposals();
  own.set_person(self);
  return own;
}

absl::Duration LengthOf(const v1::ProposeTimeRequest& request, const LiveView& live, const v1::Match& match) {
  if (request.has_duration()) return absl::Seconds(request.duration().seconds());
  const std::vector<std::string> people = PeopleOf(match);
  return live.Read([&](const OrganizationView& view) {
    absl::Duration shortest = ChatLength(view, people[0], people[1]);
    for (const std::string& person : people) shortest = std::min(shortest, ChatLength(view, person, person));
    return shortest;
  });
}

bool IsSame(const v1::Match::Proposal& proposal, absl::Time start, absl::Duration length) {
  return proposal.has_start_time() && ToTime(proposal.start_time()) == start &&
         absl::Seconds(proposal.duration().seconds()) == length;
}

}  // namespace

Task<absl::StatusOr<v1::Match>> Proposals::Try(rpc::Call call, const v1::ProposeTimeRequest& request,
                                               const LiveView& live) {
  const std::string self = absl::StrCat("people/", call.subject());
  const absl::Time start = ToTime(request.start_time());
  MatchStep step;
  CO_ASSIGN_OR_RETURN(step.match, co_await parts_.matches.FindOwn(call, request.match()));
  v1::Match& match = step.match;
  // Whoever taps late sees what became of it; a chat that was cancelled leaves the way open.
  const bool has_chat = co_await parts_.times.HasChat(call, match);
  if (has_chat || HasTimeToBook(match)) co_return match;
  match.clear_chat();
  match.clear_chosen_time();
  step.request_id = request.request_id();
  step.fingerprint = store::Fingerprint(call, request);
  if (match.state() != v1::Match::STATE_ACTIVE) {
    step.verdict = Error(absl::StatusCode::kFailedPrecondition, v1::REASON_MATCH_ENDED, "the match has ended");
  } else if (const v1::Match::Proposal* other = FindOther(request, self, match); other != nullptr) {
    *match.mutable_chosen_time() = request.start_time();
    *match.mutable_chat_duration() = other->duration();
    match.set_chosen_by(self);
    // Should it be gone, new ones are proposed; how many they were is kept.
    for (v1::Match::Proposal& proposal : *match.mutable_proposals()) {
      proposal.clear_start_time();
      proposal.clear_duration();
    }
  } else {
    const absl::Duration length = LengthOf(request, live, match);
    v1::Match::Proposal& own = OwnProposal(self, match);
    if (IsSame(own, start, length)) co_return match;
    CO_ASSIGN_OR_RETURN(const bool is_free, co_await parts_.times.IsFree(call, live, match, start, length));
    if (!is_free) {
      CO_ASSIGN_OR_RETURN(v1::Match now, co_await parts_.matches.FindOwn(call, request.match()));
      co_await parts_.times.Add(call, live, now);
      NoteTimeTaken(call, live, now);
      co_return now;
    }
    if (own.count() >= kProposals) {
      step.verdict = Error(absl::StatusCode::kFailedPrecondition, v1::REASON_TOO_MANY_PROPOSALS,
                           "ten times were proposed for this match; book one instead");
    }
    *own.mutable_start_time() = request.start_time();
    own.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
    own.set_count(own.count() + 1);
  }
  co_return co_await parts_.store.ProposeTime(call, std::move(step), call.subject());
}

Task<absl::StatusOr<v1::Match>> Proposals::Propose(rpc::Call call, const v1::ProposeTimeRequest& request) {
  CO_RETURN_IF_ERROR(CheckStart(request.start_time(), parts_.clock.Now()));
  CO_RETURN_IF_ERROR(CheckLength(request));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  absl::StatusOr<v1::Match> written;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    written = co_await Try(call, request, *live);
    if (!absl::IsAborted(written.status())) break;
  }
  if (absl::IsAborted(written.status())) {
    co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
                    "the match changes all the time; repeat with the same request id");
  }
  CO_RETURN_IF_ERROR(written.status());
  v1::Match match = co_await parts_.bookings.BookForAnswer(call, *live, *std::move(written));
  co_return co_await parts_.matches.Show(call, std::move(match));
}

Task<absl::StatusOr<google::protobuf::Empty>> Proposals::RecordChat(rpc::Call call,
                                                                    const v1::RecordChatRequest& request) {
  absl::Status recorded;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<v1::Match> match = co_await parts_.store.GetMatch(call, IdOf(request.match()));
    if (absl::IsNotFound(match.status())) co_return google::protobuf::Empty();
    CO_RETURN_IF_ERROR(match.status());
    // One that was cancelled gives way to the next.
    const bool has_chat = match->chat() == request.chat() || co_await parts_.times.HasChat(call, *match);
    if (has_chat) co_return google::protobuf::Empty();
    match->set_chat(request.chat());
    *match->mutable_first_chat_time() = request.book_time();
    match->clear_proposals();
    recorded = (co_await parts_.store.SettleTime(call, OwnStep(*std::move(match)))).status();
    if (!absl::IsAborted(recorded)) break;
  }
  CO_RETURN_IF_ERROR(recorded);
  co_return google::protobuf::Empty();
}

}  // namespace cortado::matching
