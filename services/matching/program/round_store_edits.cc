// What people do to a round beside running it: pins and forbidden pairs, exchanges, the end of a run.
#include <utility>

#include "common/status/error.h"
#include "services/matching/program/round_store.h"

namespace cortado::matching {
namespace {

// Refuses always: a request id that was used before is answered by the prologue.
const store::WriteScript kFindRoundEdit("matching.find_round_edit", R"lua(
  return refuse('NEW')
)lua");

// K: round, round_pairs, round_pair_ids, round_places. A: name, revision read, bytes, how many pairs are taken, those,
// then pair, bytes and second person of each new one.
const store::WriteScript kEditRound("matching.edit_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  local first, keeps = 5 + tonumber(A[4]), {}
  for i = 5, first - 1 do
    local mentor = redis.call('HGET', K[4], A[i])
    if mentor then keeps[mentor] = true end
  end
  redis.call('SET', K[1], record(A[3]))
  for i = 5, first - 1 do
    redis.call('HDEL', K[2], A[i])
    redis.call('ZREM', K[3], A[i])
    redis.call('HDEL', K[4], A[i])
  end
  for i = first, #A, 3 do
    redis.call('HSET', K[2], A[i], record(A[i + 1]))
    redis.call('ZADD', K[3], 0, A[i])
    if keeps[A[i + 2]] then redis.call('HSET', K[4], A[i], A[i + 2]) end
  end
  event('round.edited', A[1])
  resource = A[1]
)lua");

// K: round, rounds_running. A: name, revision of the run, bytes.
const store::WriteScript kCancelRound("matching.cancel_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZREM', K[2], A[1])
  event('round.failed', A[1])
  resource = A[1]
)lua");

}  // namespace

Task<absl::StatusOr<std::optional<v1::Round>>> RoundStore::FindDone(rpc::Call call, std::string request_id,
                                                                    std::string fingerprint) {
  store::Write write;
  write.script = &kFindRoundEdit;
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (!outcome.replayed()) co_return std::optional<v1::Round>();
  CO_ASSIGN_OR_RETURN(v1::Round round, co_await Get(call, ParseRoundName(outcome.resource)));
  co_return std::optional<v1::Round>(std::move(round));
}

Task<absl::StatusOr<v1::Round>> RoundStore::WriteEdit(rpc::Call call, v1::Round round, store::Write write) {
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refusal == "ETAG") co_return EtagMismatch();
  if (outcome.refused()) co_return NotFound();
  if (outcome.replayed()) co_return co_await Get(call, ParseRoundName(outcome.resource));
  round.set_etag(absl::StrCat(outcome.revision));
  co_return round;
}

Task<absl::StatusOr<v1::Round>> RoundStore::Edit(rpc::Call call, v1::Round round, std::vector<std::string> taken,
                                                 std::vector<v1::Pair> pairs, std::string request_id,
                                                 std::string fingerprint) {
  const std::string id = ParseRoundName(round.name()).round;
  store::Write write;
  write.script = &kEditRound;
  write.keys = {Key(call, "round:" + id), Key(call, "round_pairs:" + id), Key(call, "round_pair_ids:" + id),
                Key(call, "round_places:" + id)};
  write.arguments = {round.name(), round.etag(), RoundBytes(round), absl::StrCat(taken.size())};
  for (std::string& pair : taken) write.arguments.push_back(std::move(pair));
  for (v1::Pair& pair : pairs) {
    std::string second = PersonId(pair.people(1));
    write.arguments.push_back(PairId(pair));
    Append(write.arguments, PairBytes(std::move(pair)), std::move(second));
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  return WriteEdit(std::move(call), std::move(round), std::move(write));
}

Task<absl::StatusOr<v1::Round>> RoundStore::Cancel(rpc::Call call, v1::Round round, std::string request_id,
                                                   std::string fingerprint) {
  store::Write write;
  write.script = &kCancelRound;
  write.keys = {Key(call, "round:" + ParseRoundName(round.name()).round), Key(call, "rounds_running")};
  write.arguments = {round.name(), round.etag(), RoundBytes(round)};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  return WriteEdit(std::move(call), std::move(round), std::move(write));
}

}  // namespace cortado::matching
