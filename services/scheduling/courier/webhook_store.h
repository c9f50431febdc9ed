// Webhooks in Redis, and what is on its way to them. Thread-safe.
//
// What the keys hold (W a webhook's id, E an event's as WebhookEventId; all under `cortado:{ORG}:scheduling:`):
//   webhooks           hash of W to records of Webhook, with the secret that signs: it lies there as it is
//   webhooks:state     hash of `W:delivered` to when an event last arrived (milliseconds), `W:problem` to what went
//   wrong
//                      last
//   hook:W/E           hash: `body`, `since` (milliseconds: the 24 hours begin), `attempts`, `problem`; or, for an hour
//   after
//                      it arrived, `delivered` alone. Forgotten after kDeliveryKept.
//   due:webhook:W      sorted set of E by when it is to be tried
//   dead:webhook       sorted set of `W/E` that were given up, by when; the newest kMostDead of them
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/side_write.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/scheduling/v1/notification.pb.h"

namespace cortado::scheduling {

inline constexpr int kMostWebhooks = 20;
inline constexpr int kMostDead = 10'000;
// From when it was heard of, or tried anew by hand: a day of tries, and two weeks as a dead letter.
inline constexpr absl::Duration kDeliveryKept = absl::Hours(15 * 24);

// One event on its way to one webhook.
struct WebhookDelivery {
  std::string webhook;  // W
  std::string event;    // E
  std::string body;
  absl::Time since;  // When its 24 hours began.
  int attempts = 0;  // That failed.
};

// What came of a try.
struct WebhookTry {
  std::optional<absl::Time> due = {};  // When to try again.
  bool dead = false;                   // Given up. Neither: it arrived.
  std::string problem = {};            // What went wrong.
};

struct DeadWebhookDelivery {
  std::string webhook;
  std::string event;
  absl::Time when;
  int attempts = 0;
  std::string problem;
};

// Errors of all functions: UNAVAILABLE when the store does not answer, DEADLINE_EXCEEDED when it was too late to ask.
class WebhookStore {
 public:
  // Both outlive the store.
  WebhookStore(store::Store& store, redis::Client& client) : store_(store), client_(client) {}

  // Keeps a webhook under a new name, and returns it with the secret. A replay returns it as it is now, without.
  // FAILED_PRECONDITION (TOO_MANY_WEBHOOKS): there are kMostWebhooks.
  Task<absl::StatusOr<v1::Webhook>> Insert(rpc::Call call, v1::Webhook webhook, std::string request_id,
                                           std::string fingerprint);
  // With the secret; nothing when absent.
  Task<absl::StatusOr<std::optional<v1::Webhook>>> Find(rpc::Call call, std::string id);
  // All, with their secrets and without their state, in no order.
  Task<absl::StatusOr<std::vector<v1::Webhook>>> All(rpc::Call call);
  // All, without their secrets, the oldest first.
  Task<absl::StatusOr<std::vector<v1::Webhook>>> List(rpc::Call call);
  // Removes a webhook and what waits for it. NOT_FOUND when absent.
  Task<absl::Status> Delete(rpc::Call call, std::string id, std::string request_id, std::string fingerprint);

  // Puts an event on its way, due now. One that is on its way, given up, or arrived within the hour stays as it is.
  Task<absl::Status> Hear(rpc::Call call, WebhookDelivery delivery, absl::Time now);
  // Those of the webhooks that have something due.
  Task<absl::StatusOr<std::vector<std::string>>> WithDue(rpc::Call call, std::vector<std::string> ids, absl::Time now);
  // Takes what is due for a webhook longest, for kDeliveryLease; nothing when nothing is. One whose body is forgotten
  // comes with an empty one.
  Task<absl::StatusOr<std::optional<WebhookDelivery>>> TakeDue(rpc::Call call, std::string id, absl::Time now);
  // Notes what came of a try. When the webhook is gone, so is the delivery.
  Task<absl::Status> Note(rpc::Call call, const WebhookDelivery& delivery, const WebhookTry& outcome, absl::Time now);
  // Gives up what has been due since before `before` and was not even tried, for its webhook answers nobody.
  Task<absl::Status> GiveUpOlder(rpc::Call call, std::string id, absl::Time before, absl::Time now);

  // Given up, newest first, from rank `from` on.
  Task<absl::StatusOr<std::vector<DeadWebhookDelivery>>> ListDead(rpc::Call call, int64_t from, int limit);
  // Tries a dead one anew, from now on; one that is on its way already stays as it is. NOT_FOUND: it is neither.
  Task<absl::Status> Retry(rpc::Call call, std::string id, std::string event, absl::Time now, std::string request_id,
                           std::string fingerprint);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const;
  Task<absl::StatusOr<redis::Reply>> Run(rpc::Call call, const store::SideScript& script, std::vector<std::string> keys,
                                         std::vector<std::string> arguments);

  store::Store& store_;
  redis::Client& client_;
};

}  // namespace cortado::scheduling
