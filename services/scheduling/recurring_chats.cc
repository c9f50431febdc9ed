#include "services/scheduling/recurring_chats.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/chat_plan.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/obstacle.h"
#include "services/scheduling/series_times.h"

namespace cortado::scheduling {
namespace {

Frequency FrequencyOf(const v1::Recurrence& recurrence) {
  switch (recurrence.frequency()) {
    case v1::Recurrence::FREQUENCY_EVERY_TWO_WEEKS:
      return Frequency::kEveryTwoWeeks;
    case v1::Recurrence::FREQUENCY_MONTHLY:
      return Frequency::kMonthly;
    default:
      return Frequency::kWeekly;
  }
}

// Full minutes, in order, none into another.
absl::StatusOr<std::vector<absl::Time>> ReadTimes(const v1::BookSeriesRequest& request, absl::Duration length) {
  std::vector<absl::Time> times;
  for (int i = 0; i < request.start_times_size(); ++i) {
    const std::string field = absl::StrCat("start_times[", i, "]");
    ASSIGN_OR_RETURN(const absl::Time time, ReadInstant(field, request.start_times(i)));
    if (!ValidateChat({time, time + length}).ok()) {
      return InvalidField(field, "must be a full minute").Metadata("rule", "full_minute");
    }
    const auto meets = std::find_if(times.begin(), times.end(), [&](absl::Time other) {
      return Overlap({time, time + length}, {other, other + length});
    });
    if (meets != times.end()) {
      return InvalidField(field, absl::StrCat("must not meet start_times[", meets - times.begin(), "]"))
          .Metadata("rule", "apart");
    }
    times.push_back(time);
  }
  std::sort(times.begin(), times.end());
  return times;
}

absl::Status CheckForm(const v1::BookSeriesRequest& request) {
  if (request.has_recurrence() == !request.start_times().empty()) {
    return InvalidField("recurrence", "is required, or start_times: one of the two");
  }
  if (request.has_recurrence() != request.has_start_time()) {
    return InvalidField("start_time", "must be given with recurrence, and with nothing else");
  }
  if (request.start_times_size() == 1) {
    return InvalidField("start_times", "must be 2 to 52; one chat is booked with BookChat")
        .Metadata("rule", "range")
        .Metadata("min", absl::StrCat(kFewestInSeries))
        .Metadata("max", absl::StrCat(kMostInSeries));
  }
  return absl::OkStatus();
}

absl::Status Conflict(const std::vector<absl::Time>& times, absl::TimeZone zone, absl::string_view language) {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_SERIES_CONFLICT,
               "not all chats of the series fit, so none is booked; metadata `conflicts` names those that do not")
      .Metadata("conflicts", JoinInstants(times))
      .Metadata("conflicts_text", JoinReady(times, zone, language));
}

bool IsIn(const rpc::Call& call, const v1::Series& series) {
  const std::string caller = absl::StrCat("people/", call.subject());
  return std::find(series.people().begin(), series.people().end(), caller) != series.people().end();
}

}  // namespace

// What the caller asks for.
struct RecurringChats::Plan {
  std::vector<std::string> people;  // Ids, the caller first.
  absl::Duration length;
  absl::Time first;  // Of a recurrence.
  std::optional<v1::Recurrence> recurrence;
  std::vector<absl::Time> times;  // Sorted; of a recurrence: as far as the host's zone is known.
  std::string topic;
  std::string match;
  Agreement agreement;
};

struct RecurringChats::Judgement {
  absl::Status verdict;
  std::vector<Participant> people;  // As in the plan; empty when somebody is absent.
};

RecurringChats::RecurringChats(ChatStore& chats, SeriesStore& series, PeopleStore& people, PeopleProjection& projection,
                               const Consents& consents, Executors& executors, const Clock& clock)
    : chats_(chats),
      series_(series),
      people_(people),
      projection_(projection),
      consents_(consents),
      executors_(executors),
      clock_(clock) {}

absl::StatusOr<RecurringChats::Plan> RecurringChats::PlanOf(const rpc::Call& call,
                                                            const v1::BookSeriesRequest& request) {
  RETURN_IF_ERROR(CheckForm(request));
  Plan plan;
  ASSIGN_OR_RETURN(plan.people, WithCaller(call, request.attendees()));
  ASSIGN_OR_RETURN(plan.length, ReadChatLength("duration", request.duration()));
  if (request.has_recurrence()) {
    ASSIGN_OR_RETURN(plan.first, ReadInstant("start_time", request.start_time()));
    if (!ValidateChat({plan.first, plan.first + plan.length}).ok()) {
      return InvalidField("start_time", "must be a full minute").Metadata("rule", "full_minute");
    }
    plan.recurrence = request.recurrence();
  } else {
    ASSIGN_OR_RETURN(plan.times, ReadTimes(request, plan.length));
    plan.first = plan.times.front();
  }
  plan.topic = request.topic();
  plan.match = request.match();
  return plan;
}

Task<absl::StatusOr<RecurringChats::Judgement>> RecurringChats::Judge(rpc::Call call, Plan& plan) const {
  const absl::Time now = clock_.Now();
  Judgement judgement;
  // The host's zone says when the last chat is: first who they are, then what is busy until then.
  CO_ASSIGN_OR_RETURN(const People host, co_await people_.Find(call, std::vector<std::string>(1, plan.people.front())));
  if (plan.recurrence.has_value() && !host.empty()) {
    plan.times =
        SeriesTimes(plan.first, FrequencyOf(*plan.recurrence), plan.recurrence->count(), ZoneOf(host.begin()->second));
  }
  const Interval window = {plan.first, plan.times.empty() ? plan.first : plan.times.back() + kLongestChat};
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<Participant>> found,
                      co_await chats_.ReadPeople(call, plan.people, window, now));
  for (std::optional<Participant>& person : found) {
    if (!person.has_value()) {
      judgement.people.clear();
      judgement.verdict = NotFound();
      co_return judgement;
    }
    judgement.people.push_back(*std::move(person));
  }
  judgement.verdict = plan.first < now ? TimePassed(plan.recurrence ? "start_time" : "start_times",
                                                    "the first time has passed; choose a later one")
                                       : MayMeet(judgement.people, plan.agreement, now);
  if (!judgement.verdict.ok()) co_return judgement;
  co_await executors_.OnWorkers();
  std::vector<absl::Time> conflicts;
  for (const absl::Time start : plan.times) {
    const Obstacle obstacle = ObstacleTo({start, start + plan.length}, judgement.people, now);
    if (obstacle == Obstacle::kMinutesOfAnother) {
      judgement.verdict = NotAvailable();
      co_return judgement;
    }
    if (obstacle != Obstacle::kNone) conflicts.push_back(start);
  }
  const Participant& self = judgement.people.front();
  if (!conflicts.empty()) {
    judgement.verdict = Conflict(conflicts, self.time.zone, LanguageFor(call, self.snapshot));
  }
  co_return judgement;
}

SeriesBooking RecurringChats::BookingOf(const Plan& plan, const Judgement& judgement, absl::Time now) {
  SeriesBooking booking;
  booking.id = id::New();
  v1::Series& series = booking.series;
  for (const std::string& id : plan.people) series.add_people(absl::StrCat("people/", id));
  series.set_host(series.people(0));
  if (plan.recurrence) *series.mutable_recurrence() = *plan.recurrence;
  *series.mutable_create_time() = WriteInstant(now);
  for (const Participant& person : judgement.people) {
    booking.seats.push_back({person.id, person.revision,
                             ChatMinutes({plan.first, plan.first + plan.length}, person.time),
                             person.time.weekly_minutes, person.time.buffer, person.time.zone});
  }
  if (!judgement.people.empty()) series.set_time_zone(judgement.people.front().time.zone.name());
  v1::Chat chat;
  chat.set_host(series.host());
  for (const std::string& name : series.people()) chat.add_attendees()->mutable_person()->set_person(name);
  chat.set_time_zone(series.time_zone());
  chat.set_topic(plan.topic);
  if (plan.agreement.CoversAny(plan.people)) {
    chat.set_match(plan.match);
    chat.set_program(plan.agreement.program);
  }
  chat.set_state(v1::Chat::STATE_BOOKED);
  chat.set_series(absl::StrCat("series/", booking.id));
  *chat.mutable_create_time() = series.create_time();
  for (const absl::Time start : plan.times) {
    chat.set_name(absl::StrCat("chats/", id::New()));
    *chat.mutable_start_time() = WriteInstant(start);
    *chat.mutable_original_start_time() = chat.start_time();
    *chat.mutable_end_time() = WriteInstant(start + plan.length);
    booking.chats.push_back(chat);
  }
  booking.refusal = judgement.verdict.ok() ? "" : kJudged;
  return booking;
}

Task<absl::StatusOr<v1::Series>> RecurringChats::Book(rpc::Call call, const v1::BookSeriesRequest& request) {
  CO_ASSIGN_OR_RETURN(Plan plan, PlanOf(call, request));
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  CO_ASSIGN_OR_RETURN(plan.agreement, co_await consents_.AgreementOf(call, plan.match));
  bool is_caught_up = false;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    CO_ASSIGN_OR_RETURN(Judgement judgement, co_await Judge(call, plan));
    SeriesBooking booking = BookingOf(plan, judgement, clock_.Now());
    booking.request_id = request.request_id();
    booking.fingerprint = store::Fingerprint(call, request);
    CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await series_.Insert(call, std::move(booking)));
    if (!outcome.refused()) co_return co_await ShowByName(call, std::move(outcome.resource));
    const absl::Status& verdict = judgement.verdict;
    if (outcome.refusal == kJudged) {
      const bool may_have_changed = absl::IsNotFound(verdict) || absl::IsFailedPrecondition(verdict);
      if (is_caught_up || !may_have_changed) co_return verdict;
      co_await projection_.CatchUp(call);
      is_caught_up = true;
    }
    // Else somebody was faster, or a person changed: what stands in the way now is read and judged again.
  }
  co_return TryAgain();
}

Task<absl::StatusOr<v1::Series>> RecurringChats::FindVisible(rpc::Call call, const std::string& name) const {
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("series", name));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Series> series, co_await series_.Find(call, std::move(id)));
  if (!series.has_value() || !IsIn(call, *series)) co_return NotFound();
  co_return *std::move(series);
}

Task<absl::StatusOr<v1::Series>> RecurringChats::ShowByName(rpc::Call call, std::string name) const {
  CO_ASSIGN_OR_RETURN(v1::Series series, co_await FindVisible(call, name));
  std::vector<std::string> ids;
  for (const std::string& person : series.people()) {
    CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("people", person));
    ids.push_back(std::move(id));
  }
  CO_ASSIGN_OR_RETURN(const People people, co_await people_.Find(call, std::move(ids)));
  co_await executors_.OnWorkers();
  Show(people, ReaderOf(call, people, clock_.Now()), series);
  co_return series;
}

Task<absl::StatusOr<v1::Series>> RecurringChats::Get(rpc::Call call, const v1::GetSeriesRequest& request) {
  co_return co_await ShowByName(std::move(call), request.name());
}

Task<absl::StatusOr<v1::Series>> RecurringChats::Cancel(rpc::Call call, const v1::CancelSeriesRequest& request) {
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    SeriesCancellation cancellation;
    CO_ASSIGN_OR_RETURN(cancellation.series, co_await FindVisible(call, request.name()));
    cancellation.now = clock_.Now();
    for (const v1::Chat& chat : cancellation.series.chats()) {
      const bool is_ahead = chat.state() == v1::Chat::STATE_BOOKED && StartOf(chat) > cancellation.now;
      if (is_ahead) cancellation.chats.push_back(chat);
    }
    absl::Status verdict;
    if (cancellation.chats.empty()) {
      verdict = ChatCancelled();
    } else if (cancellation.series.etag() != request.etag()) {
      verdict = EtagMismatch();
    }
    cancellation.refusal = verdict.ok() ? "" : kJudged;
    cancellation.request_id = request.request_id();
    cancellation.fingerprint = store::Fingerprint(call, request);
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await series_.Cancel(call, std::move(cancellation)));
    if (!outcome.refused()) co_return co_await ShowByName(call, request.name());
    if (outcome.refusal == kJudged) co_return verdict;
    // One of its chats changed since it was read: look again.
  }
  co_return TryAgain();
}

}  // namespace cortado::scheduling
