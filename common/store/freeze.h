// Keeping the records of an organisation as they are for a while, so that a backup reads one state of them.
//
// The revision key says so itself: `REV frozen ID UNTIL_MS` in the place of `REV`. A write has to read that key anyway,
// so a freeze costs nothing while there is none. It ends by itself: what is over is overwritten by the next write as
// if it were not there, so that whoever froze and died leaves nothing frozen. Its end goes by Redis' own clock.
//
// Thread-safe. Every function gives UNAVAILABLE when the store does not answer.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"

namespace cortado::store {

// Lua: frozen_(value of the revision key) gives the revision as a number, and the freeze's id and end in ms if it is
// frozen now.
inline constexpr char kFrozenLua[] = R"lua(
local function frozen_(held)
  local plain = tonumber(held or '0')
  if plain then return plain end
  local number, id, ends = string.match(held, '^(%d+) frozen (%S+) (%d+)$')
  local time = redis.call('TIME')
  if tonumber(ends) <= time[1] * 1000 + math.floor(time[2] / 1000) then return tonumber(number) end
  return tonumber(number), id, ends
end
)lua";

struct Freeze {
  int64_t revision = 0;  // Of the records that are kept as they are; 0: there are none.
  absl::Time end;        // When it ends by itself.
};

// What a write to a frozen organisation is answered: UNAVAILABLE (ORGANIZATION_FROZEN), to be repeated.
absl::Status Frozen();
// ABORTED (FREEZE_LOST).
absl::Status FreezeLost();

// Freezes the call's organisation for `span` from now on, or makes the freeze with this id last so long. UNAVAILABLE
// (ORGANIZATION_FROZEN): it is frozen under another id; ABORTED (FREEZE_LOST): the freeze with this id has ended.
Task<absl::StatusOr<Freeze>> FreezeRecords(const Store& store, redis::Client& client, rpc::Call call, std::string id,
                                           absl::Duration span);
// Ends the freeze with this id. ABORTED (FREEZE_LOST): it has ended.
Task<absl::Status> ThawRecords(const Store& store, redis::Client& client, rpc::Call call, std::string id);
// Returns the revision of the records that are frozen under this id. ABORTED (FREEZE_LOST): they are not.
Task<absl::StatusOr<int64_t>> CheckFrozen(Store& store, rpc::Call call, std::string id);
// Returns whether writes are let in now: OK, or Frozen(). For what must not be begun when it could not go on.
Task<absl::Status> CheckWritable(Store& store, rpc::Call call);

}  // namespace cortado::store
