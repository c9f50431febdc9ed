#include "services/scheduling/courier/webhook_store.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/courier/notification_store.h"
#include "services/scheduling/courier/webhook_scripts.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

std::string Milliseconds(absl::Time time) { return absl::StrCat(absl::ToUnixMillis(time)); }

absl::Time FromMilliseconds(absl::string_view text) {
  int64_t milliseconds = 0;
  return absl::FromUnixMillis(absl::SimpleAtoi(text, &milliseconds) ? milliseconds : 0);
}

std::string KeptSeconds() { return absl::StrCat(absl::ToInt64Seconds(kDeliveryKept)); }

std::string HookKey(absl::string_view webhook, absl::string_view event) {
  return absl::StrCat("hook:", webhook, "/", event);
}

std::string DueKey(absl::string_view webhook) { return absl::StrCat("due:webhook:", webhook); }

// Pairs of a HGETALL or a sorted set.
std::map<std::string, std::string> Pairs(const redis::Reply& reply) {
  std::map<std::string, std::string> pairs;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) pairs[reply.elements[i].text] = reply.elements[i + 1].text;
  return pairs;
}

absl::StatusOr<v1::Webhook> ReadWebhook(const std::string& id, const std::string& stored) {
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored));
  v1::Webhook webhook;
  RETURN_IF_ERROR(store::ParseMessage(record, webhook));
  webhook.set_name(id::MakeName("webhooks", id));
  return webhook;
}

std::vector<std::string> List1(std::string one) {
  std::vector<std::string> list;
  list.push_back(std::move(one));
  return list;
}

}  // namespace

std::string WebhookStore::Key(const rpc::Call& call, absl::string_view rest) const {
  return store_.Key(call.organization(), rest);
}

Task<absl::StatusOr<redis::Reply>> WebhookStore::Run(rpc::Call call, const store::SideScript& script,
                                                     std::vector<std::string> keys,
                                                     std::vector<std::string> arguments) {
  for (std::string& key : keys) key = Key(call, key);
  co_return co_await store::WriteBeside(store_, client_, std::move(call), script, std::move(keys),
                                        std::move(arguments));
}

Task<absl::StatusOr<v1::Webhook>> WebhookStore::Insert(rpc::Call call, v1::Webhook webhook, std::string request_id,
                                                       std::string fingerprint) {
  const std::string id = id::New();
  webhook.clear_name();
  store::Write write;
  write.script = &kInsertWebhook;
  write.keys = List1(Key(call, "webhooks"));
  write.arguments.push_back(id);
  write.arguments.push_back(webhook.SerializeAsString());
  write.arguments.push_back(absl::StrCat(kMostWebhooks));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) {
    co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_TOO_MANY_WEBHOOKS,
                    absl::StrCat("there are ", kMostWebhooks, " webhooks: delete one first"));
  }
  webhook.set_name(outcome.resource);
  if (!outcome.replayed()) co_return webhook;
  std::string made(absl::StripPrefix(outcome.resource, "webhooks/"));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Webhook> kept, co_await Find(std::move(call), std::move(made)));
  if (!kept) co_return NotFound();
  kept->clear_secret();
  co_return *std::move(kept);
}

Task<absl::StatusOr<std::optional<v1::Webhook>>> WebhookStore::Find(rpc::Call call, std::string id) {
  std::vector<std::string> command;
  command.push_back("HGET");
  command.push_back(Key(call, "webhooks"));
  command.push_back(id);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(v1::Webhook webhook, ReadWebhook(id, reply.text));
  co_return webhook;
}

Task<absl::StatusOr<std::vector<v1::Webhook>>> WebhookStore::All(rpc::Call call) {
  std::vector<std::string> command;
  command.push_back("HGETALL");
  command.push_back(Key(call, "webhooks"));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  std::vector<v1::Webhook> webhooks;
  for (const auto& [id, stored] : Pairs(reply)) {
    CO_ASSIGN_OR_RETURN(v1::Webhook webhook, ReadWebhook(id, stored));
    webhooks.push_back(std::move(webhook));
  }
  co_return webhooks;
}

Task<absl::StatusOr<std::vector<v1::Webhook>>> WebhookStore::List(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::Webhook> webhooks, co_await All(call));
  std::vector<std::string> command;
  command.push_back("HGETALL");
  command.push_back(Key(call, "webhooks:state"));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  std::map<std::string, std::string> state = Pairs(reply);
  for (v1::Webhook& webhook : webhooks) {
    const std::string id(absl::StripPrefix(webhook.name(), "webhooks/"));
    webhook.clear_secret();
    const auto delivered = state.find(absl::StrCat(id, ":delivered"));
    if (delivered != state.end()) {
      *webhook.mutable_deliver_time() = WriteInstant(FromMilliseconds(delivered->second));
    }
    webhook.set_problem(state[absl::StrCat(id, ":problem")]);
  }
  const auto made = [](const v1::Webhook& webhook) {
    return std::make_tuple(webhook.create_time().seconds(), webhook.create_time().nanos(), webhook.name());
  };
  std::sort(webhooks.begin(), webhooks.end(),
            [&](const v1::Webhook& a, const v1::Webhook& b) { return made(a) < made(b); });
  co_return webhooks;
}

Task<absl::Status> WebhookStore::Delete(rpc::Call call, std::string id, std::string request_id,
                                        std::string fingerprint) {
  store::Write write;
  write.script = &kDeleteWebhook;
  write.keys.push_back(Key(call, "webhooks"));
  write.keys.push_back(Key(call, "webhooks:state"));
  write.keys.push_back(Key(call, DueKey(id)));
  write.keys.push_back(Key(call, "dead:webhook"));
  write.arguments = List1(std::move(id));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(std::move(call), std::move(write)));
  co_return outcome.refused() ? static_cast<absl::Status>(NotFound()) : absl::OkStatus();
}

Task<absl::Status> WebhookStore::Hear(rpc::Call call, WebhookDelivery delivery, absl::Time now) {
  std::vector<std::string> keys, arguments;
  keys.push_back(HookKey(delivery.webhook, delivery.event));
  keys.push_back("webhooks");
  keys.push_back(DueKey(delivery.webhook));
  arguments.push_back(delivery.webhook);
  arguments.push_back(delivery.event);
  arguments.push_back(std::move(delivery.body));
  arguments.push_back(Milliseconds(now));
  arguments.push_back(KeptSeconds());
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await Run(std::move(call), kHearHook, std::move(keys), std::move(arguments)));
  (void)reply;  // Heard of before, or now.
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<std::string>>> WebhookStore::WithDue(rpc::Call call, std::vector<std::string> ids,
                                                                     absl::Time now) {
  std::vector<std::string> keys, due;
  for (const std::string& id : ids) keys.push_back(Key(call, DueKey(id)));
  std::vector<std::string> arguments = List1(Milliseconds(now));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.ReadScript(std::move(call), kHooksWithDue,
                                                                           std::move(keys), std::move(arguments)));
  for (const redis::Reply& place : reply.elements) due.push_back(ids[static_cast<size_t>(place.integer) - 1]);
  co_return due;
}

Task<absl::StatusOr<std::optional<WebhookDelivery>>> WebhookStore::TakeDue(rpc::Call call, std::string id,
                                                                           absl::Time now) {
  std::vector<std::string> arguments = List1(Milliseconds(now));
  arguments.push_back(Milliseconds(now + kDeliveryLease));
  CO_ASSIGN_OR_RETURN(const redis::Reply taken, co_await Run(call, kTakeHook, List1(DueKey(id)), std::move(arguments)));
  if (taken.elements.empty()) co_return std::nullopt;
  std::optional<WebhookDelivery> delivery(std::in_place);
  delivery->event = taken.elements.front().text;
  std::vector<std::string> command = List1("HGETALL");
  command.push_back(Key(call, HookKey(id, delivery->event)));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  std::map<std::string, std::string> fields = Pairs(reply);
  delivery->webhook = std::move(id);
  delivery->body = std::move(fields["body"]);
  delivery->since = FromMilliseconds(fields["since"]);
  if (!absl::SimpleAtoi(fields["attempts"], &delivery->attempts)) delivery->attempts = 0;
  co_return delivery;
}

Task<absl::Status> WebhookStore::Note(rpc::Call call, const WebhookDelivery& delivery, const WebhookTry& outcome,
                                      absl::Time now) {
  std::vector<std::string> keys, arguments;
  keys.push_back(HookKey(delivery.webhook, delivery.event));
  keys.push_back("webhooks");
  keys.push_back(DueKey(delivery.webhook));
  keys.push_back("dead:webhook");
  keys.push_back("webhooks:state");
  arguments.push_back(delivery.webhook);
  arguments.push_back(delivery.event);
  arguments.push_back(Milliseconds(now));
  arguments.push_back(outcome.dead ? "dead" : outcome.due ? Milliseconds(*outcome.due) : "delivered");
  arguments.push_back(outcome.problem);
  arguments.push_back(absl::StrCat(kMostDead));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await Run(std::move(call), kNoteHook, std::move(keys), std::move(arguments)));
  (void)reply;
  co_return absl::OkStatus();
}

Task<absl::Status> WebhookStore::GiveUpOlder(rpc::Call call, std::string id, absl::Time before, absl::Time now) {
  std::vector<std::string> keys = List1(DueKey(id));
  keys.push_back("dead:webhook");
  std::vector<std::string> arguments = List1(std::move(id));
  arguments.push_back(Milliseconds(before));
  arguments.push_back(Milliseconds(now));
  arguments.push_back(absl::StrCat(kMostDead));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await Run(std::move(call), kGiveUpHooks, std::move(keys), std::move(arguments)));
  (void)reply;
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<DeadWebhookDelivery>>> WebhookStore::ListDead(rpc::Call call, int64_t from, int limit) {
  std::vector<std::string> command = List1("ZREVRANGE");
  command.push_back(Key(call, "dead:webhook"));
  command.push_back(absl::StrCat(from));
  command.push_back(absl::StrCat(from + limit - 1));
  command.push_back("WITHSCORES");
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<DeadWebhookDelivery> dead;
  std::vector<std::string> keys;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    const std::string& member = reply.elements[i].text;
    DeadWebhookDelivery& one = dead.emplace_back();
    one.webhook = member.substr(0, member.find('/'));
    one.event = member.substr(member.find('/') + 1);
    one.when = FromMilliseconds(reply.elements[i + 1].text);
    keys.push_back(Key(call, HookKey(one.webhook, one.event)));
  }
  if (dead.empty()) co_return dead;
  std::vector<std::string> nothing;
  CO_ASSIGN_OR_RETURN(const redis::Reply facts,
                      co_await store_.ReadScript(std::move(call), kHookFacts, std::move(keys), std::move(nothing)));
  for (size_t i = 0; i < dead.size() && 2 * i + 1 < facts.elements.size(); ++i) {
    if (!absl::SimpleAtoi(facts.elements[2 * i].text, &dead[i].attempts)) dead[i].attempts = 0;
    dead[i].problem = facts.elements[2 * i + 1].text;
  }
  co_return dead;
}

Task<absl::Status> WebhookStore::Retry(rpc::Call call, std::string id, std::string event, absl::Time now,
                                       std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kRetryHook;
  write.keys.push_back(Key(call, HookKey(id, event)));
  write.keys.push_back(Key(call, "webhooks"));
  write.keys.push_back(Key(call, DueKey(id)));
  write.keys.push_back(Key(call, "dead:webhook"));
  write.arguments.push_back(std::move(id));
  write.arguments.push_back(std::move(event));
  write.arguments.push_back(Milliseconds(now));
  write.arguments.push_back(KeptSeconds());
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(std::move(call), std::move(write)));
  co_return outcome.refused() ? static_cast<absl::Status>(NotFound()) : absl::OkStatus();
}

}  // namespace cortado::scheduling
