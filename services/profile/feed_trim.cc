#include "services/profile/feed_trim.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::profile {
namespace {

constexpr absl::Duration kKept = absl::Hours(24);

// KEYS: feed, people, fence. ARGV: job, token, oldest instant to keep in ms. Returns how many entries went.
const redis::Script kTrim(R"lua(#!lua
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return 0 end
local length = redis.call('XLEN', KEYS[1])
-- The last entry stays, for the positions of readers stand on one.
local spare = math.min(length - math.max(2 * redis.call('ZCARD', KEYS[2]), 1), 1000)
if spare <= 0 then return 0 end
local old = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', spare)) do
  local written
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 't' then written = tonumber(entry[2][i + 1]) end
  end
  if not written or written >= tonumber(ARGV[3]) then break end
  old = old + 1
end
if old == 0 then return 0 end
return redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', length - old)
)lua");

}  // namespace

Task<absl::Status> FeedTrim::Run(rpc::Call call, jobs::Fence fence) {
  while (!call.Cancelled()) {
    std::vector<std::string> keys;
    keys.push_back(store_.Key(call.organization(), "feed"));
    keys.push_back(store_.Key(call.organization(), "people"));
    keys.push_back(fence.key);
    std::vector<std::string> arguments;
    arguments.push_back(fence.name);
    arguments.push_back(fence.token);
    arguments.push_back(absl::StrCat(absl::ToUnixMillis(clock_.Now() - kKept)));
    CO_ASSIGN_OR_RETURN(const redis::Reply trimmed,
                        co_await client_.Eval(call.organization(), kTrim, std::move(keys), std::move(arguments),
                                              redis::Use::kWrite, call.deadline()));
    if (trimmed.integer == 0) break;
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
