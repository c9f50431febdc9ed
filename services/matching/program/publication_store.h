// What becomes of a round that is published, in Redis, one script per write: when people are told, the matches its
// pairs become, who met whom and who was passed over. Thread-safe. Every function gives UNAVAILABLE when the store does
// not answer. Under `cortado:{ORG}:matching:`:
//   announcements      sorted set: name of a round, scored by when people are told, in ms
//   program_rounds     hash: P -> how many of its rounds were published
//   program_matches:P  hash: M -> ids of its people, of a cohort the mentee first, while it is active
//   passed_over:P      hash: person -> rounds in a row that found nobody for them
//   skips:P            hash: person -> number of the round they sit out
//   warned:P           hash: person -> instant of the last round they were told of beforehand, in ms
//   nudged:P           hash: person -> when they were reminded last, in ms
//   met:Q              hash: person -> when a round last brought the two together, in ms, and when before that
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"
#include "cortado/matching/v1/program.pb.h"
#include "cortado/matching/v1/round.pb.h"
#include "services/matching/program/round_store.h"

namespace cortado::matching {

// A reminder of somebody.
struct Reminder {
  std::string person;   // Id.
  std::string etag;     // Of the participant as read.
  std::string subject;  // What it is about: `programs/P`, or `matches/M`.
  std::string partner;  // Id of whom to book a chat with; empty: it is about an answer.
  bool tells = true;    // Else it counts as reminded, and nobody hears of it.
};

// An active match of a programme. People are ids.
struct ProgramMatch {
  std::string match;  // Id.
  std::vector<std::string> people;
};

// What a programme remembers of its rounds. People are ids.
struct ProgramHistory {
  int published = 0;                            // Rounds.
  std::vector<std::vector<std::string>> pairs;  // Of its active matches; in a cohort the mentee first.
  std::map<std::string, int> passed_over;       // Rounds in a row.
  std::map<std::string, int> skips;             // Which round, counted from 1.
};

// Whom somebody met through programmes, and has a match with by request. People are ids.
struct PersonHistory {
  std::map<std::string, absl::Time> met;
  std::vector<std::string> partners;
};

class PublicationStore {
 public:
  // Outlives this.
  explicit PublicationStore(store::Store& store) : store_(store) {}

  // Publishes a round that was looked at again: the round as it shall be, with its announce_time. ABORTED when the work
  // is no longer `round`'s.
  Task<absl::Status> Publish(rpc::Call call, v1::Round round);
  // Takes a round back that nobody was told of, at its etag, and returns it; on a replay as it is now. ABORTED
  // (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Round>> Unpublish(rpc::Call call, v1::Round round, std::string request_id,
                                            std::string fingerprint);
  // Returns the names of up to `limit` published rounds whose people are to be told by `now`.
  Task<absl::StatusOr<std::vector<std::string>>> ListDue(rpc::Call call, absl::Time now, int limit);

  // Makes a pair the match that it names, and tells its people, once however often it is repeated. ABORTED as Publish.
  Task<absl::Status> AnnouncePair(rpc::Call call, const v1::Round& round, const v1::Program& program, v1::Pair pair,
                                  v1::Match match);
  // Tells up to kPairsAtOnce people (ids) that the round found nobody for them, each once. ABORTED likewise.
  Task<absl::Status> AnnounceUnmatched(rpc::Call call, const v1::Round& round, const v1::Program& program,
                                       std::vector<std::string> people);
  // Ends the announcing, with the round as it shall be. ABORTED likewise.
  Task<absl::Status> FinishAnnouncing(rpc::Call call, v1::Round round);
  // Ends an active match of the round, at its etag, as if it had not been, and tells its people. ABORTED when the work
  // is no longer `round`'s, or the match has changed.
  Task<absl::Status> UndoMatch(rpc::Call call, const v1::Round& round, const v1::Program& program, v1::Match match);

  // Tells up to kPairsAtOnce people (ids) that they are in the next round of a programme, once for each such round.
  Task<absl::Status> Warn(rpc::Call call, const v1::Program& program, std::vector<std::string> people);

  // Sits the round after those published so far out, or takes part in it. NOT_FOUND when the person was never invited.
  Task<absl::Status> Skip(rpc::Call call, std::string program, std::string person, bool take_part,
                          std::string request_id, std::string fingerprint);

  // Returns those of `people` (ids) who sit the next round out.
  Task<absl::StatusOr<std::set<std::string>>> SittingOut(rpc::Call call, std::string program,
                                                         std::vector<std::string> people);
  // Returns those of `people` (ids) with whom a chat of a match of the programme was ever booked.
  Task<absl::StatusOr<std::set<std::string>>> HaveChats(rpc::Call call, std::string program,
                                                        std::vector<std::string> people);
  // Returns those of `people` (ids) who were reminded after `since`.
  Task<absl::StatusOr<std::set<std::string>>> NudgedSince(rpc::Call call, std::string program, absl::Time since,
                                                          std::vector<std::string> people);
  // Reminds up to kPairsAtOnce people who still have to and were not reminded after `since`, and returns how many that
  // were; on a replay 0. `kind` is the event.
  Task<absl::StatusOr<int>> Remind(rpc::Call call, const v1::Program& program, std::string kind, absl::Time since,
                                   std::vector<Reminder> nudges, std::string request_id, std::string fingerprint);
  Task<absl::StatusOr<std::vector<ProgramMatch>>> MatchesOf(rpc::Call call, std::string program);
  Task<absl::StatusOr<ProgramHistory>> HistoryOf(rpc::Call call, std::string program);
  // Returns the histories of people, in their order.
  Task<absl::StatusOr<std::vector<PersonHistory>>> HistoriesOf(rpc::Call call, const std::vector<std::string>& people);
  // Forgets whom somebody met, also with the others, and what programmes remember of them.
  Task<absl::Status> Forget(rpc::Call call, std::string person, const std::vector<std::string>& programs);

 private:
  // Returns the values that `hash` has for `people`, in their order; those without are empty.
  Task<absl::StatusOr<std::vector<std::string>>> ValuesOf(rpc::Call call, std::string hash,
                                                          const std::vector<std::string>& people);
  std::string Key(const rpc::Call& call, absl::string_view rest) const { return store_.Key(call.organization(), rest); }
  Task<absl::Status> WriteOf(rpc::Call call, store::Write write);
  Task<absl::StatusOr<PersonHistory>> HistoryOfPerson(rpc::Call call, std::string person);

  store::Store& store_;
};

}  // namespace cortado::matching
