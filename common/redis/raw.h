// hiredis's replies as ours, and our commands as hiredis takes them. Only common/redis includes this.
#pragma once

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <string>
#include <vector>

#include "common/redis/reply.h"

namespace cortado::redis {

Reply FromHiredis(const redisReply& from);

// Appends the command to what `context` sends; `on_reply` (may be null) gets `data` with the answer, or with null when
// the connection ends before it.
void SendRaw(redisAsyncContext* context, redisCallbackFn* on_reply, void* data,
             const std::vector<std::string>& command);

}  // namespace cortado::redis
