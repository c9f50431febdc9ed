// What programmes hold about each person: to be read out for them, and to be erased. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/privacy/dossiers.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "services/matching/program/round_context.h"

namespace cortado::matching {

class ProgramDossiers {
 public:
  // All outlive this.
  ProgramDossiers(store::Store& store, RoundSources sources) : store_(store), sources_(sources) {}

  // Returns what the person is in every programme they were invited to, and whom they met there, all in one page.
  Task<absl::StatusOr<privacy::RecordPage>> Collect(rpc::Call call, std::string person, std::string cursor);

  // Takes the person out of every programme, as if they had never been invited, out of its rounds, and out of the
  // memory of those they met. May be repeated. UNAVAILABLE (TRY_AGAIN) when a round changes all the time.
  Task<absl::StatusOr<int>> Erase(rpc::Call call, std::string person);

 private:
  Task<absl::Status> EraseFromRounds(rpc::Call call, std::string program, std::string person);
  Task<absl::Status> EraseFromRound(rpc::Call call, v1::Round round, std::string person);

  store::Store& store_;
  const RoundSources sources_;
};

}  // namespace cortado::matching
