#include "common/store/store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/freeze.h"
#include "common/store/staged.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace cortado::store {
namespace {

// KEYS 1-6 and ARGV 1-9 are the same for every write; the body's follow.
constexpr char kPrologue[] = R"lua(
local REV, FEED, EVENTS, AUDIT, IDEM, EPOCH = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local FP, now, ORG, SUBJECT, ACTOR, METHOD, RID, CHANNEL, NONCE =
  ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if RID ~= '' then
  local saved = redis.call('HMGET', IDEM, 'fp', 'res', 'rev')
  if saved[1] then
    if saved[1] ~= FP then return {'REUSED'} end
    -- A replay writes, so that waiting for a replica covers the first write too.
    redis.call('HINCRBY', IDEM, 'n', 1)
    return {'REPLAYED', saved[2], saved[3]}
  end
end
local last_, freeze_ = frozen_(redis.call('GET', REV))
if freeze_ then return {'FROZEN'} end
local rev = string.format('%d', last_ + 1)
local K, A = {}, {}
for i = 7, #KEYS do K[i - 6] = KEYS[i] end
for i = 10, #ARGV do A[i - 9] = ARGV[i] end
local resource, object, people, out, feed_, events_ = '', nil, nil, {}, {}, {}
local function record(bytes) return rev .. ':' .. bytes end
local function revision_of(value) return string.match(value, '^(%d+):') end
local function body_of(value) return string.sub(value, string.find(value, ':', 1, true) + 1) end
local function answer(...)
  local list = {...}
  for i = 1, select('#', ...) do if list[i] == nil then list[i] = false end end
  return list
end
local function refuse(code, ...) return answer('REFUSED', code, '0', ...) end
local function unchanged(name, ...) return answer('UNCHANGED', name, rev - 1, ...) end
local function changed(kind, id, op) feed_[#feed_ + 1] = {kind, id, op} end
local function event(...) events_[#events_ + 1] = {...} end
local function body_()
)lua";

constexpr char kEpilogue[] = R"lua(
end
local left = body_()
if left then return left end
redis.call('SET', REV, rev)
redis.call('SET', EPOCH, NONCE, 'NX')
for i, f in ipairs(feed_) do
  redis.call('XADD', FEED, rev .. '-' .. i, 'k', f[1], 'i', f[2], 'o', f[3], 't', now)
end
for i, e in ipairs(events_) do
  redis.call('XADD', EVENTS, rev .. '-' .. i, 'kind', e[1], 'subject', e[2], 'time', now, unpack(e, 3))
end
local entry_ = {'time', now, 'subject', SUBJECT, 'actor', ACTOR, 'method', METHOD, 'object', object or resource,
  'request_id', RID}
if people then
  entry_[#entry_ + 1] = 'people'
  entry_[#entry_ + 1] = table.concat(people, ',')
end
redis.call('XADD', AUDIT, rev .. '-0', unpack(entry_))
if RID ~= '' then
  redis.call('HSET', IDEM, 'fp', FP, 'res', resource, 'rev', rev)
  redis.call('EXPIRE', IDEM, 90000)
end
redis.call('PUBLISH', CHANNEL, ORG)
return answer('WRITTEN', resource, rev, unpack(out))
)lua";

// KEYS: revision, audit. ARGV: time, subject, actor, method, object, people. A read makes no revision: it stands behind
// the entry of the one that was current, in the order in which reads came.
const redis::Script kRecordRead(R"lua(#!lua
local fields = {'time', ARGV[1], 'subject', ARGV[2], 'actor', ARGV[3], 'method', ARGV[4], 'object', ARGV[5],
  'request_id', ''}
if ARGV[6] ~= '' then
  fields[#fields + 1] = 'people'
  fields[#fields + 1] = ARGV[6]
end
local revision = string.match(redis.call('GET', KEYS[1]) or '0', '^%d+')
return redis.call('XADD', KEYS[2], revision .. '-*', unpack(fields))
)lua");

constexpr size_t kPortion = 500;

absl::StatusOr<Outcome> ReadOutcome(redis::Reply reply) {
  auto& parts = reply.elements;
  if (parts.empty()) return absl::InternalError("a write script returned no outcome");
  const std::string& kind = parts[0].text;
  if (kind == "REUSED") {
    return Error(absl::StatusCode::kInvalidArgument, api::v1::REASON_REQUEST_ID_REUSED,
                 "the request id was used with another request; make a new one")
        .Field("request_id", "was used with another request");
  }
  if (kind == "FROZEN") return Frozen();
  if (parts.size() < 3) return absl::InternalError("a write script returned half an outcome");
  Outcome outcome;
  if (kind == "REPLAYED") outcome.kind = Outcome::Kind::kReplayed;
  if (kind == "UNCHANGED") outcome.kind = Outcome::Kind::kUnchanged;
  if (kind == "REFUSED") {
    outcome.kind = Outcome::Kind::kRefused;
    outcome.refusal = parts[1].text;
  } else {
    outcome.resource = parts[1].text;
    outcome.revision = parts[2].integer;
    if (parts[2].kind == redis::Reply::Kind::kString && !absl::SimpleAtoi(parts[2].text, &outcome.revision)) {
      return absl::InternalError("a write script returned no revision");
    }
  }
  parts.erase(parts.begin(), parts.begin() + 3);
  outcome.values = std::move(parts);
  return outcome;
}

}  // namespace

WriteScript::WriteScript(absl::string_view name, absl::string_view body)
    : script_(absl::StrCat("#!lua\n", kFrozenLua, kPrologue, "-- ", name, "\n", body, kEpilogue)) {}

std::string Record::etag() const { return absl::StrCat(revision); }

absl::StatusOr<Record> ParseRecord(absl::string_view stored) {
  size_t colon = stored.find(':');
  Record record;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(stored.substr(0, colon), &record.revision)) {
    return absl::InternalError("a stored resource has no revision");
  }
  record.bytes = std::string(stored.substr(colon + 1));
  return record;
}

absl::Status ParseMessage(const Record& record, google::protobuf::Message& message) {
  if (!message.ParseFromString(record.bytes)) return absl::InternalError("a stored resource does not parse");
  return absl::OkStatus();
}

std::string Fingerprint(const rpc::Call& call, const google::protobuf::Message& request) {
  std::string bytes = call.method();
  bytes.push_back('\0');
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  return id::Sha256Hex(bytes);
}

Store::Store(redis::Client& client, std::string service, const Clock& clock)
    : client_(client), service_(std::move(service)), clock_(clock) {}

std::string Store::Key(absl::string_view organization, absl::string_view rest) const {
  return absl::StrCat("cortado:{", organization, "}:", service_, ":", rest);
}

std::string Store::Channel() const { return absl::StrCat("cortado:wake:", service_); }

Task<absl::StatusOr<Outcome>> Store::Write(rpc::Call call, store::Write write) {
  if (!prepare_.empty()) CO_RETURN_IF_ERROR(co_await Prepare(call));
  const std::string& organization = call.organization();
  std::vector<std::string> keys;
  keys.reserve(6 + write.keys.size());
  for (const char* name : {"rev", "feed", "events", "audit"}) keys.push_back(Key(organization, name));
  keys.push_back(Key(organization, absl::StrCat("idem:", call.subject(), ":", write.request_id)));
  keys.push_back(Key(organization, "epoch"));
  for (std::string& key : write.keys) keys.push_back(std::move(key));
  std::vector<std::string> arguments;
  arguments.reserve(9 + write.arguments.size());
  arguments.push_back(write.fingerprint);
  arguments.push_back(absl::StrCat(absl::ToUnixMillis(clock_.Now())));
  arguments.push_back(organization);
  arguments.push_back(call.subject());
  arguments.push_back(call.actor());
  arguments.push_back(call.method());
  arguments.push_back(write.request_id);
  arguments.push_back(Channel());
  arguments.push_back(id::New());
  for (std::string& argument : write.arguments) arguments.push_back(std::move(argument));
  CO_ASSIGN_OR_RETURN(redis::Reply reply,
                      co_await client_.Eval(organization, write.script->script(), std::move(keys), std::move(arguments),
                                            redis::Use::kWrite, call.deadline()));
  co_return ReadOutcome(std::move(reply));
}

Task<absl::Status> Store::Prepare(rpc::Call call) {
  if (IsStaged(call.organization())) co_return absl::OkStatus();  // It may yet come to nothing.
  {
    sync::MutexLock lock(mutex_);
    if (prepared_.contains(call.organization())) co_return absl::OkStatus();
  }
  for (const auto& prepare : prepare_) CO_RETURN_IF_ERROR(co_await prepare(call));
  sync::MutexLock lock(mutex_);
  prepared_.insert(call.organization());
  co_return absl::OkStatus();
}

Task<absl::Status> Store::RecordRead(rpc::Call call, std::string object, std::vector<std::string> ids) {
  if (!prepare_.empty()) CO_RETURN_IF_ERROR(co_await Prepare(call));
  std::vector<std::string> keys;
  keys.push_back(Key(call.organization(), "rev"));
  keys.push_back(Key(call.organization(), "audit"));
  std::vector<std::string> arguments;
  arguments.push_back(absl::StrCat(absl::ToUnixMillis(clock_.Now())));
  arguments.push_back(call.subject());
  arguments.push_back(call.actor());
  arguments.push_back(call.method());
  arguments.push_back(std::move(object));
  arguments.push_back(ids.size() > 1 ? absl::StrJoin(ids, ",") : "");
  const absl::StatusOr<redis::Reply> written = co_await client_.Eval(
      call.organization(), kRecordRead, std::move(keys), std::move(arguments), redis::Use::kWrite, call.deadline());
  if (written.ok()) co_return absl::OkStatus();
  co_return absl::UnavailableError("the read cannot be recorded now; try again");
}

Task<absl::StatusOr<redis::Reply>> Store::Read(rpc::Call call, std::vector<std::string> command) {
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await client_.Run(call.organization(), std::move(command),
                                                               redis::Use::kRead, call.deadline()));
  if (reply.IsError()) co_return absl::InternalError("the store refused a read");
  co_return reply;
}

Task<absl::StatusOr<redis::Reply>> Store::ReadScript(rpc::Call call, const redis::Script& script,
                                                     std::vector<std::string> keys,
                                                     std::vector<std::string> arguments) {
  co_return co_await client_.Eval(call.organization(), script, std::move(keys), std::move(arguments), redis::Use::kRead,
                                  call.deadline());
}

Task<absl::StatusOr<std::optional<Record>>> Store::Find(rpc::Call call, std::string key) {
  std::vector<std::string> command;
  command.reserve(2);
  command.push_back("GET");
  command.push_back(std::move(key));
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await Read(std::move(call), std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(Record record, ParseRecord(reply.text));
  co_return record;
}

Task<absl::StatusOr<std::vector<std::optional<Record>>>> Store::FindAll(rpc::Call call, std::vector<std::string> keys) {
  std::vector<std::optional<Record>> records;
  records.reserve(keys.size());
  for (size_t begin = 0; begin < keys.size(); begin += kPortion) {
    size_t end = std::min(keys.size(), begin + kPortion);
    std::vector<std::string> command;
    command.reserve(1 + end - begin);
    command.push_back("MGET");
    for (size_t i = begin; i < end; ++i) command.push_back(std::move(keys[i]));
    CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await Read(call, std::move(command)));
    for (const redis::Reply& element : reply.elements) {
      if (element.IsNil()) {
        records.push_back(std::nullopt);
        continue;
      }
      CO_ASSIGN_OR_RETURN(Record record, ParseRecord(element.text));
      records.push_back(std::move(record));
    }
  }
  co_return records;
}

}  // namespace cortado::store
