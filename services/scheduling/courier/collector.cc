#include "services/scheduling/courier/collector.h"

#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
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
constexpr const char* kKept[] = {"start", "end", "until", "count", "title", "reason"};

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

v1::Notification NotificationOf(const api::v1::Event& event, const Telling& telling, std::string name) {
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
  CO_ASSIGN_OR_RETURN(const Events events, co_await source.fetch(call, after));
  if (events.empty()) co_return 0;
  CO_RETURN_IF_ERROR(co_await TellAll(call, source.service, events));
  for (const Listener& listener : listeners_) CO_RETURN_IF_ERROR(co_await listener(call, events));
  CO_RETURN_IF_ERROR(co_await notifications_.SavePosition(call, source.service, events.back().id()));
  co_return static_cast<int>(events.size());
}

Task<absl::StatusOr<People>> Collector::Recipients(rpc::Call call, std::vector<std::string> ids) {
  CO_ASSIGN_OR_RETURN(People people, co_await people_.Find(call, ids));
  if (people.size() < ids.size()) {
    // Somebody so new that the event was faster than the news of them.
    co_await projection_.CatchUp(call);
    CO_ASSIGN_OR_RETURN(people, co_await people_.Find(call, std::move(ids)));
  }
  for (auto person = people.begin(); person != people.end();) {
    // Whoever left hears of nothing any more.
    person = person->second.person().active() ? std::next(person) : people.erase(person);
  }
  co_return people;
}

Task<absl::Status> Collector::TellAll(rpc::Call call, const std::string& service, const Events& events) {
  std::vector<Hearing> hearings;
  std::set<std::string> recipients;
  for (const api::v1::Event& event : events) {
    const std::string key = absl::StrCat(call.organization(), "\n", service, "\n", event.id(), "\n", event.kind());
    for (Telling& telling : WhoHears(event)) {
      recipients.insert(telling.recipient);
      hearings.push_back({&event, key, std::move(telling)});
    }
  }
  if (hearings.empty()) co_return absl::OkStatus();
  CO_ASSIGN_OR_RETURN(const People people,
                      co_await Recipients(call, std::vector<std::string>(recipients.begin(), recipients.end())));
  std::vector<std::string> ids;
  for (const auto& [id, snapshot] : people) ids.push_back(id);
  CO_ASSIGN_OR_RETURN(const auto preferences, co_await notifications_.PreferencesOf(call, std::move(ids)));
  std::vector<v1::Notification> notifications;
  for (const Hearing& hearing : hearings) {
    const auto recipient = people.find(hearing.telling.recipient);
    if (recipient == people.end()) continue;
    notifications.push_back(Compose(hearing, recipient->second, preferences.at(recipient->first)));
  }
  co_return co_await notifications_.Tell(std::move(call), std::move(notifications));
}

v1::Notification Collector::Compose(const Hearing& hearing, const profile::v1::PersonSnapshot& recipient,
                                    const v1::NotificationPreferences& preferences) const {
  const Telling& telling = hearing.telling;
  const std::string hash = id::Sha256Hex(absl::StrCat(hearing.key, "\n", telling.recipient)).substr(0, 24);
  v1::Notification notification =
      NotificationOf(*hearing.event, telling, NotificationName(absl::StrCat(telling.recipient, "/", hash)));
  const absl::Time now = clock_.Now();
  Tidings tidings;
  tidings.has_calendar = telling.has_calendar;
  tidings.is_own_doing = telling.is_own_doing;
  // A proposal for tomorrow may wait until its reader works.
  tidings.is_soon = !absl::StartsWith(hearing.event->kind(), "match.") && IsSoon(*hearing.event, now);
  for (const Leg& leg : PlanDelivery(HearerOf(recipient, preferences), tidings, now)) {
    v1::Delivery& delivery = *notification.add_deliveries();
    delivery.set_channel(ChannelOf(leg.way));
    delivery.set_state(v1::Delivery::STATE_WAITING);
    *delivery.mutable_due_time() = WriteInstant(leg.due);
  }
  return notification;
}

}  // namespace cortado::scheduling
