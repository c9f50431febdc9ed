// Sends what is due: hands notifications to the Slack bot, and mails. Each try is leased, so that two servers do not
// send the same thing at once; what failed is tried again later, and in the end given up, where an administrator finds
// it. Sent but not noted (a crash between) is sent again, under the same name. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/mail/smtp.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/match.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/courier/letters.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

// What could not be sent for so long is given up.
inline constexpr absl::Duration kGiveUpAfter = absl::Hours(24);

// How mail goes out. Without a client none does, and whoever has no Slack finds notifications in their list alone.
struct MailRoom {
  std::shared_ptr<mail::SmtpClient> client = nullptr;
  mail::Mailbox from = {};
  // Makes the address of the page on which this person answers this request without a login; empty: there is none.
  std::function<std::string(const rpc::Call& call, const matching::v1::Request& request, const std::string& person)>
      answer_url = nullptr;
};

class Dispatcher {
 public:
  // Reads a request of the call's organisation.
  using GetRequest = std::function<Task<absl::StatusOr<matching::v1::Request>>(rpc::Call call, std::string name)>;

  // All outlive the dispatcher.
  Dispatcher(NotificationStore& notifications, PeopleStore& people, ChatStore& chats, SeriesStore& series,
             MailRoom mail, GetRequest get_request, const Clock& clock);

  // Take what is due for the call's organisation; return how much it was. A delivery that fails is no error.
  Task<absl::StatusOr<int>> HandToSlack(rpc::Call call);
  Task<absl::StatusOr<int>> SendMail(rpc::Call call);

 private:
  using Found = NotificationStore::Found;

  Task<absl::Status> HandOne(rpc::Call call, DueDelivery due);
  Task<absl::Status> SendOne(rpc::Call call, DueDelivery due);
  struct Occasion;

  Task<absl::StatusOr<Occasion>> FindOccasion(rpc::Call call, const v1::Notification& notification);
  // Adds what a letter says of a request; false: it needs no letter any more.
  Task<absl::StatusOr<bool>> AddRequest(rpc::Call call, const v1::Notification& notification, const std::string& person,
                                        absl::TimeZone zone, LetterParts& parts);
  // The calendar object for the person; empty where there is none.
  std::string InvitationFor(const std::string& person, const rpc::Call& call, const std::string& language,
                            const People& people, Occasion& occasion) const;
  // What shall be sent; nothing when what it told is over.
  Task<absl::StatusOr<std::optional<mail::Message>>> Compose(rpc::Call call, DueDelivery due,
                                                             v1::Notification notification);
  Task<absl::Status> Note(rpc::Call call, DueDelivery due, Found found, absl::Status sent);

  NotificationStore& notifications_;
  PeopleStore& people_;
  ChatStore& chats_;
  SeriesStore& series_;
  const MailRoom mail_;
  const GetRequest get_request_;
  const Clock& clock_;
};

// The delivery of that channel; null when there is none.
v1::Delivery* FindDelivery(v1::Notification& notification, v1::Channel channel);

// A Slack delivery that did not happen goes by mail instead, from `now` on, where it can; returns what changes.
std::vector<Settlement> MailInstead(v1::Notification& notification, bool has_mail, absl::Time now);

}  // namespace cortado::scheduling
