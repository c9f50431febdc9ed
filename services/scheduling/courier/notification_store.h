// Notifications in Redis, what of them is due, and what was given up. Thread-safe.
//
// What the keys hold (P a person's id, N a notification's, C a channel as `mail`; all under
// `cortado:{ORG}:scheduling:`):
//   notification:P/N       Notification: `other` with the name alone, no text: both are made for the reader
//   inbox:P                sorted set of `P/N` by the event's instant, for listing
//   due:slack, due:mail    sorted sets of `P/N/C` by when something has to be done about it; calendars go by mail
//   dead                   sorted set of `P/N/C` that were given up, by when
//   told                   sorted set of `P/N` by the event's instant, for forgetting and for the order
//   courier:SERVICE        the last event of the service that everybody heard of
//   preferences:P          NotificationPreferences
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/scheduling/v1/notification.pb.h"

namespace cortado::scheduling {

// A lease on a delivery: longer than any try takes.
inline constexpr absl::Duration kDeliveryLease = absl::Minutes(3);

inline constexpr char kSlackQueue[] = "due:slack";
inline constexpr char kMailQueue[] = "due:mail";

struct DueDelivery {
  std::string id;  // `P/N`
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
};

// What a change of a notification does to its deliveries' dates.
struct Settlement {
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  std::optional<absl::Time> due = {};   // When there is something to do next; none: never again.
  std::optional<absl::Time> dead = {};  // Given up, then.
};

struct NotificationPage {
  std::vector<v1::Notification> notifications;
  std::string cursor;  // Empty on the last page.
};

struct DeadPage {
  std::vector<std::pair<DueDelivery, absl::Time>> dead;
  std::string cursor;
};

// The id, `P/N`, of what is named `people/P/notifications/N`, and the other way round.
std::string NotificationId(absl::string_view name);
std::string NotificationName(absl::string_view id);

// Errors of all functions: UNAVAILABLE when the store does not answer, DEADLINE_EXCEEDED when it was too late to ask.
class NotificationStore {
 public:
  // Both outlive the store.
  NotificationStore(store::Store& store, redis::Client& client) : store_(store), client_(client) {}

  // Writes notifications with their deliveries, due as they say. One of a name that is there already stays as it is.
  // A hundred are one step, and in order.
  Task<absl::Status> Tell(rpc::Call call, std::vector<v1::Notification> notifications);

  // With its etag as revision; nothing when absent.
  struct Found {
    int64_t revision = 0;
    v1::Notification notification;
  };
  Task<absl::StatusOr<std::optional<Found>>> Find(rpc::Call call, std::string id);
  // In the order asked; absent ones are left out.
  Task<absl::StatusOr<std::vector<v1::Notification>>> FindAll(rpc::Call call, std::vector<std::string> ids);

  // Writes a notification as it shall be. `feed`: kind of the entry in the change feed, empty for none. ABORTED when it
  // is no longer at that revision, NOT_FOUND when it is gone: look again.
  Task<absl::Status> Settle(rpc::Call call, Found changed, std::vector<Settlement> settlements, std::string feed,
                            std::string request_id = "", std::string fingerprint = "");

  // Takes up to `limit` of what is due, for kDeliveryLease: nobody else gets them meanwhile. In the order in which it
  // happened. `queue`: kSlackQueue or kMailQueue.
  Task<absl::StatusOr<std::vector<DueDelivery>>> TakeDue(rpc::Call call, const char* queue, absl::Time now, int limit);

  // The ids of what is on its way by Slack, the longest waiting first; some may not be due yet.
  Task<absl::StatusOr<std::vector<std::string>>> WaitingForSlack(rpc::Call call, int limit);

  // Of one person, newest first, from `cursor` on (empty: from the newest).
  Task<absl::StatusOr<NotificationPage>> List(rpc::Call call, std::string person, std::string cursor, int limit);
  // Given up, newest first.
  Task<absl::StatusOr<DeadPage>> ListDead(rpc::Call call, std::string cursor, int limit);

  // Deletes up to `limit` of what happened before `before`, at most 75; returns how many it was.
  Task<absl::StatusOr<int>> Forget(rpc::Call call, absl::Time before, int limit);
  // Deletes up to `limit` of one person, at most 75; returns how many it was.
  Task<absl::StatusOr<int>> ForgetAllOf(rpc::Call call, std::string person, int limit);

  // The last event of a service that was told; empty: none yet.
  Task<absl::StatusOr<std::string>> Position(rpc::Call call, std::string service);
  Task<absl::Status> SavePosition(rpc::Call call, std::string service, std::string event_id);

  // Never written: the default, without an etag.
  Task<absl::StatusOr<v1::NotificationPreferences>> Preferences(rpc::Call call, std::string person);
  // The same of several people, by their ids.
  using PreferencesByPerson = std::map<std::string, v1::NotificationPreferences>;
  Task<absl::StatusOr<PreferencesByPerson>> PreferencesOf(rpc::Call call, std::vector<std::string> people);
  // Writes preferences that were read with this etag. ABORTED (ETAG_MISMATCH). A replay returns them as they are now.
  Task<absl::StatusOr<v1::NotificationPreferences>> SavePreferences(rpc::Call call,
                                                                    v1::NotificationPreferences preferences,
                                                                    std::string request_id, std::string fingerprint);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const;
  Task<absl::StatusOr<int>> ForgetThese(rpc::Call call, std::vector<std::string> ids);

  store::Store& store_;
  redis::Client& client_;
};

}  // namespace cortado::scheduling
