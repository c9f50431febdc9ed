// Instants and spans of time in messages: read with the rules of the API, written back, and shown on somebody's wall
// clock. Pure functions; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/type/v1/text.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace cortado::scheduling {

// Returns the instant. InvalidArgument (FIELD_INVALID) naming `field` if it lies outside the years 1970 to 2100 or its
// nanoseconds are none.
absl::StatusOr<absl::Time> ReadInstant(absl::string_view field, const google::protobuf::Timestamp& timestamp);

// Returns the length of a chat. InvalidArgument (FIELD_INVALID) naming `field` if it is not 10 to 240 whole minutes.
absl::StatusOr<absl::Duration> ReadChatLength(absl::string_view field, const google::protobuf::Duration& duration);

// Returns the instant of a message of our own, which is not checked.
absl::Time ToTime(const google::protobuf::Timestamp& timestamp);

// Returns the message, cut to whole seconds.
google::protobuf::Timestamp WriteInstant(absl::Time time);
google::protobuf::Duration WriteSpan(absl::Duration span);

// Returns `time` as it reads in `zone`: "Tue 27 Oct 2026, 15:00 (UTC+01:00)", in German "Di 27. Okt 2026, 15:00
// (UTC+01:00)". `language` is "en" or "de".
type::v1::LocalTime ShowInstant(absl::Time time, absl::TimeZone zone, absl::string_view language);

// Returns RFC 3339 instants in UTC, comma separated.
std::string JoinInstants(const std::vector<absl::Time>& times);
// Returns them as ShowInstant has each, as one phrase: "…, … and …".
std::string JoinReady(const std::vector<absl::Time>& times, absl::TimeZone zone, absl::string_view language);

}  // namespace cortado::scheduling
