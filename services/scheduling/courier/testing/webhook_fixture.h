// Webhooks on a real Redis for tests, and an HTTP server that they are sent to.
//
//   TEST_F(MyTest, ...) {  // MyTest is a WebhookFixture
//     Receiver receiver;
//     const v1::Webhook webhook = Make(receiver.Url());
//     Hear(Happened("request.accepted"));
//     Round();
//     EXPECT_TRUE(IsSigned(receiver.Got().front(), webhook.secret()));
//   }
//
// Thread contract: one thread at a time; a Receiver hears on its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/testing/http_server.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/courier/notifications.h"
#include "services/scheduling/courier/webhooks.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {

using cortado::testing::HttpRequest;
using cortado::testing::HttpServer;
using cortado::testing::IsOk;
using cortado::testing::TlsIdentity;

// HMAC-SHA256 by RFC 2104, from SHA-256 alone: nothing of what signs is used to verify.
inline std::string Hmac(std::string key, const std::string& text) {
  key.resize(64, '\0');
  std::string inner = key, outer = key;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return id::Sha256Hex(outer + id::Sha256(inner + text));
}

// An HTTP server that keeps what it was sent and answers what it is told to.
class Receiver {
 public:
  explicit Receiver(const TlsIdentity* identity = nullptr)
      : server_([this](const HttpRequest& request) { return Hear(request); }, identity) {}

  // Statuses to come; 200 behind them. 0: no answer.
  void AnswerWith(std::vector<int> statuses) {
    std::lock_guard lock(mutex_);
    statuses_ = std::move(statuses);
  }
  std::vector<HttpRequest> Got() {
    std::lock_guard lock(mutex_);
    return got_;
  }
  // Returns once it was sent `count`, or after 20 s.
  std::vector<HttpRequest> Await(size_t count) {
    std::unique_lock lock(mutex_);
    heard_.wait_for(lock, std::chrono::seconds(20), [&] { return got_.size() >= count; });
    return got_;
  }
  std::string Url(absl::string_view path = "/hook") { return absl::StrCat("http://127.0.0.1:", server_.Port(), path); }
  int Port() const { return server_.Port(); }
  int Calls() const { return server_.Calls(); }

 private:
  std::string Hear(const HttpRequest& request) {
    std::lock_guard lock(mutex_);
    got_.push_back(request);
    heard_.notify_all();
    const int status = statuses_.empty() ? 200 : statuses_.front();
    if (!statuses_.empty()) statuses_.erase(statuses_.begin());
    if (status == 0) return "";
    return absl::StrCat("HTTP/1.1 ", status, " X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  }

  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<HttpRequest> got_;  // Guarded by mutex_.
  std::vector<int> statuses_;     // Guarded by mutex_.
  HttpServer server_;
};

// Whether the secret signs what was sent.
inline bool IsSigned(const HttpRequest& request, const std::string& secret) {
  const auto header = [&](const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? "" : found->second;
  };
  return header("cortado-signature") ==
         absl::StrCat("v1=", Hmac(secret, absl::StrCat(header("cortado-timestamp"), ".", request.body)));
}

class WebhookFixture : public ::testing::Test {
 protected:
  explicit WebhookFixture(http::AddressRule rule = {.allow_private = false, .allow_loopback = true}) {
    http::FetchOptions reach;
    reach.addresses = rule;
    reach.resolve = [this](const std::string& host) { return Resolve(host); };
    sender_ = std::make_unique<WebhookSender>(store_, reach, site_.clock);
    webhooks_ = std::make_unique<Webhooks>(store_, *sender_, site_.clock);
  }
  ~WebhookFixture() override { sender_->Stop(); }

  static rpc::Call System() { return rpc::InternalCall("acme", "courier.webhooks", absl::Now() + absl::Minutes(3)); }
  rpc::Call Hr() const { return site_.As("hr"); }

  v1::CreateWebhookRequest Making(const std::string& url, std::vector<std::string> events = {}) {
    v1::CreateWebhookRequest request;
    request.mutable_webhook()->set_url(url);
    for (std::string& event : events) request.mutable_webhook()->add_events(std::move(event));
    request.set_request_id(absl::StrCat("making-", ++serial_));
    return request;
  }
  absl::StatusOr<v1::Webhook> Send(const v1::CreateWebhookRequest& request) {
    return SyncWait(webhooks_->Create(Hr(), request));
  }
  v1::Webhook Make(const std::string& url, std::vector<std::string> events = {}) {
    absl::StatusOr<v1::Webhook> made = Send(Making(url, std::move(events)));
    EXPECT_THAT(made, IsOk());
    return made.value_or(v1::Webhook());
  }
  std::vector<v1::Webhook> List() {
    const auto response = SyncWait(webhooks_->List(Hr(), {}));
    EXPECT_THAT(response, IsOk());
    return {response->webhooks().begin(), response->webhooks().end()};
  }
  absl::Status Delete(const std::string& name) {
    v1::DeleteWebhookRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("deleting-", ++serial_));
    return SyncWait(webhooks_->Delete(Hr(), request)).status();
  }
  absl::StatusOr<v1::TestWebhookResponse> Test(const std::string& name) {
    v1::TestWebhookRequest request;
    request.set_name(name);
    return SyncWait(webhooks_->Test(Hr(), request));
  }
  api::v1::Event Happened(const std::string& kind, const std::string& subject = "requests/r1") {
    api::v1::Event event;
    event.set_id(absl::StrCat(++serial_, "-1"));
    event.set_kind(kind);
    event.set_subject(subject);
    *event.mutable_time() = WriteInstant(site_.clock.Now());
    (*event.mutable_attributes())["requester"] = "grace";
    return event;
  }
  void Hear(const api::v1::Event& event) { EXPECT_THAT(SyncWait(sender_->Hear(System(), {event})), IsOk()); }
  int Begin() {
    const absl::StatusOr<int> begun = SyncWait(sender_->SendDue(System()));
    EXPECT_THAT(begun, IsOk());
    return begun.value_or(0);
  }
  // One round to its end; returns to how many webhooks.
  int Round() {
    const int begun = Begin();
    sender_->WaitUntilIdle();
    return begun;
  }
  std::vector<v1::DeadLetter> DeadLetters(int page_size = 0) {
    v1::ListDeadLettersRequest request;
    request.set_page_size(page_size);
    std::vector<v1::DeadLetter> all;
    do {
      const auto response = SyncWait(notifications_.ListDead(Hr(), request));
      EXPECT_THAT(response, IsOk());
      if (!response.ok()) return all;
      all.insert(all.end(), response->dead_letters().begin(), response->dead_letters().end());
      request.set_page_token(response->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }
  absl::Status Retry(const std::string& name) {
    v1::RetryDeliveryRequest request;
    request.set_name(name);
    request.set_request_id(absl::StrCat("retrying-", ++serial_));
    return SyncWait(notifications_.Retry(Hr(), request)).status();
  }
  // What the resolver says of a host from now on.
  void Lead(const std::string& host, const std::string& address) {
    std::lock_guard lock(mutex_);
    names_[host] = address;
  }

  std::atomic<int> serial_{100};
  Site site_;
  WebhookStore store_{site_.store, site_.client};
  std::unique_ptr<WebhookSender> sender_;
  std::unique_ptr<Webhooks> webhooks_;

 private:
  absl::StatusOr<std::vector<http::IpAddress>> Resolve(const std::string& host) {
    std::lock_guard lock(mutex_);
    const auto found = names_.find(host);
    if (found == names_.end()) return absl::UnavailableError("the host has no address");
    return std::vector<http::IpAddress>{*http::IpAddress::Parse(found->second)};
  }

  std::mutex mutex_;
  std::map<std::string, std::string> names_;  // Guarded by mutex_.
  redis::Subscriber wake_ups_{site_.server.address(), site_.store.Channel(), site_.loop};
  NotificationStore notification_store_{site_.store, site_.client};

 protected:
  Notifications notifications_{{notification_store_, site_.people_store, site_.store, site_.client, wake_ups_,
                                site_.clock, /*has_mail=*/false, &store_}};
};

}  // namespace cortado::scheduling
