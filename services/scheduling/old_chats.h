// What the scheduling service does not keep for ever (docs/retention.md): chats that are over, and notifications. Each
// function as privacy::Retention::Remove. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

class OldChats {
 public:
  // All outlive it.
  struct Parts {
    store::Store& store;
    ChatStore& chats;
    SeriesStore& series;
    PeopleStore& people;
    NotificationStore& notifications;
  };

  explicit OldChats(Parts parts) : parts_(parts) {}

  // Chats that ended before, cancelled ones too, and the minutes of the weeks before; a series goes with its last chat.
  Task<absl::StatusOr<int64_t>> RemoveChats(rpc::Call call, absl::Time before);
  // Notifications of what happened before.
  Task<absl::StatusOr<int64_t>> RemoveNotifications(rpc::Call call, absl::Time before);

 private:
  // The oldest chats of one person; how many were removed.
  Task<absl::StatusOr<int64_t>> RemoveChatsOf(rpc::Call call, std::string person, absl::Time before);
  Task<absl::Status> RemoveWeeks(rpc::Call call, const std::vector<std::string>& people, std::string first);
  Task<absl::Status> RemoveChat(rpc::Call call, std::string person, std::string id, v1::Chat chat);
  Task<absl::StatusOr<bool>> IsLastOfSeries(rpc::Call call, const v1::Chat& chat);

  const Parts parts_;
};

}  // namespace cortado::scheduling
