// Bounds how often one person looks at another's times (product rules 1.2): in memory, per process, forgotten with it.
// Thread-safe.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace cortado::scheduling {

class LookLimiter {
 public:
  // Allows `burst` looks at once and then one every `interval`, for each pair.
  LookLimiter(int burst, absl::Duration interval) : burst_(burst), interval_(interval) {}

  // Counts a look of `viewer` at `person` and returns zero; or counts nothing and returns how long to wait.
  absl::Duration Look(absl::string_view organization, absl::string_view viewer, absl::string_view person,
                      absl::Time now);

 private:
  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int burst_;
  const absl::Duration interval_;
  sync::Mutex mutex_;
  // When all looks of a pair are regained: the "theoretical arrival time" of the generic cell rate algorithm (ITU-T
  // I.371).
  std::map<std::string, absl::Time> regained_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_forget_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace cortado::scheduling
