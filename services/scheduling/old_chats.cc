#include "services/scheduling/old_chats.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/scheduling/availability/availability.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/keys.h"

namespace cortado::scheduling {
namespace {

constexpr int kAtOnce = 50;
constexpr size_t kPeopleAtOnce = 200;
// So much before the deadline the last step begins.
constexpr absl::Duration kOneStep = absl::Seconds(10);

// K: chat, claims, series or chat again, the list it was found by, then chats and busy of each attendee. A: id,
// revision read
// ('' when it is gone), start, '1' when the series goes too, the attendees.
const store::WriteScript kForgetChat("scheduling.chat.forget", R"lua(
  resource = 'chats/' .. A[1]
  local held = redis.call('GET', K[1])
  if (held and revision_of(held) or '') ~= A[2] then return refuse('ETAG') end
  local claims = redis.call('HGETALL', K[2])
  local till = {}
  for i = 1, #claims, 2 do till[claims[i]] = string.match(claims[i + 1], '^%d+') end
  redis.call('DEL', K[1], K[2])
  if A[4] == '1' then redis.call('DEL', K[3]) end
  redis.call('ZREM', K[4], A[1])
  for i = 5, #A do
    local k = 5 + (i - 5) * 2
    redis.call('ZREM', K[k], A[1])
    if till[A[i]] then redis.call('ZREM', K[k + 1], A[3] .. ':' .. till[A[i]] .. ':chat:' .. A[1]) end
  end
  changed('chat', A[1], 'd')
)lua");

// K: minutes of some people. A: the first week that stays.
const store::WriteScript kForgetWeeks("scheduling.minutes.forget", R"lua(
  local old, count = {}, 0
  for i, key in ipairs(K) do
    for _, week in ipairs(redis.call('HKEYS', key)) do
      if week < A[1] then
        old[i] = old[i] or {}
        table.insert(old[i], week)
        count = count + 1
      end
    end
  end
  if count == 0 then return unchanged('people') end
  for i, weeks in pairs(old) do redis.call('HDEL', K[i], unpack(weeks)) end
  resource = 'people'
)lua");

// KEYS: chats of some people. ARGV: an instant. Returns which of them have one that began before.
const redis::Script kWithOld(R"lua(#!lua flags=no-writes
local old = {}
for i, key in ipairs(KEYS) do
  if redis.call('ZCOUNT', key, '-inf', '(' .. ARGV[1]) > 0 then old[#old + 1] = i end
end
return old
)lua");

bool MayGoOn(const rpc::Call& call) { return !call.Cancelled() && absl::Now() + kOneStep < call.deadline(); }

}  // namespace

Task<absl::StatusOr<int64_t>> OldChats::RemoveChats(rpc::Call call, absl::Time before) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> people, co_await parts_.people.ListIds(call));
  const Keys keys(parts_.store, call.organization());
  int64_t removed = 0;
  for (size_t begin = 0; begin < people.size(); begin += kPeopleAtOnce) {
    std::vector<std::string> lists, from;
    for (size_t i = begin; i < std::min(people.size(), begin + kPeopleAtOnce); ++i)
      lists.push_back(keys.Chats(people[i]));
    from.push_back(Seconds(before - kLongestChat));
    CO_ASSIGN_OR_RETURN(const redis::Reply old,
                        co_await parts_.store.ReadScript(call, kWithOld, std::move(lists), std::move(from)));
    for (const redis::Reply& at : old.elements) {
      if (!MayGoOn(call)) co_return removed;
      const std::string& person = people[begin + static_cast<size_t>(at.integer) - 1];
      CO_ASSIGN_OR_RETURN(const int64_t some, co_await RemoveChatsOf(call, person, before));
      removed += some;
    }
  }
  CO_RETURN_IF_ERROR(co_await RemoveWeeks(call, people, FormatWeek(WeekOf(before, absl::UTCTimeZone()))));
  co_return removed;
}

Task<absl::Status> OldChats::RemoveWeeks(rpc::Call call, const std::vector<std::string>& people, std::string first) {
  const Keys keys(parts_.store, call.organization());
  for (size_t next = 0; next < people.size() && MayGoOn(call);) {
    store::Write write;
    write.script = &kForgetWeeks;
    for (size_t n = 0; n < kPeopleAtOnce && next < people.size(); ++n)
      write.keys.push_back(keys.Minutes(people[next++]));
    write.arguments.push_back(first);
    CO_RETURN_IF_ERROR((co_await parts_.store.Write(call, std::move(write))).status());
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<int64_t>> OldChats::RemoveChatsOf(rpc::Call call, std::string person, absl::Time before) {
  const Keys keys(parts_.store, call.organization());
  int64_t removed = 0;
  for (bool more = true; more && MayGoOn(call);) {
    std::vector<std::string> command;
    command.push_back("ZRANGEBYSCORE");
    command.push_back(keys.Chats(person));
    command.push_back("-inf");
    command.push_back(absl::StrCat("(", Seconds(before - kLongestChat)));
    command.push_back("LIMIT");
    command.push_back("0");
    command.push_back(absl::StrCat(kAtOnce));
    CO_ASSIGN_OR_RETURN(const redis::Reply ids, co_await parts_.store.Read(call, std::move(command)));
    more = ids.elements.size() == kAtOnce;
    for (const redis::Reply& id : ids.elements) {
      CO_ASSIGN_OR_RETURN(std::optional<v1::Chat> chat, co_await parts_.chats.Find(call, id.text));
      // One that is changed meanwhile is gone the next time.
      const absl::Status gone = co_await RemoveChat(call, person, id.text, chat.value_or(v1::Chat()));
      if (absl::IsAborted(gone)) co_return removed;
      CO_RETURN_IF_ERROR(gone);
      ++removed;
    }
  }
  co_return removed;
}

Task<absl::Status> OldChats::RemoveChat(rpc::Call call, std::string person, std::string id, v1::Chat chat) {
  const Keys keys(parts_.store, call.organization());
  CO_ASSIGN_OR_RETURN(const bool is_last, co_await IsLastOfSeries(call, chat));
  store::Write write;
  write.script = &kForgetChat;
  write.keys.push_back(keys.Chat(id));
  write.keys.push_back(keys.Claims(id));
  write.keys.push_back(is_last ? keys.Series(chat.series().substr(sizeof("series/") - 1)) : keys.Chat(id));
  write.keys.push_back(keys.Chats(person));
  write.arguments.push_back(std::move(id));
  write.arguments.push_back(chat.etag());
  write.arguments.push_back(Seconds(StartOf(chat)));
  write.arguments.push_back(is_last ? "1" : "");
  for (std::string& attendee : AttendeeIds(chat)) {
    write.keys.push_back(keys.Chats(attendee));
    write.keys.push_back(keys.Busy(attendee));
    write.arguments.push_back(std::move(attendee));
  }
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await parts_.store.Write(call, std::move(write)));
  co_return outcome.refused() ? absl::AbortedError("the chat changed") : absl::OkStatus();
}

Task<absl::StatusOr<bool>> OldChats::IsLastOfSeries(rpc::Call call, const v1::Chat& chat) {
  if (chat.series().empty()) co_return false;
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("series", chat.series()));
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Series> series, co_await parts_.series.Find(call, std::move(id)));
  if (!series) co_return false;
  co_return std::none_of(series->chats().begin(), series->chats().end(),
                         [&](const v1::Chat& other) { return other.name() != chat.name() && other.has_start_time(); });
}

Task<absl::StatusOr<int64_t>> OldChats::RemoveNotifications(rpc::Call call, absl::Time before) {
  int64_t removed = 0;
  for (bool more = true; more && MayGoOn(call);) {
    CO_ASSIGN_OR_RETURN(const int some, co_await parts_.notifications.Forget(call, before, kAtOnce));
    removed += some;
    more = some == kAtOnce;
  }
  co_return removed;
}

}  // namespace cortado::scheduling
