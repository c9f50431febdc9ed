// The Lua bodies of request_store.cc: one per write. See common/store/store.h for what they find. Constant: any thread.
//
// All begin alike. In every one A is who asks and B is who is asked.
// K: request:R, asked:A, partner:A, asking:A, open, active, due, requests:A.
// A: R, A's id, B's id, revision read ("": a new one), "refused" or "", most open requests, milliseconds until one may
// ask again. What is told below comes after these.
#pragma once

#include "common/store/store.h"

namespace cortado::matching {

// K: requests:B.  A: bytes, places, instant it expires.
extern const store::WriteScript kInsertRequest;

// K: match:M, partner:B, matches:A, matches:B.  A: bytes of the request, bytes of the match, M, places, instant by
// which a chosen time is booked or looked at again, or "".
extern const store::WriteScript kAcceptRequest;

// K: request:R2, then requests:P of each choice P.  A: bytes when nobody is asked next, bytes when R2 is, event when
// nobody is, R2, then for each choice P its id, bytes of R2, places, instant R2 expires.
extern const store::WriteScript kCloseRequest;

// A: bytes, instant it expires, event.
extern const store::WriteScript kAmendRequest;

// A: bytes, instant it opens again.
extern const store::WriteScript kPostponeRequest;

// A: bytes, places, instant it expires.
extern const store::WriteScript kReopenRequest;

// K: requests:B.  A: two instants between which it was made, of 13 digits.
extern const store::WriteScript kForgetRequest;

// Removes what kept A from asking B again, once that has had its time, of a request that is gone.  K: asked:A, due.  A:
// A's id, B's id, milliseconds until one may ask again.
extern const store::WriteScript kForgetMark;

}  // namespace cortado::matching
