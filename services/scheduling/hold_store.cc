#include "services/scheduling/hold_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/keys.h"
#include "services/scheduling/seat_scripts.h"

namespace cortado::scheduling {
namespace {

// K: Hold, then the seat of each. A: refusal, hold id, bytes, start, expires, then of each what kBook takes.
constexpr char kHoldBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  local id, bytes, start, expires = A[2], A[3], A[4], A[5]
  local seats = seats_from(2, 6)
  local refused = obstacle(seats, start)
  if refused then return refused end
  for _, s in ipairs(seats) do
    local mine, all = 0, 0
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', s.holds, '(' .. math.floor(tonumber(now) / 1000), '+inf')) do
      all = all + 1
      if string.match(member, ':hold:[^:]+:([^:]+):') == SUBJECT then mine = mine + 1 end
    end
    if (s.id == SUBJECT and mine >= 5) or all >= 20 then return refuse('HELD') end
  end
  redis.call('SET', K[1], record(bytes), 'EX', 172800)
  for _, s in ipairs(seats) do
    drop_holds(s, {{start, s.till}})
    local member = start .. ':' .. s.till .. ':hold:' .. id .. ':' .. SUBJECT .. ':' .. expires
    redis.call('ZADD', s.busy, start, member)
    redis.call('ZADD', s.holds, expires, member)
  end
  resource = 'holds/' .. id
)lua";

// K: Hold, then Busy and Holds of each. A: refusal, hold id.
constexpr char kReleaseBody[] = R"lua(
  if A[1] ~= '' then return refuse(A[1]) end
  resource = 'holds/' .. A[2]
  redis.call('DEL', K[1])
  for k = 2, #K, 2 do
    for _, member in ipairs(redis.call('ZRANGE', K[k + 1], 0, -1)) do
      if string.match(member, ':hold:([^:]+):') == A[2] then
        redis.call('ZREM', K[k], member)
        redis.call('ZREM', K[k + 1], member)
      end
    end
  end
)lua";

const store::WriteScript kHold("scheduling.hold", absl::StrCat(kSeats, kHoldBody));
const store::WriteScript kRelease("scheduling.hold.release", kReleaseBody);

}  // namespace

v1::Hold HoldOf(const v1::Chat& chat, absl::Time expires) {
  v1::Hold hold;
  for (const v1::Attendee& attendee : chat.attendees()) hold.add_people(attendee.person().person());
  *hold.mutable_start_time() = chat.start_time();
  *hold.mutable_end_time() = chat.end_time();
  *hold.mutable_expire_time() = WriteInstant(expires);
  return hold;
}

Task<absl::StatusOr<store::Outcome>> HoldStore::Insert(rpc::Call call, Booking booking, absl::Time expires) {
  const Keys keys(store_, call.organization());
  store::Write write;
  write.script = &kHold;
  write.keys.push_back(keys.Hold(booking.id));
  write.arguments.push_back(booking.refusal);
  write.arguments.push_back(booking.id);
  write.arguments.push_back(HoldOf(booking.chat, expires).SerializeAsString());
  write.arguments.push_back(Seconds(StartOf(booking.chat)));
  write.arguments.push_back(Seconds(expires));
  AddSeats(keys, booking.seats, write);
  write.request_id = std::move(booking.request_id);
  write.fingerprint = std::move(booking.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<std::optional<v1::Hold>>> HoldStore::Find(rpc::Call call, std::string id) {
  std::string key = Keys(store_, call.organization()).Hold(id);
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await store_.Find(std::move(call), std::move(key)));
  if (!record.has_value()) co_return std::nullopt;
  v1::Hold hold;
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, hold));
  hold.set_name(id::MakeName("holds", id));
  co_return hold;
}

Task<absl::StatusOr<store::Outcome>> HoldStore::Release(rpc::Call call, v1::Hold hold, std::string refusal,
                                                        std::string request_id, std::string fingerprint) {
  const Keys keys(store_, call.organization());
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("holds", hold.name()));
  store::Write write;
  write.script = &kRelease;
  write.keys.push_back(keys.Hold(id));
  for (const std::string& name : hold.people()) {
    CO_ASSIGN_OR_RETURN(const std::string person, id::ParseName("people", name));
    write.keys.push_back(keys.Busy(person));
    write.keys.push_back(keys.Holds(person));
  }
  write.arguments.push_back(std::move(refusal));
  write.arguments.push_back(std::move(id));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

}  // namespace cortado::scheduling
