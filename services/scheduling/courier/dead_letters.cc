#include "services/scheduling/courier/dead_letters.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

constexpr char kPrefix[] = "deadLetters/webhook-";
constexpr char kMiddle[] = "-n-";

bool IsNewer(const v1::DeadLetter& a, const v1::DeadLetter& b) {
  const auto& first = a.create_time();
  const auto& second = b.create_time();
  return first.seconds() != second.seconds() ? first.seconds() > second.seconds() : first.nanos() > second.nanos();
}

}  // namespace

DeadRanks ReadDeadRanks(absl::string_view cursor) {
  DeadRanks ranks;
  const size_t colon = cursor.find(':');
  const bool fits = colon != absl::string_view::npos &&
                    absl::SimpleAtoi(cursor.substr(0, colon), &ranks.notifications) &&
                    absl::SimpleAtoi(cursor.substr(colon + 1), &ranks.webhooks);
  return fits ? ranks : DeadRanks{};
}

std::string WriteDeadRanks(const DeadRanks& ranks) { return absl::StrCat(ranks.notifications, ":", ranks.webhooks); }

v1::DeadLetter MakeDeadLetter(const DeadWebhookDelivery& dead) {
  v1::DeadLetter letter;
  letter.set_name(absl::StrCat(kPrefix, dead.webhook, kMiddle, dead.event));
  letter.set_resource(absl::StrCat("webhooks/", dead.webhook));
  letter.set_problem(dead.problem);
  letter.set_attempts(dead.attempts);
  *letter.mutable_create_time() = WriteInstant(dead.when);
  return letter;
}

std::optional<std::pair<std::string, std::string>> ReadWebhookLetter(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kPrefix)) return std::nullopt;
  const size_t middle = name.find(kMiddle);
  if (middle == absl::string_view::npos) return std::nullopt;
  return std::make_pair(std::string(name.substr(0, middle)), std::string(name.substr(middle + sizeof(kMiddle) - 1)));
}

std::vector<v1::DeadLetter> MergeDead(const std::vector<v1::DeadLetter>& notifications,
                                      const std::vector<v1::DeadLetter>& webhooks, int limit, DeadRanks& ranks) {
  std::vector<v1::DeadLetter> merged;
  size_t n = 0, w = 0;
  while (static_cast<int>(merged.size()) < limit && (n < notifications.size() || w < webhooks.size())) {
    const bool of_webhook =
        n == notifications.size() || (w < webhooks.size() && IsNewer(webhooks[w], notifications[n]));
    merged.push_back(of_webhook ? webhooks[w++] : notifications[n++]);
  }
  ranks.notifications += static_cast<int64_t>(n);
  ranks.webhooks += static_cast<int64_t>(w);
  return merged;
}

}  // namespace cortado::scheduling
