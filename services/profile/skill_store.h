// The catalogue of skills as it is stored: one hash of records, one of the merges, and the revision of the last change.
// Who changes it decides on what they read, and writes only if that is still the last change. Thread-safe. Every
// function gives UNAVAILABLE when the store does not answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/catalog.pb.h"
#include "services/profile/person_form.h"

namespace cortado::profile {

// A skill that was merged into another: `skills/S` means that other one from the first moment on. Into itself: it has
// another name now, which people and roles hold a copy of.
struct StoredMerge {
  enum class State {
    kRunning,  // People and roles may still have the old skill.
    kLooking,  // They were rewritten; a write that was under way meanwhile may have brought it back.
    kDone,
  };
  std::string into;   // Id of the skill that stays.
  std::string token;  // Revision that began it: what its scripts are fenced by.
  int64_t people = 0;
  int64_t roles = 0;
  State state = State::kRunning;
  absl::Time begun;
};

struct StoredSkills {
  std::string version;  // Revision of the last change, "0" before the first.
  std::vector<v1::Skill> skills;
  std::map<std::string, StoredMerge> merges;  // By the id of the skill that went.
};

// A write to the catalogue that was decided upon `version`.
struct SkillWrite {
  std::string version;
  // Not empty: nothing is written; the outcome is this refusal, unless the request was answered before.
  std::string refusal = {};
  std::vector<v1::Skill> skills = {};  // To write, at most 100, each with its name.
  std::string renamed = {};            // Id of the one that is shown under another name from now on; empty: none.
  std::string event = "skill.updated";
  std::string request_id = {};
  std::string fingerprint = {};
};

// A person to write over who is still as read.
struct Rewrite {
  std::string id;
  v1::Person person;  // With the etag read.
};

class SkillStore {
 public:
  explicit SkillStore(store::Store& store) : store_(store) {}

  // Returns the revision of the last change, "0" before the first.
  Task<absl::StatusOr<std::string>> Version(rpc::Call call);
  // Returns everything; skills have name and etag and stand in no order.
  Task<absl::StatusOr<StoredSkills>> List(rpc::Call call);

  // Writes skills. The outcome is refused with "STALE" when the catalogue changed since `version`.
  Task<absl::StatusOr<store::Outcome>> Put(rpc::Call call, SkillWrite write);

  // Removes the skill with this id and writes the one that stays, in one step; from then on the merge is running.
  // Refused as Put is.
  Task<absl::StatusOr<store::Outcome>> BeginMerge(rpc::Call call, std::string id, SkillWrite into);
  // Writes people, at most 250, for the merge of this id. Returns the ids of those who changed since they were read,
  // who were not written. ABORTED when the merge is over.
  Task<absl::StatusOr<std::vector<std::string>>> RewritePeople(rpc::Call call, std::string id, std::string token,
                                                               std::vector<Rewrite> people);
  // Takes the merge from one state to the next; nothing happens where it is not in `from`, which is not an error.
  Task<absl::Status> EndStage(rpc::Call call, std::string id, StoredMerge::State from);

  store::Store& store() { return store_; }

 private:
  store::Store& store_;
};

// The key of the merges, for scripts that are fenced by one.
std::string MergesKey(const store::Store& store, const rpc::Call& call);

}  // namespace cortado::profile
