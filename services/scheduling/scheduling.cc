#include "services/scheduling/scheduling.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/redis/client.h"
#include "common/redis/subscriber.h"
#include "common/status/status.h"
#include "common/store/store.h"
#include "services/scheduling/calendar_store.h"
#include "services/scheduling/calendars.h"
#include "services/scheduling/chat_dossiers.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/courier/chat_reports.h"
#include "services/scheduling/courier/collector.h"
#include "services/scheduling/courier/courier.h"
#include "services/scheduling/courier/notifications.h"
#include "services/scheduling/courier/webhook_sender.h"
#include "services/scheduling/courier/webhook_store.h"
#include "services/scheduling/courier/webhooks.h"
#include "services/scheduling/event_client.h"
#include "services/scheduling/hold_store.h"
#include "services/scheduling/holds.h"
#include "services/scheduling/matching_client.h"
#include "services/scheduling/old_chats.h"
#include "services/scheduling/people_check.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/profile_client.h"
#include "services/scheduling/recurring_chats.h"
#include "services/scheduling/seat_taker.h"
#include "services/scheduling/series_store.h"
#include "services/scheduling/times.h"

namespace cortado::scheduling {
namespace {

constexpr int kEventsAtOnce = 100;

std::vector<privacy::Dossiers::Section> SectionsOf(ChatDossiers& dossiers, audit::Trail& trail) {
  std::vector<privacy::Dossiers::Section> sections;
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectChats(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectNotifications(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back([&dossiers](rpc::Call call, std::string person, std::string cursor) {
    return dossiers.CollectTimes(std::move(call), std::move(person), std::move(cursor));
  });
  sections.push_back(privacy::OwnActs(trail));
  return sections;
}

}  // namespace

// From the store up. The clients are made by Start, because their peers are connected only then.
struct Scheduling::Parts {
  explicit Parts(const Dependencies& d)
      : profile_peer(d.profile),
        matching_peer(d.matching),
        redis(d.redis, d.loop),
        store(redis, "scheduling", d.clock),
        trail({store, redis, d.executors, d.clock, d.archive}),
        outbox(store, redis),
        jobs(store, redis, d.loop, d.clock),
        calendar_store(store),
        chat_store(store),
        hold_store(store),
        series_store(store),
        people_store(store),
        projection(people_store, chat_store, d.loop, d.executors, d.clock),
        people_check(people_store, projection, d.executors, d.clock, d.metrics),
        consents(
            [this](rpc::Call call, std::string name) { return matching->GetMatch(std::move(call), std::move(name)); }),
        chats(chat_store, people_store, projection, consents, d.executors, d.clock),
        calendars(calendar_store, projection, d.clock),
        times(chat_store, projection, consents, d.executors, d.clock),
        taker(chat_store, projection, d.executors, d.clock),
        holds(hold_store, taker, projection, consents, d.clock),
        recurring_chats(chat_store, series_store, people_store, projection, consents, d.executors, d.clock),
        wake_ups(d.redis, store.Channel(), d.loop),
        notification_store(store, redis),
        webhook_store(store, redis),
        webhook_sender(webhook_store, d.webhook_calls, d.clock),
        webhooks(webhook_store, webhook_sender, d.clock),
        notifications({notification_store, people_store, store, redis, wake_ups, d.clock, d.mail.client != nullptr,
                       &webhook_store}),
        collector(notification_store, people_store, projection, d.clock),
        dispatcher(notification_store, people_store, chat_store, series_store, d.mail, CallsOf(), d.loop, d.clock),
        chat_reports(
            store, redis, chat_store, series_store, people_store,
            [this](rpc::Call call, std::string name) { return matching->GetMatch(std::move(call), std::move(name)); },
            [this](rpc::Call call, matching::v1::RecordChatRequest request) {
              return matching->RecordChat(std::move(call), std::move(request));
            }),
        courier(d.loop),
        chat_dossiers(
            {store, chat_store, series_store, hold_store, people_store, notification_store, projection, d.clock}),
        dossiers(store, redis, d.clock, SectionsOf(chat_dossiers, trail),
                 [this](rpc::Call call, std::string person) {
                   return chat_dossiers.Erase(std::move(call), std::move(person));
                 }),
        old_chats({store, chat_store, series_store, people_store, notification_store}),
        retention(store, redis, d.clock, [this](rpc::Call call) { return RulesOf(std::move(call)); }),
        backups({store, redis, trail, dossiers, d.loop, d.executors, d.clock},
                {nullptr, [this](rpc::Call call) -> Task<absl::Status> {
                   // The profile's people are others, too; a new installation follows them from now on.
                   projection.StartOver(call.organization());
                   // Any job lists the organisation among those that have some.
                   co_return co_await jobs.Schedule(std::move(call), privacy::Retention::kJob, absl::Now());
                 }}) {
    trail.Register(jobs);
    people_check.Register(store, jobs);
    retention.Add("chats.past",
                  [this](rpc::Call call, absl::Time before) { return old_chats.RemoveChats(std::move(call), before); });
    retention.Add("notifications", [this](rpc::Call call, absl::Time before) {
      return old_chats.RemoveNotifications(std::move(call), before);
    });
    retention.Register(jobs);
    collector.AddSource({"profile", [this](rpc::Call call, std::string after) {
                           return profile_events->List(std::move(call), std::move(after));
                         }});
    collector.AddSource({"matching", [this](rpc::Call call, std::string after) {
                           return matching_events->List(std::move(call), std::move(after));
                         }});
    collector.AddSource({"scheduling", [this](rpc::Call call, std::string after) {
                           return outbox.Next(std::move(call), std::move(after), kEventsAtOnce);
                         }});
    collector.AddListener([this](rpc::Call call, const Collector::Events& events) {
      return webhook_sender.Hear(std::move(call), events);
    });
    collector.AddListener(
        [this](rpc::Call call, const Collector::Events& events) { return chat_reports.Hear(std::move(call), events); });
    courier.Add("courier.reports", [this](rpc::Call call) { return chat_reports.Report(std::move(call)); });
    courier.Add("courier.collect", [this](rpc::Call call) { return collector.Collect(std::move(call)); });
    courier.Add("courier.slack", [this](rpc::Call call) { return dispatcher.HandToSlack(std::move(call)); });
    courier.Add("courier.mail", [this](rpc::Call call) { return dispatcher.SendMail(std::move(call)); });
    courier.Add("courier.webhooks", [this](rpc::Call call) { return webhook_sender.SendDue(std::move(call)); });
  }

  // What letters ask of matching.
  MatchingRoom CallsOf() {
    MatchingRoom room;
    room.get_request = [this](rpc::Call call, std::string name) {
      return matching->GetRequest(std::move(call), std::move(name));
    };
    room.get_match = [this](rpc::Call call, std::string name) {
      return matching->GetMatchWithTimes(std::move(call), std::move(name));
    };
    room.explain = [this](rpc::Call call, std::string person, std::string mentor, std::string language) {
      return matching->Explain(std::move(call), std::move(person), std::move(mentor), std::move(language));
    };
    return room;
  }

  Task<absl::StatusOr<privacy::RetentionRules>> RulesOf(rpc::Call call) {
    if (profile == nullptr) co_return absl::UnavailableError("the profile service is not connected yet");
    CO_ASSIGN_OR_RETURN(const profile::v1::Organization organization,
                        co_await profile->GetOrganization(call.organization()));
    privacy::RetentionRules rules;
    for (const profile::v1::RetentionRule& rule : organization.retention()) rules[rule.kind()] = rule.days();
    co_return rules;
  }

  rpc::Peer& profile_peer;
  rpc::Peer& matching_peer;
  std::unique_ptr<ProfileClient> profile;
  std::unique_ptr<MatchingClient> matching;
  std::unique_ptr<EventClient> profile_events;
  std::unique_ptr<EventClient> matching_events;
  redis::Client redis;
  store::Store store;
  audit::Trail trail;
  events::Outbox outbox;
  jobs::Runner jobs;
  CalendarStore calendar_store;
  ChatStore chat_store;
  HoldStore hold_store;
  SeriesStore series_store;
  PeopleStore people_store;
  PeopleProjection projection;
  PeopleCheck people_check;
  Consents consents;
  Chats chats;
  Calendars calendars;
  Times times;
  SeatTaker taker;
  Holds holds;
  RecurringChats recurring_chats;
  redis::Subscriber wake_ups;
  NotificationStore notification_store;
  WebhookStore webhook_store;
  WebhookSender webhook_sender;
  Webhooks webhooks;
  Notifications notifications;
  Collector collector;
  Dispatcher dispatcher;
  ChatReports chat_reports;
  Courier courier;
  ChatDossiers chat_dossiers;
  privacy::Dossiers dossiers;
  OldChats old_chats;
  privacy::Retention retention;
  backup::Backups backups;
};

Scheduling::Scheduling(const Dependencies& dependencies) : parts_(std::make_unique<Parts>(dependencies)) {}

Scheduling::~Scheduling() { Stop(); }

void Scheduling::Start() {
  parts_->profile = std::make_unique<ProfileClient>(parts_->profile_peer);
  parts_->matching = std::make_unique<MatchingClient>(parts_->matching_peer);
  parts_->profile_events = std::make_unique<EventClient>(parts_->profile_peer, "profile");
  parts_->matching_events = std::make_unique<EventClient>(parts_->matching_peer, "matching");
  parts_->jobs.Start();
  parts_->projection.Start([parts = parts_.get()](std::string organization, std::string token, absl::Duration wait) {
    return parts->profile->ListPeopleChanges(std::move(organization), std::move(token), wait);
  });
  parts_->courier.Start([parts = parts_.get()] { return parts->profile->ListOrganizations(); });
}

void Scheduling::Stop() {
  parts_->courier.Stop();
  parts_->webhook_sender.Stop();
  parts_->jobs.Stop();
  parts_->projection.Stop();
}

bool Scheduling::Ready() const { return parts_->redis.Connected(); }

Calendars& Scheduling::calendars() { return parts_->calendars; }
Chats& Scheduling::chats() { return parts_->chats; }
Notifications& Scheduling::notifications() { return parts_->notifications; }
Times& Scheduling::times() { return parts_->times; }
Holds& Scheduling::holds() { return parts_->holds; }
RecurringChats& Scheduling::recurring_chats() { return parts_->recurring_chats; }
Webhooks& Scheduling::webhooks() { return parts_->webhooks; }
audit::Trail& Scheduling::trail() { return parts_->trail; }
events::Outbox& Scheduling::outbox() { return parts_->outbox; }
jobs::Runner& Scheduling::jobs() { return parts_->jobs; }
privacy::Dossiers& Scheduling::dossiers() { return parts_->dossiers; }
privacy::Retention& Scheduling::retention() { return parts_->retention; }
backup::Backups& Scheduling::backups() { return parts_->backups; }

}  // namespace cortado::scheduling
