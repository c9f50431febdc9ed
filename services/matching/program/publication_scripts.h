// The Lua bodies of publication_store.cc: one per write. See common/store/store.h for what they find. Constant: any
// thread.
#pragma once

#include "common/store/store.h"

namespace cortado::matching {

// K: round, rounds_running, announcements, program_rounds. A: name, revision of the work, bytes, instant people are
// told, P.
extern const store::WriteScript kPublishRound;

// K: round, announcements, program_rounds. A: name, revision read, bytes, P.
extern const store::WriteScript kUnpublishRound;

// K: round, rounds_running, round_pairs, round_places, program_matches, passed_over, match, partner:A, partner:B,
// active, then matches:Q and met:Q of each person. A: name, revision of the work, pair, its bytes, M, bytes of the
// match, title of the programme, "mentoring" or "", then each person, of a cohort mentee A and mentor B.
extern const store::WriteScript kAnnouncePair;

// K: round, rounds_running, round_unmatched, passed_over. A: name, revision of the work, P, title, then each person.
extern const store::WriteScript kAnnounceUnmatched;

// K: round, rounds_running, announcements. A: name, revision of the work, bytes.
extern const store::WriteScript kFinishAnnouncing;

// K: round, rounds_running, match, partner:A, partner:B, active, due, ended, program_matches, passed_over, then met:Q
// of each person. A: name, revision of the work, M, revision of the match, bytes, P, title, "mentoring" or "", then
// each person as above.
extern const store::WriteScript kUndoMatch;

// K: warned. A: P, title, instant of the round in ms, then each person.
extern const store::WriteScript kWarnPeople;

// K: nudged, participants, first_chats. A: P, title, event, instant in ms since which nobody was reminded, then for
// each person: id, revision of the participant read, subject, id of the partner who has no chat with them or "", "tell"
// or "".
extern const store::WriteScript kRemindPeople;

// K: participants, skips, program_rounds. A: P, person, "" or "take part".
extern const store::WriteScript kSkipRound;

// K: met of the person, then met of each other, then skips, passed_over, warned, first_chats and nudged of each
// programme. A: person.
extern const store::WriteScript kForgetMeetings;

}  // namespace cortado::matching
