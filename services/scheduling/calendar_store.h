// What was read of people's calendars, in Redis: for each person one reading, which the next one replaces as a whole.
// Whoever reads calendars hands them in here. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/scheduling/availability/calendar_reading.h"

namespace cortado::scheduling {

// Why a script wrote nothing, beside kReload and kEtag of chat_store.h.
inline constexpr char kNotConnected[] = "NOT_CONNECTED";  // The person has no calendar.

// Whose calendar, and by which request.
struct CalendarWrite {
  std::string person;  // Id.
  std::string request_id;
  std::string fingerprint;
};

// A calendar as it is kept, without its busy times.
struct KeptCalendar {
  CalendarReading reading;
  int64_t revision = 0;
  int64_t busy_count = 0;
};

// Somebody and their calendar, as of one moment.
struct CalendarOwner {
  int64_t revision = 0;
  profile::v1::PersonSnapshot snapshot;
  std::optional<KeptCalendar> calendar;
};

// Reads the stored form of a reading, without its busy times. INTERNAL when it is none.
absl::StatusOr<CalendarReading> ReadingOf(absl::string_view stored);

// Errors of all functions: UNAVAILABLE when the store does not answer - a write may then have happened, repeat the same
// request id; DEADLINE_EXCEEDED when it was too late to ask; INVALID_ARGUMENT (REQUEST_ID_REUSED).
class CalendarStore {
 public:
  // `store` is scheduling's, and outlives this.
  explicit CalendarStore(store::Store& store) : store_(store) {}

  // Puts `reading` in the place of the one before, in one step; what the owner said of old readings stays, and what
  // `reading` says of it counts for nothing. Its busy times (at most some thousands) are cut to its window, in whole
  // seconds. Unchanged when the one before was read later. Refuses with kReload when the owner is no longer as they
  // were read at `revision`.
  Task<absl::StatusOr<store::Outcome>> Replace(rpc::Call call, CalendarWrite write, int64_t revision,
                                               CalendarReading reading);

  // Writes whether the owner wants to be met by an old reading. Refuses with kNotConnected, or with kEtag when the
  // calendar is no longer as read.
  Task<absl::StatusOr<store::Outcome>> SetOfferAnyway(rpc::Call call, CalendarWrite write, std::string etag,
                                                      bool offer_anyway);

  // Forgets the reading: no calendar is connected. Refuses with kNotConnected.
  Task<absl::StatusOr<store::Outcome>> Delete(rpc::Call call, CalendarWrite write);

  // Returns the person and their calendar, or nothing when there is no such person.
  Task<absl::StatusOr<std::optional<CalendarOwner>>> Find(rpc::Call call, std::string person);

 private:
  store::Store& store_;
};

}  // namespace cortado::scheduling
