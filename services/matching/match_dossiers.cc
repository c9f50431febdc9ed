#include "services/matching/match_dossiers.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/privacy/person_record.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/guide.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/records.h"
#include "services/matching/request_rules.h"

namespace cortado::matching {
namespace {

using privacy::Erased;
using privacy::RecordPage;

constexpr char kService[] = "matching";
constexpr int kPageSize = 100;
constexpr int kAttempts = 5;

// K: request, requests of the person. A: R, revision read, bytes, entry of the list.
const store::WriteScript kEraseWords("matching.erase_words", R"lua(
  local held = redis.call('GET', K[1])
  if held and revision_of(held) ~= A[2] then return refuse('ETAG') end
  if held then
    redis.call('SET', K[1], record(A[3]))
    changed('request', A[1], 'u')
  end
  redis.call('ZREM', K[2], A[4])
  resource = 'requests/' .. A[1]
)lua");

// K: guide. A: M.
const store::WriteScript kForgetGuide("matching.forget_guide", R"lua(
  if redis.call('EXISTS', K[1]) == 0 then return unchanged('matches/' .. A[1]) end
  redis.call('DEL', K[1])
  resource = 'matches/' .. A[1]
)lua");

// K: due, open, active, then asked, asking, partner, fits, apart, requests and matches of the person, then apart of
// each other. A: person, others.
const store::WriteScript kForgetPerson("matching.forget_person", R"lua(
  local person, count = A[1], 0
  for k = 4, 10 do count = count + redis.call('EXISTS', K[k]) end
  if count == 0 then return unchanged('people/' .. person) end
  for i = 2, #A do
    redis.call('HDEL', K[9 + i], person .. '>', person .. '<')
    redis.call('ZREM', K[1], 'a:' .. person .. ':' .. A[i], 'a:' .. A[i] .. ':' .. person)
  end
  redis.call('HDEL', K[2], person)
  redis.call('HDEL', K[3], person)
  for k = 4, 10 do redis.call('DEL', K[k]) end
  changed('load', person, 'u')
  resource = 'people/' .. person
  out[1] = count
)lua");

// Takes what `person` wrote out of a request; the other one's words stay.
void EraseWords(const std::string& person, v1::Request& request) {
  const bool asked = PersonId(request.requester()) == person;
  if (asked) {
    request.clear_message();
    request.clear_proposed_times();
    request.clear_next_choices();
    request.clear_next_request();
  }
  for (v1::Request::Question& question : *request.mutable_questions()) {
    if (asked) question.clear_details();
    if (!asked) question.clear_question();
  }
}

// What was prepared for a chat of the two, in words of either.
Task<absl::Status> ForgetGuide(store::Store& store, rpc::Call call, std::string match) {
  store::Write write;
  write.script = &kForgetGuide;
  write.keys.push_back(store.Key(call.organization(), "guide:" + match));
  write.arguments.push_back(std::move(match));
  co_return (co_await store.Write(call, std::move(write))).status();
}

// Ends a match that is active. What the change feed brings may do so at the same time.
Task<absl::Status> EndMatch(MatchStore& matches, absl::Time now, rpc::Call call, v1::Match match) {
  absl::Status ended;
  for (int attempt = 0; attempt < kAttempts && match.state() == v1::Match::STATE_ACTIVE; ++attempt) {
    const std::string id = IdOf(match.name());
    match.set_state(v1::Match::STATE_ENDED);
    match.mutable_end_time()->set_seconds(absl::ToUnixSeconds(now));
    ended = (co_await matches.End(call, OwnStep(std::move(match)), "system")).status();
    if (!absl::IsAborted(ended)) break;
    absl::StatusOr<v1::Match> read = co_await matches.GetMatch(call, id);
    ended = read.status();
    if (!read.ok()) break;
    match = *std::move(read);
  }
  co_return absl::IsNotFound(ended) ? absl::OkStatus() : ended;
}

template <class Resource>
Task<absl::StatusOr<RecordPage>> MakePage(std::string person, Page<Resource> found) {
  RecordPage page;
  page.cursor = std::move(found.cursor);
  for (const Resource& item : found.items) {
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record, privacy::MakePersonRecord(kService, item.name(), item, person));
    page.records.push_back(std::move(record));
  }
  co_return page;
}

}  // namespace

Task<absl::StatusOr<RecordPage>> MatchDossiers::CollectRequests(rpc::Call call, std::string person,
                                                                std::string cursor) {
  CO_ASSIGN_OR_RETURN(Page<v1::Request> found,
                      co_await parts_.requests.ListRequests(std::move(call), person, std::move(cursor), kPageSize));
  co_return co_await MakePage(std::move(person), std::move(found));
}

Task<absl::StatusOr<RecordPage>> MatchDossiers::CollectMatches(rpc::Call call, std::string person, std::string cursor) {
  CO_ASSIGN_OR_RETURN(Page<v1::Match> found,
                      co_await parts_.matches.ListMatches(call, person, std::move(cursor), kPageSize));
  std::vector<v1::Match*> matches;
  for (v1::Match& match : found.items) matches.push_back(&match);
  CO_RETURN_IF_ERROR(co_await parts_.matches.FillFits(call, person, std::move(matches)));
  std::vector<std::string> keys;
  for (const v1::Match& match : found.items) {
    keys.push_back(parts_.store.Key(call.organization(), "guide:" + IdOf(match.name())));
  }
  CO_ASSIGN_OR_RETURN(const std::vector<std::optional<store::Record>> guides,
                      co_await parts_.store.FindAll(call, std::move(keys)));
  std::vector<v1::ConversationGuide> prepared;
  for (size_t i = 0; i < guides.size(); ++i) {
    if (!guides[i]) continue;
    CO_RETURN_IF_ERROR(store::ParseMessage(*guides[i], prepared.emplace_back()));
    prepared.back().set_name(absl::StrCat(found.items[i].name(), "/guide"));
  }
  CO_ASSIGN_OR_RETURN(RecordPage page, co_await MakePage(person, std::move(found)));
  for (const v1::ConversationGuide& guide : prepared) {
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record, privacy::MakePersonRecord(kService, guide.name(), guide, person));
    page.records.push_back(std::move(record));
  }
  co_return page;
}

Task<absl::StatusOr<Erased>> MatchDossiers::Erase(rpc::Call call, std::string person) {
  Erased erased;
  std::vector<std::string> command = {"ZRANGE", parts_.store.Key(call.organization(), "requests:" + person), "0",
                                      absl::StrCat(kPageSize - 1)};
  CO_ASSIGN_OR_RETURN(const redis::Reply entries, co_await parts_.store.Read(call, std::move(command)));
  int requests = 0;
  for (const redis::Reply& entry : entries.elements) {
    CO_ASSIGN_OR_RETURN(const int one, co_await EraseRequest(call, person, entry.text));
    requests += one;
  }
  if (requests > 0) erased.removed["requests"] = requests;
  if (entries.elements.size() == kPageSize) co_return erased;
  CO_ASSIGN_OR_RETURN(const int matches, co_await EndMatches(call, person));
  if (matches > 0) erased.removed["matches"] = matches;
  CO_ASSIGN_OR_RETURN(const int rest, co_await ForgetRest(call, person));
  if (rest > 0) erased.removed["lists"] = rest;
  erased.done = true;
  co_return erased;
}

Task<absl::StatusOr<int>> MatchDossiers::EraseRequest(rpc::Call call, const std::string& person, std::string entry) {
  const std::string id = entry.substr(entry.find(':') + 1);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<v1::Request> request = co_await parts_.requests.GetRequest(call, id);
    if (!request.ok() && !absl::IsNotFound(request.status())) co_return request.status();
    if (request.ok() && IsWaiting(*request)) {
      const absl::Status ended = co_await End(call, person, *std::move(request));
      if (!ended.ok() && !absl::IsAborted(ended) && !absl::IsNotFound(ended)) co_return ended;
      continue;
    }
    v1::Request wordless = request.value_or(v1::Request());
    EraseWords(person, wordless);
    store::Write write;
    write.script = &kEraseWords;
    Append(write.keys, parts_.store.Key(call.organization(), "request:" + id),
           parts_.store.Key(call.organization(), "requests:" + person));
    Append(write.arguments, id, wordless.etag(), Bytes(wordless), entry);
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await parts_.store.Write(call, std::move(write)));
    if (!outcome.refused()) co_return request.ok() ? 1 : 0;
  }
  co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
                  "the request changes all the time; try again");
}

// The one asked hears that it was taken back; whoever asked is helped on as after any other no.
Task<absl::Status> MatchDossiers::End(rpc::Call call, const std::string& person, v1::Request request) {
  const bool asked = PersonId(request.requester()) == person;
  const std::shared_ptr<LiveView> live = asked ? nullptr : co_await find_view_(call);
  if (live != nullptr) {
    co_return (co_await parts_.life_cycle.Close(std::move(call), *live, OwnStep(std::move(request)))).status();
  }
  request.set_state(asked ? v1::Request::STATE_WITHDRAWN : v1::Request::STATE_CLOSED);
  request.mutable_answer_time()->set_seconds(absl::ToUnixSeconds(parts_.clock.Now()));
  request.clear_expire_time();
  request.clear_postpone_end_time();
  request.clear_waits_for_requester();
  std::vector<Choice> nobody;
  co_return (co_await parts_.requests.Close(std::move(call), OwnStep(std::move(request)), std::move(nobody))).status();
}

Task<absl::StatusOr<int>> MatchDossiers::EndMatches(rpc::Call call, std::string person) {
  int count = 0;
  std::string cursor;
  do {
    CO_ASSIGN_OR_RETURN(Page<v1::Match> page, co_await parts_.matches.ListMatches(call, person, cursor, kPageSize));
    for (v1::Match& match : page.items) {
      ++count;
      CO_RETURN_IF_ERROR(co_await ForgetGuide(parts_.store, call, IdOf(match.name())));
      CO_RETURN_IF_ERROR(co_await EndMatch(parts_.matches, parts_.clock.Now(), call, std::move(match)));
    }
    cursor = page.cursor;
  } while (!cursor.empty());
  co_return count;
}

Task<absl::StatusOr<int>> MatchDossiers::ForgetRest(rpc::Call call, std::string person) {
  const auto key = [&](absl::string_view rest) { return parts_.store.Key(call.organization(), rest); };
  std::vector<std::string> command = {"HKEYS", key("apart:" + person)};
  CO_ASSIGN_OR_RETURN(const redis::Reply apart, co_await parts_.store.Read(call, std::move(command)));
  store::Write write;
  write.script = &kForgetPerson;
  Append(write.keys, key("due"), key("open"), key("active"));
  for (const char* list : {"asked:", "asking:", "partner:", "fits:", "apart:", "requests:", "matches:"}) {
    write.keys.push_back(key(list + person));
  }
  write.arguments.push_back(person);
  for (const redis::Reply& mark : apart.elements) {
    std::string other = mark.text.substr(0, mark.text.size() - 1);
    write.keys.push_back(key("apart:" + other));
    write.arguments.push_back(std::move(other));
  }
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await parts_.store.Write(call, std::move(write)));
  co_return outcome.values.empty() ? 0 : static_cast<int>(outcome.values[0].integer);
}

}  // namespace cortado::matching
