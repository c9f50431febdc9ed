// The Lua bodies of match_store.cc: one per write. See common/store/store.h for what they find. Constant: any thread.
//
// All begin alike: A is the mentee, B the mentor.
// K: match:M, partner:A, partner:B, active, due, ended, program_matches of the programme it came from.
// A: M, A's id, B's id, revision read, "refused" or "", "place" when it takes one of the mentor's or "", ids of the
// others of a coffee group, separated by commas. What is told below comes after these.
#pragma once

#include "common/store/store.h"

namespace cortado::matching {

// A: bytes, who ended it: "mentee", "mentor", the id of one of the others, "system", or "" when
// its time is over, which nobody is told.
extern const store::WriteScript kEndMatch;

// What became of a chosen time: a first chat, or nothing.  K: first_chats and participants of the programme.  A: bytes,
// "booked" or "", "program" when it came from one or "".
extern const store::WriteScript kSettleTime;

// A time that one proposes, or another confirms.  A: bytes, "book" or "propose", who, start and end in seconds.
extern const store::WriteScript kProposeTime;

// New times, once.  A: "tell" or "" when there is nothing to find a time for any more.
extern const store::WriteScript kOfferTimes;

// K: fits:P, apart:P, apart:O of P, who rates, and O, the other.  A: bytes when the match ends with it, else "", P's
// side, P, O, the fit's name, instant until which the two are kept apart, or "".
extern const store::WriteScript kRateFit;

// Takes back that two are kept apart once the time is over.  K: apart:P, apart:O, due.  A: P, O.
extern const store::WriteScript kForgetApart;

// Removes an ended match, its guide and its request.  K: match:M, ended, request:R, guide:M, and of each person:
// matches:P, requests:P, fits:P.  A: M, revision read, R or "", two instants of 13 digits between which the match was
// made, and two of the request.
extern const store::WriteScript kForgetMatch;

}  // namespace cortado::matching
