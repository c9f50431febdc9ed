#include "common/backup/records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/status/status.h"

namespace cortado::backup {
namespace {

// A step of SCAN: a few milliseconds of the server's time.
constexpr char kKeysAtOnce[] = "5000";
constexpr size_t kRemovedAtOnce = 1000;

// KEYS: up to kAtOnce. Returns of each the value and the instant in ms at which it ends (-1: never); nothing where it
// is gone.
const redis::Script kDump(R"lua(#!lua flags=no-writes
local dumps = {}
for i, key in ipairs(KEYS) do
  dumps[2 * i - 1] = redis.call('DUMP', key)
  dumps[2 * i] = redis.call('PEXPIRETIME', key)
end
return dumps
)lua");

template <class... Text>
std::vector<std::string> Words(const Text&... words) {
  std::vector<std::string> all;
  all.reserve(sizeof...(words));
  (all.push_back(absl::StrCat(words)), ...);
  return all;
}

absl::Status LineLost() {
  return absl::UnavailableError("the connection to the store was another one in between; begin again");
}

}  // namespace

// A cursor of SCAN means something to one run of one server alone, and the client may reach another one by the next
// step without a word. The connection tells them apart: its id, and that it is as old as the time that has passed.
Task<absl::StatusOr<Records::Line>> Records::FindLine(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), Words("CLIENT", "INFO")));
  Line line;
  for (absl::string_view field : absl::StrSplit(reply.text, ' ')) {
    if (absl::ConsumePrefix(&field, "age=")) {
      if (!absl::SimpleAtoi(field, &line.age)) co_return absl::InternalError("the store said no age");
    } else if (absl::StartsWith(field, "id=") || absl::StartsWith(field, "laddr=")) {
      absl::StrAppend(&line.id, field, " ");
    }
  }
  co_return line;
}

Task<absl::StatusOr<std::vector<std::string>>> Records::ListKeys(rpc::Call call) {
  const absl::Time began = absl::Now();
  CO_ASSIGN_OR_RETURN(const Line before, co_await FindLine(call));
  const std::string prefix = store_.Key(call.organization(), "");
  std::vector<std::string> keys;
  std::string cursor = "0";
  do {
    CO_ASSIGN_OR_RETURN(redis::Reply reply,
                        co_await store_.Read(call, Words("SCAN", cursor, "MATCH", prefix + "*", "COUNT", kKeysAtOnce)));
    if (reply.elements.size() != 2) co_return absl::InternalError("the store said no keys");
    cursor = std::move(reply.elements[0].text);
    for (const redis::Reply& key : reply.elements[1].elements) keys.push_back(key.text.substr(prefix.size()));
    if (call.Cancelled()) co_return absl::CancelledError("nobody waits any more");
  } while (cursor != "0");
  CO_ASSIGN_OR_RETURN(const Line after, co_await FindLine(call));
  const auto passed = static_cast<int64_t>(absl::ToDoubleSeconds(absl::Now() - began));
  if (after.id != before.id || after.age < before.age || after.age + 1 < passed) co_return LineLost();
  std::sort(keys.begin(), keys.end());  // SCAN names a key more than once at times.
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  co_return keys;
}

Task<absl::StatusOr<std::vector<Dump>>> Records::DumpAll(rpc::Call call, std::vector<std::string> keys) {
  std::vector<std::string> full;
  for (const std::string& key : keys) full.push_back(store_.Key(call.organization(), key));
  std::vector<std::string> none;
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.ReadScript(call, kDump, std::move(full), std::move(none)));
  if (reply.elements.size() != 2 * keys.size()) co_return absl::InternalError("the store gave too few records");
  std::vector<Dump> dumps;
  for (size_t i = 0; i < keys.size(); ++i) {
    redis::Reply& value = reply.elements[2 * i];
    if (value.IsNil()) continue;
    Dump& dump = dumps.emplace_back();
    dump.key = std::move(keys[i]);
    dump.value = std::move(value.text);
    const int64_t ends = reply.elements[2 * i + 1].integer;
    if (ends >= 0) dump.expire = absl::FromUnixMillis(ends);
  }
  co_return dumps;
}

Task<absl::Status> Records::Remove(rpc::Call call, std::vector<std::string> keys) {
  for (size_t begin = 0; begin < keys.size(); begin += kRemovedAtOnce) {
    std::vector<std::string> command = Words("UNLINK");
    for (size_t i = begin; i < std::min(keys.size(), begin + kRemovedAtOnce); ++i) {
      command.push_back(store_.Key(call.organization(), keys[i]));
    }
    CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await client_.Run(call.organization(), std::move(command),
                                                                       redis::Use::kWrite, call.deadline()));
    if (reply.IsError()) co_return absl::InternalError("the store refused to remove records");
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::backup
