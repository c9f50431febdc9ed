// Rounds and their pairs in Redis, one script per write. Thread-safe. Every function gives UNAVAILABLE when the store
// does not answer. Under `cortado:{ORG}:matching:`:
//   round:R          Round, without progress
//   rounds:P         sorted set: `MS:R`
//   rounds_running   sorted set: R, scored by when its run last showed life, in ms
//   round_pairs:R    hash: pair -> Pair, without name and cards
//   round_pair_ids:R  sorted set: pair
#pragma once

#include <optional>
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

class RoundStore {
 public:
  static constexpr int kPairsAtOnce = 200;

  // Outlives this.
  explicit RoundStore(store::Store& store) : store_(store) {}

  // Writes a new round and returns it; on a replay as it is now.
  Task<absl::StatusOr<v1::Round>> Insert(rpc::Call call, v1::Round round, std::string request_id,
                                         std::string fingerprint);
  // Begins a run at the round's etag, without the pairs of the last one, and returns the round; its etag then is what
  // the run is known by. Without request id it takes over a run that died. On a replay it returns the round as it is
  // now, and `replayed` is set. ABORTED (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Round>> Begin(rpc::Call call, v1::Round round, std::string request_id,
                                        std::string fingerprint, bool* replayed);
  // Adds up to kPairsAtOnce pairs to a run. ABORTED when the run is no longer `round`'s.
  Task<absl::Status> AddPairs(rpc::Call call, const v1::Round& round, std::vector<v1::Pair> pairs);
  // Ends a run with the round as it shall be. ABORTED likewise.
  Task<absl::Status> Finish(rpc::Call call, v1::Round round);
  // Says that a run is alive. ABORTED likewise.
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
  // Returns the names of rounds that run, but showed no life since `before`.
  Task<absl::StatusOr<std::vector<std::string>>> ListStale(rpc::Call call, absl::Time before);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const { return store_.Key(call.organization(), rest); }
  Task<absl::Status> WriteOf(rpc::Call call, store::Write write);
  Task<absl::StatusOr<v1::Round>> WriteEdit(rpc::Call call, v1::Round round, store::Write write);

  store::Store& store_;
};

}  // namespace cortado::matching
