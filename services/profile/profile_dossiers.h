// What the profile service holds about a person: the fields of their hash (person_keys.h), whatever they are, sessions,
// rights, the Slack user, and the trail. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/privacy/dossiers.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/profile/auth/access_store.h"
#include "services/profile/auth/session_store.h"
#include "services/profile/auth/slack_store.h"
#include "services/profile/erasure_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class ProfileDossiers {
 public:
  // All outlive it.
  struct Parts {
    store::Store& store;
    PersonStore& people;
    SessionStore& sessions;
    AccessStore& access;
    SlackStore& slack;
    const Clock& clock;
  };

  explicit ProfileDossiers(Parts parts) : parts_(parts), erasures_(parts.store) {}

  // Sections of a dossier. The person and their parts; what else stands in their hash as facts.
  Task<absl::StatusOr<privacy::RecordPage>> CollectPerson(rpc::Call call, std::string person, std::string cursor);
  // How they get in.
  Task<absl::StatusOr<privacy::RecordPage>> CollectAccess(rpc::Call call, std::string person, std::string cursor);

  // Removes all of it but the trail, which holds ids. Their reports have no manager then, some at a time.
  Task<absl::StatusOr<privacy::Erased>> Erase(rpc::Call call, std::string person);

 private:
  const Parts parts_;
  ErasureStore erasures_;
};

}  // namespace cortado::profile
