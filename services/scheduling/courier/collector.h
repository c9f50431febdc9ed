// Turns events into notifications: each event of each service for everybody who hears of it, in order. Told twice it
// changes nothing, so a crash between repeats and loses nothing. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/peer_service.pb.h"
#include "services/scheduling/courier/event_table.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

class Collector {
 public:
  // Asks one service for its events behind one that was told.
  using Fetch = std::function<Task<absl::StatusOr<std::vector<api::v1::Event>>>(rpc::Call call, std::string after)>;
  struct Source {
    std::string service;  // "matching"
    Fetch fetch;
  };
  // Hears of every event before its position is saved, perhaps more than once; of several at once, in order.
  using Events = std::vector<api::v1::Event>;
  using Listener = std::function<Task<absl::Status>(rpc::Call call, const Events& events)>;

  // All outlive the collector.
  Collector(NotificationStore& notifications, PeopleStore& people, PeopleProjection& projection, const Clock& clock)
      : notifications_(notifications), people_(people), projection_(projection), clock_(clock) {}

  // Before the first Collect.
  void AddSource(Source source) { sources_.push_back(std::move(source)); }
  void AddListener(Listener listener) { listeners_.push_back(std::move(listener)); }

  // Takes what is new for the call's organisation, a page of each service; returns how many events there were. One
  // service that does not answer holds up no other; its error is returned when none had anything.
  Task<absl::StatusOr<int>> Collect(rpc::Call call);

 private:
  Task<absl::StatusOr<int>> CollectFrom(rpc::Call call, const Source& source);
  // Who hears of an event.
  struct Hearing {
    const api::v1::Event* event;
    std::string key;  // Of the event, in every organisation and service.
    Telling telling;
  };

  // A page is told with two looks at the store and one write, however many events and people it has.
  Task<absl::Status> TellAll(rpc::Call call, const std::string& service, const Events& events);
  // Those of the recipients who work here, however new they are.
  Task<absl::StatusOr<People>> Recipients(rpc::Call call, std::vector<std::string> ids);
  // The notification of somebody, with its deliveries.
  v1::Notification Compose(const Hearing& hearing, const profile::v1::PersonSnapshot& recipient,
                           const v1::NotificationPreferences& preferences) const;

  NotificationStore& notifications_;
  PeopleStore& people_;
  PeopleProjection& projection_;
  const Clock& clock_;
  std::vector<Source> sources_;
  std::vector<Listener> listeners_;
};

}  // namespace cortado::scheduling
