// Sends what is due: hands notifications to the Slack bot, and mails. Each try is leased, so that two servers do not
// send the same thing at once; what failed is tried again later, and in the end given up, where an administrator finds
// it. Sent but not noted (a crash between) is sent again, under the same name. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/courier/letter_facts.h"
#include "services/scheduling/courier/letters.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

// What could not be sent for so long is given up.
inline constexpr absl::Duration kGiveUpAfter = absl::Hours(24);

class Dispatcher {
 public:
  // All outlive the dispatcher.
  Dispatcher(NotificationStore& notifications, PeopleStore& people, ChatStore& chats, SeriesStore& series,
             MailRoom mail, MatchingRoom matching, EventLoop& loop, const Clock& clock);

  // Take what is due for the call's organisation; return how much it was. A delivery that fails is no error.
  Task<absl::StatusOr<int>> HandToSlack(rpc::Call call);
  Task<absl::StatusOr<int>> SendMail(rpc::Call call);

 private:
  using Found = NotificationStore::Found;

  Task<absl::Status> HandOne(rpc::Call call, DueDelivery due);
  Task<absl::Status> SendOne(rpc::Call call, DueDelivery due);
  struct Occasion;

  Task<absl::StatusOr<Occasion>> FindOccasion(rpc::Call call, const v1::Notification& notification);
  // The calendar object for the person; empty where there is none.
  std::string InvitationFor(const std::string& person, const rpc::Call& call, const std::string& language,
                            const People& people, Occasion& occasion) const;
  // What shall be sent; nothing when what it told is over.
  Task<absl::StatusOr<std::optional<mail::Message>>> Compose(rpc::Call call, DueDelivery due,
                                                             v1::Notification notification);
  Task<absl::Status> Note(rpc::Call call, DueDelivery due, Found found, absl::Status sent);
  // Settles once the organisation is not frozen any more: what was sent must not be sent again.
  Task<absl::Status> SettleSent(rpc::Call call, Found found, Settlement settlement);

  NotificationStore& notifications_;
  PeopleStore& people_;
  ChatStore& chats_;
  SeriesStore& series_;
  const MailRoom mail_;
  LetterFacts facts_;
  EventLoop& loop_;
  const Clock& clock_;
};

// The delivery of that channel; null when there is none.
v1::Delivery* FindDelivery(v1::Notification& notification, v1::Channel channel);

// A Slack delivery that did not happen goes by mail instead, from `now` on, where it can; returns what changes.
std::vector<Settlement> MailInstead(v1::Notification& notification, bool has_mail, absl::Time now);

}  // namespace cortado::scheduling
