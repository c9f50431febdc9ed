// The Lua bodies of request_store.cc: one per write. See common/store/store.h for what they find. Constant: any thread.
#pragma once

#include "common/store/store.h"

namespace cortado::matching {

// K: request, asked:A, partner:A, asking:A, open, active, requests:A, requests:B.
// A: bytes, R, A's id, B's id, places, most open requests, milliseconds until one may ask again, "refused" or "".
extern const store::WriteScript kInsertRequest;

// K: request, match, asked:A, partner:A, partner:B, asking:A, open, active, matches:A, matches:B.
// A: bytes of the request, bytes of the match, R, M, A's id, B's id, places, expected revision, "answered" or "",
// "refused" or "".
extern const store::WriteScript kAcceptRequest;

// K: request, asked:A, asking:A, open.  A: bytes, R, A's id, B's id, expected revision, "answered" or "".
extern const store::WriteScript kCloseRequest;

// K: match, partner:A, partner:B, active.  A: bytes, M, A's id, B's id, expected revision.
extern const store::WriteScript kEndMatch;

}  // namespace cortado::matching
