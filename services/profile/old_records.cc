#include "services/profile/old_records.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

constexpr int kPeopleAtOnce = 250;
// So much before the deadline the last step begins.
constexpr absl::Duration kOneStep = absl::Seconds(10);

// K: sessions of some people. A: the instant in ms.
const store::WriteScript kDropSessions("profile.drop_sessions", R"lua(
  local old, count = {}, 0
  for i, key in ipairs(K) do
    local held = redis.call('HGETALL', key)
    for s = 1, #held, 2 do
      local expires = string.match(held[s + 1], '^%d+ %d+ %d+ (%d+) ')
      if expires and tonumber(expires) < tonumber(A[1]) then
        old[i] = old[i] or {}
        table.insert(old[i], held[s])
        count = count + 1
      end
    end
  end
  if count == 0 then return unchanged('sessions') end
  for i, ids in pairs(old) do redis.call('HDEL', K[i], unpack(ids)) end
  out[1] = count
  resource = 'sessions'
)lua");

bool MayGoOn(const rpc::Call& call) { return !call.Cancelled() && absl::Now() + kOneStep < call.deadline(); }

}  // namespace

Task<absl::StatusOr<int64_t>> OldRecords::RemoveDestinations(rpc::Call call, absl::Time before) {
  int64_t removed = 0;
  std::string after;
  for (bool more = true; more && MayGoOn(call);) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await people_.ListIds(call, after, kPeopleAtOnce, ""));
    more = static_cast<int>(ids.size()) == kPeopleAtOnce;
    if (more) after = ids.back();
    CO_ASSIGN_OR_RETURN(const auto files, co_await people_.FindFiles(call, ids));
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i]) continue;
      for (size_t d = 1; d < files[i]->destinations.size(); ++d) {
        const v1::Destination& said = files[i]->destinations[d].destination;
        if (absl::FromUnixSeconds(said.create_time().seconds()) >= before) continue;
        PartWrite write;
        write.id = ids[i];
        write.field = absl::StrCat("d:", said.name().substr(said.name().rfind('/') + 1));
        write.etag = said.etag();
        write.resource = said.name();
        const absl::StatusOr<store::Outcome> gone = co_await people_.PutPart(call, std::move(write));
        // Its owner was faster.
        if (absl::IsNotFound(gone.status()) || absl::IsAborted(gone.status())) continue;
        CO_RETURN_IF_ERROR(gone.status());
        ++removed;
      }
    }
  }
  co_return removed;
}

Task<absl::StatusOr<int64_t>> OldRecords::RemoveSessions(rpc::Call call, absl::Time before) {
  int64_t removed = 0;
  std::string after;
  for (bool more = true; more && MayGoOn(call);) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await people_.ListIds(call, after, kPeopleAtOnce, ""));
    more = static_cast<int>(ids.size()) == kPeopleAtOnce;
    if (ids.empty()) break;
    after = ids.back();
    store::Write write;
    write.script = &kDropSessions;
    for (const std::string& id : ids) {
      write.keys.push_back(store_.Key(call.organization(), absl::StrCat("sessions:", id)));
    }
    write.arguments = Words(absl::StrCat(absl::ToUnixMillis(before)));
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
    if (!outcome.values.empty()) removed += outcome.values[0].integer;
  }
  co_return removed;
}

}  // namespace cortado::profile
