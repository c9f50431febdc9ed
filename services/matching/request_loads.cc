// The part of RequestStore that tells matching whom to suggest: counts, and who is not to be asked.
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"
#include "common/store/feed.h"
#include "services/matching/request_store.h"

namespace cortado::matching {
namespace {

constexpr int kFeedPage = 1000;

int32_t Count(const redis::Reply& reply) {
  int32_t count = 0;
  if (!absl::SimpleAtoi(reply.text, &count)) return 0;
  return count;
}

}  // namespace

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
  std::vector<std::string> apart = {"HGETALL", Key(call, "apart:" + person)};
  CO_ASSIGN_OR_RETURN(redis::Reply others, co_await store_.Read(call, std::move(apart)));
  for (size_t i = 0; i + 1 < others.elements.size(); i += 2) {
    int64_t until_ms = 0;
    if (!absl::SimpleAtoi(others.elements[i + 1].text, &until_ms) || now >= absl::FromUnixMillis(until_ms)) continue;
    const std::string& other = others.elements[i].text;
    people.insert(other.substr(0, other.size() - 1));
  }
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
