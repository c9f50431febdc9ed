// The log: one JSON object a line, {"time", "severity", "event", fields...}, to stderr or another descriptor. Any
// thread. No caller ever waits for the disk: lines go through a bounded queue to one writer thread, which writes them
// in batches: within 10 ms, warnings and errors at once. Lines that find the queue full are dropped, counted, and
// reported by a line "log.dropped". No line may hold a secret or a person's data: ids, codes, counts, times.
//
//   log::Info("import.done", {{"rows", 14261}, {"organization", organization}});
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::log {

enum class Severity { kInfo, kWarning, kError };

// One key and its value. Refers to the caller's strings: for use as an argument only. Bytes that are not UTF-8 are
// written as U+FFFD, numbers that JSON lacks (infinity, NaN) as null. A field with an empty key is left out.
struct Field {
  using Value = std::variant<absl::string_view, int64_t, double, bool>;

  template <typename T>
  Field(absl::string_view name, const T& v) : key(name), value(ToValue(v)) {}

  absl::string_view key;
  Value value;

 private:
  template <typename T>
  static Value ToValue(const T& v) {
    if constexpr (std::is_same_v<T, bool>) {
      return Value(std::in_place_type<bool>, v);
    } else if constexpr (std::is_floating_point_v<T>) {
      return Value(std::in_place_type<double>, v);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return Value(std::in_place_type<int64_t>, static_cast<int64_t>(v));
    } else {
      return Value(std::in_place_type<absl::string_view>, v);
    }
  }
};

// `event` is a constant name, "room.what" ("redis.reconnected"): the key to search by.
void Info(absl::string_view event, std::initializer_list<Field> fields = {});
void Warn(absl::string_view event, std::initializer_list<Field> fields = {});
void Error(absl::string_view event, std::initializer_list<Field> fields = {});

// What is logged of one finished call, as event "rpc". Empty strings are left out.
struct Request {
  absl::string_view method = {};  // "cortado.profile.v1.ProfileService/GetPerson"
  absl::string_view code = {};    // "OK", "NOT_FOUND", ...
  absl::string_view organization = {};
  absl::string_view subject = {};
  absl::string_view request_id = {};
  absl::string_view reason = {};  // ErrorInfo.reason of a refusal.
  absl::Duration duration = {};   // Written in microseconds.
  int64_t request_bytes = 0;
  int64_t response_bytes = 0;
};

// Logs one call; costs about a microsecond. Refusals that are the caller's affair are still severity info; INTERNAL,
// UNKNOWN and DATA_LOSS are errors.
void LogRequest(const Request& request);

// Lines below `severity` are not written (and cost nothing). The default is kInfo.
void SetMinimumSeverity(Severity severity);

// Writes to `fd` from now on (2 at the start); it stays the caller's to close, after another SetSink or Flush. Lines
// logged before go to the old one.
void SetSink(int fd);

// Waits until every line logged before is written or dropped. Happens by itself at exit() (for at most
// 2 seconds, if the sink stands still), not at _exit() or abort().
void Flush();

// Returns how many lines were dropped since the start, because the queue was full or the sink failed.
int64_t DroppedLines();

}  // namespace cortado::log
