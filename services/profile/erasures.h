// Erasing a person everywhere, step by step: an entry in the ledger, the proof among what is open, then one service
// after the other; a repeat goes on where the last one ended, and so does a job. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/privacy/erasure_ledger.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/sync/mutex.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/my_data.pb.h"
#include "services/profile/dossier_source.h"
#include "services/profile/erasure_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Erasures {
 public:
  // The job that goes on with what is not finished.
  static constexpr char kJob[] = "people.erase";

  // All outlive it.
  struct Parts {
    store::Store& store;
    PersonStore& people;
    Executors& executors;
    const Clock& clock;
    // Null: nobody is erased, for a copy of the store brought back would hold whom it held.
    std::shared_ptr<const privacy::ErasureLedger> ledger;
  };

  // `sources`: the profile's own first, so that nobody sees the person any more while the others follow.
  Erasures(Parts parts, std::vector<DossierSource> sources)
      : parts_(std::move(parts)), erasures_(parts_.store), sources_(std::move(sources)) {}

  // Adds the job, and has it scheduled for every organisation before its first write.
  void Register(jobs::Runner& runner);

  // Erases a person; the proof of it. NOT_FOUND when they are absent and were never erased; ABORTED (ETAG_MISMATCH);
  // UNAVAILABLE (TRY_AGAIN) when a service does not answer: the erasure is begun then, and goes on by itself;
  // UNAVAILABLE also when the ledger cannot be written or (ORGANIZATION_FROZEN) the organisation is frozen: then
  // nothing is begun. FAILED_PRECONDITION (NO_ERASURE_LEDGER)
  // where there is none: nothing is begun either.
  Task<absl::StatusOr<v1::ErasureProof>> Erase(rpc::Call call, const v1::ErasePersonRequest& request);

  // Goes on with everything that is not finished. Once after the start it also asks the others for every erasure of the
  // ledger: the data of one of them may be an older copy. Returns the first error after the rest is done.
  Task<absl::Status> Resume(rpc::Call call);

 private:
  Task<absl::StatusOr<v1::ErasureProof>> Begin(rpc::Call call, const v1::ErasePersonRequest& request);
  Task<absl::StatusOr<v1::ErasureProof>> Finish(rpc::Call call, v1::ErasureProof proof);
  Task<absl::Status> EraseAt(rpc::Call call, const DossierSource& source, v1::ErasureProof& proof);
  Task<absl::Status> RepeatLedger(rpc::Call call);

  const Parts parts_;
  ErasureStore erasures_;
  const std::vector<DossierSource> sources_;
  sync::Mutex mutex_;
  absl::flat_hash_set<std::string> repeated_ ABSL_GUARDED_BY(mutex_);  // Organisations whose ledger was repeated.
};

}  // namespace cortado::profile
