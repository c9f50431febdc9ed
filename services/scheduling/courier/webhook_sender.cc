#include "services/scheduling/courier/webhook_sender.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/courier/delivery_plan.h"
#include "services/scheduling/courier/dispatcher.h"
#include "services/scheduling/courier/event_table.h"
#include "services/scheduling/courier/webhook_letter.h"

namespace cortado::scheduling {
namespace {

constexpr size_t kReadOfAnswer = 64 * 1024;
// A round ends so long before its deadline: one more try, and noting it.
constexpr absl::Duration kSpare = absl::Seconds(30);
constexpr absl::Duration kForTheAnswer = absl::Milliseconds(300);
constexpr int kGone = 410;  // RFC 9110 section 15.5.11: whoever answers so wants no more.

std::string IdOf(const v1::Webhook& webhook) { return std::string(absl::StripPrefix(webhook.name(), "webhooks/")); }

bool Wants(const v1::Webhook& webhook, const std::string& kind) {
  const auto& events = webhook.events();
  return events.empty() || std::find(events.begin(), events.end(), kind) != events.end();
}

// In [0, 1): spreads what failed together, and is the same in every run of a test.
double Spread(absl::string_view id, int attempts) {
  return static_cast<double>(id::StableHash(absl::StrCat(id, "/", attempts)) % 1000) / 1000;
}

}  // namespace

WebhookSender::WebhookSender(WebhookStore& webhooks, http::FetchOptions reach, const Clock& clock)
    : webhooks_(webhooks), reach_(std::move(reach)), clock_(clock) {
  reach_.max_size = kReadOfAnswer;
  reach_.cancelled = [this] { return Stopping(); };
}

Task<absl::Status> WebhookSender::Hear(rpc::Call call, const std::vector<api::v1::Event>& events) {
  const std::vector<std::string>& kinds = EventKinds();
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Webhook> all, co_await webhooks_.All(call));
  if (all.empty()) co_return absl::OkStatus();
  for (const api::v1::Event& event : events) {
    if (!std::binary_search(kinds.begin(), kinds.end(), event.kind())) continue;
    for (const v1::Webhook& webhook : all) {
      if (!Wants(webhook, event.kind())) continue;
      WebhookDelivery delivery;
      delivery.webhook = IdOf(webhook);
      delivery.event = WebhookEventId(call.organization(), event);
      delivery.body = WebhookBody(call.organization(), event);
      CO_RETURN_IF_ERROR(co_await webhooks_.Hear(call, std::move(delivery), clock_.Now()));
    }
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<int>> WebhookSender::SendDue(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Webhook> all, co_await webhooks_.All(call));
  if (all.empty()) co_return 0;
  std::vector<std::string> ids;
  for (const v1::Webhook& webhook : all) ids.push_back(IdOf(webhook));
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> due, co_await webhooks_.WithDue(call, ids, clock_.Now()));
  int begun = 0;
  for (const v1::Webhook& webhook : all) {
    const std::string id = IdOf(webhook);
    const std::string key = absl::StrCat(call.organization(), "/", id);
    if (std::find(due.begin(), due.end(), id) == due.end() || !Begin(key)) continue;
    Drain(call, webhook, key);
    ++begun;
  }
  co_return begun;
}

Detached WebhookSender::Drain(rpc::Call call, v1::Webhook webhook, std::string key) {
  while (!Stopping() && absl::Now() < call.deadline() - kSpare) {
    const absl::StatusOr<bool> more = co_await SendNext(call, webhook, key);
    if (!more.ok()) {
      log::Warn("webhook.failed", {{"org", call.organization()}, {"code", static_cast<int>(more.status().code())}});
    }
    if (!more.ok() || !*more) break;
  }
  End(key);
}

Task<absl::StatusOr<bool>> WebhookSender::SendNext(rpc::Call call, const v1::Webhook& webhook, const std::string& key) {
  CO_ASSIGN_OR_RETURN(std::optional<WebhookDelivery> delivery,
                      co_await webhooks_.TakeDue(call, IdOf(webhook), clock_.Now()));
  if (!delivery) co_return false;
  const WebhookTry done;
  // Its body is forgotten: there is nothing to send any more.
  if (delivery->body.empty()) {
    CO_RETURN_IF_ERROR(co_await webhooks_.Note(call, *delivery, done, clock_.Now()));
    co_return true;
  }
  bool with_the_slow = false;
  {
    std::lock_guard lock(mutex_);
    with_the_slow = standings_[key].slow;
  }
  const absl::Time began = absl::Now();
  Answer answer = co_await Send(call, webhook, delivery->event, delivery->body, with_the_slow);
  const bool arrived = answer.problem.empty();
  // Broken off: whoever serves next tries again when the lease ends.
  if (!arrived && Stopping()) co_return false;
  {
    std::lock_guard lock(mutex_);
    Standing& standing = standings_[key];
    standing.slow = !arrived || absl::Now() - began > kWebhookSlow;
    standing.silences = answer.status == 0 ? standing.silences + 1 : 0;
  }
  if (!arrived) co_return co_await NoteFailure(std::move(call), *std::move(delivery), std::move(answer), key);
  CO_RETURN_IF_ERROR(co_await webhooks_.Note(std::move(call), *delivery, done, clock_.Now()));
  co_return true;
}

Task<absl::StatusOr<bool>> WebhookSender::NoteFailure(rpc::Call call, WebhookDelivery delivery, Answer answer,
                                                      const std::string& key) {
  const absl::Time now = clock_.Now();
  WebhookTry outcome;
  outcome.problem = answer.problem;
  if (answer.status == kGone || now >= delivery.since + kGiveUpAfter) {
    outcome.dead = true;
    log::Warn("webhook.gave_up", {{"org", call.organization()}, {"status", answer.status}});
  } else {
    const int attempts = delivery.attempts + 1;
    outcome.due = now + RetryDelay(attempts, Spread(delivery.event, attempts));
  }
  CO_RETURN_IF_ERROR(co_await webhooks_.Note(call, delivery, outcome, now));
  if (answer.status != 0) co_return true;
  // Whoever says nothing is not asked again for every event: all of them wait.
  {
    std::lock_guard lock(mutex_);
    Standing& standing = standings_[key];
    standing.rests = now + RetryDelay(standing.silences, Spread(delivery.webhook, standing.silences));
  }
  CO_RETURN_IF_ERROR(co_await webhooks_.GiveUpOlder(call, delivery.webhook, now - kGiveUpAfter, now));
  co_return false;
}

Task<WebhookSender::Answer> WebhookSender::Send(rpc::Call call, v1::Webhook webhook, std::string event_id,
                                                std::string body, bool with_the_slow) {
  Executor& lane = with_the_slow ? slow_ : quick_;
  co_await lane.Schedule();
  Answer answer;
  http::FetchOptions options = reach_;
  options.timeout = std::min(kWebhookLimit, call.deadline() - absl::Now() - kForTheAnswer);
  if (options.timeout <= absl::ZeroDuration()) {
    answer.problem = "there was no time left to send it";
    co_return answer;
  }
  const std::vector<std::string> headers = WebhookHeaders(webhook.secret(), event_id, clock_.Now(), body);
  const absl::StatusOr<http::Response> response = http::Post(webhook.url(), headers, body, options);
  if (!response.ok()) {
    answer.problem = std::string(response.status().message());
    co_return answer;
  }
  answer.status = response->status;
  if (answer.status < 200 || answer.status > 299) {
    answer.problem = absl::StrCat("the host answered with status ", answer.status, ", not 2xx");
  }
  co_return answer;
}

Task<absl::Status> WebhookSender::CheckAddress(std::string url, std::string field) {
  co_await quick_.Schedule();
  const absl::Status checked = http::CheckReach(url, reach_);
  if (checked.ok()) co_return checked;
  co_return Error(absl::StatusCode::kInvalidArgument, v1::REASON_ADDRESS_REFUSED, "the address is refused")
      .Field(field, checked.message());
}

bool WebhookSender::Begin(const std::string& key) {
  std::lock_guard lock(mutex_);
  Standing& standing = standings_[key];
  if (stopping_ || standing.busy || clock_.Now() < standing.rests) return false;
  standing.busy = true;
  ++running_;
  return true;
}

void WebhookSender::End(const std::string& key) {
  std::lock_guard lock(mutex_);
  Standing& standing = standings_[key];
  standing.busy = false;
  // Nothing bad is known of it: nothing is kept.
  if (!standing.slow) standings_.erase(key);
  --running_;
  ended_.notify_all();
}

bool WebhookSender::Stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void WebhookSender::WaitUntilIdle() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return running_ == 0; });
}

void WebhookSender::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  ended_.wait(lock, [this] { return running_ == 0; });
}

}  // namespace cortado::scheduling
