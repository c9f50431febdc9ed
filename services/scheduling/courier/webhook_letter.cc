#include "services/scheduling/courier/webhook_letter.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/log/check.h"

namespace cortado::scheduling {
namespace {

// Attributes that name things. All others name people, the times they meet, whose doing it was, or in which order
// somebody asked, which nobody beyond them learns.
constexpr const char* kTold[] = {"match"};

}  // namespace

std::string WebhookEventId(absl::string_view organization, const api::v1::Event& event) {
  // A kind belongs to one service, and an id to one event of it.
  return id::Sha256Hex(absl::StrCat(organization, "\n", event.kind(), "\n", event.id())).substr(0, 24);
}

std::string WebhookBody(absl::string_view organization, const api::v1::Event& event) {
  nlohmann::ordered_json body;
  body["id"] = WebhookEventId(organization, event);
  body["kind"] = event.kind();
  body["subject"] = event.subject();
  const absl::Time time = absl::FromUnixSeconds(event.time().seconds()) + absl::Nanoseconds(event.time().nanos());
  body["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
  body["organization"] = std::string(organization);
  body["attributes"] = nlohmann::ordered_json::object();
  for (const char* told : kTold) {
    const auto found = event.attributes().find(told);
    if (found != event.attributes().end()) body["attributes"][told] = found->second;
  }
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string WebhookSignature(absl::string_view secret, absl::Time timestamp, absl::string_view body) {
  const std::string signed_text = absl::StrCat(absl::ToUnixSeconds(timestamp), ".", body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  CORTADO_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                     reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest.data(),
                     &size) != nullptr);
  return absl::StrCat("v1=",
                      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size)));
}

std::vector<std::string> WebhookHeaders(absl::string_view secret, absl::string_view event_id, absl::Time now,
                                        absl::string_view body) {
  std::vector<std::string> headers;
  headers.push_back("Content-Type: application/json");
  headers.push_back(absl::StrCat("Cortado-Event-Id: ", event_id));
  headers.push_back(absl::StrCat("Cortado-Timestamp: ", absl::ToUnixSeconds(now)));
  headers.push_back(absl::StrCat("Cortado-Signature: ", WebhookSignature(secret, now, body)));
  return headers;
}

std::string NewWebhookSecret() {
  std::array<unsigned char, 32> bytes{};
  CORTADO_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return absl::StrCat(
      "whsec-", id::Base64UrlEncode(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

}  // namespace cortado::scheduling
