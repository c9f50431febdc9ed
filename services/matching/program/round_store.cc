#include "services/matching/program/round_store.h"

#include <map>

#include "absl/strings/str_join.h"
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

// K: round, rounds_running. A: name, revision read, bytes.
const store::WriteScript kBeginRound("matching.begin_round", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  redis.call('ZADD', K[2], now, A[1])
  event('round.started', A[1])
  resource = A[1]
)lua");

// What the steps of a run share. K: round, rounds_running, round_pairs, round_pair_ids, round_places, active,
// round_unmatched. A: name, revision of the work.
constexpr char kStep[] = R"lua(
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[2] then return refuse('ETAG') end
  local pairs_held, ids, places, active, unmatched = K[3], K[4], K[5], K[6], K[7]
  redis.call('ZADD', K[2], now, A[1])
  resource = A[1]
  local function give_back(pair)
    local mentor = redis.call('HGET', places, pair)
    if not mentor then return end
    redis.call('HDEL', places, pair)
    if redis.call('HINCRBY', active, mentor, -1) <= 0 then redis.call('HDEL', active, mentor) end
    changed('load', mentor, 'u')
  end
)lua";

// Then pair, bytes and mentor (or nothing) of each.
const store::WriteScript kAddPairs("matching.add_pairs", absl::StrCat(kStep, R"lua(
  for i = 3, #A, 3 do
    local pair, mentor = A[i], A[i + 2]
    redis.call('HSET', pairs_held, pair, record(A[i + 1]))
    redis.call('ZADD', ids, 0, pair)
    if mentor ~= '' and redis.call('HSETNX', places, pair, mentor) == 1 then
      redis.call('HINCRBY', active, mentor, 1)
      changed('load', mentor, 'u')
    end
  end
)lua"));

// K: round, round_places, active. A: name, revision read, then pairs.
const store::WriteScript kGivePlacesBack("matching.give_places_back", R"lua(
  local held = redis.call('GET', K[1])
  if not held or revision_of(held) ~= A[2] then return refuse('ETAG') end
  for i = 3, #A do
    local mentor = redis.call('HGET', K[2], A[i])
    if mentor then
      redis.call('HDEL', K[2], A[i])
      if redis.call('HINCRBY', K[3], mentor, -1) <= 0 then redis.call('HDEL', K[3], mentor) end
      changed('load', mentor, 'u')
    end
  end
  resource = A[1]
)lua");

// Then some pairs; those without a pair go with the last.
const store::WriteScript kClearPairs("matching.clear_pairs", absl::StrCat(kStep, R"lua(
  for i = 3, #A do
    give_back(A[i])
    redis.call('HDEL', pairs_held, A[i])
    redis.call('ZREM', ids, A[i])
  end
  redis.call('UNLINK', unmatched)
)lua"));

// Then reason and person of each.
const store::WriteScript kAddUnmatched("matching.add_unmatched", absl::StrCat(kStep, R"lua(
  for i = 3, #A, 2 do redis.call('HSET', unmatched, A[i + 1], A[i]) end
)lua"));

// Then pair, bytes, reason and people (separated by spaces) of each.
const store::WriteScript kDropPairs("matching.drop_pairs", absl::StrCat(kStep, R"lua(
  for i = 3, #A, 4 do
    give_back(A[i])
    redis.call('HSET', pairs_held, A[i], record(A[i + 1]))
    for person in string.gmatch(A[i + 3], '%S+') do redis.call('HSETNX', unmatched, person, A[i + 2]) end
  end
)lua"));

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

}  // namespace

bool IsAtWork(const v1::Round& round) {
  return round.state() == v1::Round::STATE_RUNNING || round.state() == v1::Round::STATE_PUBLISHING ||
         round.state() == v1::Round::STATE_UNDOING;
}

bool HasPairs(const v1::Round& round) {
  return round.state() >= v1::Round::STATE_SUCCEEDED && round.state() != v1::Round::STATE_FAILED;
}

std::string PairId(const v1::Pair& pair) { return pair.name().substr(pair.name().rfind('/') + 1); }

std::string PairBytes(v1::Pair pair) {
  pair.clear_name();
  pair.clear_reasons();
  for (type::v1::PersonCard& card : *pair.mutable_people()) {
    type::v1::PersonCard bare;
    bare.set_person(card.person());
    card = std::move(bare);
  }
  return pair.SerializeAsString();
}

std::string RoundBytes(v1::Round round) {
  round.clear_done_count();
  round.clear_total_count();
  return Bytes(std::move(round));
}

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
  write.arguments = {round.name(), RoundBytes(round), absl::StrCat(made, ":", name.round)};
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
  write.keys = {Key(call, "round:" + id), Key(call, "rounds_running")};
  write.arguments = {round.name(), round.etag(), RoundBytes(round)};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  *replayed = outcome.replayed();
  if (outcome.replayed()) co_return co_await Get(call, ParseRoundName(outcome.resource));
  round.set_etag(absl::StrCat(outcome.revision));
  co_return round;
}

store::Write RoundStore::StepOf(const rpc::Call& call, const store::WriteScript& script, const v1::Round& round) const {
  const std::string id = RoundId(round);
  store::Write write;
  write.script = &script;
  write.keys = {Key(call, "round:" + id),          Key(call, "rounds_running"),     Key(call, "round_pairs:" + id),
                Key(call, "round_pair_ids:" + id), Key(call, "round_places:" + id), Key(call, "active"),
                Key(call, "round_unmatched:" + id)};
  write.arguments = {round.name(), round.etag()};
  return write;
}

Task<absl::Status> RoundStore::Clear(rpc::Call call, const v1::Round& round) {
  bool more = true;
  while (more) {
    std::vector<std::string> command = {"ZRANGE", Key(call, "round_pair_ids:" + RoundId(round)), "0",
                                        absl::StrCat(kPairsAtOnce - 1)};
    CO_ASSIGN_OR_RETURN(redis::Reply pairs, co_await store_.Read(call, std::move(command)));
    store::Write write = StepOf(call, kClearPairs, round);
    for (redis::Reply& pair : pairs.elements) write.arguments.push_back(std::move(pair.text));
    more = pairs.elements.size() == kPairsAtOnce;
    CO_RETURN_IF_ERROR(co_await WriteOf(call, std::move(write)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RoundStore::AddPairs(rpc::Call call, const v1::Round& round, std::vector<v1::Pair> pairs,
                                        bool keeps_places) {
  store::Write write = StepOf(call, kAddPairs, round);
  for (v1::Pair& pair : pairs) {
    write.arguments.push_back(PairId(pair));
    std::string mentor = keeps_places ? PersonId(pair.people(1)) : "";
    write.arguments.push_back(PairBytes(std::move(pair)));
    write.arguments.push_back(std::move(mentor));
  }
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> RoundStore::AddUnmatched(rpc::Call call, const v1::Round& round,
                                            std::vector<UnmatchedPerson> people) {
  store::Write write = StepOf(call, kAddUnmatched, round);
  for (UnmatchedPerson& one : people) {
    Append(write.arguments, absl::StrCat(one.reason), std::move(one.person));
  }
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> RoundStore::Drop(rpc::Call call, const v1::Round& round, std::vector<DroppedPair> pairs) {
  store::Write write = StepOf(call, kDropPairs, round);
  for (DroppedPair& one : pairs) {
    one.pair.set_dropped(true);
    write.arguments.push_back(PairId(one.pair));
    write.arguments.push_back(PairBytes(std::move(one.pair)));
    Append(write.arguments, absl::StrCat(v1::Unmatched::REASON_DROPPED), absl::StrJoin(one.left, " "));
  }
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> RoundStore::GivePlacesBack(rpc::Call call, const v1::Round& round) {
  const std::string id = RoundId(round);
  std::vector<std::string> command = {"HKEYS", Key(call, "round_places:" + id)};
  CO_ASSIGN_OR_RETURN(const redis::Reply pairs, co_await store_.Read(call, std::move(command)));
  for (size_t first = 0; first < pairs.elements.size(); first += kPairsAtOnce) {
    store::Write write;
    write.script = &kGivePlacesBack;
    write.keys = {Key(call, "round:" + id), Key(call, "round_places:" + id), Key(call, "active")};
    write.arguments = {round.name(), round.etag()};
    for (size_t i = first; i < pairs.elements.size() && i < first + kPairsAtOnce; ++i) {
      write.arguments.push_back(pairs.elements[i].text);
    }
    CO_RETURN_IF_ERROR(co_await WriteOf(call, std::move(write)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RoundStore::Finish(rpc::Call call, v1::Round round, std::string event) {
  store::Write write;
  write.script = &kFinishRound;
  write.keys = {Key(call, "round:" + RoundId(round)), Key(call, "rounds_running")};
  write.arguments = {round.name(), round.etag(), RoundBytes(round), std::move(event)};
  return WriteOf(std::move(call), std::move(write));
}

Task<absl::Status> RoundStore::Touch(rpc::Call call, const v1::Round& round) {
  return AddPairs(std::move(call), round, {}, false);
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

Task<absl::StatusOr<Page<UnmatchedPerson>>> RoundStore::ListUnmatched(rpc::Call call, const v1::Round& round,
                                                                      std::string after, int limit) {
  std::vector<std::string> command = {"HGETALL", Key(call, "round_unmatched:" + RoundId(round))};
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::map<std::string, std::string> all;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) all[reply.elements[i].text] = reply.elements[i + 1].text;
  Page<UnmatchedPerson> page;
  for (auto one = all.upper_bound(after); one != all.end(); ++one) {
    if (static_cast<int>(page.items.size()) == limit) {
      page.cursor = page.items.back().person;
      break;
    }
    // Whoever was told has a mark behind the reason.
    const int reason = one->second.empty() ? 0 : one->second[0] - '0';
    if (!v1::Unmatched::Reason_IsValid(reason)) continue;
    page.items.push_back({one->first, static_cast<v1::Unmatched::Reason>(reason)});
  }
  co_return page;
}

Task<absl::StatusOr<std::map<std::string, int>>> RoundStore::PlacesKept(rpc::Call call, const v1::Round& round) {
  std::vector<std::string> command = {"HVALS", Key(call, "round_places:" + RoundId(round))};
  CO_ASSIGN_OR_RETURN(const redis::Reply mentors, co_await store_.Read(call, std::move(command)));
  std::map<std::string, int> kept;
  for (const redis::Reply& mentor : mentors.elements) ++kept[mentor.text];
  co_return kept;
}

Task<absl::StatusOr<std::set<std::string>>> RoundStore::ListAtWork(rpc::Call call) {
  std::vector<std::string> command = {"ZRANGE", Key(call, "rounds_running"), "0", "-1"};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::set<std::string> names;
  for (redis::Reply& one : reply.elements) names.insert(std::move(one.text));
  co_return names;
}

Task<absl::StatusOr<std::vector<std::string>>> RoundStore::ListStale(rpc::Call call, absl::Time before) {
  std::vector<std::string> command = {"ZRANGEBYSCORE", Key(call, "rounds_running"), "-inf", Millis(before)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> names;
  for (redis::Reply& one : reply.elements) names.push_back(std::move(one.text));
  co_return names;
}

}  // namespace cortado::matching
