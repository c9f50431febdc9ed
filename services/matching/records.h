// What the stores of requests and matches share: reading records and lists of them. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/type/v1/person_card.pb.h"

namespace cortado::matching {

// A page of records.
template <class Resource>
struct Page {
  std::vector<Resource> items;
  std::string cursor;  // Behind the last item looked at; empty when there is nothing further.
};

// The last part of a resource name: "r1" of "requests/r1".
inline std::string IdOf(absl::string_view name) { return std::string(name.substr(name.find('/') + 1)); }
inline std::string PersonId(const type::v1::PersonCard& card) { return IdOf(card.person()); }

// An instant as the scripts take it.
inline std::string Millis(absl::Time time) { return absl::StrCat(absl::ToUnixMillis(time)); }

// An instant as the lists have it.
inline std::string ListTime(absl::Time time) {
  return absl::StrCat(absl::Dec(absl::ToUnixMillis(time), absl::kZeroPad13));
}
// When `MS:R` was written to a list, the store's clock was this close to the one that made the create_time.
inline constexpr absl::Duration kOneInsert = absl::Minutes(1);

template <class... Items>
void Append(std::vector<std::string>& list, Items... items) {
  (list.push_back(std::move(items)), ...);
}

// What a script stores of a resource: everything but the etag, which is the revision.
template <class Resource>
std::string Bytes(Resource resource) {
  resource.clear_etag();
  return resource.SerializeAsString();
}

template <class Resource>
absl::StatusOr<Resource> Parse(const store::Record& record) {
  Resource resource;
  RETURN_IF_ERROR(store::ParseMessage(record, resource));
  resource.set_etag(record.etag());
  return resource;
}

// Returns the record `KIND:ID`. NOT_FOUND when absent.
template <class Resource>
Task<absl::StatusOr<Resource>> ReadRecord(store::Store& store, rpc::Call call, std::string kind, std::string id) {
  std::string key = store.Key(call.organization(), absl::StrCat(kind, ":", id));
  CO_ASSIGN_OR_RETURN(std::optional<store::Record> record, co_await store.Find(call, std::move(key)));
  if (!record) co_return NotFound();
  co_return Parse<Resource>(*record);
}

// Returns up to `limit` records of the list at `list`, newest first, from `cursor` on (empty: from the newest).
template <class Resource>
Task<absl::StatusOr<Page<Resource>>> ReadList(store::Store& store, rpc::Call call, std::string kind, std::string list,
                                              std::string cursor, int limit) {
  std::vector<std::string> command = {
      "ZREVRANGEBYLEX",   store.Key(call.organization(), list), cursor.empty() ? "+" : "(" + cursor, "-", "LIMIT", "0",
      absl::StrCat(limit)};
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store.Read(call, std::move(command)));
  Page<Resource> page;
  std::vector<std::string> keys;
  for (const redis::Reply& entry : reply.elements) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(entry.text, absl::MaxSplits(':', 1));
    keys.push_back(store.Key(call.organization(), absl::StrCat(kind, ":", parts.second)));
    page.cursor = entry.text;
  }
  if (static_cast<int>(reply.elements.size()) < limit) page.cursor.clear();
  CO_ASSIGN_OR_RETURN(std::vector<std::optional<store::Record>> records, co_await store.FindAll(call, std::move(keys)));
  for (const std::optional<store::Record>& record : records) {
    if (!record) continue;
    CO_ASSIGN_OR_RETURN(Resource resource, Parse<Resource>(*record));
    page.items.push_back(std::move(resource));
  }
  co_return page;
}

}  // namespace cortado::matching
