// Who was erased: a file that lies outside every backup, so that data brought back from one is erased again before it
// is served. It holds ids and instants, nothing else of anybody.
//
//   ASSIGN_OR_RETURN(const ErasureLedger ledger, ErasureLedger::Open(path));
//   RETURN_IF_ERROR(ledger.Append({organization, person, id, now}));     // on disk when it returns
//
// The first line is `cortado-erasures 1`; each other one `ORGANISATION PERSON ID TIME_MS`, with tabs between. Lines are
// only ever added. One that has no end was cut off by a crash before it counted, and is dropped by the next to append.
//
// Everything here blocks (files, locks, fsync): not for the event loop. Any thread; across processes a lock on the file
// lets one append at a time.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cortado::privacy {

// That somebody was erased.
struct Erasure {
  std::string organization;
  std::string person;  // Their id.
  std::string id;      // Of the erasure.
  absl::Time time;     // When it was asked for; kept to the millisecond.
};

class ErasureLedger {
 public:
  // Opens the ledger at `path`; makes it (0600) when it is absent. UNAVAILABLE: it cannot be made or read;
  // FAILED_PRECONDITION: it is none, or a line of it is damaged: then nobody knows whom to erase.
  static absl::StatusOr<ErasureLedger> Open(std::string path);

  // Adds an erasure, and returns once it is on disk. One whose id is there already is there already, which is not an
  // error. Errors as Open.
  absl::Status Append(const Erasure& erasure) const;

  // Everything in it, in the order it was added. Errors as Open.
  absl::StatusOr<std::vector<Erasure>> Read() const;

 private:
  explicit ErasureLedger(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace cortado::privacy
