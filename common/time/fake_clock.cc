// Apart from the machine's clock, so that no program that is released has it linked in.
#include "common/time/clock.h"

namespace cortado {

absl::Time FakeClock::Now() const {
  sync::MutexLock lock(mutex_);
  return now_;
}

void FakeClock::Set(absl::Time now) {
  sync::MutexLock lock(mutex_);
  now_ = now;
}

void FakeClock::Advance(absl::Duration step) {
  sync::MutexLock lock(mutex_);
  now_ += step;
}

}  // namespace cortado
