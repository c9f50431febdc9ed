// The one way to ask what time it is: services take a `const Clock&`, so that a test decides. Pure rooms take the time
// itself as an argument instead. Every method of every clock may be called from any thread.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace cortado {

class Clock {
 public:
  virtual ~Clock() = default;

  // Returns the present instant. It may go backwards (the machine's clock is adjusted): measure spans elsewhere.
  virtual absl::Time Now() const = 0;
};

// Returns the machine's clock, which lives for ever.
const Clock& RealClock();

// A clock that moves only when told to.
class FakeClock : public Clock {
 public:
  explicit FakeClock(absl::Time now) : now_(now) {}

  absl::Time Now() const override;
  void Set(absl::Time now);
  // Moves by `step`, which may be negative.
  void Advance(absl::Duration step);

 private:
  mutable sync::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cortado
