#include "common/app/health_watch.h"

#include <future>

namespace cortado::app {

HealthWatch::HealthWatch(EventLoop& loop, Server& server, std::function<bool()> ready)
    : loop_(loop), server_(server), ready_(std::move(ready)) {
  loop_.Post([this] { Look(); });
}

HealthWatch::~HealthWatch() {
  std::promise<void> ended;
  loop_.Post([&] {
    loop_.Cancel(timer_);  // Looks run on this thread too, so none is under way.
    ended.set_value();
  });
  ended.get_future().wait();
}

void HealthWatch::Look() {
  const bool ready = ready_();
  server_.SetServing(ready);
  timer_ = loop_.At(absl::Now() + absl::Milliseconds(ready ? 250 : 10), [this] { Look(); });
}

}  // namespace cortado::app
