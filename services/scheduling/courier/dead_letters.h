// The dead letters of webhooks as the API shows them, and among those of notifications. Pure functions; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "cortado/scheduling/v1/notification_service.pb.h"
#include "services/scheduling/courier/webhook_store.h"

namespace cortado::scheduling {

// How far a list of both kinds is, each newest first: ranks.
struct DeadRanks {
  int64_t notifications = 0;
  int64_t webhooks = 0;
};

// As `3:4`; what is none begins anew.
DeadRanks ReadDeadRanks(absl::string_view cursor);
std::string WriteDeadRanks(const DeadRanks& ranks);

// `webhook-W-n-E`, as `deadLetters/...`.
v1::DeadLetter MakeDeadLetter(const DeadWebhookDelivery& dead);

// {W, E} of a dead letter's name; nothing for one of a notification, or for what is none.
std::optional<std::pair<std::string, std::string>> ReadWebhookLetter(absl::string_view name);

// The newest `limit` of two lists, each newest first, in order; `ranks` goes on by what was taken of each.
std::vector<v1::DeadLetter> MergeDead(const std::vector<v1::DeadLetter>& notifications,
                                      const std::vector<v1::DeadLetter>& webhooks, int limit, DeadRanks& ranks);

}  // namespace cortado::scheduling
