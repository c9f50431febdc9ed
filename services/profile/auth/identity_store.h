// Which logins at issuers are whose: the hash `identities` from the digest of (issuer, subject) to P, and in the hash
// of the person the field `l:DIGEST`. Both must stand for the login to find the person: so deleting the person ends it,
// even if somebody else gets the same id later; leaving does not. Thread-safe. Every function gives UNAVAILABLE when
// the store does not answer.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"

namespace cortado::profile {

class IdentityStore {
 public:
  // What the store says of a login.
  struct Identity {
    std::string holder;   // P who has it, or had it; empty: nobody ever.
    bool holds = false;   // Whether it finds them now.
    bool active = false;  // Whether they are of the organisation now.
  };

  explicit IdentityStore(store::Store& store) : store_(store) {}

  // What a login is kept under. Neither holds a line break.
  static std::string Digest(absl::string_view issuer, absl::string_view subject);

  Task<absl::StatusOr<Identity>> Find(rpc::Call call, std::string digest);
  // Binds a login, as found, to an active person. False: it is somebody's meanwhile, or the person is not active.
  Task<absl::StatusOr<bool>> Bind(rpc::Call call, std::string digest, Identity found, std::string person);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
