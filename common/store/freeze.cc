#include "common/store/freeze.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::store {
namespace {

// A backup of a usual organisation takes a second or two.
constexpr absl::Duration kTryAgain = absl::Seconds(1);

// KEYS: revision. ARGV: id, milliseconds. Returns the revision and the end, or why not. An organisation without records
// leaves no key behind.
const redis::Script kFreeze(absl::StrCat("#!lua\n", kFrozenLua, R"lua(
local held = redis.call('GET', KEYS[1])
local revision, id, ends = frozen_(held)
if id and id ~= ARGV[1] then return {'OTHER'} end
-- Something may have been written since it ended, beside the revision.
if not id and held and string.match(held, ' frozen (%S+) ') == ARGV[1] then return {'LOST'} end
local time = redis.call('TIME')
local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
local text = string.format('%d frozen %s %d', revision, ARGV[1], until_ms)
if revision == 0 then
  redis.call('SET', KEYS[1], text, 'PXAT', until_ms)
else
  redis.call('SET', KEYS[1], text)
end
return {'FROZEN', string.format('%d', revision), string.format('%d', until_ms)}
)lua"));

// KEYS: revision. ARGV: id. Returns 1, or 0 when it had ended.
const redis::Script kThaw(absl::StrCat("#!lua\n", kFrozenLua, R"lua(
local revision, id = frozen_(redis.call('GET', KEYS[1]))
if id ~= ARGV[1] then return 0 end
if revision == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%d', revision))
end
return 1
)lua"));

// KEYS: revision. Returns the revision, and the id of the freeze or ''.
const redis::Script kLook(absl::StrCat("#!lua flags=no-writes\n", kFrozenLua, R"lua(
local revision, id = frozen_(redis.call('GET', KEYS[1]))
return {revision, id or ''}
)lua"));

std::vector<std::string> RevisionKey(const Store& store, const rpc::Call& call) {
  std::vector<std::string> keys;
  keys.push_back(store.Key(call.organization(), "rev"));
  return keys;
}

struct Look {
  int64_t revision = 0;
  std::string id;
};

Task<absl::StatusOr<Look>> LookAt(Store& store, rpc::Call call) {
  std::vector<std::string> keys = RevisionKey(store, call);
  std::vector<std::string> none;
  CO_ASSIGN_OR_RETURN(redis::Reply reply,
                      co_await store.ReadScript(std::move(call), kLook, std::move(keys), std::move(none)));
  if (reply.elements.size() != 2) co_return absl::InternalError("the store said nothing of a freeze");
  Look look;
  look.revision = reply.elements[0].integer;
  look.id = std::move(reply.elements[1].text);
  co_return look;
}

}  // namespace

absl::Status Frozen() {
  return Error(absl::StatusCode::kUnavailable, api::v1::REASON_ORGANIZATION_FROZEN,
               "a backup of the organisation is made or brought back; repeat with the same request id")
      .RetryAfter(kTryAgain);
}

absl::Status FreezeLost() {
  return Error(absl::StatusCode::kAborted, api::v1::REASON_FREEZE_LOST,
               "the freeze has ended: what was read under it is not one state; begin again");
}

Task<absl::StatusOr<Freeze>> FreezeRecords(const Store& store, redis::Client& client, rpc::Call call, std::string id,
                                           absl::Duration span) {
  std::vector<std::string> arguments;
  arguments.push_back(std::move(id));
  arguments.push_back(absl::StrCat(absl::ToInt64Milliseconds(span)));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await client.Eval(call.organization(), kFreeze, RevisionKey(store, call), std::move(arguments),
                                           redis::Use::kWrite, call.deadline()));
  if (reply.elements.empty()) co_return absl::InternalError("the store said nothing of a freeze");
  if (reply.elements[0].text == "OTHER") co_return Frozen();
  if (reply.elements[0].text == "LOST") co_return FreezeLost();
  Freeze freeze;
  int64_t end = 0;
  if (reply.elements.size() != 3 || !absl::SimpleAtoi(reply.elements[1].text, &freeze.revision) ||
      !absl::SimpleAtoi(reply.elements[2].text, &end)) {
    co_return absl::InternalError("the store said nothing of a freeze");
  }
  freeze.end = absl::FromUnixMillis(end);
  co_return freeze;
}

Task<absl::Status> ThawRecords(const Store& store, redis::Client& client, rpc::Call call, std::string id) {
  std::vector<std::string> arguments;
  arguments.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await client.Eval(call.organization(), kThaw, RevisionKey(store, call), std::move(arguments),
                                           redis::Use::kWrite, call.deadline()));
  co_return reply.integer == 1 ? absl::OkStatus() : FreezeLost();
}

Task<absl::StatusOr<int64_t>> CheckFrozen(Store& store, rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(const Look look, co_await LookAt(store, std::move(call)));
  if (look.id != id) co_return FreezeLost();
  co_return look.revision;
}

Task<absl::Status> CheckWritable(Store& store, rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const Look look, co_await LookAt(store, std::move(call)));
  co_return look.id.empty() ? absl::OkStatus() : Frozen();
}

}  // namespace cortado::store
