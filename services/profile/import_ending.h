// The end of an import, when every row is known: who manages whom, who is missing and leaves, and the answer.
// Thread-safe. Every function gives UNAVAILABLE when the store does not answer.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_session.h"
#include "services/profile/import_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

// Whether, and how many, those may leave whose rows are missing.
struct Leaving {
  bool asked = false;
  int percent = 5;     // Of the active people.
  int64_t active = 0;  // How many there were when the import began.
};

class ImportEnding {
 public:
  // All outlive it.
  ImportEnding(ImportStore& store, PersonStore& people, Executors& executors, const Clock& clock)
      : store_(store), people_(people), executors_(executors), clock_(clock) {}

  // Reads what the end will ask, before the first row is written.
  Task<absl::Status> Begin(rpc::Call call, const v1::ImportPeopleRequest& first, Leaving& leaving);
  // FAILED_PRECONDITION (TOO_MANY_LEAVING), see people_import.h.
  Task<absl::StatusOr<v1::ImportPeopleResponse>> End(rpc::Call call, const Leaving& leaving, ImportSession& session);

 private:
  Task<absl::Status> SettleManagers(rpc::Call call, ImportSession& session);
  Task<absl::Status> SettleLeavers(rpc::Call call, const Leaving& leaving, ImportSession& session);
  // Makes these inactive, in one write.
  Task<absl::Status> Leave(rpc::Call call, ImportSession& session, std::vector<std::string> ids);
  Task<absl::StatusOr<v1::ImportPeopleResponse>> Answer(rpc::Call call, ImportSession& session);

  ImportStore& store_;
  PersonStore& people_;
  Executors& executors_;
  const Clock& clock_;
};

}  // namespace cortado::profile
