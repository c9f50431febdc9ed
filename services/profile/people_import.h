// The import: rows of HR arrive as a stream and are planned and written in batches as they come, matched by external
// id. A row that asks for what it asked for the last time, or for what is stored, writes nothing. Reporting lines are
// settled at the end, when every row is known, and then those leave who are missing, where that was asked for. With
// `validate_only` the same plans are reported and nothing is written.
//
// Killed half way, an import leaves whole batches; the same rows again finish it. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_ending.h"
#include "services/profile/import_session.h"
#include "services/profile/import_store.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class PeopleImport {
 public:
  // All outlive it.
  PeopleImport(ImportStore& store, PersonStore& people, Skills& skills, Executors& executors, const Clock& clock)
      : store_(store),
        people_(people),
        skills_(skills),
        executors_(executors),
        clock_(clock),
        ending_(store, people, executors, clock) {}

  // INVALID_ARGUMENT names the row and field; what came in earlier messages is written then. ALREADY_EXISTS
  // (ALREADY_TAKEN) names the line whose address belongs to somebody else. FAILED_PRECONDITION (TOO_MANY_LEAVING,
  // metadata `leaving` and `active`): the rows are written, but nobody left. With validate_only none of these: they
  // are `errors` of the answer.
  Task<absl::StatusOr<v1::ImportPeopleResponse>> Run(rpc::Call call, rpc::Reader<v1::ImportPeopleRequest>& reader);

 private:
  struct Work;

  // Takes one message. `fault` is what the contract's rules for fields say of it.
  Task<absl::Status> TakeMessage(rpc::Call call, Work& work, v1::ImportPeopleRequest& request, absl::Status fault);
  // Takes up to ImportStore::kBatch rows from `rows`, beginning at `begin`.
  Task<absl::Status> TakeRows(rpc::Call call, Work& work, v1::ImportPeopleRequest& request, int begin, int end);
  // Replaces the skills of rows by those of the catalogue; leaves out and reports rows that have none.
  Task<absl::Status> SettleSkills(rpc::Call call, Work& work, v1::ImportPeopleRequest& request, std::vector<int>& rows);
  Task<absl::Status> LearnSkills(rpc::Call call, Work& work, std::vector<std::string> names);
  // Plans and writes a batch; false when somebody was faster and the batch must be read again.
  Task<absl::StatusOr<bool>> Write(rpc::Call call, Work& work, std::vector<ReadyRow>& rows);
  // Leaves out and reports the plans whose address belongs to somebody else.
  Task<absl::Status> RefuseTaken(rpc::Call call, Work& work, std::vector<ReadyRow>& rows, std::vector<RowPlan>& plans);

  ImportStore& store_;
  PersonStore& people_;
  Skills& skills_;
  Executors& executors_;
  const Clock& clock_;
  ImportEnding ending_;
};

}  // namespace cortado::profile
