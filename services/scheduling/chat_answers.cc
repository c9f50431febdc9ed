// The part of Chats that takes what attendees say to one.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chats.h"

namespace cortado::scheduling {
namespace {

using Response = v1::Attendee::Response;

v1::Attendee& AttendeeIn(v1::Chat& chat, const std::string& name) {
  return *std::find_if(chat.mutable_attendees()->begin(), chat.mutable_attendees()->end(),
                       [&](const v1::Attendee& attendee) { return attendee.person().person() == name; });
}

int CountThoseWhoCome(const v1::Chat& chat) {
  return static_cast<int>(chat.attendees_size() -
                          std::count_if(chat.attendees().begin(), chat.attendees().end(), HasDeclined));
}

// Whether the caller can say anything to this chat.
absl::Status MaySay(const v1::Chat& chat, const std::string& name, absl::Time now) {
  if (chat.host() == name) return InvalidField("response", "is for those invited: the host moves or cancels the chat");
  if (chat.state() == v1::Chat::STATE_CANCELLED) return ChatCancelled();
  if (StartOf(chat) <= now) return TimePassed("name", "the chat has begun");
  return absl::OkStatus();
}

// The people of a chat that somebody comes to after all: they first.
ChatPlan ComingAfterAll(const v1::Chat& chat, const std::string& person) {
  ChatPlan plan;
  plan.people.push_back(person);
  for (const v1::Attendee& attendee : chat.attendees()) {
    const absl::StatusOr<std::string> id = id::ParseName("people", attendee.person().person());
    if (id.ok() && *id != person && !HasDeclined(attendee)) plan.people.push_back(*id);
  }
  plan.when = WhenOf(chat);
  plan.joining = true;
  return plan;
}

}  // namespace

Task<absl::StatusOr<v1::Chat>> Chats::Respond(rpc::Call call, const v1::RespondToChatRequest& request) {
  const std::string fingerprint = store::Fingerprint(call, request);
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    CO_ASSIGN_OR_RETURN(v1::Chat chat, co_await FindVisible(call, request.name()));
    const std::string name = absl::StrCat("people/", call.subject());
    const bool is_said = chat.host() != name && AttendeeIn(chat, name).response() == request.response();
    if (is_said && MaySay(chat, name, clock_.Now()).ok()) co_return co_await ShowByName(call, request.name());
    Booking booking;
    CO_ASSIGN_OR_RETURN(booking.id, id::ParseName("chats", chat.name()));
    booking.request_id = request.request_id();
    booking.fingerprint = fingerprint;
    booking.chat = std::move(chat);
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await Say(call, request.response(), std::move(booking)));
    if (!outcome.refused()) co_return co_await ShowByName(call, request.name());
    // Somebody changed the chat, or a person, since they were read: look again.
  }
  co_return TryAgain();
}

Task<absl::StatusOr<store::Outcome>> Chats::Say(rpc::Call call, Response response, Booking booking) const {
  const std::string name = absl::StrCat("people/", call.subject());
  const absl::Status verdict = MaySay(booking.chat, name, clock_.Now());
  v1::Attendee& self = AttendeeIn(booking.chat, name);
  const bool came = !HasDeclined(self);
  const bool comes = response != v1::Attendee::RESPONSE_DECLINED;
  if (verdict.ok() && comes && !came) co_return co_await ComeAfterAll(std::move(call), response, std::move(booking));
  self.set_response(response);
  if (verdict.ok() && came && CountThoseWhoCome(booking.chat) < 2) {
    co_return co_await LeaveAlone(std::move(call), std::move(booking));
  }
  booking.refusal = verdict.ok() ? "" : kJudged;
  Seat seat;
  seat.person = call.subject();
  booking.seats.push_back(std::move(seat));
  Answer answer;
  answer.how = comes || !came ? Answer::How::kKeep : Answer::How::kRelease;
  answer.booking = std::move(booking);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await chats_.Respond(std::move(call), std::move(answer)));
  if (outcome.refused() && outcome.refusal == kJudged) co_return verdict;
  co_return outcome;
}

Task<absl::StatusOr<store::Outcome>> Chats::ComeAfterAll(rpc::Call call, Response response, Booking booking) const {
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  const v1::Chat chat = booking.chat;
  const SeatTaker::Writer write = [this, &chat, &call, response](rpc::Call by, const ChatPlan&, Booking made) {
    Answer answer;
    answer.how = Answer::How::kTake;
    answer.booking = std::move(made);
    answer.booking.seats.resize(std::min<size_t>(answer.booking.seats.size(), 1));  // The caller's alone.
    if (answer.booking.seats.empty()) answer.booking.seats.emplace_back().person = call.subject();
    answer.booking.chat = chat;
    AttendeeIn(answer.booking.chat, absl::StrCat("people/", call.subject())).set_response(response);
    return chats_.Respond(std::move(by), std::move(answer));
  };
  ChatPlan plan = ComingAfterAll(chat, call.subject());
  absl::StatusOr<Taken> taken = co_await taker_.Take(call, std::move(plan), std::move(booking), write);
  if (absl::IsAborted(taken.status())) {
    store::Outcome again;  // The chat changed since it was read.
    again.kind = store::Outcome::Kind::kRefused;
    again.refusal = kEtag;
    co_return again;
  }
  CO_RETURN_IF_ERROR(taken.status());
  co_return std::move(taken->outcome);
}

Task<absl::StatusOr<store::Outcome>> Chats::LeaveAlone(rpc::Call call, Booking booking) const {
  Cancellation cancellation;
  cancellation.chat = std::move(booking.chat);
  cancellation.now = clock_.Now();
  cancellation.request_id = std::move(booking.request_id);
  cancellation.fingerprint = std::move(booking.fingerprint);
  co_return co_await chats_.Cancel(std::move(call), std::move(cancellation));
}

}  // namespace cortado::scheduling
