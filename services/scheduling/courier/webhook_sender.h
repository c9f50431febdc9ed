// Sends events to webhooks: signed, to addresses judged anew at every try, each webhook by itself. One after another to
// the same webhook, so that they mostly come in order; what failed comes later. A webhook that stalls holds up itself
// alone: its deliveries wait together, and those that were slow or failed last share threads of their own. Sent but not
// noted (a crash between) is sent again, with the same id. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "common/http/fetch.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/peer_service.pb.h"
#include "services/scheduling/courier/webhook_store.h"

namespace cortado::scheduling {

// Of one try, without resolving the name.
inline constexpr absl::Duration kWebhookLimit = absl::Seconds(10);
// Slower than this is slow.
inline constexpr absl::Duration kWebhookSlow = absl::Seconds(2);

class WebhookSender {
 public:
  // What came back from a webhook.
  struct Answer {
    int status = 0;       // Of HTTP; 0: nothing answered.
    std::string problem;  // In words, without addresses; empty for 2xx.
  };

  // `reach`: which addresses may be called, whose certificates are trusted, how names are resolved. Store and clock
  // outlive the sender.
  WebhookSender(WebhookStore& webhooks, http::FetchOptions reach, const Clock& clock);
  ~WebhookSender() { Stop(); }

  // Puts events on their way to every webhook of the call's organisation that wants them. Told twice they change
  // nothing. Kinds that are not of the event table go nowhere.
  Task<absl::Status> Hear(rpc::Call call, const std::vector<api::v1::Event>& events);

  // Begins to send what is due to the call's organisation, and does not wait for the end; returns to how many webhooks.
  // What the call's deadline cuts off goes on in the next round.
  Task<absl::StatusOr<int>> SendDue(rpc::Call call);

  // Sends one body now, within the call's deadline. `with_the_slow`: on the threads of those that were slow before.
  Task<Answer> Send(rpc::Call call, v1::Webhook webhook, std::string event_id, std::string body, bool with_the_slow);

  // The address as things are now: INVALID_ARGUMENT (ADDRESS_REFUSED) with the field `field`.
  Task<absl::Status> CheckAddress(std::string url, std::string field);

  // Returns once nothing that SendDue began is under way.
  void WaitUntilIdle();
  // Breaks off what is under way, and returns when nothing is. Nothing begins any more. Idempotent.
  void Stop();

 private:
  // What is known of a webhook beyond this process's life needs no keeping: it is learnt anew by one try.
  struct Standing {
    bool busy = false;      // A Drain is under way.
    bool slow = false;      // The last try failed, or took long.
    int silences = 0;       // Tries in a row that nothing answered.
    absl::Time rests = {};  // Not tried before.
  };

  // Sends what is due to one webhook, until nothing is, it stays silent, or time is up.
  Detached Drain(rpc::Call call, v1::Webhook webhook, std::string key);
  // False when there is nothing more to do now.
  Task<absl::StatusOr<bool>> SendNext(rpc::Call call, const v1::Webhook& webhook, const std::string& key);
  Task<absl::StatusOr<bool>> NoteFailure(rpc::Call call, WebhookDelivery delivery, Answer answer,
                                         const std::string& key);
  bool Begin(const std::string& key);
  void End(const std::string& key);
  bool Stopping();

  WebhookStore& webhooks_;
  http::FetchOptions reach_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, Standing> standings_;  // Guarded by mutex_; by `ORG/W`.
  int running_ = 0;                            // Guarded by mutex_.
  bool stopping_ = false;                      // Guarded by mutex_.
  Executor quick_{8};
  Executor slow_{4};
};

}  // namespace cortado::scheduling
