// What a webhook is sent: the body, and the headers that prove who sent it (docs/events.md). Pure functions;
// thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/api/v1/peer_service.pb.h"

namespace cortado::scheduling {

// The kind of event that TestWebhook sends; no event of a service has it.
inline constexpr char kTestKind[] = "webhook.test";

// The id of an event as other systems know it: the same whenever the event is told, never that of another event.
std::string WebhookEventId(absl::string_view organization, const api::v1::Event& event);

// The body as JSON: {id, kind, subject, time, organization, attributes}. It names things, never people nor their times
// or words: whoever may know more asks the API (product rules 2.4). Bytes that are no UTF-8 are replaced.
std::string WebhookBody(absl::string_view organization, const api::v1::Event& event);

// `v1=` and the HMAC-SHA256 (RFC 2104) of "TIMESTAMP.BODY" in 64 lower-case hexadecimal digits; the key is the text of
// the secret as it was told. TIMESTAMP is in seconds since 1970.
std::string WebhookSignature(absl::string_view secret, absl::Time timestamp, absl::string_view body);

// The headers of one try, as "Name: value".
std::vector<std::string> WebhookHeaders(absl::string_view secret, absl::string_view event_id, absl::Time now,
                                        absl::string_view body);

// A new secret: `whsec-` and 43 characters of [A-Za-z0-9_-], 256 bits of the kernel's random numbers.
std::string NewWebhookSecret();

}  // namespace cortado::scheduling
