#include "services/scheduling/calendars.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kLongestWindow = absl::Hours(24 * 400);
constexpr absl::Duration kClocksDiffer = absl::Minutes(1);

// The P of `people/P/calendar`, whose form the binder has looked at.
std::string PersonOf(absl::string_view name) {
  return std::string(absl::StripSuffix(absl::StripPrefix(name, "people/"), "/calendar"));
}

// A time of no length is none that is wrong: nothing is busy then.
absl::StatusOr<Interval> ReadBusy(int index, const v1::BusyTime& busy) {
  const std::string path = absl::StrCat("busy[", index, "]");
  Interval interval;
  ASSIGN_OR_RETURN(interval.start, ReadInstant(absl::StrCat(path, ".start_time"), busy.start_time()));
  ASSIGN_OR_RETURN(interval.end, ReadInstant(absl::StrCat(path, ".end_time"), busy.end_time()));
  if (interval.end < interval.start) {
    return InvalidField(absl::StrCat(path, ".end_time"), "must not lie before start_time");
  }
  return interval;
}

absl::StatusOr<CalendarReading> ReadReading(const v1::PutBusyTimesRequest& request, absl::string_view organization,
                                            absl::Time now) {
  CalendarReading reading;
  ASSIGN_OR_RETURN(reading.window.start, ReadInstant("start_time", request.start_time()));
  ASSIGN_OR_RETURN(reading.window.end, ReadInstant("end_time", request.end_time()));
  if (reading.window.IsEmpty() || reading.window.Length() > kLongestWindow) {
    return InvalidField("end_time", "must lie after start_time, and at most 400 days after it");
  }
  reading.read_time = now;
  if (request.has_read_time()) {
    ASSIGN_OR_RETURN(const absl::Time read, ReadInstant("read_time", request.read_time()));
    if (read > now + kClocksDiffer) return InvalidField("read_time", "must not lie in the future");
    reading.read_time = std::min(read, now);
  }
  std::vector<Interval> busy;
  for (int i = 0; i < request.busy_size(); ++i) {
    ASSIGN_OR_RETURN(const Interval interval, ReadBusy(i, request.busy(i)));
    if (!IsOurUid(request.busy(i).uid(), organization)) busy.push_back(interval);
  }
  reading.busy = IntervalSet(std::move(busy));
  return reading;
}

v1::Calendar::State Say(CalendarState state) {
  switch (state) {
    case CalendarState::kNotConnected:
      return v1::Calendar::STATE_NOT_CONNECTED;
    case CalendarState::kCurrent:
      return v1::Calendar::STATE_CURRENT;
    case CalendarState::kOld:
      return v1::Calendar::STATE_OLD;
    case CalendarState::kOutdated:
      return v1::Calendar::STATE_OUTDATED;
  }
  return v1::Calendar::STATE_UNSPECIFIED;
}

v1::Calendar CalendarOf(const std::string& person, const std::optional<KeptCalendar>& kept, absl::Time now) {
  v1::Calendar calendar;
  calendar.set_name(absl::StrCat("people/", person, "/calendar"));
  calendar.set_state(v1::Calendar::STATE_NOT_CONNECTED);
  if (!kept.has_value()) return calendar;
  calendar.set_etag(absl::StrCat(kept->revision));
  calendar.set_state(Say(StateOf(kept->reading, now)));
  *calendar.mutable_start_time() = WriteInstant(kept->reading.window.start);
  *calendar.mutable_end_time() = WriteInstant(kept->reading.window.end);
  *calendar.mutable_read_time() = WriteInstant(kept->reading.read_time);
  *calendar.mutable_age() = WriteSpan(AgeOf(kept->reading, now));
  calendar.set_busy_count(static_cast<int>(kept->busy_count));
  calendar.set_offer_anyway(kept->reading.offer_anyway);
  return calendar;
}

}  // namespace

Calendars::Calendars(CalendarStore& calendars, PeopleProjection& projection, const Clock& clock)
    : calendars_(calendars), projection_(projection), clock_(clock) {}

Task<absl::StatusOr<CalendarOwner>> Calendars::FindOwner(rpc::Call call, std::string person) const {
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  for (const bool is_caught_up : {false, true}) {
    if (is_caught_up) co_await projection_.CatchUp(call);
    CO_ASSIGN_OR_RETURN(std::optional<CalendarOwner> owner, co_await calendars_.Find(call, person));
    if (owner.has_value() && owner->snapshot.person().active()) co_return *std::move(owner);
  }
  co_return NotFound();
}

Task<absl::StatusOr<v1::Calendar>> Calendars::Show(rpc::Call call, std::string person) const {
  CO_ASSIGN_OR_RETURN(const CalendarOwner owner, co_await FindOwner(std::move(call), person));
  co_return CalendarOf(person, owner.calendar, clock_.Now());
}

Task<absl::StatusOr<v1::Calendar>> Calendars::Put(rpc::Call call, const v1::PutBusyTimesRequest& request) {
  const std::string person = PersonOf(request.name());
  if (!call.IsSelf(person) && !call.IsService()) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(CalendarOwner owner, co_await FindOwner(call, person));
  CO_ASSIGN_OR_RETURN(const CalendarReading reading, ReadReading(request, call.organization(), clock_.Now()));
  CalendarWrite write;
  write.person = person;
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                        co_await calendars_.Replace(call, write, owner.revision, reading));
    if (!outcome.refused()) co_return co_await Show(std::move(call), person);
    CO_ASSIGN_OR_RETURN(owner, co_await FindOwner(call, person));
  }
  co_return TryAgain();
}

Task<absl::StatusOr<v1::Calendar>> Calendars::Get(rpc::Call call, const v1::GetCalendarRequest& request) {
  std::string person = PersonOf(request.name());
  if (!call.IsSelf(person)) co_return AccessDenied();
  co_return co_await Show(std::move(call), std::move(person));
}

Task<absl::StatusOr<v1::Calendar>> Calendars::Update(rpc::Call call, const v1::UpdateCalendarRequest& request) {
  const v1::Calendar& wanted = request.calendar();
  const std::string person = PersonOf(wanted.name());
  if (!call.IsSelf(person)) co_return AccessDenied();
  for (const std::string& path : request.update_mask().paths()) {
    if (path != "offer_anyway") co_return InvalidField("update_mask", "may name offer_anyway alone");
  }
  CalendarWrite write;
  write.person = person;
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await calendars_.SetOfferAnyway(call, std::move(write), wanted.etag(), wanted.offer_anyway()));
  if (outcome.refusal == kNotConnected) co_return NotFound();
  if (outcome.refused()) co_return EtagMismatch();
  co_return co_await Show(std::move(call), person);
}

Task<absl::StatusOr<google::protobuf::Empty>> Calendars::Delete(rpc::Call call,
                                                                const v1::DeleteCalendarRequest& request) {
  CalendarWrite write;
  write.person = PersonOf(request.name());
  if (!call.IsSelf(write.person)) co_return AccessDenied();
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await calendars_.Delete(std::move(call), std::move(write)));
  if (outcome.refused()) co_return NotFound();
  co_return google::protobuf::Empty();
}

}  // namespace cortado::scheduling
