// What the scheduling service holds about a person: chats and series, holds, notifications and how they want them, the
// weeks' minutes, and what their calendar said. The rest (who they are) is the profile's, kept twice. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/privacy/dossiers.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/hold_store.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

class ChatDossiers {
 public:
  // All outlive it.
  struct Parts {
    store::Store& store;
    ChatStore& chats;
    SeriesStore& series;
    HoldStore& holds;
    PeopleStore& people;
    NotificationStore& notifications;
    PeopleProjection& projection;
    const Clock& clock;
  };

  explicit ChatDossiers(Parts parts) : parts_(parts) {}

  // Sections of a dossier.
  Task<absl::StatusOr<privacy::RecordPage>> CollectChats(rpc::Call call, std::string person, std::string cursor);
  Task<absl::StatusOr<privacy::RecordPage>> CollectNotifications(rpc::Call call, std::string person,
                                                                 std::string cursor);
  Task<absl::StatusOr<privacy::RecordPage>> CollectTimes(rpc::Call call, std::string person, std::string cursor);

  // Cancels what lies ahead, of which the others hear, takes the person's words out of what was, and forgets the rest.
  // A chat that nobody is left of goes.
  Task<absl::StatusOr<privacy::Erased>> Erase(rpc::Call call, std::string person);

 private:
  Task<absl::StatusOr<int>> EraseChats(rpc::Call call, std::string person);
  Task<absl::Status> EraseChat(rpc::Call call, const std::string& person, std::string id);
  Task<absl::StatusOr<bool>> AreOthersLeft(rpc::Call call, const std::string& person, const v1::Chat& chat);
  Task<absl::StatusOr<int>> ReleaseHolds(rpc::Call call, std::string person);
  Task<absl::Status> AddSeriesOf(rpc::Call call, const std::string& person, const v1::Chat& chat,
                                 privacy::RecordPage& page);
  Task<absl::StatusOr<std::vector<std::string>>> HoldsOf(rpc::Call call, const std::string& person);

  const Parts parts_;
};

}  // namespace cortado::scheduling
