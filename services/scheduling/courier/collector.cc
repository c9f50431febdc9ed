#include "services/scheduling/courier/collector.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/scheduling/courier/delivery_plan.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/invitation.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

// What begins sooner is of today or tomorrow.
constexpr absl::Duration kSoon = absl::Hours(36);
// What a sentence may need of an event.
constexpr const char* kKept[] = {"start", "end", "until", "count"};

v1::Channel ChannelOf(Way way) {
  switch (way) {
    case Way::kSlack:
      return v1::CHANNEL_SLACK;
    case Way::kMail:
      return v1::CHANNEL_MAIL;
    case Way::kCalendar:
      return v1::CHANNEL_CALENDAR;
  }
  return v1::CHANNEL_UNSPECIFIED;
}

Hearer HearerOf(const profile::v1::PersonSnapshot& snapshot, const v1::NotificationPreferences& preferences) {
  Hearer hearer;
  hearer.has_slack = !snapshot.person().slack_user().empty();
  hearer.has_mail = IsMailAddress(snapshot.person().email());
  hearer.wants_mail = preferences.channel() == v1::CHANNEL_MAIL;
  hearer.wants_digest = preferences.digest();
  hearer.any_time = preferences.any_time();
  const PersonTime time = TimeOf(snapshot);
  hearer.zone = time.zone;
  hearer.working_hours = time.working_hours;
  return hearer;
}

bool IsSoon(const api::v1::Event& event, absl::Time now) {
  const auto start = event.attributes().find("start");
  int64_t seconds = 0;
  if (start == event.attributes().end() || !absl::SimpleAtoi(start->second, &seconds)) return false;
  return absl::FromUnixSeconds(seconds) < now + kSoon;
}

v1::Notification Compose(const api::v1::Event& event, const Telling& telling, std::string name) {
  v1::Notification notification;
  notification.set_name(std::move(name));
  notification.set_kind(telling.kind);
  notification.set_subject(telling.subject);
  if (!telling.other.empty()) notification.mutable_other()->set_person(id::MakeName("people", telling.other));
  notification.mutable_text()->set_code(SentenceCode(telling.kind));
  for (const char* kept : kKept) {
    const auto found = event.attributes().find(kept);
    if (found != event.attributes().end()) (*notification.mutable_text()->mutable_parameters())[kept] = found->second;
  }
  *notification.mutable_create_time() = event.time();
  return notification;
}

}  // namespace

Task<absl::StatusOr<int>> Collector::Collect(rpc::Call call) {
  CO_RETURN_IF_ERROR(co_await projection_.WaitUntilReady(call));
  int count = 0;
  absl::Status failed;
  for (const Source& source : sources_) {
    const absl::StatusOr<int> taken = co_await CollectFrom(call, source);
    if (taken.ok()) count += *taken;
    failed.Update(taken.status());
  }
  if (count == 0 && !failed.ok()) co_return failed;
  co_return count;
}

Task<absl::StatusOr<int>> Collector::CollectFrom(rpc::Call call, const Source& source) {
  CO_ASSIGN_OR_RETURN(const std::string after, co_await notifications_.Position(call, source.service));
  CO_ASSIGN_OR_RETURN(const std::vector<api::v1::Event> events, co_await source.fetch(call, after));
  for (const api::v1::Event& event : events) {
    CO_RETURN_IF_ERROR(co_await Tell(call, source.service, event));
    for (const Listener& listener : listeners_) CO_RETURN_IF_ERROR(co_await listener(call, event));
  }
  if (!events.empty()) {
    CO_RETURN_IF_ERROR(co_await notifications_.SavePosition(call, source.service, events.back().id()));
  }
  co_return static_cast<int>(events.size());
}

Task<absl::Status> Collector::Tell(rpc::Call call, const std::string& service, const api::v1::Event& event) {
  const std::string key = absl::StrCat(call.organization(), "\n", service, "\n", event.id(), "\n", event.kind());
  for (Telling& telling : WhoHears(event)) {
    CO_RETURN_IF_ERROR(co_await TellOne(call, key, event, std::move(telling)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Collector::TellOne(rpc::Call call, std::string event_key, const api::v1::Event& event,
                                      Telling telling) {
  std::vector<std::string> ids;
  ids.push_back(telling.recipient);
  CO_ASSIGN_OR_RETURN(People people, co_await people_.Find(call, ids));
  if (people.empty()) {
    // Somebody so new that the event was faster than the news of them.
    co_await projection_.CatchUp(call);
    CO_ASSIGN_OR_RETURN(people, co_await people_.Find(call, std::move(ids)));
  }
  const auto recipient = people.find(telling.recipient);
  // Whoever left hears of nothing any more.
  if (recipient == people.end() || !recipient->second.person().active()) co_return absl::OkStatus();
  CO_ASSIGN_OR_RETURN(const v1::NotificationPreferences preferences,
                      co_await notifications_.Preferences(call, telling.recipient));
  const std::string hash = id::Sha256Hex(absl::StrCat(event_key, "\n", telling.recipient)).substr(0, 24);
  v1::Notification notification = Compose(event, telling, NotificationName(absl::StrCat(telling.recipient, "/", hash)));
  Tidings tidings;
  tidings.has_calendar = telling.has_calendar;
  tidings.is_own_doing = telling.is_own_doing;
  tidings.is_soon = IsSoon(event, clock_.Now());
  for (const Leg& leg : PlanDelivery(HearerOf(recipient->second, preferences), tidings, clock_.Now())) {
    v1::Delivery& delivery = *notification.add_deliveries();
    delivery.set_channel(ChannelOf(leg.way));
    delivery.set_state(v1::Delivery::STATE_WAITING);
    *delivery.mutable_due_time() = WriteInstant(leg.due);
  }
  co_return co_await notifications_.Tell(call, std::move(notification));
}

}  // namespace cortado::scheduling
