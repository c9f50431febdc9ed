// Everything that all services hold about one person, for that person alone. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/my_data.pb.h"
#include "services/profile/dossier_source.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Exports {
 public:
  // Store, people and clock outlive it.
  Exports(store::Store& store, PersonStore& people, std::vector<DossierSource> sources, const Clock& clock)
      : store_(store), people_(people), sources_(std::move(sources)), clock_(clock) {}

  // The caller's own export. For HR, who may name anybody else: the person is told, at most once a day, and nothing is
  // returned. PERMISSION_DENIED for others. NOT_FOUND: there is no such person, or they have left and cannot be told.
  // UNAVAILABLE (TRY_AGAIN) when a service does not answer: an export is whole, or is none.
  Task<absl::StatusOr<v1::PersonExport>> Export(rpc::Call call, const v1::ExportPersonRequest& request);

 private:
  Task<absl::StatusOr<v1::PersonExport>> Collect(rpc::Call call, std::string person);
  Task<absl::StatusOr<v1::PersonExport>> Tell(rpc::Call call, std::string person);

  store::Store& store_;
  PersonStore& people_;
  const std::vector<DossierSource> sources_;
  const Clock& clock_;
};

}  // namespace cortado::profile
