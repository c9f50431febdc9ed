// A notification as its reader sees it: whom it is about, and the sentence with times on their clock. Pure functions;
// thread-safe.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "cortado/scheduling/v1/notification.pb.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

// Who reads: `person` is their id. Whoever is not among `people` reads in UTC.
struct NotificationReader {
  std::string person;
  std::string language;  // "en" or "de".
  absl::Time now;
};

// Fills in the card and the sentence that the store leaves out. What a notification keeps for it in `text.parameters`:
// `start` and `end` of a chat in seconds since 1970, `until` an instant in
// milliseconds since 1970.
void ShowNotification(const People& people, const NotificationReader& reader, v1::Notification& notification);

// The language to write to somebody in: theirs where the catalogue has it, else English.
std::string LanguageOf(const profile::v1::PersonSnapshot& snapshot);

// The time of a chat on the clock of `zone`; empty when the notification tells none.
std::string ChatTime(const v1::Notification& notification, absl::TimeZone zone, absl::string_view language);

}  // namespace cortado::scheduling
