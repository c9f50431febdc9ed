// The Lua bodies of notification_store.cc: one per write. See common/store/store.h for what they find. Constant: any
// thread.
#pragma once

#include "common/redis/client.h"
#include "common/store/side_write.h"
#include "common/store/store.h"

namespace cortado::scheduling {

// K: due:slack, due:mail, told, then of each: notification, inbox.
// A: of each: bytes, `P/N`, milliseconds of the event, how many deliveries, then of each of those: channel,
// milliseconds when it is due.
extern const store::WriteScript kTell;

// K: notification, dead, due:slack, due:mail.
// A: bytes, `P/N`, expected revision, kind of the feed entry or "", then triples: channel, milliseconds when it is due
// next or "" for never again, milliseconds when it was given up or "".
extern const store::WriteScript kSettle;

// K: told, dead, due:slack, due:mail, then of each: notification, inbox.  A: `P/N` of each.
extern const store::WriteScript kForget;

// KEYS: due:slack or due:mail, told. ARGV: now, until when what is taken is leased, how many at most. Returns members,
// in the order in which their events happened.
extern const store::SideScript kTakeDue;

}  // namespace cortado::scheduling
