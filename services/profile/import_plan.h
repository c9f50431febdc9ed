// The plan of a batch of an import: what becomes of each row, given what is stored. A dry run reports it, a real run
// writes exactly it.
// Thread contract: pure functions; an AddressBook is used by one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/import_store.h"
#include "services/profile/person_form.h"

namespace cortado::profile {

// A row that is right in itself: its skills are settled and its offer is final.
struct ReadyRow {
  const v1::ImportRow* row = nullptr;
  std::string digest;
};

// What of the store a batch meets, in the order of its rows.
struct BatchFacts {
  std::vector<std::optional<std::string>> ids;       // Whom their external ids mean.
  std::vector<std::optional<std::string>> managers;  // Whom the external ids of their managers mean.
  std::vector<std::optional<PersonFile>> files;      // The files under their CandidateIds.
};

// What becomes of one row.
struct RowPlan {
  std::string id;
  std::string manager_before;           // Id, or empty.
  v1::PersonChange change;              // Kind 0: as stored.
  std::optional<ImportedPerson> write;  // What is to be written, if anything.
};

// The id that each row's person has, or would get.
std::vector<std::string> CandidateIds(const std::vector<ReadyRow>& rows,
                                      const std::vector<std::optional<std::string>>& known);

// Plans a batch. `taken` holds the ids that earlier batches of the import give out.
std::vector<RowPlan> PlanBatch(const std::vector<ReadyRow>& rows, const BatchFacts& facts,
                               const absl::flat_hash_set<std::string>& taken, absl::Time now);

// Knows which addresses belong to whom once the batches planned so far are written, so that a plan which is not written
// meets what its rows would meet.
class AddressBook {
 public:
  // The addresses whose holders must be known to check these plans.
  static std::vector<std::string> Wanted(const std::vector<RowPlan>& plans);

  // Returns the indices of the plans whose address belongs to somebody else; the others are taken down as written.
  // `holders` are those of Wanted, in order.
  std::vector<size_t> Take(const std::vector<RowPlan>& plans, const std::vector<std::optional<std::string>>& holders);

 private:
  absl::flat_hash_map<std::string, std::string> holders_;  // Empty: freed.
};

}  // namespace cortado::profile
