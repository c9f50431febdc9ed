#include "services/scheduling/courier/notifications.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/id/id.h"
#include "common/mail/address.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/feed.h"
#include "common/text/catalog.h"
#include "services/scheduling/courier/dead_letters.h"
#include "services/scheduling/courier/dispatcher.h"
#include "services/scheduling/courier/notification_view.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kWatchLook = absl::Seconds(5);
constexpr int kAttempts = 5;

// The P of people/P and of everything below it.
std::string PersonOf(absl::string_view name) {
  name = absl::StripPrefix(name, "people/");
  return std::string(name.substr(0, name.find('/')));
}

// The Slack bot, which holds a key of that scope; everybody else here is a person.
bool IsBot(const rpc::Call& call) { return call.scope() == "slack" || call.IsService(); }

absl::Status Resync() {
  return Error(absl::StatusCode::kOutOfRange, api::v1::REASON_RESYNC_REQUIRED,
               "the resume token is of somebody else or of another history; begin without one");
}

// {organisation, whose, position in the feed}, opaque to its holder.
std::string MakeToken(const rpc::Call& call, absl::string_view position) {
  const std::string whose = IsBot(call) ? "" : call.subject();
  return id::Base64UrlEncode(absl::StrCat(call.organization(), "|", whose, "|", position));
}

absl::StatusOr<std::string> ReadToken(const rpc::Call& call, absl::string_view token) {
  const absl::StatusOr<std::string> plain = id::Base64UrlDecode(token);
  if (!plain.ok()) return Resync();
  const std::vector<std::string> parts = absl::StrSplit(*plain, absl::MaxSplits('|', 2));
  const std::string whose = IsBot(call) ? "" : call.subject();
  if (parts.size() != 3 || parts[0] != call.organization() || parts[1] != whose) return Resync();
  return parts[2];
}

// A dead letter's name and what it stands for: `P/N/C` without its slashes, which no id holds twice in a row.
std::string DeadName(const DueDelivery& dead) {
  const std::string channel = absl::AsciiStrToLower(absl::StripPrefix(v1::Channel_Name(dead.channel), "CHANNEL_"));
  return absl::StrCat("deadLetters/", channel, "-", absl::StrReplaceAll(dead.id, {{"/", "-n-"}}));
}

absl::StatusOr<DueDelivery> ReadDeadName(absl::string_view name) {
  name = absl::StripPrefix(name, "deadLetters/");
  const size_t dash = name.find('-'), middle = name.rfind("-n-");
  DueDelivery dead;
  if (dash == absl::string_view::npos || middle == absl::string_view::npos || middle <= dash) return NotFound();
  if (!v1::Channel_Parse(absl::StrCat("CHANNEL_", absl::AsciiStrToUpper(name.substr(0, dash))), &dead.channel)) {
    return NotFound();
  }
  dead.id = absl::StrCat(name.substr(dash + 1, middle - dash - 1), "/", name.substr(middle + 3));
  return dead;
}

}  // namespace

Task<absl::Status> Notifications::Show(rpc::Call call,
                                       google::protobuf::RepeatedPtrField<v1::Notification>& notifications) {
  std::set<std::string> ids;
  for (const v1::Notification& notification : notifications) {
    ids.insert(PersonOf(notification.name()));
    if (notification.has_other()) ids.insert(PersonOf(notification.other().person()));
  }
  std::vector<std::string> list(ids.begin(), ids.end());
  CO_ASSIGN_OR_RETURN(const People people, co_await parts_.people.Find(call, std::move(list)));
  for (v1::Notification& notification : notifications) {
    NotificationReader reader;
    reader.person = PersonOf(notification.name());
    reader.now = parts_.clock.Now();
    const auto self = people.find(reader.person);
    const std::string own = self == people.end() ? "en" : LanguageOf(self->second);
    // The bot speaks to each in their own language; a person says which they want now.
    reader.language = IsBot(call) ? own : text::ChooseLanguage(call.accept_language(), own, "");
    ShowNotification(people, reader, notification);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::ListNotificationsResponse>> Notifications::List(rpc::Call call,
                                                                        const v1::ListNotificationsRequest& request) {
  const std::string person = PersonOf(request.parent());
  if (!call.IsSelf(person)) co_return AccessDenied();
  const std::string arguments = absl::StrCat(call.organization(), "\n", person, "\nnotifications");
  CO_ASSIGN_OR_RETURN(std::string cursor, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(NotificationPage page, co_await parts_.notifications.List(call, person, std::move(cursor),
                                                                                rpc::PageSize(request.page_size())));
  v1::ListNotificationsResponse response;
  for (v1::Notification& one : page.notifications) *response.add_notifications() = std::move(one);
  CO_RETURN_IF_ERROR(co_await Show(call, *response.mutable_notifications()));
  if (!page.cursor.empty()) response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

Task<absl::StatusOr<v1::ListNotificationChangesResponse>> Notifications::Next(rpc::Call call, std::string token,
                                                                              int limit) {
  v1::ListNotificationChangesResponse response;
  std::vector<std::string> ids;
  if (token.empty()) {
    // Taken before anything is read: what comes from here on comes after it.
    CO_ASSIGN_OR_RETURN(const std::string end, co_await store::FeedEnd(parts_.store, parts_.client, call));
    response.set_resume_token(MakeToken(call, end));
    if (IsBot(call)) {
      CO_ASSIGN_OR_RETURN(ids, co_await parts_.notifications.WaitingForSlack(call, limit));
    }
  } else {
    CO_ASSIGN_OR_RETURN(std::string position, ReadToken(call, token));
    CO_ASSIGN_OR_RETURN(const store::FeedPage feed,
                        co_await store::ReadFeed(parts_.store, parts_.client, call, std::move(position), limit));
    response.set_resume_token(MakeToken(call, feed.position));
    const std::string own = absl::StrCat(call.subject(), "/");
    for (const store::FeedEntry& entry : feed.entries) {
      const bool wanted =
          IsBot(call) ? entry.kind == "slack" : entry.kind == "notification" && entry.id.rfind(own, 0) == 0;
      if (wanted) ids.push_back(entry.id);
    }
  }
  CO_ASSIGN_OR_RETURN(std::vector<v1::Notification> found, co_await parts_.notifications.FindAll(call, std::move(ids)));
  for (v1::Notification& one : found) {
    const v1::Delivery* slack = FindDelivery(one, v1::CHANNEL_SLACK);
    const bool waits = slack != nullptr && slack->state() == v1::Delivery::STATE_WAITING && slack->attempts() > 0;
    if (!IsBot(call) || waits) *response.add_notifications() = std::move(one);
  }
  CO_RETURN_IF_ERROR(co_await Show(call, *response.mutable_notifications()));
  co_return response;
}

Task<absl::StatusOr<v1::ListNotificationChangesResponse>> Notifications::Await(rpc::Call call, std::string token,
                                                                               int limit, absl::Time until) {
  for (;;) {
    const uint64_t seen = parts_.wake_ups.Seen(call.organization());
    CO_ASSIGN_OR_RETURN(v1::ListNotificationChangesResponse page, co_await Next(call, token, limit));
    if (page.notifications_size() > 0 || absl::Now() >= until || call.Cancelled()) co_return page;
    // What was not for this caller need not be looked at again.
    token = page.resume_token();
    co_await parts_.wake_ups.Wait(call.organization(), seen, until);
  }
}

Task<absl::StatusOr<v1::ListNotificationChangesResponse>> Notifications::ListChanges(
    rpc::Call call, const v1::ListNotificationChangesRequest& request) {
  const absl::Duration wait = absl::Seconds(request.wait().seconds()) + absl::Nanoseconds(request.wait().nanos());
  const absl::Time until = std::min(absl::Now() + wait, call.deadline() - absl::Milliseconds(100));
  co_return co_await Await(call, request.resume_token(), rpc::PageSize(request.page_size()), until);
}

Task<absl::Status> Notifications::Watch(rpc::Call call, const v1::WatchNotificationsRequest& request,
                                        rpc::Writer<v1::ListNotificationChangesResponse>& writer) {
  constexpr int kLimit = 100;
  std::string token = request.resume_token();
  bool first = true;
  while (!call.Cancelled() && !writer.Stopping()) {
    const absl::Time until = first ? absl::Now() : absl::Now() + kWatchLook;
    CO_ASSIGN_OR_RETURN(v1::ListNotificationChangesResponse page, co_await Await(call, token, kLimit, until));
    token = page.resume_token();
    // The first page goes out even when it is empty: its token is where the caller stands now.
    if (!first && page.notifications_size() == 0) continue;
    first = false;
    CO_RETURN_IF_ERROR(co_await writer.Write(page));
  }
  co_return absl::CancelledError("the stream ended; resume with the last token");
}

Task<absl::StatusOr<v1::Notification>> Notifications::MarkDelivered(rpc::Call call,
                                                                    const v1::MarkDeliveredRequest& request) {
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(std::optional<NotificationStore::Found> found,
                        co_await parts_.notifications.Find(call, NotificationId(request.name())));
    if (!found) co_return NotFound();
    v1::Delivery* slack = FindDelivery(found->notification, v1::CHANNEL_SLACK);
    if (slack == nullptr) co_return NotFound();
    if (slack->state() != v1::Delivery::STATE_WAITING && slack->reference() == request.reference()) {
      co_return found->notification;
    }
    std::vector<Settlement> settlements;
    if (request.failed()) {
      std::vector<std::string> ids;
      ids.push_back(PersonOf(request.name()));
      CO_ASSIGN_OR_RETURN(const People people, co_await parts_.people.Find(call, std::move(ids)));
      const bool has_mail =
          parts_.has_mail && !people.empty() && mail::CheckAddress(people.begin()->second.person().email()).ok();
      settlements = MailInstead(found->notification, has_mail, parts_.clock.Now());
    } else {
      slack->set_state(v1::Delivery::STATE_DELIVERED);
      slack->set_reference(request.reference());
      *slack->mutable_deliver_time() = WriteInstant(parts_.clock.Now());
      settlements.push_back({v1::CHANNEL_SLACK});
    }
    const v1::Notification shown = found->notification;
    const absl::Status settled = co_await parts_.notifications.Settle(
        call, *std::move(found), std::move(settlements), "", request.request_id(), store::Fingerprint(call, request));
    if (settled.ok()) co_return shown;
    if (!absl::IsAborted(settled) || attempt == kAttempts) co_return settled;
  }
}

Task<absl::StatusOr<v1::NotificationPreferences>> Notifications::GetPreferences(
    rpc::Call call, const v1::GetNotificationPreferencesRequest& request) {
  std::string person = PersonOf(request.name());
  if (!call.IsSelf(person)) co_return AccessDenied();
  co_return co_await parts_.notifications.Preferences(call, std::move(person));
}

Task<absl::StatusOr<v1::NotificationPreferences>> Notifications::UpdatePreferences(
    rpc::Call call, const v1::UpdateNotificationPreferencesRequest& request) {
  const v1::NotificationPreferences& wanted = request.preferences();
  const std::string person = PersonOf(wanted.name());
  if (!call.IsSelf(person)) co_return AccessDenied();
  if (wanted.channel() == v1::CHANNEL_CALENDAR) co_return InvalidField("preferences.channel", "must be SLACK or MAIL");
  CO_ASSIGN_OR_RETURN(v1::NotificationPreferences preferences, co_await parts_.notifications.Preferences(call, person));
  preferences.set_etag(wanted.etag());
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "channel") preferences.set_channel(wanted.channel());
    if (path == "digest") preferences.set_digest(wanted.digest());
    if (path == "any_time") preferences.set_any_time(wanted.any_time());
  }
  co_return co_await parts_.notifications.SavePreferences(call, std::move(preferences), request.request_id(),
                                                          store::Fingerprint(call, request));
}

Task<absl::StatusOr<v1::ListDeadLettersResponse>> Notifications::ListDead(rpc::Call call,
                                                                          const v1::ListDeadLettersRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\ndead letters");
  CO_ASSIGN_OR_RETURN(std::string cursor, rpc::PageStart(request.page_token(), arguments));
  const int limit = rpc::PageSize(request.page_size());
  DeadRanks ranks = ReadDeadRanks(cursor);
  CO_ASSIGN_OR_RETURN(const DeadPage page,
                      co_await parts_.notifications.ListDead(call, absl::StrCat(ranks.notifications), limit));
  std::vector<v1::DeadLetter> letters, of_webhooks;
  for (const auto& [dead, when] : page.dead) {
    v1::DeadLetter& letter = letters.emplace_back();
    letter.set_name(DeadName(dead));
    letter.set_resource(NotificationName(dead.id));
    letter.set_channel(dead.channel);
    *letter.mutable_create_time() = WriteInstant(when);
    CO_ASSIGN_OR_RETURN(std::optional<NotificationStore::Found> found,
                        co_await parts_.notifications.Find(call, dead.id));
    const v1::Delivery* delivery = found ? FindDelivery(found->notification, dead.channel) : nullptr;
    if (delivery == nullptr) continue;
    letter.set_problem(delivery->problem());
    letter.set_attempts(delivery->attempts());
  }
  if (parts_.webhooks != nullptr) {
    CO_ASSIGN_OR_RETURN(const std::vector<DeadWebhookDelivery> dead,
                        co_await parts_.webhooks->ListDead(call, ranks.webhooks, limit));
    for (const DeadWebhookDelivery& one : dead) of_webhooks.push_back(MakeDeadLetter(one));
  }
  v1::ListDeadLettersResponse response;
  for (v1::DeadLetter& letter : MergeDead(letters, of_webhooks, limit, ranks)) {
    *response.add_dead_letters() = std::move(letter);
  }
  if (response.dead_letters_size() == limit) {
    response.set_next_page_token(id::MakePageToken(WriteDeadRanks(ranks), arguments));
  }
  co_return response;
}

Task<absl::StatusOr<google::protobuf::Empty>> Notifications::Retry(rpc::Call call,
                                                                   const v1::RetryDeliveryRequest& request) {
  if (const auto of_webhook = ReadWebhookLetter(request.name()); of_webhook && parts_.webhooks != nullptr) {
    CO_RETURN_IF_ERROR(co_await parts_.webhooks->Retry(call, of_webhook->first, of_webhook->second, parts_.clock.Now(),
                                                       request.request_id(), store::Fingerprint(call, request)));
    co_return google::protobuf::Empty();
  }
  CO_ASSIGN_OR_RETURN(const DueDelivery dead, ReadDeadName(request.name()));
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(std::optional<NotificationStore::Found> found,
                        co_await parts_.notifications.Find(call, dead.id));
    if (!found) co_return NotFound();
    v1::Delivery* delivery = FindDelivery(found->notification, dead.channel);
    if (delivery == nullptr) co_return NotFound();
    // Tried again before, by a repeat of this request or somebody else.
    if (delivery->state() != v1::Delivery::STATE_DEAD) co_return google::protobuf::Empty();
    delivery->set_state(v1::Delivery::STATE_WAITING);
    delivery->set_attempts(0);
    *delivery->mutable_due_time() = WriteInstant(parts_.clock.Now());
    std::vector<Settlement> settlements;
    settlements.push_back({dead.channel, parts_.clock.Now()});
    const absl::Status settled = co_await parts_.notifications.Settle(
        call, *std::move(found), std::move(settlements), "", request.request_id(), store::Fingerprint(call, request));
    if (settled.ok()) co_return google::protobuf::Empty();
    if (!absl::IsAborted(settled) || attempt == kAttempts) co_return settled;
  }
}

}  // namespace cortado::scheduling
