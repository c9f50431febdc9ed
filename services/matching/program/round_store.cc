#include "services/matching/program/round_store.h"

#include "absl/strings/strip.h"
#include "common/status/error.h"

namespace cortado::matching {
namespace {

// K: round, rounds. A: name, bytes, `MS:R`.
const store::WriteScript kInsertRound("matching.insert_round", R"lua(
  redis.call('SET', K[1], record(A[2]))
  redis.call('ZADD', K[2], 0, A[3])
  event('round.created', A[1])
  resource = A[1]
)lua");

// K: round, rounds_running, round_pairs, round_pair_ids. A: name, revision read, bytes.
const store::WriteScript kBeginRound("matching.begin_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZADD', K[2], now, A[1])
  redis.call('UNLINK', K[3], K[4])
  event('round.started', A[1])
  resource = A[1]
)lua");

// K: round, rounds_running, round_pairs, round_pair_ids. A: name, revision of the run, then pair and bytes of each.
const store::WriteScript kAddPairs("matching.add_pairs", R"lua(
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('ZADD', K[2], now, A[1])
  for i = 3, #A, 2 do
    redis.call('HSET', K[3], A[i], record(A[i + 1]))
    redis.call('ZADD', K[4], 0, A[i])
  end
  resource = A[1]
)lua");

// K: round, rounds_running. A: name, revision of the run, bytes, event.
const store::WriteScript kFinishRound("matching.finish_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZREM', K[2], A[1])
  event(A[4], A[1])
  resource = A[1]
)lua");

absl::Status Refused(const store::Outcome& outcome) {
  if (outcome.refusal == "ETAG") return EtagMismatch();
  return NotFound();
}

// What is kept of a round: progress is not.
std::string BytesOf(v1::Round round) {
  round.clear_done_count();
  round.clear_total_count();
  return Bytes(std::move(round));
}

std::string RoundId(const v1::Round& round) { return ParseRoundName(round.name()).round; }

}  // namespace

RoundName ParseRoundName(absl::string_view name) {
  RoundName parsed;
  if (!absl::ConsumePrefix(&name, "programs/")) return parsed;
  const size_t middle = name.find("/rounds/");
  if (middle == absl::string_view::npos) return parsed;
  parsed.program = std::string(name.substr(0, middle));
  parsed.round = std::string(name.substr(middle + sizeof("/rounds/") - 1));
  return parsed;
}

Task<absl::Status> RoundStore::WriteOf(rpc::Call call, store::Write write) {
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return outcome.refused() ? Refused(outcome) : absl::OkStatus();
}

Task<absl::StatusOr<v1::Round>> RoundStore::Insert(rpc::Call call, v1::Round round, std::string request_id,
                                                   std::string fingerprint) {
  const RoundName name = ParseRoundName(round.name());
  const std::string made = ListTime(absl::FromUnixSeconds(round.create_time().seconds()));
  store::Write write;
  write.script = &kInsertRound;
  write.keys = {Key(call, "round:" + name.round), Key(call, "rounds:" + name.program)};
  write.arguments = {round.name(), BytesOf(round), absl::StrCat(made, ":", name.round)};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  co_return co_await Get(call, ParseRoundName(outcome.resource));
}

Task<absl::StatusOr<v1::Round>> RoundStore::Begin(rpc::Call call, v1::Round round, std::string request_id,
                                                  std::string fingerprint, bool* replayed) {
  const std::string id = RoundId(round);
  store::Write write;
  write.script = &kBeginRound;
  write.keys = {Key(call, "round:" + id), Key(call, "rounds_running"), Key(call, "round_pairs:" + id),
                Key(call, "round_pair_ids:" + id)};
  write.arguments = {round.name(), round.etag(), BytesOf(round)};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  *replayed = outcome.replayed();
  if (outcome.replayed()) co_return co_await Get(call, ParseRoundName(outcome.resource));
  round.set_etag(absl::StrCat(outcome.revision));
  co_return round;
}

Task<absl::Status> RoundStore::AddPairs(rpc::Call call, const v1::Round& round, std::vector<v1::Pair> pairs) {
  const std::string id = RoundId(round);
  store::Write write;
  write.script = &kAddPairs;
  write.keys = {Key(call, "round:" + id), Key(call, "rounds_running"), Key(call, "round_pairs:" + id),
                Key(call, "round_pair_ids:" + id)};
  write.arguments = {round.name(), round.etag()};
  for (v1::Pair& pair : pairs) {
    write.arguments.push_back(pair.name());
    pair.clear_name();
    write.arguments.push_back(pair.SerializeAsString());
  }
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> RoundStore::Finish(rpc::Call call, v1::Round round) {
  store::Write write;
  write.script = &kFinishRound;
  write.keys = {Key(call, "round:" + RoundId(round)), Key(call, "rounds_running")};
  const bool failed = round.state() == v1::Round::STATE_FAILED;
  write.arguments = {round.name(), round.etag(), BytesOf(round), failed ? "round.failed" : "round.succeeded"};
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> RoundStore::Touch(rpc::Call call, const v1::Round& round) {
  return AddPairs(std::move(call), round, {});
}

Task<absl::StatusOr<v1::Round>> RoundStore::Get(rpc::Call call, RoundName name) {
  CO_ASSIGN_OR_RETURN(v1::Round round, co_await ReadRecord<v1::Round>(store_, call, "round", name.round));
  if (ParseRoundName(round.name()).program != name.program) co_return NotFound();
  co_return round;
}

Task<absl::StatusOr<Page<v1::Round>>> RoundStore::List(rpc::Call call, std::string program, std::string cursor,
                                                       int limit) {
  return ReadList<v1::Round>(store_, std::move(call), "round", "rounds:" + program, std::move(cursor), limit);
}

Task<absl::StatusOr<Page<v1::Pair>>> RoundStore::ListPairs(rpc::Call call, const v1::Round& round, std::string after,
                                                           int limit) {
  const std::string name = round.name();
  const std::string id = RoundId(round);
  std::vector<std::string> command = {
      "ZRANGEBYLEX",      Key(call, "round_pair_ids:" + id), after.empty() ? "-" : "(" + after, "+", "LIMIT", "0",
      absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(const redis::Reply ids, co_await store_.Read(call, std::move(command)));
  Page<v1::Pair> page;
  if (ids.elements.empty()) co_return page;
  std::vector<std::string> values = {"HMGET", Key(call, "round_pairs:" + id)};
  for (const redis::Reply& one : ids.elements) values.push_back(one.text);
  CO_ASSIGN_OR_RETURN(const redis::Reply stored, co_await store_.Read(call, std::move(values)));
  for (size_t i = 0; i < stored.elements.size(); ++i) {
    if (stored.elements[i].IsNil()) continue;
    CO_ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored.elements[i].text));
    v1::Pair pair;
    CO_RETURN_IF_ERROR(store::ParseMessage(record, pair));
    pair.set_name(absl::StrCat(name, "/pairs/", ids.elements[i].text));
    page.items.push_back(std::move(pair));
  }
  if (static_cast<int>(ids.elements.size()) == limit) page.cursor = ids.elements.back().text;
  co_return page;
}

Task<absl::StatusOr<std::vector<std::string>>> RoundStore::ListStale(rpc::Call call, absl::Time before) {
  std::vector<std::string> command = {"ZRANGEBYSCORE", Key(call, "rounds_running"), "-inf", Millis(before)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> names;
  for (redis::Reply& one : reply.elements) names.push_back(std::move(one.text));
  co_return names;
}

}  // namespace cortado::matching
