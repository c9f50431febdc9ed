#include "services/matching/request_store.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/feed.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/request_scripts.h"

namespace cortado::matching {
namespace {

constexpr int kFeedPage = 1000;

std::string PersonId(const type::v1::PersonCard& card) {
  return std::string(absl::StripPrefix(card.person(), "people/"));
}
std::string RequestId(const std::string& name) { return std::string(absl::StripPrefix(name, "requests/")); }
std::string MatchId(const std::string& name) { return std::string(absl::StripPrefix(name, "matches/")); }

template <class Resource>
std::string Bytes(Resource resource) {
  resource.clear_etag();
  return resource.SerializeAsString();
}

// Says a refusal of the scripts in the words of the API.
absl::Status Refused(const store::Outcome& outcome) {
  const std::string& code = outcome.refusal;
  const std::string detail = outcome.values.empty() ? "" : outcome.values[0].text;
  if (code == "MATCHED") {
    return Error(absl::StatusCode::kAlreadyExists, v1::REASON_ALREADY_MATCHED, "the two are matched already")
        .Metadata("match", absl::StrCat("matches/", detail));
  }
  if (code == "PENDING") {
    return Error(absl::StatusCode::kAlreadyExists, v1::REASON_REQUEST_PENDING, "this person has been asked; wait")
        .Metadata("request", absl::StrCat("requests/", detail));
  }
  if (code == "TOO_MANY") {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_TOO_MANY_REQUESTS,
                 "too many open requests; wait for an answer")
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
  if (code == "ANSWERED") {
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_REQUEST_ANSWERED, "the request is no longer open");
  }
  if (code == "ETAG") return EtagMismatch();
  return NotFound();
}

int32_t Count(const redis::Reply& reply) {
  int32_t count = 0;
  if (!absl::SimpleAtoi(reply.text, &count)) return 0;
  return count;
}

}  // namespace

std::string RequestStore::Key(const rpc::Call& call, absl::string_view rest) const {
  return store_.Key(call.organization(), rest);
}

Task<absl::StatusOr<v1::Request>> RequestStore::Insert(rpc::Call call, v1::Request request, absl::Status verdict,
                                                       int32_t places, std::string request_id,
                                                       std::string fingerprint) {
  const std::string id = RequestId(request.name());
  const std::string asker = PersonId(request.requester());
  const std::string asked = PersonId(request.mentor());
  store::Write write;
  write.script = &kInsertRequest;
  write.keys = {Key(call, "request:" + id),
                Key(call, "asked:" + asker),
                Key(call, "partner:" + asker),
                Key(call, "asking:" + asker),
                Key(call, "open"),
                Key(call, "active"),
                Key(call, "requests:" + asker),
                Key(call, "requests:" + asked)};
  write.arguments = {Bytes(request),
                     id,
                     asker,
                     asked,
                     absl::StrCat(places),
                     absl::StrCat(kOpenRequests),
                     absl::StrCat(absl::ToInt64Milliseconds(kAskAgainAfter)),
                     verdict.ok() ? "" : "refused"};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return outcome.refusal == "VERDICT" ? verdict : Refused(outcome);
  if (outcome.replayed()) co_return co_await GetRequest(call, RequestId(outcome.resource));
  request.set_etag(absl::StrCat(outcome.revision));
  co_return request;
}

Task<absl::StatusOr<v1::Match>> RequestStore::Accept(rpc::Call call, v1::Request accepted, bool answered,
                                                     v1::Match match, absl::Status verdict, int32_t places,
                                                     std::string request_id, std::string fingerprint) {
  const std::string id = RequestId(accepted.name());
  const std::string match_id = MatchId(match.name());
  const std::string mentee = PersonId(match.mentee());
  const std::string mentor = PersonId(match.mentor());
  store::Write write;
  write.script = &kAcceptRequest;
  write.keys = {Key(call, "request:" + id),
                Key(call, "match:" + match_id),
                Key(call, "asked:" + mentee),
                Key(call, "partner:" + mentee),
                Key(call, "partner:" + mentor),
                Key(call, "asking:" + mentee),
                Key(call, "open"),
                Key(call, "active"),
                Key(call, "matches:" + mentee),
                Key(call, "matches:" + mentor)};
  write.arguments = {
      Bytes(accepted),           Bytes(match), id, match_id, mentee, mentor, absl::StrCat(places), accepted.etag(),
      answered ? "answered" : ""};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return outcome.refusal == "VERDICT" ? verdict : Refused(outcome);
  if (outcome.replayed()) co_return co_await GetMatch(call, MatchId(outcome.resource));
  match.set_etag(absl::StrCat(outcome.revision));
  co_return match;
}

Task<absl::StatusOr<v1::Request>> RequestStore::Close(rpc::Call call, v1::Request closed, bool answered,
                                                      std::string request_id, std::string fingerprint) {
  const std::string id = RequestId(closed.name());
  const std::string asker = PersonId(closed.requester());
  const std::string asked = PersonId(closed.mentor());
  store::Write write;
  write.script = &kCloseRequest;
  write.keys = {Key(call, "request:" + id), Key(call, "asked:" + asker), Key(call, "asking:" + asker),
                Key(call, "open")};
  write.arguments = {Bytes(closed), id, asker, asked, closed.etag(), answered ? "answered" : ""};
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  if (outcome.replayed()) co_return co_await GetRequest(call, RequestId(outcome.resource));
  closed.set_etag(absl::StrCat(outcome.revision));
  co_return closed;
}

Task<absl::Status> RequestStore::End(rpc::Call call, v1::Match ended) {
  const std::string id = MatchId(ended.name());
  const std::string mentee = PersonId(ended.mentee());
  const std::string mentor = PersonId(ended.mentor());
  store::Write write;
  write.script = &kEndMatch;
  write.keys = {Key(call, "match:" + id), Key(call, "partner:" + mentee), Key(call, "partner:" + mentor),
                Key(call, "active")};
  write.arguments = {Bytes(ended), id, mentee, mentor, ended.etag()};
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  co_return absl::OkStatus();
}

template <class Resource>
Task<absl::StatusOr<Resource>> RequestStore::Get(rpc::Call call, std::string kind, std::string id) {
  std::string key = Key(call, absl::StrCat(kind, ":", id));
  CO_ASSIGN_OR_RETURN(std::optional<store::Record> record, co_await store_.Find(call, std::move(key)));
  if (!record) co_return NotFound();
  Resource resource;
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, resource));
  resource.set_etag(record->etag());
  co_return resource;
}

Task<absl::StatusOr<v1::Request>> RequestStore::GetRequest(rpc::Call call, std::string id) {
  return Get<v1::Request>(std::move(call), "request", std::move(id));
}

Task<absl::StatusOr<v1::Match>> RequestStore::GetMatch(rpc::Call call, std::string id) {
  return Get<v1::Match>(std::move(call), "match", std::move(id));
}

template <class Resource>
Task<absl::StatusOr<Page<Resource>>> RequestStore::List(rpc::Call call, std::string kind, std::string list,
                                                        std::string cursor, int limit) {
  std::vector<std::string> command = {
      "ZREVRANGEBYLEX", Key(call, list), cursor.empty() ? "+" : "(" + cursor, "-", "LIMIT", "0", absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(call, std::move(command)));
  Page<Resource> page;
  std::vector<std::string> keys;
  for (const redis::Reply& entry : reply.elements) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(entry.text, absl::MaxSplits(':', 1));
    keys.push_back(Key(call, absl::StrCat(kind, ":", parts.second)));
    page.cursor = entry.text;
  }
  if (static_cast<int>(reply.elements.size()) < limit) page.cursor.clear();
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<store::Record>> records,
                      co_await store_.FindAll(call, std::move(keys)));
  for (const std::optional<store::Record>& record : records) {
    if (!record) continue;
    Resource resource;
    CO_RETURN_IF_ERROR(store::ParseMessage(*record, resource));
    resource.set_etag(record->etag());
    page.items.push_back(std::move(resource));
  }
  co_return page;
}

Task<absl::StatusOr<Page<v1::Request>>> RequestStore::ListRequests(rpc::Call call, std::string person,
                                                                   std::string cursor, int limit) {
  return List<v1::Request>(std::move(call), "request", "requests:" + person, std::move(cursor), limit);
}

Task<absl::StatusOr<Page<v1::Match>>> RequestStore::ListMatches(rpc::Call call, std::string person, std::string cursor,
                                                                int limit) {
  return List<v1::Match>(std::move(call), "match", "matches:" + person, std::move(cursor), limit);
}

Task<absl::StatusOr<std::set<std::string>>> RequestStore::NotToAsk(rpc::Call call, std::string person, absl::Time now) {
  std::vector<std::string> asked = {"HGETALL", Key(call, "asked:" + person)};
  CO_ASSIGN_OR_RETURN(redis::Reply requests, co_await store_.Read(call, std::move(asked)));
  std::set<std::string> people;
  for (size_t i = 0; i + 1 < requests.elements.size(); i += 2) {
    absl::string_view state = requests.elements[i + 1].text;
    int64_t closed_ms = 0;
    const bool closed = absl::ConsumePrefix(&state, "c:") && absl::SimpleAtoi(state, &closed_ms);
    if (closed && now >= absl::FromUnixMillis(closed_ms) + kAskAgainAfter) continue;
    people.insert(requests.elements[i].text);
  }
  std::vector<std::string> partners = {"HKEYS", Key(call, "partner:" + person)};
  CO_ASSIGN_OR_RETURN(redis::Reply matched, co_await store_.Read(call, std::move(partners)));
  for (const redis::Reply& partner : matched.elements) people.insert(partner.text);
  co_return people;
}

Task<absl::StatusOr<Loads>> RequestStore::AllLoads(rpc::Call call) {
  Loads loads;
  loads.complete = true;
  // The position first: what changes in between is then read once more, never missed.
  CO_ASSIGN_OR_RETURN(loads.position, co_await store::FeedEnd(store_, client_, call));
  std::vector<std::string> open = {"HGETALL", Key(call, "open")};
  CO_ASSIGN_OR_RETURN(redis::Reply requests, co_await store_.Read(call, std::move(open)));
  for (size_t i = 0; i + 1 < requests.elements.size(); i += 2) {
    loads.people[requests.elements[i].text].open_requests = Count(requests.elements[i + 1]);
  }
  std::vector<std::string> active = {"HGETALL", Key(call, "active")};
  CO_ASSIGN_OR_RETURN(redis::Reply matches, co_await store_.Read(call, std::move(active)));
  for (size_t i = 0; i + 1 < matches.elements.size(); i += 2) {
    loads.people[matches.elements[i].text].active_matches = Count(matches.elements[i + 1]);
  }
  co_return loads;
}

Task<absl::StatusOr<Loads>> RequestStore::LoadsSince(rpc::Call call, std::string position) {
  if (position.empty()) co_return co_await AllLoads(call);
  absl::StatusOr<store::FeedPage> page =
      co_await store::ReadFeed(store_, client_, call, std::move(position), kFeedPage);
  const bool too_old = absl::IsOutOfRange(page.status());
  if (too_old || (page.ok() && static_cast<int>(page->entries.size()) == kFeedPage)) co_return co_await AllLoads(call);
  CO_RETURN_IF_ERROR(page.status());
  Loads loads;
  loads.position = page->position;
  for (const store::FeedEntry& entry : page->entries) {
    if (entry.kind == "load") loads.people[entry.id];
  }
  if (loads.people.empty()) co_return loads;
  std::vector<std::string> open = {"HMGET", Key(call, "open")};
  std::vector<std::string> active = {"HMGET", Key(call, "active")};
  for (const auto& [person, load] : loads.people) {
    open.push_back(person);
    active.push_back(person);
  }
  CO_ASSIGN_OR_RETURN(redis::Reply requests, co_await store_.Read(call, std::move(open)));
  CO_ASSIGN_OR_RETURN(redis::Reply matches, co_await store_.Read(call, std::move(active)));
  size_t i = 0;
  for (auto& [person, load] : loads.people) {
    load = {Count(matches.elements[i]), Count(requests.elements[i])};
    ++i;
  }
  co_return loads;
}

}  // namespace cortado::matching
