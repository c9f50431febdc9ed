// Numbers, times and enum names in words for people.
// Thread contract: pure functions.
#pragma once

#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::ctl {

// Returns "14,261".
std::string Grouped(int64_t number);

// Returns "1 person", "14,261 people".
std::string Count(int64_t number, absl::string_view one, absl::string_view many);

// Returns "0.8 s", "12 s", "3 min 20 s".
std::string Span(absl::Duration duration);

// Returns "1.3 kB", "4.0 MB".
std::string Bytes(int64_t bytes);

// Returns the last part of a resource name: "p1" of "people/p1".
std::string ShortName(absl::string_view resource);

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// Returns "Tue 24 Nov 2026, 15:00" on the wall clock of `zone`.
std::string WallClock(absl::Time time, absl::TimeZone zone);

// Returns the words of an enum value: "ask first" of BOOKING_ASK_FIRST; empty for 0.
std::string EnumWords(const google::protobuf::EnumDescriptor* type, int value);
template <typename E>
std::string EnumWords(E value) {
  return EnumWords(google::protobuf::GetEnumDescriptor<E>(), value);
}

}  // namespace cortado::ctl
