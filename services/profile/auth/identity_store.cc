#include "services/profile/auth/identity_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// K: identities, person, person of the last holder. A: digest, person, last holder.
const store::WriteScript kBind("profile.bind_identity", R"lua(
  local holder = redis.call('HGET', K[1], A[1])
  if (holder or '') ~= A[3] then return refuse('HELD') end
  if holder and redis.call('HEXISTS', K[3], 'l:' .. A[1]) == 1 then return refuse('HELD') end
  local state = redis.call('HMGET', K[2], 'person', 'inactive')
  if not state[1] or state[2] == '1' then return refuse('ABSENT') end
  redis.call('HSET', K[1], A[1], A[2])
  redis.call('HSET', K[2], 'l:' .. A[1], '1')
  event('identity.linked', 'people/' .. A[2])
  resource = 'people/' .. A[2]
)lua");

std::string IdentitiesKey(const store::Store& store, const rpc::Call& call) {
  return store.Key(call.organization(), "identities");
}

}  // namespace

std::string IdentityStore::Digest(absl::string_view issuer, absl::string_view subject) {
  return id::Sha256Hex(absl::StrCat(issuer, "\n", subject));
}

Task<absl::StatusOr<IdentityStore::Identity>> IdentityStore::Find(rpc::Call call, std::string digest) {
  std::vector<std::string> command = Words("HGET", IdentitiesKey(store_, call), digest);
  CO_ASSIGN_OR_RETURN(const redis::Reply held, co_await store_.Read(call, std::move(command)));
  Identity found;
  if (held.IsNil()) co_return found;
  found.holder = held.text;
  command =
      Words("HMGET", PersonKeys(store_, call).Person(held.text), "person", "inactive", absl::StrCat("l:", digest));
  CO_ASSIGN_OR_RETURN(const redis::Reply state, co_await store_.Read(call, std::move(command)));
  found.holds = !state.elements[0].IsNil() && !state.elements[2].IsNil();
  found.active = found.holds && state.elements[1].text != "1";
  co_return found;
}

Task<absl::StatusOr<bool>> IdentityStore::Bind(rpc::Call call, std::string digest, Identity found, std::string person) {
  const PersonKeys keys(store_, call);
  store::Write write;
  write.script = &kBind;
  write.keys = Words(IdentitiesKey(store_, call), keys.Person(person),
                     keys.Person(found.holder.empty() ? person : found.holder));
  write.arguments = Words(std::move(digest), std::move(person), std::move(found.holder));
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  co_return !outcome.refused();
}

}  // namespace cortado::profile
