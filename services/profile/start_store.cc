#include "services/profile/start_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// K: person [, a key that must exist]. A: id, revision read, bytes, then three of: field, revision read ('' for none),
// bytes ('' keeps): destination, time, offer; manager of the day, edited fields ...
const store::WriteScript kStart("profile.start_profile", R"lua(
  local held = redis.call('HGET', K[1], 'person')
  if not held or (K[2] and redis.call('EXISTS', K[2]) == 0) then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  for i = 4, 10, 3 do
    local part = redis.call('HGET', K[1], A[i])
    if A[i + 2] ~= '' and (part and revision_of(part) or '') ~= A[i + 1] then return refuse('ETAG') end
  end
  redis.call('HSET', K[1], 'person', record(A[3]), 'joined', '1')
  for i = 4, 10, 3 do
    if A[i + 2] ~= '' then redis.call('HSET', K[1], A[i], record(string.sub(A[i + 2], 2))) end
  end
  resource = 'people/' .. A[1]
  if A[6] ~= '' then
    local destination = string.sub(A[4], 3)
    if A[13] ~= '' then redis.call('HSET', K[1], 'dm:' .. destination, A[13]) end
    resource = resource .. '/destinations/' .. destination
  end
  for i = 14, #A do redis.call('HSET', K[1], 'e:' .. A[i], '1') end
  object = 'people/' .. A[1]
  changed('person', A[1], 'u')
  event('person.started', object)
)lua");

// A part as the script takes it: its field, the revision read, and '+' with its bytes, or nothing to keep it.
template <typename Part>
void AddPart(std::string field, const std::string& etag, const std::optional<Part>& part,
             std::vector<std::string>& arguments) {
  arguments.push_back(std::move(field));
  arguments.push_back(etag);
  arguments.push_back(part ? absl::StrCat("+", StoredBytes(*part)) : "");
}

}  // namespace

Task<absl::StatusOr<store::Outcome>> StartStore::Put(rpc::Call call, StartWrite write) {
  const PersonFile& before = write.before;
  const std::string id = PersonId(before.person.name());
  store::Write put;
  put.script = &kStart;
  put.keys = Words(PersonKeys(store_, call).Person(id));
  if (!write.role_key.empty()) put.keys.push_back(write.role_key);
  put.arguments = Words(id, before.person.etag(), StoredBytes(write.person));
  AddPart(absl::StrCat("d:", id::New()), "", write.destination, put.arguments);
  AddPart("time", before.time ? before.time->etag() : "", write.time, put.arguments);
  AddPart("offer", before.offer ? before.offer->etag() : "", write.offer, put.arguments);
  put.arguments.push_back(PersonId(before.person.manager()));
  for (std::string& field : write.edited) put.arguments.push_back(std::move(field));
  put.request_id = std::move(write.request_id);
  put.fingerprint = std::move(write.fingerprint);
  CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Write(call, std::move(put)));
  if (outcome.refused()) co_return outcome.refusal == "ABSENT" ? NotFound() : EtagMismatch();
  co_return outcome;
}

}  // namespace cortado::profile
