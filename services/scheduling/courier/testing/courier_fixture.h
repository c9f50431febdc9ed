// The courier on a real Redis and a real mail server, for its tests: the test says what happens, and looks at
// mailboxes, lists and what the Slack bot fetches. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/mail_server.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/courier/collector.h"
#include "services/scheduling/courier/dispatcher.h"
#include "services/scheduling/courier/notifications.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {

inline constexpr absl::Duration kLimit = absl::Seconds(20);

inline Colleague Ada() { return Colleague("ada").Named("Ada Lovelace").At("ada@example.com").Speaks("en"); }
inline Colleague Bo() { return Colleague("bo").Named("Bo Ågren").At("bo@example.com").Speaks("de"); }

class CourierTest : public ::testing::Test {
 protected:
  explicit CourierTest(std::vector<std::string> switches = {}) : mail_server_(std::move(switches)) {
    mail::SmtpServer server;
    server.host = "127.0.0.1";
    server.port = mail_server_.Port();
    server.security = mail::Security::kNone;
    MailRoom room;
    room.client = *mail::SmtpClient::New(server);
    room.from = {"Cortado", "cortado@example.com"};
    dispatcher_ = std::make_unique<Dispatcher>(store_, site_.people_store, site_.chat_store, site_.series_store, room,
                                               Matching(), site_.loop, site_.clock);
    collector_.AddSource({"matching", [this](rpc::Call, std::string after) { return Events(std::move(after)); }});
    site_.clock.Set(Utc("2026-06-08 10:00"));  // A Monday, at work.
    site_.Tell({Ada(), Bo()});
  }

  // The matching service, as the test says.
  MatchingRoom Matching() {
    MatchingRoom room;
    room.get_request = [this](rpc::Call, std::string name) { return FindRequest(std::move(name)); };
    room.get_match = [this](rpc::Call, std::string name) { return FindMatch(std::move(name)); };
    room.explain = [this](rpc::Call, std::string, std::string, std::string) { return Explained(); };
    return room;
  }
  static rpc::Call System() { return rpc::InternalCall("acme", "courier", absl::Now() + absl::Seconds(60)); }
  rpc::Call Bot() const {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = "acme";
    info->subject = "slack-bot";
    info->scope = "slack";
    info->method = "test";
    info->deadline = absl::Now() + absl::Seconds(20);
    return rpc::Call(std::move(info));
  }

  // What the matching service would have to tell.
  void Happens(const std::string& kind, const std::string& subject, std::map<std::string, std::string> attributes) {
    api::v1::Event event;
    event.set_id(absl::StrCat(events_.size() + 1, "-1"));
    event.set_kind(kind);
    event.set_subject(subject);
    *event.mutable_time() = WriteInstant(site_.clock.Now());
    event.mutable_attributes()->insert(attributes.begin(), attributes.end());
    events_.push_back(std::move(event));
  }
  // Ada asks Bo.
  void Asks(const std::string& id, const std::string& message = "") {
    matching::v1::Request& request = requests_["requests/" + id];
    request.set_name("requests/" + id);
    request.set_message(message);
    request.set_state(matching::v1::Request::STATE_OPEN);
    *request.add_proposed_times() = WriteInstant(Utc("2026-06-10 12:00"));
    Happens("request.created", "requests/" + id, {{"requester", "ada"}, {"mentor", "bo"}});
  }

  int Collect() {
    int count = 0;
    for (;;) {
      const absl::StatusOr<int> taken = SyncWait(collector_.Collect(System()));
      EXPECT_THAT(taken, cortado::testing::IsOk());
      if (!taken.ok() || *taken == 0) return count;
      count += *taken;
    }
  }
  int SendMail() {
    const absl::StatusOr<int> sent = SyncWait(dispatcher_->SendMail(System()));
    EXPECT_THAT(sent, cortado::testing::IsOk());
    return sent.value_or(0);
  }
  int HandToSlack() {
    const absl::StatusOr<int> handed = SyncWait(dispatcher_->HandToSlack(System()));
    EXPECT_THAT(handed, cortado::testing::IsOk());
    return handed.value_or(0);
  }
  // Everything that is due now, as often as it is.
  void Drain() {
    while (HandToSlack() + SendMail() > 0) {
    }
  }

  std::vector<v1::Notification> InboxOf(const std::string& person) {
    v1::ListNotificationsRequest request;
    request.set_parent("people/" + person);
    const auto response = SyncWait(notifications_.List(site_.As(person), request));
    EXPECT_THAT(response, cortado::testing::IsOk());
    return {response->notifications().begin(), response->notifications().end()};
  }
  absl::StatusOr<v1::ListNotificationChangesResponse> ChangesFor(const rpc::Call& call, const std::string& token) {
    v1::ListNotificationChangesRequest request;
    request.set_resume_token(token);
    return SyncWait(notifications_.ListChanges(call, request));
  }
  absl::StatusOr<v1::Notification> Mark(const std::string& name, bool failed) {
    v1::MarkDeliveredRequest request;
    request.set_name(name);
    if (!failed) request.set_reference("C1:1234.5678");
    request.set_failed(failed);
    request.set_request_id(absl::StrCat("request-", ++site_.serial));
    return SyncWait(notifications_.MarkDelivered(Bot(), request));
  }
  v1::NotificationPreferences Prefer(const std::string& person, v1::NotificationPreferences wanted) {
    v1::UpdateNotificationPreferencesRequest request;
    wanted.set_name("people/" + person + "/notificationPreferences");
    *request.mutable_preferences() = wanted;
    for (const char* path : {"channel", "digest", "any_time"}) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(absl::StrCat("request-", ++site_.serial));
    const auto written = SyncWait(notifications_.UpdatePreferences(site_.As(person), request));
    EXPECT_THAT(written, cortado::testing::IsOk());
    return *written;
  }

  cortado::testing::MailServer mail_server_;
  Site site_;
  redis::Subscriber wake_ups_{site_.server.address(), site_.store.Channel(), site_.loop};
  NotificationStore store_{site_.store, site_.client};
  Notifications notifications_{
      {store_, site_.people_store, site_.store, site_.client, wake_ups_, site_.clock, /*has_mail=*/true}};
  Collector collector_{store_, site_.people_store, site_.projection, site_.clock};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::vector<api::v1::Event> events_;
  std::map<std::string, matching::v1::Request> requests_;
  std::map<std::string, matching::v1::Match> matches_;
  std::function<Task<void>()> while_composing_;  // Of a mail about a request; null: nothing.

 private:
  Task<absl::StatusOr<std::vector<api::v1::Event>>> Events(std::string after) {
    std::vector<api::v1::Event> behind;
    for (size_t i = 0; i < events_.size(); ++i) {
      if (after.empty() || i >= std::stoul(after)) behind.push_back(events_[i]);
    }
    co_return behind;
  }
  Task<absl::StatusOr<matching::v1::Match>> FindMatch(std::string name) {
    const auto found = matches_.find(name);
    if (found == matches_.end()) co_return NotFound();
    co_return found->second;
  }
  Task<absl::StatusOr<matching::v1::Suggestion>> Explained() {
    matching::v1::Suggestion suggestion;
    suggestion.add_parts()->mutable_reason()->set_text("Bo knows Go, which you want to learn.");
    co_return suggestion;
  }
  Task<absl::StatusOr<matching::v1::Request>> FindRequest(std::string name) {
    if (while_composing_) co_await while_composing_();
    const auto found = requests_.find(name);
    if (found == requests_.end()) co_return NotFound();
    co_return found->second;
  }
};

}  // namespace cortado::scheduling
