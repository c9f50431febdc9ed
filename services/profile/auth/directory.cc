#include "services/profile/auth/directory.h"

#include <utility>

#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

constexpr char kDirectory[] = "directory";

// K: the hash. A: id, organisation, organisation that has it no more, name of the hash.
const store::WriteScript kClaim("profile.claim_in_directory", R"lua(
  local holder = redis.call('HGET', K[1], A[1])
  if holder == A[2] then return unchanged(A[4] .. '/' .. A[1]) end
  if holder and holder ~= A[3] then return refuse('TAKEN') end
  redis.call('HSET', K[1], A[1], A[2])
  resource = A[4] .. '/' .. A[1]
)lua");

// K: the hash. A: id, organisation, name of the hash.
const store::WriteScript kRelease("profile.release_in_directory", R"lua(
  if redis.call('HGET', K[1], A[1]) ~= A[2] then return unchanged(A[3] .. '/' .. A[1]) end
  redis.call('HDEL', K[1], A[1])
  resource = A[3] .. '/' .. A[1]
)lua");

rpc::Call InDirectory(const rpc::Call& call) { return rpc::InternalCall(kDirectory, call.subject(), call.deadline()); }

}  // namespace

std::string Directory::Key() const { return store_.Key(kDirectory, hash_); }

Task<absl::StatusOr<std::string>> Directory::Find(std::string id, absl::Time deadline) {
  std::vector<std::string> command = Words("HGET", Key(), std::move(id));
  const rpc::Call inside = rpc::InternalCall(kDirectory, "auth", deadline);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(inside, std::move(command)));
  co_return reply.IsNil() ? std::string() : reply.text;
}

Task<absl::StatusOr<bool>> Directory::Claim(rpc::Call call, std::string id, std::string stale) {
  store::Write write;
  write.script = &kClaim;
  write.keys = Words(Key());
  write.arguments = Words(std::move(id), call.organization(), std::move(stale), hash_);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(InDirectory(call), std::move(write)));
  co_return !outcome.refused();
}

Task<absl::Status> Directory::Release(rpc::Call call, std::string id) {
  store::Write write;
  write.script = &kRelease;
  write.keys = Words(Key());
  write.arguments = Words(std::move(id), call.organization(), hash_);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(InDirectory(call), std::move(write)));
  (void)outcome;
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
