// What people and the Slack bot ask about notifications. Errors are those of the proto. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/redis/client.h"
#include "common/redis/subscriber.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/notification_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/courier/webhook_store.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

class Notifications {
 public:
  // All outlive the core. `has_mail`: whether mail goes out at all.
  struct Parts {
    NotificationStore& notifications;
    PeopleStore& people;
    store::Store& store;
    redis::Client& client;
    redis::Subscriber& wake_ups;
    const Clock& clock;
    bool has_mail = false;
    WebhookStore* webhooks = nullptr;  // Whose dead letters are listed too; null: there are none.
  };
  explicit Notifications(const Parts& parts) : parts_(parts) {}

  Task<absl::StatusOr<v1::ListNotificationsResponse>> List(rpc::Call call, const v1::ListNotificationsRequest& request);
  Task<absl::StatusOr<v1::ListNotificationChangesResponse>> ListChanges(
      rpc::Call call, const v1::ListNotificationChangesRequest& request);
  Task<absl::Status> Watch(rpc::Call call, const v1::WatchNotificationsRequest& request,
                           rpc::Writer<v1::ListNotificationChangesResponse>& writer);
  Task<absl::StatusOr<v1::Notification>> MarkDelivered(rpc::Call call, const v1::MarkDeliveredRequest& request);
  Task<absl::StatusOr<v1::NotificationPreferences>> GetPreferences(
      rpc::Call call, const v1::GetNotificationPreferencesRequest& request);
  Task<absl::StatusOr<v1::NotificationPreferences>> UpdatePreferences(
      rpc::Call call, const v1::UpdateNotificationPreferencesRequest& request);
  Task<absl::StatusOr<v1::ListDeadLettersResponse>> ListDead(rpc::Call call, const v1::ListDeadLettersRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Retry(rpc::Call call, const v1::RetryDeliveryRequest& request);

 private:
  // Fills in what is made for the reader: the person of each notification in their own language, or the caller's.
  Task<absl::Status> Show(rpc::Call call, google::protobuf::RepeatedPtrField<v1::Notification>& notifications);
  // One look at what there is behind a token.
  Task<absl::StatusOr<v1::ListNotificationChangesResponse>> Next(rpc::Call call, std::string token, int limit);
  Task<absl::StatusOr<v1::ListNotificationChangesResponse>> Await(rpc::Call call, std::string token, int limit,
                                                                  absl::Time until);

  const Parts parts_;
};

}  // namespace cortado::scheduling
