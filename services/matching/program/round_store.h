// Rounds and their pairs in Redis, one script per write. Thread-safe. Every function gives UNAVAILABLE when the store
// does not answer. Under `cortado:{ORG}:matching:`:
//   round:R          Round, without progress
//   rounds:P         sorted set: `MS:R`
//   rounds_running   sorted set: R, scored by when its work last showed life, in ms
//   round_pairs:R    hash: pair -> Pair, without name and cards
//   round_pair_ids:R  sorted set: pair
//   round_places:R   hash: pair -> mentor whose place it keeps, until the pair is a match or no more, or another round
//                    of the programme is run
//   round_unmatched:R  hash: person -> number of the reason
// What becomes of a published round is publication_store.h.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/round.pb.h"
#include "services/matching/records.h"

namespace cortado::matching {

// The ids in `programs/P/rounds/R`; both empty when it is none.
struct RoundName {
  std::string program;
  std::string round;
};
RoundName ParseRoundName(absl::string_view name);
inline std::string RoundId(const v1::Round& round) { return ParseRoundName(round.name()).round; }

// Whether a round is being run, published or undone.
bool IsAtWork(const v1::Round& round);
// Whether it has pairs to look at.
bool HasPairs(const v1::Round& round);

// The last part of a pair's name, which may be all of it.
std::string PairId(const v1::Pair& pair);
// What is kept of a pair.
std::string PairBytes(v1::Pair pair);
// What is kept of a round: progress is not.
std::string RoundBytes(v1::Round round);

// Somebody without a pair.
struct UnmatchedPerson {
  std::string person;  // Id.
  v1::Unmatched::Reason reason = v1::Unmatched::REASON_UNSPECIFIED;
};

// A pair that cannot be any more, and the ids of those in it who look for somebody still.
struct DroppedPair {
  v1::Pair pair;
  std::vector<std::string> left;
};

class RoundStore {
 public:
  static constexpr int kPairsAtOnce = 50;

  // Outlives this.
  explicit RoundStore(store::Store& store) : store_(store) {}

  // Writes a new round and returns it; on a replay as it is now.
  Task<absl::StatusOr<v1::Round>> Insert(rpc::Call call, v1::Round round, std::string request_id,
                                         std::string fingerprint);
  // Begins work on a round (a run, publishing, announcing, undoing) at its etag, and returns the round; its etag then
  // is what the work is known by. Without request id it takes over work that died. On a replay it returns the round as
  // it is now, and `replayed` is set. ABORTED (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Round>> Begin(rpc::Call call, v1::Round round, std::string request_id,
                                        std::string fingerprint, bool* replayed);
  // Takes what an earlier run left away: its pairs, the places they keep, and who had none. ABORTED when the work is no
  // longer `round`'s.
  Task<absl::Status> Clear(rpc::Call call, const v1::Round& round);
  // Adds up to kPairsAtOnce pairs to a run; with `keeps_places`, each takes a place of its mentor's, the second of its
  // people, until it is a match or no more. ABORTED likewise.
  Task<absl::Status> AddPairs(rpc::Call call, const v1::Round& round, std::vector<v1::Pair> pairs, bool keeps_places);
  // Adds people without a pair, by id, at most kPairsAtOnce. ABORTED likewise.
  Task<absl::Status> AddUnmatched(rpc::Call call, const v1::Round& round, std::vector<UnmatchedPerson> people);
  // Marks up to kPairsAtOnce pairs as dropped, gives their places back, and adds whom they leave to those without a
  // pair. ABORTED likewise.
  Task<absl::Status> Drop(rpc::Call call, const v1::Round& round, std::vector<DroppedPair> pairs);
  // Gives the places back that the round at this etag keeps; a later announcing takes them anew. ABORTED when it has
  // changed.
  Task<absl::Status> GivePlacesBack(rpc::Call call, const v1::Round& round);
  // Ends the work with the round as it shall be, telling `event`. ABORTED likewise.
  Task<absl::Status> Finish(rpc::Call call, v1::Round round, std::string event);
  // Says that the work is alive. ABORTED likewise.
  Task<absl::Status> Touch(rpc::Call call, const v1::Round& round);

  // What people do to a round; in round_store_edits.cc.

  // Returns the round as it is now when a write with this request id was made before, else nothing. INVALID_ARGUMENT
  // (REQUEST_ID_REUSED).
  Task<absl::StatusOr<std::optional<v1::Round>>> FindDone(rpc::Call call, std::string request_id,
                                                          std::string fingerprint);
  // Writes a changed round at its etag, with `pairs`, named by their id alone, in place of those whose ids are in
  // `taken`, and returns it; on a replay as it is now. A place that a taken pair kept is kept by the pair of the same
  // mentor. ABORTED (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Round>> Edit(rpc::Call call, v1::Round round, std::vector<std::string> taken,
                                       std::vector<v1::Pair> pairs, std::string request_id, std::string fingerprint);
  // Ends a run from outside, with the round as it shall be, and returns it: the run itself writes nothing any more. On
  // a replay as it is now. ABORTED (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Round>> Cancel(rpc::Call call, v1::Round round, std::string request_id,
                                         std::string fingerprint);

  // NOT_FOUND when absent, or of another programme.
  Task<absl::StatusOr<v1::Round>> Get(rpc::Call call, RoundName name);
  // Returns up to `limit`, newest first, from `cursor` on (empty: from the newest).
  Task<absl::StatusOr<Page<v1::Round>>> List(rpc::Call call, std::string program, std::string cursor, int limit);
  // Returns up to `limit` pairs behind `after` (empty: from the first), with names, and cards that name people alone.
  Task<absl::StatusOr<Page<v1::Pair>>> ListPairs(rpc::Call call, const v1::Round& round, std::string after, int limit);
  // Returns up to `limit` people without a pair, by id, behind `after` (empty: from the first).
  Task<absl::StatusOr<Page<UnmatchedPerson>>> ListUnmatched(rpc::Call call, const v1::Round& round, std::string after,
                                                            int limit);
  // Returns how many places the round keeps of each mentor (id).
  Task<absl::StatusOr<std::map<std::string, int>>> PlacesKept(rpc::Call call, const v1::Round& round);
  // Returns the names of rounds that are being worked on.
  Task<absl::StatusOr<std::set<std::string>>> ListAtWork(rpc::Call call);
  // Returns the names of those that showed no life since `before`.
  Task<absl::StatusOr<std::vector<std::string>>> ListStale(rpc::Call call, absl::Time before);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const { return store_.Key(call.organization(), rest); }
  // A write of the work on `round`, with the keys and arguments that all its steps begin with.
  store::Write StepOf(const rpc::Call& call, const store::WriteScript& script, const v1::Round& round) const;
  Task<absl::Status> WriteOf(rpc::Call call, store::Write write);
  Task<absl::StatusOr<v1::Round>> WriteEdit(rpc::Call call, v1::Round round, store::Write write);

  store::Store& store_;
};

}  // namespace cortado::matching
