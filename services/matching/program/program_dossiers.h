// What programmes hold about each person: to be read out for them, and to be erased. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/privacy/dossiers.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "services/matching/program/program_store.h"

namespace cortado::matching {

class ProgramDossiers {
 public:
  // Both outlive this.
  ProgramDossiers(store::Store& store, ProgramStore& programs) : store_(store), programs_(programs) {}

  // Returns what the person is in every programme they were invited to, all in one page.
  Task<absl::StatusOr<privacy::RecordPage>> Collect(rpc::Call call, std::string person, std::string cursor);

  // Takes the person out of every programme, as if they had never been invited. Proposals of rounds go on naming them
  // by id, as somebody who is gone. May be repeated.
  Task<absl::StatusOr<int>> Erase(rpc::Call call, std::string person);

 private:
  store::Store& store_;
  ProgramStore& programs_;
};

}  // namespace cortado::matching
