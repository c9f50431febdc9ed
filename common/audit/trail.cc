#include "common/audit/trail.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/log/log.h"
#include "common/status/status.h"

namespace cortado::audit {
namespace {

// With a tenth of jitter and a tick of the runner still within 10 s.
constexpr absl::Duration kSealPeriod = absl::Seconds(7);
constexpr absl::Duration kTrimPeriod = absl::Hours(1);
constexpr absl::Duration kKept = absl::Hours(30 * 24);
constexpr int kBatch = 500;

// KEYS: stream, head. Returns the oldest id, the newest ever, and of the head: id, count, hash.
const redis::Script kState(R"lua(#!lua flags=no-writes
local head = redis.call('HMGET', KEYS[2], 'id', 'count', 'hash')
local oldest, newest = '', ''
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then newest = info[i + 1] end
  end
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  if first then oldest = first[1] end
end
return {oldest, newest, head[1] or '', head[2] or '', head[3] or ''}
)lua");

// KEYS: head. ARGV: count, id, hash. It only grows, so that a late writer does not take it back.
const redis::Script kKeepAnchor(R"lua(#!lua
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
if count >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'count', ARGV[1], 'id', ARGV[2], 'hash', ARGV[3])
return 1
)lua");

// KEYS: stream, head, fence. ARGV: job, token, oldest instant to keep in ms. Returns how many entries went.
const redis::Script kTrim(R"lua(#!lua
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return 0 end
local function place(id)
  local revision, serial = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(revision), tonumber(serial)
end
local sealed = redis.call('HGET', KEYS[2], 'id')
if not sealed then return 0 end
local last_revision, last_serial = place(sealed)
local old = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 500)) do
  local written
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'time' then written = tonumber(entry[2][i + 1]) end
  end
  local revision, serial = place(entry[1])
  local is_sealed = revision < last_revision or (revision == last_revision and serial <= last_serial)
  if not is_sealed or not written or written >= tonumber(ARGV[3]) then break end
  old = old + 1
end
if old == 0 then return 0 end
return redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', redis.call('XLEN', KEYS[1]) - old)
)lua");

EntryId IdIn(const std::string& text) { return ParseEntryId(text).value_or(EntryId()); }

Entry ReadStored(const redis::Reply& stored) {
  Entry entry;
  entry.id = IdIn(stored.elements[0].text);
  const auto& fields = stored.elements[1].elements;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& name = fields[i].text;
    const std::string& value = fields[i + 1].text;
    if (name == "time" && !absl::SimpleAtoi(value, &entry.time_ms)) entry.time_ms = 0;
    if (name == "subject") entry.subject = value;
    if (name == "actor") entry.actor = value;
    if (name == "method") entry.method = value;
    if (name == "object") entry.object = value;
    if (name == "request_id") entry.request_id = value;
    if (name == "people") entry.people = absl::StrSplit(value, ',', absl::SkipEmpty());
  }
  return entry;
}

std::vector<Entry> ReadStoredList(const redis::Reply& reply) {
  std::vector<Entry> entries;
  entries.reserve(reply.elements.size());
  for (const redis::Reply& element : reply.elements) entries.push_back(ReadStored(element));
  return entries;
}

// A function, because g++ 12 takes no braced list within a coroutine's await.
template <class... Text>
std::vector<std::string> Words(const Text&... words) {
  std::vector<std::string> all;
  all.reserve(sizeof...(words));
  (all.push_back(absl::StrCat(words)), ...);
  return all;
}

}  // namespace

std::string Trail::Key(const rpc::Call& call, absl::string_view rest) const {
  return parts_.store.Key(call.organization(), rest);
}

void Trail::Register(jobs::Runner& runner) {
  if (parts_.archive == nullptr) return;
  runner.Add({kSealJob, kSealPeriod, [this](rpc::Call call, jobs::Fence) { return Seal(std::move(call)); }});
  runner.Add({kTrimJob, kTrimPeriod,
              [this](rpc::Call call, jobs::Fence fence) { return Trim(std::move(call), std::move(fence)); }});
  parts_.store.BeforeFirstWrite([this, &runner](rpc::Call call) -> Task<absl::Status> {
    const absl::Time now = parts_.clock.Now();
    CO_RETURN_IF_ERROR(co_await runner.Schedule(call, kTrimJob, now + kTrimPeriod));
    co_return co_await runner.Schedule(call, kSealJob, now);
  });
}

Task<absl::StatusOr<Trail::State>> Trail::ReadState(rpc::Call call) {
  std::vector<std::string> keys;
  keys.push_back(Key(call, "audit"));
  keys.push_back(Key(call, "audit:head"));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await parts_.store.ReadScript(call, kState, std::move(keys), {}));
  State state;
  state.oldest = IdIn(reply.elements[0].text);
  state.newest = IdIn(reply.elements[1].text);
  state.sealed = IdIn(reply.elements[2].text);
  Anchor anchor;
  if (absl::SimpleAtoi(reply.elements[3].text, &anchor.count)) {
    anchor.hash = reply.elements[4].text;
    state.anchor = std::move(anchor);
  }
  co_return state;
}

Task<absl::StatusOr<std::vector<Entry>>> Trail::ReadNext(rpc::Call call, EntryId after, int count) {
  const std::string from = absl::StrCat("(", after.Format());
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await parts_.store.Read(call, Words("XRANGE", Key(call, "audit"), from, "+", "COUNT", count)));
  co_return ReadStoredList(reply);
}

Task<absl::StatusOr<std::vector<Entry>>> Trail::ReadBefore(rpc::Call call, std::optional<EntryId> before, int count) {
  const std::string from = before ? absl::StrCat("(", before->Format()) : "+";
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await parts_.store.Read(call, Words("XREVRANGE", Key(call, "audit"),
                                                                                       from, "-", "COUNT", count)));
  co_return ReadStoredList(reply);
}

Task<absl::Status> Trail::KeepAnchor(rpc::Call call, const Chain& chain) {
  std::vector<std::string> keys;
  keys.push_back(Key(call, "audit:head"));
  std::vector<std::string> arguments = Words(chain.count, chain.last.Format(), chain.hash);
  CO_ASSIGN_OR_RETURN(const redis::Reply kept,
                      co_await parts_.client.Eval(call.organization(), kKeepAnchor, std::move(keys),
                                                  std::move(arguments), redis::Use::kWrite, call.deadline()));
  (void)kept;
  co_return absl::OkStatus();
}

Task<absl::Status> Trail::Seal(rpc::Call call) {
  const Scope scope = ScopeOf(call);
  CO_ASSIGN_OR_RETURN(const State state, co_await ReadState(call));
  {
    sync::MutexLock lock(mutex_);
    const auto known = sealed_.find(scope.organization);
    if (known != sealed_.end() && known->second == state.newest) co_return absl::OkStatus();
  }
  co_await parts_.executors.OnBlocking();
  absl::StatusOr<Chain> chain = SealedChain(*parts_.archive, scope, state.anchor);
  if (chain.ok() && chain->last > state.newest) {
    // Or somebody else sealed what came in since we looked.
    CO_ASSIGN_OR_RETURN(const State now, co_await ReadState(call));
    if (chain->last > now.newest) {
      chain = absl::FailedPreconditionError("the store has lost audit entries that are sealed");
    }
  }
  while (chain.ok()) {
    CO_ASSIGN_OR_RETURN(const std::vector<Entry> entries, co_await ReadNext(call, chain->last, kBatch));
    if (entries.empty()) break;
    co_await parts_.executors.OnBlocking();
    chain = AppendSealed(*parts_.archive, scope, state.anchor, chain->last, entries,
                         absl::ToUnixMillis(parts_.clock.Now()));
    if (absl::IsAborted(chain.status())) co_return absl::OkStatus();  // The other one goes on.
    if (chain.ok()) CO_RETURN_IF_ERROR(co_await KeepAnchor(call, *chain));
  }
  if (!chain.ok()) {
    log::Error("audit.not_sealed", {{"service", scope.service},
                                    {"organization", scope.organization},
                                    {"error", std::string(chain.status().message())}});
    co_return chain.status();
  }
  // Sealed by a process that ended before it could say so.
  if (!state.anchor || state.anchor->count < chain->count) CO_RETURN_IF_ERROR(co_await KeepAnchor(call, *chain));
  sync::MutexLock lock(mutex_);
  sealed_[scope.organization] = chain->last;
  co_return absl::OkStatus();
}

Task<absl::Status> Trail::Trim(rpc::Call call, jobs::Fence fence) {
  while (!call.Cancelled()) {
    std::vector<std::string> keys;
    keys.push_back(Key(call, "audit"));
    keys.push_back(Key(call, "audit:head"));
    keys.push_back(fence.key);
    const std::string oldest = absl::StrCat(absl::ToUnixMillis(parts_.clock.Now() - kKept));
    CO_ASSIGN_OR_RETURN(
        const redis::Reply trimmed,
        co_await parts_.client.Eval(call.organization(), kTrim, std::move(keys), Words(fence.name, fence.token, oldest),
                                    redis::Use::kWrite, call.deadline()));
    if (trimmed.integer == 0) break;
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::audit
