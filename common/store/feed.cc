#include "common/store/feed.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::store {
namespace {

// The hash covers every field of the entry, its time among them, so that another history differs.
constexpr char kHash[] = R"lua(
local function hash(id, fields) return redis.sha1hex(id .. '|' .. table.concat(fields, '|')) end
)lua";

const redis::Script kEnd(absl::StrCat("#!lua flags=no-writes\n", kHash, R"lua(
local epoch = redis.call('GET', KEYS[2]) or ''
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not last then return {epoch, '0-0', ''} end
return {epoch, last[1], hash(last[1], last[2])}
)lua"));

// ARGV: epoch, id, hash, limit.
const redis::Script kRead(absl::StrCat("#!lua flags=no-writes\n", kHash, R"lua(
local epoch = redis.call('GET', KEYS[2]) or ''
local id = ARGV[2]
if ARGV[1] ~= '' and epoch ~= ARGV[1] then return {'RESYNC'} end
if id ~= '0-0' then
  local anchor = redis.call('XRANGE', KEYS[1], id, id)[1]
  if not anchor or hash(anchor[1], anchor[2]) ~= ARGV[3] then return {'RESYNC'} end
elseif redis.call('EXISTS', KEYS[1]) == 1 then
  -- From the beginning: only while nothing went of what was ever written.
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  local there, ever
  for i = 1, #info, 2 do
    if info[i] == 'length' then there = info[i + 1] end
    if info[i] == 'entries-added' then ever = info[i + 1] end
  end
  if there ~= ever then return {'RESYNC'} end
end
local entries = redis.call('XRANGE', KEYS[1], '(' .. id, '+', 'COUNT', ARGV[4])
local last = entries[#entries]
if not last then return {'OK', ARGV[1], id, ARGV[3], {}} end
return {'OK', epoch, last[1], hash(last[1], last[2]), entries}
)lua"));

std::string Position(const std::string& epoch, const std::string& id, const std::string& hash) {
  return absl::StrCat(epoch, "/", id, "/", hash);
}

absl::Status Resync() {
  return Error(absl::StatusCode::kOutOfRange, api::v1::REASON_RESYNC_REQUIRED,
               "the resume token is too old or of another history; list again without one");
}

FeedEntry ReadEntry(const redis::Reply& stored) {
  FeedEntry entry;
  absl::string_view id = stored.elements[0].text;
  if (!absl::SimpleAtoi(id.substr(0, id.find('-')), &entry.revision)) entry.revision = 0;
  const auto& fields = stored.elements[1].elements;
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    if (fields[i].text == "k") entry.kind = fields[i + 1].text;
    if (fields[i].text == "i") entry.id = fields[i + 1].text;
    if (fields[i].text == "o") entry.deleted = fields[i + 1].text == "d";
  }
  return entry;
}

std::vector<std::string> FeedKeys(const Store& store, const rpc::Call& call) {
  std::vector<std::string> keys;
  keys.push_back(store.Key(call.organization(), "feed"));
  keys.push_back(store.Key(call.organization(), "epoch"));
  return keys;
}

}  // namespace

Task<absl::StatusOr<std::string>> FeedEnd(const Store& store, redis::Client& client, rpc::Call call) {
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await client.Eval(call.organization(), kEnd, FeedKeys(store, call), {},
                                                               redis::Use::kRead, call.deadline()));
  co_return Position(reply.elements[0].text, reply.elements[1].text, reply.elements[2].text);
}

Task<absl::StatusOr<FeedPage>> ReadFeed(const Store& store, redis::Client& client, rpc::Call call, std::string position,
                                        int limit) {
  std::vector<std::string> parts = absl::StrSplit(position, '/');
  if (parts.size() != 3) co_return Resync();
  parts.push_back(absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await client.Eval(call.organization(), kRead, FeedKeys(store, call),
                                                               std::move(parts), redis::Use::kRead, call.deadline()));
  if (reply.elements[0].text != "OK") co_return Resync();
  FeedPage page;
  page.position = Position(reply.elements[1].text, reply.elements[2].text, reply.elements[3].text);
  for (const redis::Reply& entry : reply.elements[4].elements) page.entries.push_back(ReadEntry(entry));
  co_return page;
}

}  // namespace cortado::store
