#include "common/app/key_watch.h"

#include <future>

#include "absl/time/clock.h"
#include "common/log/log.h"

namespace cortado::app {

KeyWatch::KeyWatch(EventLoop& loop, auth::KeyRing& keys) : loop_(loop), keys_(keys) {
  loop_.Post([this] { timer_ = loop_.At(absl::Now() + auth::KeyRing::kReload, [this] { Look(); }); });
}

KeyWatch::~KeyWatch() {
  std::promise<void> ended;
  loop_.Post([&] {
    loop_.Cancel(timer_);  // Looks run on this thread too, so none is under way.
    ended.set_value();
  });
  ended.get_future().wait();
}

// Three small files that are in memory: tens of microseconds.
void KeyWatch::Look() {
  const absl::Status read = keys_.Reload();
  if (!read.ok() && !failed_) log::Error("keys.not_read", {{"error", read.message()}});
  failed_ = !read.ok();
  timer_ = loop_.At(absl::Now() + auth::KeyRing::kReload, [this] { Look(); });
}

}  // namespace cortado::app
