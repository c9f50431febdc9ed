#include "services/scheduling/look_limiter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kForgetEvery = absl::Minutes(10);

}  // namespace

absl::Duration LookLimiter::Look(absl::string_view organization, absl::string_view viewer, absl::string_view person,
                                 absl::Time now) {
  const std::string pair = absl::StrCat(organization, "\n", viewer, "\n", person);
  sync::MutexLock lock(mutex_);
  Forget(now);
  absl::Time& regained = regained_.try_emplace(pair, now).first->second;
  regained = std::max(regained, now);
  const absl::Duration wait = regained + interval_ - now - burst_ * interval_;
  if (wait > absl::ZeroDuration()) return wait;
  regained += interval_;
  return absl::ZeroDuration();
}

void LookLimiter::Forget(absl::Time now) {
  if (now < next_forget_) return;
  next_forget_ = now + kForgetEvery;
  for (auto pair = regained_.begin(); pair != regained_.end();) {
    pair = pair->second <= now ? regained_.erase(pair) : std::next(pair);
  }
}

}  // namespace cortado::scheduling
