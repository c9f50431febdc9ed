#include "services/scheduling/courier/dispatcher.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/mail/address.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/courier/delivery_plan.h"
#include "services/scheduling/courier/letters.h"
#include "services/scheduling/courier/notification_view.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

constexpr int kHandedAtOnce = 100;
constexpr int kSentAtOnce = 8;
constexpr absl::Duration kSendLimit = absl::Seconds(20);  // kSentAtOnce of them fit into a lease.
constexpr int kAttemptsToNote = 5;
// A backup takes seconds; the lease of what was sent lasts longer than this.
constexpr absl::Duration kThawsWithin = absl::Minutes(2);
constexpr absl::Duration kFrozenPause = absl::Milliseconds(100);

double Random() {
  thread_local std::mt19937_64 generator(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Overtaken: what came since has a notification of its own.
bool IsOvertaken(v1::NotificationKind kind, bool is_cancelled) {
  const bool tells_cancelled =
      kind == v1::NOTIFICATION_KIND_CHAT_CANCELLED || kind == v1::NOTIFICATION_KIND_SERIES_CANCELLED;
  return is_cancelled != tells_cancelled;
}

std::string MessageId(const v1::Notification& notification, v1::Channel channel, const mail::Mailbox& from) {
  const std::string id = NotificationId(notification.name());
  return absl::StrCat(id.substr(id.find('/') + 1), channel == v1::CHANNEL_CALENDAR ? ".calendar@" : ".mail@",
                      from.address.substr(from.address.find('@') + 1));
}

}  // namespace

v1::Delivery* FindDelivery(v1::Notification& notification, v1::Channel channel) {
  for (v1::Delivery& delivery : *notification.mutable_deliveries()) {
    if (delivery.channel() == channel) return &delivery;
  }
  return nullptr;
}

std::vector<Settlement> MailInstead(v1::Notification& notification, bool has_mail, absl::Time now) {
  std::vector<Settlement> settlements;
  settlements.push_back({v1::CHANNEL_SLACK});
  // Without another way it waits on, for a bot that comes back.
  if (!has_mail) return settlements;
  FindDelivery(notification, v1::CHANNEL_SLACK)->set_state(v1::Delivery::STATE_DROPPED);
  v1::Delivery& mail = *notification.add_deliveries();
  mail.set_channel(v1::CHANNEL_MAIL);
  mail.set_state(v1::Delivery::STATE_WAITING);
  *mail.mutable_due_time() = WriteInstant(now);
  settlements.push_back({v1::CHANNEL_MAIL, now});
  return settlements;
}

Dispatcher::Dispatcher(NotificationStore& notifications, PeopleStore& people, ChatStore& chats, SeriesStore& series,
                       MailRoom mail, MatchingRoom matching, EventLoop& loop, const Clock& clock)
    : notifications_(notifications),
      people_(people),
      chats_(chats),
      series_(series),
      mail_(std::move(mail)),
      facts_(std::move(matching), mail_.answer_url, clock),
      loop_(loop),
      clock_(clock) {}

Task<absl::StatusOr<int>> Dispatcher::HandToSlack(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::vector<DueDelivery> taken,
                      co_await notifications_.TakeDue(call, kSlackQueue, clock_.Now(), kHandedAtOnce));
  for (const DueDelivery& due : taken) CO_RETURN_IF_ERROR(co_await HandOne(call, due));
  co_return static_cast<int>(taken.size());
}

// The first time it comes due the bot may fetch it; the second time nobody did.
Task<absl::Status> Dispatcher::HandOne(rpc::Call call, DueDelivery due) {
  CO_ASSIGN_OR_RETURN(std::optional<Found> found, co_await notifications_.Find(call, due.id));
  if (!found) co_return absl::OkStatus();  // Erased; its lease ends in silence.
  v1::Delivery* slack = FindDelivery(found->notification, v1::CHANNEL_SLACK);
  std::vector<Settlement> settlements;
  std::string feed;
  if (slack == nullptr || slack->state() != v1::Delivery::STATE_WAITING) {
    settlements.push_back({v1::CHANNEL_SLACK});
  } else if (slack->attempts() == 0) {
    slack->set_attempts(1);
    settlements.push_back({v1::CHANNEL_SLACK, clock_.Now() + kMailInsteadAfter});
    feed = "slack";
  } else {
    const std::string person = due.id.substr(0, due.id.find('/'));
    std::vector<std::string> ids;
    ids.push_back(person);
    CO_ASSIGN_OR_RETURN(const People people, co_await people_.Find(call, std::move(ids)));
    const auto reader = people.find(person);
    const bool has_mail =
        mail_.client != nullptr && reader != people.end() && mail::CheckAddress(reader->second.person().email()).ok();
    settlements = MailInstead(found->notification, has_mail, clock_.Now());
  }
  const absl::Status settled =
      co_await notifications_.Settle(call, *std::move(found), std::move(settlements), std::move(feed));
  // Somebody else was faster: it is taken again when the lease ends, and looked at as it is then.
  co_return absl::IsAborted(settled) || absl::IsNotFound(settled) ? absl::OkStatus() : settled;
}

Task<absl::StatusOr<int>> Dispatcher::SendMail(rpc::Call call) {
  if (mail_.client == nullptr) co_return 0;
  CO_ASSIGN_OR_RETURN(const std::vector<DueDelivery> taken,
                      co_await notifications_.TakeDue(call, kMailQueue, clock_.Now(), kSentAtOnce));
  for (const DueDelivery& due : taken) CO_RETURN_IF_ERROR(co_await SendOne(call, due));
  co_return static_cast<int>(taken.size());
}

Task<absl::Status> Dispatcher::SendOne(rpc::Call call, DueDelivery due) {
  CO_ASSIGN_OR_RETURN(std::optional<Found> found, co_await notifications_.Find(call, due.id));
  if (!found) co_return absl::OkStatus();
  v1::Delivery* delivery = FindDelivery(found->notification, due.channel);
  if (delivery == nullptr || delivery->state() != v1::Delivery::STATE_WAITING) {
    std::vector<Settlement> never;
    never.push_back({due.channel});
    const absl::Status settled = co_await notifications_.Settle(call, *std::move(found), std::move(never), "");
    co_return absl::IsAborted(settled) ? absl::OkStatus() : settled;
  }
  absl::Status sent;
  absl::StatusOr<std::optional<mail::Message>> message = co_await Compose(call, due, found->notification);
  if (!message.ok()) {
    sent = message.status();
  } else if (!message->has_value()) {
    delivery->set_state(v1::Delivery::STATE_DROPPED);
  } else {
    sent = co_await mail_.client->Send(**message, kSendLimit);
  }
  co_return co_await Note(std::move(call), std::move(due), *std::move(found), std::move(sent));
}

// What the notification tells of, as it is by now.
struct Dispatcher::Occasion {
  std::optional<v1::Chat> chat;
  std::optional<v1::Series> series;
  std::vector<std::string> people;  // Ids.
  bool is_overtaken = false;
};

Task<absl::StatusOr<Dispatcher::Occasion>> Dispatcher::FindOccasion(rpc::Call call,
                                                                    const v1::Notification& notification) {
  Occasion occasion;
  const std::string& subject = notification.subject();
  if (absl::StartsWith(subject, "chats/")) {
    std::string id(absl::StripPrefix(subject, "chats/"));
    CO_ASSIGN_OR_RETURN(occasion.chat, co_await chats_.Find(call, std::move(id)));
    occasion.is_overtaken =
        !occasion.chat || IsOvertaken(notification.kind(), occasion.chat->state() == v1::Chat::STATE_CANCELLED);
    if (occasion.chat) occasion.people = AttendeeIds(*occasion.chat);
  } else if (absl::StartsWith(subject, "series/")) {
    std::string id(absl::StripPrefix(subject, "series/"));
    CO_ASSIGN_OR_RETURN(occasion.series, co_await series_.Find(call, std::move(id)));
    occasion.is_overtaken = !occasion.series || IsOvertaken(notification.kind(), occasion.series->has_cancel_time());
    if (occasion.series) occasion.people = AttendeeIds(occasion.series->chats(0));
  }
  co_return occasion;
}

std::string Dispatcher::InvitationFor(const std::string& person, const rpc::Call& call, const std::string& language,
                                      const People& people, Occasion& occasion) const {
  Reader reader{call.organization(), language, clock_.Now(), Invitee{mail_.from.name, mail_.from.address}};
  reader.person = absl::StrCat("people/", person);
  if (occasion.chat) {
    Show(people, reader, *occasion.chat);
    return occasion.chat->invitation();
  }
  if (!occasion.series) return "";
  Show(people, reader, *occasion.series);
  return occasion.series->invitation();
}

Task<absl::StatusOr<std::optional<mail::Message>>> Dispatcher::Compose(rpc::Call call, DueDelivery due,
                                                                       v1::Notification notification) {
  const std::string person = due.id.substr(0, due.id.find('/'));
  CO_ASSIGN_OR_RETURN(Occasion occasion, co_await FindOccasion(call, notification));
  if (occasion.is_overtaken) co_return std::nullopt;
  std::vector<std::string> ids = occasion.people;
  ids.push_back(person);
  if (notification.has_other()) ids.push_back(std::string(absl::StripPrefix(notification.other().person(), "people/")));
  CO_ASSIGN_OR_RETURN(const People people, co_await people_.Find(call, std::move(ids)));
  const auto self = people.find(person);
  if (self == people.end() || !self->second.person().active()) co_return std::nullopt;
  LetterParts parts;
  parts.language = LanguageOf(self->second);
  parts.recipient = self->second.person().display_name();
  const absl::TimeZone zone = ZoneOf(self->second);
  CO_ASSIGN_OR_RETURN(const bool still_counts, co_await facts_.Add(call, notification, person, zone, parts));
  if (!still_counts) co_return std::nullopt;
  if (occasion.chat) {
    // As it is by now: the words must not tell another time than the invitation beside them.
    auto& told = *notification.mutable_text()->mutable_parameters();
    told["start"] = absl::StrCat(occasion.chat->start_time().seconds());
    told["end"] = absl::StrCat(occasion.chat->end_time().seconds());
    parts.topic = occasion.chat->topic();
  }
  if (occasion.series) parts.topic = occasion.series->chats(0).topic();
  ShowNotification(people, {person, parts.language, clock_.Now()}, notification);
  parts.when = ChatTime(notification, zone, parts.language);
  mail::Message message;
  const std::string invitation = InvitationFor(person, call, parts.language, people, occasion);
  // Who hears that somebody else does not come has the same calendar as before.
  const bool with_calendar =
      due.channel == v1::CHANNEL_CALENDAR || (FindDelivery(notification, v1::CHANNEL_CALENDAR) == nullptr &&
                                              notification.kind() != v1::NOTIFICATION_KIND_CHAT_DECLINED);
  if (with_calendar && !invitation.empty()) {
    message.calendar = {invitation, absl::StrContains(invitation, "METHOD:CANCEL") ? "CANCEL" : "REQUEST"};
  }
  const mail::Letter letter = MakeLetter(notification, parts);
  CO_ASSIGN_OR_RETURN(const mail::Rendered rendered, mail::Render(letter));
  message.from = mail_.from;
  message.to = {parts.recipient, self->second.person().email()};
  message.subject = letter.title;
  message.text = rendered.text;
  message.html = rendered.html;
  message.message_id = MessageId(notification, due.channel, mail_.from);
  message.date = ToTime(notification.create_time());
  co_return message;
}

Task<absl::Status> Dispatcher::Note(rpc::Call call, DueDelivery due, Found found, absl::Status sent) {
  for (int attempt = 1;; ++attempt) {
    v1::Delivery& delivery = *FindDelivery(found.notification, due.channel);
    Settlement settlement;
    settlement.channel = due.channel;
    const absl::Time now = clock_.Now();
    delivery.set_attempts(delivery.attempts() + 1);
    delivery.set_problem(std::string(sent.message()));
    const bool for_good = absl::IsFailedPrecondition(sent) || absl::IsInvalidArgument(sent);
    if (delivery.state() != v1::Delivery::STATE_WAITING) {
      // Dropped above: nothing was sent.
    } else if (sent.ok()) {
      delivery.set_state(v1::Delivery::STATE_DELIVERED);
      *delivery.mutable_deliver_time() = WriteInstant(now);
    } else if (for_good || now > ToTime(delivery.due_time()) + kGiveUpAfter) {
      delivery.set_state(v1::Delivery::STATE_DEAD);
      settlement.dead = now;
      log::Warn("courier.gave_up", {{"org", call.organization()}, {"code", static_cast<int>(sent.code())}});
    } else {
      settlement.due = now + RetryDelay(delivery.attempts(), Random());
    }
    const absl::Status noted = co_await SettleSent(call, found, settlement);
    if (!absl::IsAborted(noted) || attempt == kAttemptsToNote) co_return noted;
    CO_ASSIGN_OR_RETURN(std::optional<Found> again, co_await notifications_.Find(call, due.id));
    const bool gone = !again || FindDelivery(again->notification, due.channel) == nullptr;
    if (gone) co_return absl::OkStatus();
    found = *std::move(again);
  }
}

Task<absl::Status> Dispatcher::SettleSent(rpc::Call call, Found found, Settlement settlement) {
  const absl::Time until = std::min(absl::Now() + kThawsWithin, call.deadline());
  for (;;) {
    std::vector<Settlement> settlements;
    settlements.push_back(settlement);
    const absl::Status settled = co_await notifications_.Settle(call, found, std::move(settlements), "");
    if (ReasonOf(settled) != "ORGANIZATION_FROZEN" || absl::Now() > until) co_return settled;
    co_await loop_.Sleep(kFrozenPause);
  }
}

}  // namespace cortado::scheduling
