// Erasures as they are stored, and what they do to the keys of the profile service, one script each. Thread-safe. Every
// function gives UNAVAILABLE when the store does not answer.
//   erasure       hash of P to the record of the ErasureProof of the last erasure of them
//   erasure:open  set of every P whose erasure is not finished
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/privacy/dossiers.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/my_data.pb.h"

namespace cortado::profile {

class ErasureStore {
 public:
  explicit ErasureStore(store::Store& store) : store_(store) {}

  // Returns the proof of the last erasure of a person, finished or not, or nothing.
  Task<absl::StatusOr<std::optional<v1::ErasureProof>>> FindProof(rpc::Call call, std::string person);
  // Writes a proof; without a finish time it stands among the open ones. REQUEST_ID_REUSED as every write with one.
  Task<absl::Status> SaveProof(rpc::Call call, const v1::ErasureProof& proof, std::string request_id = "",
                               std::string fingerprint = "");
  // The ids of those whose erasure is not finished.
  Task<absl::StatusOr<std::vector<std::string>>> ListOpen(rpc::Call call);

  // Takes the manager from up to 400 who report to `person`; returns how many did.
  Task<absl::StatusOr<int>> Detach(rpc::Call call, std::string person);
  // Removes a person whom nobody reports to, and every key and index of theirs. Whoever is absent is no error. ABORTED
  // when they changed meanwhile: try again.
  Task<absl::StatusOr<privacy::Erased>> Remove(rpc::Call call, std::string person);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
