#include "services/matching/request_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/request_scripts.h"

namespace cortado::matching {
namespace {

// Says a refusal of the scripts in the words of the API.
absl::Status Refused(const store::Outcome& outcome, const absl::Status& verdict) {
  const std::string& code = outcome.refusal;
  const std::string detail = outcome.values.empty() ? "" : outcome.values[0].text;
  if (code == "VERDICT") return verdict;
  if (code == "MATCHED") {
    return Error(absl::StatusCode::kAlreadyExists, v1::REASON_ALREADY_MATCHED, "the two are matched already")
        .Metadata("match", absl::StrCat("matches/", detail));
  }
  if (code == "PENDING") {
    return Error(absl::StatusCode::kAlreadyExists, v1::REASON_REQUEST_PENDING,
                 "this person has been asked; wait, or withdraw the request")
        .Metadata("request", absl::StrCat("requests/", detail));
  }
  if (code == "TOO_MANY") {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_TOO_MANY_REQUESTS,
                 "too many open requests; wait for an answer, or withdraw one")
        .Metadata("limit", absl::StrCat(kOpenRequests));
  }
  if (code == "RECENT") {
    int64_t again_ms = 0;
    if (!absl::SimpleAtoi(detail, &again_ms)) again_ms = 0;
    const absl::Time again = absl::FromUnixMillis(again_ms);
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ASKED_RECENTLY, "asked less than 90 days ago")
        .Metadata("date", absl::FormatTime("%Y-%m-%d", again, absl::UTCTimeZone()));
  }
  if (code == "FULL") {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_NO_PLACE_LEFT, "no place is left");
  }
  if (code == "ETAG") return EtagMismatch();
  return NotFound();
}

std::string Expires(const v1::Request& request) { return absl::StrCat(request.expire_time().seconds() * 1000); }

}  // namespace

std::string RequestStore::Key(const rpc::Call& call, absl::string_view rest) const {
  return store_.Key(call.organization(), rest);
}

store::Write RequestStore::WriteOf(const rpc::Call& call, const store::WriteScript& script,
                                   const RequestStep& step) const {
  const std::string id = IdOf(step.request.name());
  const std::string asker = PersonId(step.request.requester());
  const std::string asked = PersonId(step.request.mentor());
  store::Write write;
  write.script = &script;
  write.keys = {Key(call, "request:" + id),
                Key(call, "asked:" + asker),
                Key(call, "partner:" + asker),
                Key(call, "asking:" + asker),
                Key(call, "open"),
                Key(call, "active"),
                Key(call, "due"),
                Key(call, "requests:" + asker)};
  write.arguments = {id,
                     asker,
                     asked,
                     step.request.etag(),
                     step.verdict.ok() ? "" : "refused",
                     absl::StrCat(kOpenRequests),
                     absl::StrCat(absl::ToInt64Milliseconds(kAskAgainAfter))};
  write.request_id = step.request_id;
  write.fingerprint = step.fingerprint;
  return write;
}

Task<absl::StatusOr<v1::Request>> RequestStore::Run(rpc::Call call, store::Write write, RequestStep step) {
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome, step.verdict);
  if (outcome.replayed()) co_return co_await GetRequest(call, IdOf(outcome.resource));
  step.request.set_etag(absl::StrCat(outcome.revision));
  co_return std::move(step.request);
}

Task<absl::StatusOr<v1::Request>> RequestStore::Insert(rpc::Call call, RequestStep step, int32_t places) {
  store::Write write = WriteOf(call, kInsertRequest, step);
  write.keys.push_back(Key(call, "requests:" + PersonId(step.request.mentor())));
  Append(write.arguments, Bytes(step.request), absl::StrCat(places), Expires(step.request));
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::StatusOr<v1::Match>> RequestStore::Accept(rpc::Call call, RequestStep step, v1::Match match, int32_t places,
                                                     absl::Time book_by) {
  const std::string id = IdOf(match.name());
  const std::string mentee = PersonId(match.mentee());
  const std::string mentor = PersonId(match.mentor());
  store::Write write = WriteOf(call, kAcceptRequest, step);
  Append(write.keys, Key(call, "match:" + id), Key(call, "partner:" + mentor), Key(call, "matches:" + mentee),
         Key(call, "matches:" + mentor));
  Append(write.arguments, Bytes(step.request), Bytes(match), id, absl::StrCat(places),
         match.has_chosen_time() ? Millis(book_by) : std::string());
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome, step.verdict);
  if (outcome.replayed()) {
    co_return co_await ReadRecord<v1::Match>(store_, call, "match", IdOf(outcome.resource));
  }
  match.set_etag(absl::StrCat(outcome.revision));
  co_return match;
}

Task<absl::StatusOr<v1::Request>> RequestStore::Close(rpc::Call call, RequestStep step, std::vector<Choice> choices) {
  store::Write write = WriteOf(call, kCloseRequest, step);
  v1::Request& request = step.request;
  const std::string next = choices.empty() ? "" : IdOf(choices[0].request.name());
  const bool is_withdrawn = request.state() == v1::Request::STATE_WITHDRAWN;
  request.clear_next_request();
  write.keys.push_back(Key(call, "request:" + next));
  write.arguments.push_back(Bytes(request));
  if (!choices.empty()) request.set_next_request(choices[0].request.name());
  write.arguments.push_back(Bytes(request));
  write.arguments.push_back(is_withdrawn ? "request.withdrawn" : "request.closed");
  write.arguments.push_back(next);
  for (Choice& choice : choices) {
    const std::string person = PersonId(choice.request.mentor());
    write.keys.push_back(Key(call, "requests:" + person));
    Append(write.arguments, person, Bytes(choice.request), absl::StrCat(choice.places), Expires(choice.request));
  }
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome, step.verdict);
  // Who was asked next, if anybody, the script alone decided.
  co_return co_await GetRequest(call, IdOf(outcome.resource));
}

Task<absl::StatusOr<v1::Request>> RequestStore::Amend(rpc::Call call, RequestStep step, std::string event) {
  store::Write write = WriteOf(call, kAmendRequest, step);
  Append(write.arguments, Bytes(step.request), Expires(step.request), event);
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::StatusOr<v1::Request>> RequestStore::Postpone(rpc::Call call, RequestStep step) {
  store::Write write = WriteOf(call, kPostponeRequest, step);
  write.arguments.push_back(Bytes(step.request));
  write.arguments.push_back(absl::StrCat(step.request.postpone_end_time().seconds() * 1000));
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::StatusOr<v1::Request>> RequestStore::Reopen(rpc::Call call, RequestStep step, int32_t places) {
  store::Write write = WriteOf(call, kReopenRequest, step);
  Append(write.arguments, Bytes(step.request), absl::StrCat(places), Expires(step.request));
  return Run(std::move(call), std::move(write), std::move(step));
}

Task<absl::Status> RequestStore::Forget(rpc::Call call, v1::Request request) {
  const absl::Time made = absl::FromUnixSeconds(request.create_time().seconds());
  RequestStep step = OwnStep(std::move(request));
  store::Write write = WriteOf(call, kForgetRequest, step);
  write.keys.push_back(Key(call, "requests:" + PersonId(step.request.mentor())));
  Append(write.arguments, ListTime(made - kOneInsert), ListTime(made + kOneInsert));
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome, step.verdict);
  co_return absl::OkStatus();
}

Task<absl::Status> RequestStore::ForgetMark(rpc::Call call, std::string asker, std::string asked) {
  store::Write write;
  write.script = &kForgetMark;
  Append(write.keys, Key(call, "asked:" + asker), Key(call, "due"));
  Append(write.arguments, std::move(asker), std::move(asked), absl::StrCat(absl::ToInt64Milliseconds(kAskAgainAfter)));
  co_return (co_await store_.Write(call, std::move(write))).status();
}

Task<absl::StatusOr<v1::Request>> RequestStore::GetRequest(rpc::Call call, std::string id) {
  return ReadRecord<v1::Request>(store_, std::move(call), "request", std::move(id));
}

Task<absl::StatusOr<Page<v1::Request>>> RequestStore::ListRequests(rpc::Call call, std::string person,
                                                                   std::string cursor, int limit) {
  return ReadList<v1::Request>(store_, std::move(call), "request", "requests:" + person, std::move(cursor), limit);
}

Task<absl::StatusOr<std::vector<std::string>>> RequestStore::ListDue(rpc::Call call, absl::Time now, int limit,
                                                                     int offset) {
  std::vector<std::string> command = {"ZRANGEBYSCORE",      Key(call, "due"),   "-inf", Millis(now), "LIMIT",
                                      absl::StrCat(offset), absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> due;
  for (redis::Reply& one : reply.elements) due.push_back(std::move(one.text));
  co_return due;
}

Task<absl::StatusOr<bool>> RequestStore::HasAnythingBetweenPeople(rpc::Call call) {
  std::vector<std::string> command = {"EXISTS", Key(call, "open"), Key(call, "active")};
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  co_return reply.integer > 0;
}

Task<absl::StatusOr<std::set<std::string>>> RequestStore::AreAsked(rpc::Call call, std::vector<std::string> people) {
  std::set<std::string> asked;
  if (people.empty()) co_return asked;
  std::vector<std::string> command = {"HMGET", Key(call, "open")};
  command.insert(command.end(), people.begin(), people.end());
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  for (size_t i = 0; i < people.size() && i < reply.elements.size(); ++i) {
    if (!reply.elements[i].IsNil()) asked.insert(people[i]);
  }
  co_return asked;
}

}  // namespace cortado::matching
