// Writes of an import: batches of people in one script each, and the reporting lines at its end. Thread-safe.
// Every function gives UNAVAILABLE when the store does not answer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::profile {

// What to do with a part of a person.
struct PartChange {
  enum class Kind { kKeep, kRemove, kWrite };
  Kind kind = Kind::kKeep;
  std::string bytes;
};

// One person as an import leaves them.
struct ImportedPerson {
  std::string id;
  v1::Person before;  // As read; empty for somebody new.
  v1::Person after;
  std::string digest;   // Of the row; empty: of none, so that the next row counts as another.
  int steps = 0;        // How many steps of the journey are the row's; those behind them are drafts of ours.
  std::string manager;  // Id, or empty.
  bool joined = false;
  PartChange offer;
  PartChange destination;
};

class ImportStore {
 public:
  // People of one batch: with reads, writes and feed entries a script stays below 1,000 commands.
  static constexpr size_t kBatch = 250;
  static constexpr size_t kManagersBatch = 100;

  explicit ImportStore(store::Store& store) : store_(store) {}

  // Returns the person of each external id, or nothing, in order.
  Task<absl::StatusOr<std::vector<std::optional<std::string>>>> FindIds(rpc::Call call,
                                                                        std::vector<std::string> external_ids);
  // Returns everybody's manager.
  Task<absl::StatusOr<absl::flat_hash_map<std::string, std::string>>> Managers(rpc::Call call);

  // Writes up to kBatch people, all or none. Returns whether it did: not when somebody changed one of them since
  // `before` was read. ALREADY_EXISTS (ALREADY_TAKEN, metadata `index`) when an address belongs to somebody else.
  Task<absl::StatusOr<bool>> Put(rpc::Call call, std::vector<ImportedPerson> people);
  // Returns who holds each address (in lower case), or nothing, in order.
  Task<absl::StatusOr<std::vector<std::optional<std::string>>>> FindHolders(rpc::Call call,
                                                                            std::vector<std::string> addresses);
  // Returns the id of everybody whom HR knows, by external id.
  Task<absl::StatusOr<absl::flat_hash_map<std::string, std::string>>> KnownToHr(rpc::Call call);
  // Sets the managers (id of the person, id of the manager or empty) of up to kManagersBatch people; absent people are
  // passed over.
  Task<absl::Status> SetManagers(rpc::Call call, std::vector<std::pair<std::string, std::string>> managers);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
