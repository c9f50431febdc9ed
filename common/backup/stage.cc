#include "common/backup/stage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/audit/entry.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/freeze.h"
#include "common/store/staged.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::backup {
namespace {

constexpr size_t kRecordsAtOnce = 200;
constexpr size_t kBytesAtOnce = 512 * 1024;
constexpr size_t kKeysAtOnce = 1000;
constexpr absl::Duration kLook = absl::Milliseconds(200);

// KEYS: `~expires`, then records. ARGV: how long to keep them in ms, then of each: its short key, its value, when it
// ends in ms or ''. Returns the number of the first one that Redis does not take; 0: it takes all.
const redis::Script kTake(R"lua(#!lua
for i = 2, #KEYS do
  local key, value, ends = ARGV[3 * i - 4], ARGV[3 * i - 3], ARGV[3 * i - 2]
  local taken = redis.pcall('RESTORE', KEYS[i], ARGV[1], value, 'REPLACE')
  if type(taken) == 'table' and taken.err then return i - 1 end
  if ends ~= '' then redis.call('HSET', KEYS[1], key, ends) end
end
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 0
)lua");

// KEYS: `~piece`. ARGV: bytes, how long to keep them in ms.
const redis::Script kAppend(R"lua(#!lua
redis.call('APPEND', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 0
)lua");

// KEYS: `~expires`, `~piece`, the record. ARGV: how long to keep it in ms, its short key, when it ends in ms or ''.
// Returns 1 when Redis does not take it.
const redis::Script kAssemble(R"lua(#!lua
local taken = redis.pcall('RESTORE', KEYS[3], ARGV[1], redis.call('GET', KEYS[2]) or '', 'REPLACE')
redis.call('DEL', KEYS[2])
if type(taken) == 'table' and taken.err then return 1 end
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return 0
)lua");

// KEYS: revision, epoch, audit; of the stage: `~old`, `~new`, `~expires`, revision. ARGV: id of the freeze, what keys
// begin with, staged and live, least revision, epoch, now, subject, actor, method, object, channel, organisation.
//
// All is looked at first: a Lua error keeps earlier writes. The revision is counted on once for the entry of the trail
// that says what happened.
const redis::Script kReplace(absl::StrCat("#!lua\n", store::kFrozenLua, R"lua(
local live_revision, id, ends = frozen_(redis.call('GET', KEYS[1]))
if id ~= ARGV[1] then return 'LOST' end
local staged, live = ARGV[2], ARGV[3]
local function each(list, act)
  for first = 0, redis.call('LLEN', list) - 1, 1000 do act(redis.call('LRANGE', list, first, first + 999)) end
end
local whole = true
each(KEYS[5], function(keys)
  local full = {}
  for i, key in ipairs(keys) do full[i] = staged .. key end
  if redis.call('EXISTS', unpack(full)) ~= #full then whole = false end
end)
if not whole then return 'GONE' end
local revision = math.max(live_revision, tonumber(redis.call('GET', KEYS[7]) or '0'), tonumber(ARGV[4])) + 1
local expires, pairs_ = {}, redis.call('HGETALL', KEYS[6])
for i = 1, #pairs_, 2 do expires[pairs_[i]] = pairs_[i + 1] end
each(KEYS[4], function(keys)
  for i, key in ipairs(keys) do keys[i] = live .. key end
  redis.call('UNLINK', unpack(keys))
end)
each(KEYS[5], function(keys)
  for _, key in ipairs(keys) do
    redis.call('RENAME', staged .. key, live .. key)
    if expires[key] then
      redis.call('PEXPIREAT', live .. key, expires[key])
    else
      redis.call('PERSIST', live .. key)
    end
  end
end)
redis.call('SET', KEYS[1], string.format('%d frozen %s %s', revision, id, ends))
redis.call('SET', KEYS[2], ARGV[5])
redis.call('XADD', KEYS[3], string.format('%d-0', revision), 'time', ARGV[6], 'subject', ARGV[7], 'actor', ARGV[8],
  'method', ARGV[9], 'object', ARGV[10], 'request_id', '')
redis.call('PUBLISH', ARGV[11], ARGV[12])
return 'DONE'
)lua"));

std::string Ends(const std::optional<absl::Time>& expire) {
  return expire ? absl::StrCat(absl::ToUnixMillis(*expire)) : "";
}

std::string KeptFor() { return absl::StrCat(absl::ToInt64Milliseconds(Stage::kKept)); }

absl::Status WrongOrder() {
  return InvalidField("piece.key",
                      "must go on with the record that lacks its end; send the pieces as the snapshot gave them");
}

absl::Status NotTaken() {
  return InvalidField("piece.value", "is no record that this Redis takes: it is damaged, or comes from a newer Redis");
}

std::vector<std::string> Without(std::vector<std::string> keys, const absl::flat_hash_set<std::string>& some) {
  const auto is_one = [&](const std::string& key) { return key[0] == '~' || some.contains(key); };
  keys.erase(std::remove_if(keys.begin(), keys.end(), is_one), keys.end());
  return keys;
}

}  // namespace

Stage::Stage(store::Store& store, redis::Client& client, EventLoop& loop, const Clock& clock, rpc::Call call)
    : store_(store),
      client_(client),
      loop_(loop),
      clock_(clock),
      call_(std::move(call)),
      staged_(rpc::InternalCall(store::StagedName(call_.organization(), id::New()), audit::kRestoreMethod,
                                call_.deadline())),
      records_(store, client) {}

Task<absl::Status> Stage::Clear() {
  CO_ASSIGN_OR_RETURN(std::vector<std::string> keys, co_await records_.ListKeys(staged_));
  co_return co_await records_.Remove(staged_, std::move(keys));
}

Task<absl::Status> Stage::Add(api::v1::SnapshotPiece piece) {
  if (!open_.empty() && piece.key() != open_) co_return WrongOrder();
  if (piece.key().empty() || piece.key()[0] == '~') {
    co_return InvalidField("piece.key", "is no key of a service");
  }
  open_ = piece.last() ? "" : piece.key();
  if (piece.last()) ++record_count_;
  if (in_parts_ || !piece.last()) {
    in_parts_ = true;
    CO_RETURN_IF_ERROR(co_await AddPart(piece.value()));
  }
  if (!piece.last()) co_return absl::OkStatus();
  Dump dump;
  dump.key = piece.key();
  if (piece.has_expire_time()) {
    dump.expire = absl::FromUnixMillis(google::protobuf::util::TimeUtil::TimestampToMilliseconds(piece.expire_time()));
  }
  if (in_parts_) {
    in_parts_ = false;
    std::vector<std::string> keys = {Staged("~expires"), Staged("~piece"), Staged(dump.key)};
    std::vector<std::string> arguments = {KeptFor(), dump.key, Ends(dump.expire)};
    CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                        co_await client_.Eval(staged_.organization(), kAssemble, std::move(keys), std::move(arguments),
                                              redis::Use::kWrite, staged_.deadline()));
    co_return reply.integer == 0 ? absl::OkStatus() : NotTaken();
  }
  dump.value = std::move(*piece.mutable_value());
  waiting_bytes_ += dump.value.size();
  waiting_.push_back(std::move(dump));
  const bool enough = waiting_.size() >= kRecordsAtOnce || waiting_bytes_ >= kBytesAtOnce;
  if (enough) CO_RETURN_IF_ERROR(co_await Flush());
  co_return absl::OkStatus();
}

Task<absl::Status> Stage::AddPart(const std::string& part) {
  std::vector<std::string> keys = {Staged("~piece")};
  std::vector<std::string> arguments = {part, KeptFor()};
  co_return (co_await client_.Eval(staged_.organization(), kAppend, std::move(keys), std::move(arguments),
                                   redis::Use::kWrite, staged_.deadline()))
      .status();
}

Task<absl::Status> Stage::Flush() {
  if (waiting_.empty()) co_return absl::OkStatus();
  std::vector<std::string> keys = {Staged("~expires")};
  std::vector<std::string> arguments = {KeptFor()};
  for (Dump& dump : waiting_) {
    keys.push_back(Staged(dump.key));
    arguments.push_back(std::move(dump.key));
    arguments.push_back(std::move(dump.value));
    arguments.push_back(Ends(dump.expire));
  }
  waiting_.clear();
  waiting_bytes_ = 0;
  CO_ASSIGN_OR_RETURN(const redis::Reply reply,
                      co_await client_.Eval(staged_.organization(), kTake, std::move(keys), std::move(arguments),
                                            redis::Use::kWrite, staged_.deadline()));
  co_return reply.integer == 0 ? absl::OkStatus() : NotTaken();
}

// The revision lets what is staged be written to, as any organisation is.
Task<absl::Status> Stage::Finish(int64_t revision) {
  if (!open_.empty()) co_return WrongOrder();
  CO_RETURN_IF_ERROR(co_await Flush());
  std::vector<std::string> command = {"SET", Staged("rev"), absl::StrCat(revision), "PX", KeptFor()};
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await client_.Run(staged_.organization(), std::move(command),
                                                                     redis::Use::kWrite, staged_.deadline()));
  co_return reply.IsError() ? absl::InternalError("the store refused a revision") : absl::OkStatus();
}

Task<absl::Status> Stage::Push(absl::string_view list, const std::vector<std::string>& keys) {
  for (size_t begin = 0; begin < keys.size(); begin += kKeysAtOnce) {
    std::vector<std::string> command = {"RPUSH", Staged(list)};
    const size_t end = std::min(keys.size(), begin + kKeysAtOnce);
    command.insert(command.end(), keys.begin() + static_cast<int64_t>(begin), keys.begin() + static_cast<int64_t>(end));
    CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await client_.Run(staged_.organization(), std::move(command),
                                                                       redis::Use::kWrite, staged_.deadline()));
    if (reply.IsError()) co_return absl::InternalError("the store refused a list of keys");
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Stage::Replace(Commit commit) {
  CO_ASSIGN_OR_RETURN(std::vector<std::string> there, co_await records_.ListKeys(call_));
  CO_ASSIGN_OR_RETURN(std::vector<std::string> coming, co_await records_.ListKeys(staged_));
  commit.kept.insert("rev");
  commit.left_out.insert({"rev", "epoch"});
  std::vector<std::string> lists = {"~old", "~new"};
  CO_RETURN_IF_ERROR(co_await records_.Remove(staged_, std::move(lists)));
  there = Without(std::move(there), commit.kept);
  coming = Without(std::move(coming), commit.left_out);
  CO_RETURN_IF_ERROR(co_await Push("~old", there));
  CO_RETURN_IF_ERROR(co_await Push("~new", coming));
  std::vector<std::string> keys = {Live("rev"),    Live("epoch"),      Live("audit"), Staged("~old"),
                                   Staged("~new"), Staged("~expires"), Staged("rev")};
  const std::string epoch = id::New();
  std::vector<std::string> arguments = {std::move(commit.freeze_id),
                                        Staged(""),
                                        Live(""),
                                        absl::StrCat(commit.revision),
                                        epoch,
                                        absl::StrCat(absl::ToUnixMillis(clock_.Now())),
                                        call_.subject(),
                                        call_.actor(),
                                        audit::kRestoreMethod,
                                        absl::StrCat("organizations/", call_.organization()),
                                        store_.Channel(),
                                        call_.organization()};
  const absl::StatusOr<redis::Reply> reply = co_await client_.Eval(
      call_.organization(), kReplace, std::move(keys), std::move(arguments), redis::Use::kWrite, call_.deadline());
  if (absl::IsUnavailable(reply.status())) co_return co_await WaitForEpoch(epoch);
  CO_RETURN_IF_ERROR(reply.status());
  if (reply->text == "LOST") co_return store::FreezeLost();
  if (reply->text != "DONE") co_return absl::UnavailableError("what was brought in is gone again; begin anew");
  co_return absl::OkStatus();
}

// A large organisation takes Redis longer than one command is waited for; meanwhile it answers nobody.
Task<absl::Status> Stage::WaitForEpoch(const std::string& epoch) {
  while (absl::Now() + kLook < call_.deadline() && !call_.Cancelled()) {
    std::vector<std::string> command = {"GET", Live("epoch")};
    const absl::StatusOr<redis::Reply> now =
        co_await client_.Run(call_.organization(), std::move(command), redis::Use::kRead, call_.deadline());
    if (now.ok() && now->text == epoch) co_return absl::OkStatus();
    // It answers, and has not done it: it never will.
    if (now.ok() && !now->IsError()) break;
    co_await loop_.Sleep(kLook);
  }
  co_return absl::UnavailableError("the store did not say whether the records are in place; bring them back again");
}

}  // namespace cortado::backup
