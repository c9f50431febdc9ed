#include "common/time/clock.h"

#include "absl/time/clock.h"

namespace cortado {
namespace {

class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace

const Clock& RealClock() {
  static const SystemClock* const clock = new SystemClock;
  return *clock;
}

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
