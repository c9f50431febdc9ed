// The import: rows of HR arrive as a stream and are written in batches as they come, matched by external id. A row that
// asks for what it asked for the last time writes nothing. Reporting lines are settled at the end, when every row is
// known.
//
// Killed half way, an import leaves whole batches; the same rows again finish it. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/rpc/stream.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_store.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

class PeopleImport {
 public:
  // All outlive it.
  PeopleImport(ImportStore& store, PersonStore& people, Skills& skills, Executors& executors, const Clock& clock)
      : store_(store), people_(people), skills_(skills), executors_(executors), clock_(clock) {}

  // INVALID_ARGUMENT names the row and field; what came in earlier messages is written then.
  Task<absl::StatusOr<v1::ImportPeopleResponse>> Run(rpc::Call call, rpc::Reader<v1::ImportPeopleRequest>& reader);

 private:
  struct Session;
  struct Batch;

  // Takes up to ImportStore::kBatch rows from `rows`, beginning at `begin`.
  Task<absl::Status> Take(rpc::Call call, Session& session, v1::ImportPeopleRequest& request, int begin, int end);
  // Writes what the rows of a batch ask for; false when somebody was faster and the batch must be read again.
  Task<absl::StatusOr<bool>> Write(rpc::Call call, Session& session, Batch& batch);
  Task<absl::Status> SettleSkills(rpc::Call call, Session& session, v1::ImportPeopleRequest& request, int begin,
                                  int end);
  Task<absl::Status> SettleManagers(rpc::Call call, Session& session);

  ImportStore& store_;
  PersonStore& people_;
  Skills& skills_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::profile
