// Chats as they are stored, and what scripts are told of them. Pure functions; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/store/store.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/keys.h"

namespace cortado::scheduling {

// As Redis keeps times.
std::string Seconds(absl::Time time);

absl::Time StartOf(const v1::Chat& chat);
absl::Time EndOf(const v1::Chat& chat);

// Whether they said that they do not come: then the chat holds nothing of theirs.
bool HasDeclined(const v1::Attendee& attendee);
// Ids of all attendees, the host first.
std::vector<std::string> AttendeeIds(const v1::Chat& chat);
// `people/P` of those who have not declined, comma separated, as events name them.
std::string NamesOfThoseWhoCome(const v1::Chat& chat);

// Who comes, when, where it stands: nothing that is made for a reader, and no name or etag, which the record has.
std::string BytesOf(const v1::Chat& chat);
// The chat of a record, with its name and etag. INTERNAL when it does not parse.
absl::StatusOr<v1::Chat> ChatOf(const std::string& id, const store::Record& record);

// What the scripts take of each attendee: the keys of their seat, and six arguments (seat_scripts.h).
void AddSeatKeys(const Keys& keys, const std::string& person, store::Write& write);
void AddSeats(const Keys& keys, const std::vector<Seat>& seats, store::Write& write);

}  // namespace cortado::scheduling
