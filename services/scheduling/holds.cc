#include "services/scheduling/holds.h"

#include <utility>

#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

// A held time is one that could be booked.
v1::BookChatRequest AsBooking(const v1::HoldTimeRequest& request) {
  v1::BookChatRequest booking;
  *booking.mutable_attendees() = request.attendees();
  *booking.mutable_start_time() = request.start_time();
  *booking.mutable_duration() = request.duration();
  booking.set_match(request.match());
  return booking;
}

// The same bytes for what is over, absent and somebody else's.
absl::Status MayRelease(const std::optional<v1::Hold>& hold, const rpc::Call& call, absl::Time now) {
  const bool is_own = hold.has_value() && hold->people_size() > 0 && hold->people(0) == "people/" + call.subject();
  if (!is_own || ToTime(hold->expire_time()) <= now) return NotFound();
  return absl::OkStatus();
}

}  // namespace

Holds::Holds(HoldStore& holds, const SeatTaker& taker, PeopleProjection& projection, const Consents& consents,
             const Clock& clock)
    : holds_(holds), taker_(taker), projection_(projection), consents_(consents), clock_(clock) {}

Task<absl::StatusOr<v1::Hold>> Holds::Hold(rpc::Call call, const v1::HoldTimeRequest& request) {
  CO_ASSIGN_OR_RETURN(ChatPlan plan, PlanOf(call, AsBooking(request)));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  CO_ASSIGN_OR_RETURN(plan.agreement, co_await consents_.AgreementOf(call, plan.match));
  Booking booking;
  booking.id = id::New();
  booking.request_id = request.request_id();
  booking.fingerprint = store::Fingerprint(call, request);
  const absl::Time expires = absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now() + kHoldsFor));
  const SeatTaker::Writer write = [&](rpc::Call by, const ChatPlan&, Booking made) {
    return holds_.Insert(std::move(by), std::move(made), expires);
  };
  CO_ASSIGN_OR_RETURN(Taken taken, co_await taker_.Take(call, std::move(plan), std::move(booking), write));
  if (taken.outcome.kind == store::Outcome::Kind::kWritten) {
    v1::Hold hold = HoldOf(taken.chat, expires);
    hold.set_name(std::move(taken.outcome.resource));
    co_return hold;
  }
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("holds", taken.outcome.resource));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Hold> hold, co_await holds_.Find(std::move(call), std::move(id)));
  if (!hold.has_value()) co_return NotFound();  // A repeat, after it was released.
  co_return *std::move(hold);
}

Task<absl::StatusOr<google::protobuf::Empty>> Holds::Release(rpc::Call call, const v1::ReleaseHoldRequest& request) {
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("holds", request.name()));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Hold> hold, co_await holds_.Find(call, std::move(id)));
  const absl::Status verdict = MayRelease(hold, call, clock_.Now());
  v1::Hold released;
  if (verdict.ok()) released = *std::move(hold);
  released.set_name(request.name());
  // A repeat finds it gone, and is answered as the first time.
  std::string refusal = verdict.ok() ? "" : kJudged;
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await holds_.Release(call, std::move(released), std::move(refusal), request.request_id(),
                                              store::Fingerprint(call, request)));
  if (outcome.refused()) co_return verdict;
  co_return google::protobuf::Empty();
}

}  // namespace cortado::scheduling
