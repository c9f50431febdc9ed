// What HR asks about webhooks. Errors are those of the proto. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/notification_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/scheduling/courier/webhook_sender.h"
#include "services/scheduling/courier/webhook_store.h"

namespace cortado::scheduling {

class Webhooks {
 public:
  // All outlive the core.
  Webhooks(WebhookStore& store, WebhookSender& sender, const Clock& clock)
      : store_(store), sender_(sender), clock_(clock) {}

  Task<absl::StatusOr<v1::Webhook>> Create(rpc::Call call, const v1::CreateWebhookRequest& request);
  Task<absl::StatusOr<v1::ListWebhooksResponse>> List(rpc::Call call, const v1::ListWebhooksRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeleteWebhookRequest& request);
  Task<absl::StatusOr<v1::TestWebhookResponse>> Test(rpc::Call call, const v1::TestWebhookRequest& request);

 private:
  WebhookStore& store_;
  WebhookSender& sender_;
  const Clock& clock_;
};

}  // namespace cortado::scheduling
