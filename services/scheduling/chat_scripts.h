// The scripts of chat_store.cc. Constant: any thread.
#pragma once

#include "common/redis/script.h"
#include "common/store/store.h"

namespace cortado::scheduling {

// KEYS: Person, Busy, Minutes of each. ARGV: from, to in seconds. Returns for each {record or nil, busy members, hash}.
extern const redis::Script kReadPeople;

// K: Chat, Claims, then Person, Busy, Minutes, Chats of each. A: refusal, chat id, bytes, start, end, names of the
// attendees, then id, revision, busy end, week, minutes, weekly minutes of each.
extern const store::WriteScript kBook;

// K: Chat, Claims, then Busy, Minutes of each. A: refusal, chat id, revision read, bytes, start, names of the
// attendees, then the id of each.
extern const store::WriteScript kCancel;

}  // namespace cortado::scheduling
