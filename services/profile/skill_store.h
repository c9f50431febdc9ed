// The catalogue of skills as it is stored: one hash of records, one from every slug to the skill that has it, and the
// revision of the last change, by which readers know whether what they hold is still true. Thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/catalog.pb.h"

namespace cortado::profile {

class SkillStore {
 public:
  explicit SkillStore(store::Store& store) : store_(store) {}

  // Returns the revision of the last change, "0" before the first.
  Task<absl::StatusOr<std::string>> Version(rpc::Call call);
  // Returns the version and every skill, with name and etag, in no order.
  Task<absl::StatusOr<std::pair<std::string, std::vector<v1::Skill>>>> List(rpc::Call call);

  // Adds skills, at most 100: all or, with ALREADY_EXISTS (ALREADY_TAKEN), none, when a slug of one means another
  // skill.
  Task<absl::StatusOr<store::Outcome>> Insert(rpc::Call call, std::vector<v1::Skill> skills, std::string request_id,
                                              std::string fingerprint);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
