// The scripts of chat_store.cc. Constant: any thread.
#pragma once

#include "common/redis/script.h"
#include "common/store/store.h"

namespace cortado::scheduling {

// KEYS: Claims, then Person, Busy, Minutes, Calendar, Reading of each. ARGV: from, to in seconds. Returns the hash of
// claims, then for each person {record or nil, busy members, hash of minutes, reading or nil, members of the calendar}.
extern const redis::Script kReadPeople;

// K: Chat, Claims, then the seat of each (seat_scripts.h). A: refusal, chat id, bytes, start, end, names of the
// attendees, then id, revision, busy end, week, minutes, weekly minutes of each.
extern const store::WriteScript kBook;

// K: as kBook's. A: refusal, chat id, revision read, bytes, start and end as read, start, end, names of the attendees,
// then of each what kBook takes of them. A move to the same time is unchanged, whatever stands in its way.
extern const store::WriteScript kMove;

// K: Chat, Claims, then the seat of one. A: refusal, chat id, revision read, bytes, start, end, host, "keep", "release"
// or "take", then of the one what kBook takes.
extern const store::WriteScript kRespond;

// K: Chat, Claims, then Busy, Minutes of each. A: refusal, chat id, revision read, bytes, start, names of the
// attendees, then the id of each.
extern const store::WriteScript kCancel;

}  // namespace cortado::scheduling
