// Programmes and who takes part in them, in Redis, one script per write. Thread-safe. Every function gives UNAVAILABLE
// when the store does not answer. Under `cortado:{ORG}:matching:`:
//   program:P        Program
//   programs         sorted set: `MS:P`
//   cadences         sorted set: P, scored by when its own calendar has something to do, in ms
//   participants:P   hash: person -> Participant, without name and card
//   participant_ids:P  sorted set: person
//   taking_part:Q    hash: P -> 1, of every programme that Q was invited to
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/program.pb.h"
#include "services/matching/records.h"

namespace cortado::matching {

// A participant and the revision read.
struct Enrollment {
  std::string person;  // Id.
  std::string etag;
  v1::Participant participant;
};

// How somebody is invited.
struct Invitee {
  bool joined = false;                    // Cortado, so that they may be written to.
  std::optional<absl::Time> enroll_time;  // When they take part without an answer; none: never.
};

class ProgramStore {
 public:
  // Both outlive this.
  ProgramStore(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Writes a programme at its etag, empty for a new one, and returns it; on a replay as it is now. ABORTED
  // (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Program>> Put(rpc::Call call, v1::Program program, std::string request_id,
                                        std::string fingerprint);
  // Returns the ids of up to `limit` programmes whose own calendar has something to do by `now`.
  Task<absl::StatusOr<std::vector<std::string>>> ListCadences(rpc::Call call, absl::Time now, int limit);
  // Says when it has something to do next, unless the programme was changed since it was read.
  Task<absl::Status> SetCadence(rpc::Call call, const v1::Program& program, absl::Time step);
  // NOT_FOUND when absent.
  Task<absl::StatusOr<v1::Program>> Get(rpc::Call call, std::string id);
  // Returns up to `limit`, newest first, from `cursor` on (empty: from the newest).
  Task<absl::StatusOr<Page<v1::Program>>> List(rpc::Call call, std::string cursor, int limit);
  // Returns the ids of the programmes that a person was ever invited to.
  Task<absl::StatusOr<std::vector<std::string>>> ListTakingPart(rpc::Call call, std::string person);

  // Adds `participant` for each of `people` (ids, at most 200) who was not invited yet, and returns how many; on a
  // replay 0. NOT_FOUND when the programme is gone.
  Task<absl::StatusOr<int>> Invite(rpc::Call call, const v1::Program& program, std::map<std::string, Invitee> people,
                                   const v1::Participant& participant, std::string request_id, std::string fingerprint);
  // Writes what somebody answered, at the revision read, and returns them; on a replay as they are now. ABORTED
  // (ETAG_MISMATCH), NOT_FOUND.
  Task<absl::StatusOr<v1::Participant>> Answer(rpc::Call call, std::string program, Enrollment enrollment,
                                               std::string request_id, std::string fingerprint);
  // NOT_FOUND when the person was never invited.
  Task<absl::StatusOr<Enrollment>> GetParticipant(rpc::Call call, std::string program, std::string person);
  // Returns up to `limit` participants, by id, behind `after` (empty: from the first).
  Task<absl::StatusOr<Page<Enrollment>>> ListParticipants(rpc::Call call, std::string program, std::string after,
                                                          int limit);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const { return store_.Key(call.organization(), rest); }

  store::Store& store_;
  const Clock& clock_;
};

}  // namespace cortado::matching
