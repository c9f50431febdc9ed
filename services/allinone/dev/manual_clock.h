// The clock of `cortado_dev`: it goes on like the machine's, as far ahead of it as it was moved, and never back. How
// far stands in the data directory (`clock`), so that a restart does not turn time back under what was written.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "services/allinone/data_directory.h"

namespace cortado::allinone {

class ManualClock : public Clock {
 public:
  // As far ahead in all; beyond it a stored time might not be told any more.
  static constexpr absl::Duration kFarthest = absl::Hours(24 * 365 * 100);

  // Opens the clock of `data`, which outlives it: as far ahead as it was left, at first not at all. UNAVAILABLE: the
  // file cannot be read, or is damaged.
  static absl::StatusOr<std::unique_ptr<ManualClock>> Open(const DataDirectory& data);

  absl::Time Now() const override;

  // How far it is ahead of the machine's.
  absl::Duration offset() const { return absl::Nanoseconds(offset_.load()); }

  // Moves it forward; it stays there once this returned OK, whatever happens to the process. Writes a file.
  // INVALID_ARGUMENT (FIELD_INVALID, `step`): not forward, or farther than kFarthest in all. UNAVAILABLE: it cannot be
  // written; then nothing moved.
  absl::Status Advance(absl::Duration step);

 private:
  ManualClock(const DataDirectory& data, absl::Duration offset);

  const DataDirectory& data_;
  sync::Mutex writing_;
  std::atomic<int64_t> offset_;  // Nanoseconds.
};

}  // namespace cortado::allinone
