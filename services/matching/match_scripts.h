// The Lua bodies of match_store.cc: one per write. See common/store/store.h for what they find. Constant: any thread.
//
// All begin alike: A is the mentee, B the mentor.
// K: match:M, partner:A, partner:B, active, due, ended.
// A: M, A's id, B's id, revision read, "refused" or "". What is told below comes after these.
#pragma once

#include "common/store/store.h"

namespace cortado::matching {

// A: bytes, who ended it: "mentee", "mentor" or "system".
extern const store::WriteScript kEndMatch;

// What became of a chosen time.  A: bytes, event or "".
extern const store::WriteScript kSettleTime;

// K: fits:P, apart:P, apart:O of P, who rates, and O, the other.  A: bytes when the match ends with it, else "", P's
// side, P, O, the fit's name, instant until which the two are kept apart, or "".
extern const store::WriteScript kRateFit;

// Takes back that two are kept apart once the time is over.  K: apart:P, apart:O, due.  A: P, O.
extern const store::WriteScript kForgetApart;

// Removes an ended match, its guide and its request.  K: match:M, ended, request:R, guide:M, and of A and B: matches:P,
// requests:P, fits:P.  A: M, revision read, R or "", two instants of 13 digits between which the match was made, and
// two of the request.
extern const store::WriteScript kForgetMatch;

}  // namespace cortado::matching
