// Every key of the scheduling service in Redis, and what stands behind it. Values; thread-safe.
#pragma once

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/store/store.h"

namespace cortado::scheduling {

class Keys {
 public:
  // `store` outlives the keys.
  Keys(const store::Store& store, std::string organization) : store_(store), organization_(std::move(organization)) {}

  // Record of the person's PersonSnapshot, as far as scheduling needs it.
  std::string Person(absl::string_view id) const { return Make("person:", id); }
  // Set of the ids of everybody kept.
  std::string People() const { return Make("people", ""); }
  // Resume token of the people feed; there once the snapshot was complete.
  std::string Token() const { return Make("people:token", ""); }
  // Sorted set of "START:END:chat:CHAT" and "START:END:hold:HOLD:OWNER:EXPIRES" by start, in seconds since 1970; the
  // end with the buffer behind it. Those that count (seat_scripts.h) are disjoint.
  std::string Busy(absl::string_view id) const { return Make("busy:", id); }
  // Sorted set of "START:END" by start, in seconds since 1970: when the person's own calendar says that they are busy;
  // disjoint.
  std::string Calendar(absl::string_view id) const { return Make("calendar:", id); }
  // Record of what the calendar was read for, as text: "START END READ ANYWAY", instants in seconds since 1970, ANYWAY
  // 1 where its owner wants to be met however old it is. There while a calendar is connected.
  std::string Reading(absl::string_view id) const { return Make("reading:", id); }
  // Hash of ISO week ("2026-W43") to minutes booked.
  std::string Minutes(absl::string_view id) const { return Make("minutes:", id); }
  // Sorted set of the ids of all chats the person was ever in, by start in seconds since 1970.
  std::string Chats(absl::string_view id) const { return Make("chats:", id); }
  // Sorted set of the members of Busy() that are holds, by when they are over.
  std::string Holds(absl::string_view id) const { return Make("holds:", id); }
  // Record of the Hold; gone two days after it was made.
  std::string Hold(absl::string_view id) const { return Make("hold:", id); }
  // Record of the Series, its chats by name alone.
  std::string Series(absl::string_view id) const { return Make("series:", id); }
  // Record of the Chat, as far as it is not made for its reader.
  std::string Chat(absl::string_view id) const { return Make("chat:", id); }
  // Hash of person id to "END WEEK MINUTES": what a booked chat holds of each, given back when it moves or is
  // cancelled.
  std::string Claims(absl::string_view id) const { return Make("claims:", id); }
  // Set of the organisations served; under the organisation Directory() alone.
  std::string Organizations() const { return Make("organizations", ""); }
  static std::string Directory() { return "directory"; }

 private:
  std::string Make(absl::string_view kind, absl::string_view id) const {
    return store_.Key(organization_, absl::StrCat(kind, id));
  }

  const store::Store& store_;
  std::string organization_;
};

}  // namespace cortado::scheduling
