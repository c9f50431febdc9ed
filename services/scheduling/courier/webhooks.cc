#include "services/scheduling/courier/webhooks.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/store.h"
#include "services/scheduling/courier/event_table.h"
#include "services/scheduling/courier/webhook_letter.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

absl::Status CheckKinds(const v1::Webhook& webhook) {
  const std::vector<std::string>& kinds = EventKinds();
  for (int i = 0; i < webhook.events_size(); ++i) {
    if (std::binary_search(kinds.begin(), kinds.end(), webhook.events(i))) continue;
    return InvalidField(absl::StrCat("webhook.events[", i, "]"), "must be a kind of event of docs/events.md");
  }
  return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<v1::Webhook>> Webhooks::Create(rpc::Call call, const v1::CreateWebhookRequest& request) {
  CO_RETURN_IF_ERROR(CheckKinds(request.webhook()));
  CO_RETURN_IF_ERROR(co_await sender_.CheckAddress(request.webhook().url(), "webhook.url"));
  v1::Webhook webhook;
  webhook.set_url(request.webhook().url());
  *webhook.mutable_events() = request.webhook().events();
  webhook.set_secret(NewWebhookSecret());
  *webhook.mutable_create_time() = WriteInstant(clock_.Now());
  const std::string fingerprint = store::Fingerprint(call, request);
  co_return co_await store_.Insert(std::move(call), std::move(webhook), request.request_id(), fingerprint);
}

Task<absl::StatusOr<v1::ListWebhooksResponse>> Webhooks::List(rpc::Call call, const v1::ListWebhooksRequest&) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::Webhook> webhooks, co_await store_.List(std::move(call)));
  v1::ListWebhooksResponse response;
  for (v1::Webhook& webhook : webhooks) *response.add_webhooks() = std::move(webhook);
  co_return response;
}

Task<absl::StatusOr<google::protobuf::Empty>> Webhooks::Delete(rpc::Call call,
                                                               const v1::DeleteWebhookRequest& request) {
  std::string id(absl::StripPrefix(request.name(), "webhooks/"));
  const std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.Delete(std::move(call), std::move(id), request.request_id(), fingerprint));
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<v1::TestWebhookResponse>> Webhooks::Test(rpc::Call call, const v1::TestWebhookRequest& request) {
  std::string id(absl::StripPrefix(request.name(), "webhooks/"));
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Webhook> webhook, co_await store_.Find(call, std::move(id)));
  if (!webhook) co_return NotFound();
  api::v1::Event event;
  event.set_id(id::New());
  event.set_kind(kTestKind);
  event.set_subject(webhook->name());
  *event.mutable_time() = WriteInstant(clock_.Now());
  const std::string event_id = WebhookEventId(call.organization(), event);
  const std::string body = WebhookBody(call.organization(), event);
  const WebhookSender::Answer answer = co_await sender_.Send(call, *webhook, event_id, body, false);
  v1::TestWebhookResponse response;
  response.set_status(answer.status);
  response.set_problem(answer.problem);
  co_return response;
}

}  // namespace cortado::scheduling
