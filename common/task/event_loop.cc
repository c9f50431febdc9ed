#include "common/task/event_loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace cortado {

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (epoll_ < 0 || wake_ < 0) std::abort();  // Out of descriptors before the start: nothing to go on with.
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  thread_ = std::thread([this] { Run(); });
}

EventLoop::~EventLoop() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  Wake();
  thread_.join();
  close(wake_);
  close(epoll_);
}

void EventLoop::Wake() {
  uint64_t one = 1;
  // A full counter is a wake-up too.
  if (write(wake_, &one, sizeof one) < 0) return;
}

void EventLoop::Post(std::function<void()> work) {
  bool first;
  {
    std::lock_guard lock(mutex_);
    first = queue_.empty();
    queue_.push_back(std::move(work));
  }
  if (first) Wake();
}

uint64_t EventLoop::At(absl::Time when, std::function<void()> work) {
  uint64_t id;
  bool earliest;
  {
    std::lock_guard lock(mutex_);
    id = next_timer_++;
    auto place = timers_.emplace(std::pair(when, id), std::move(work)).first;
    timer_times_.emplace(id, when);
    earliest = place == timers_.begin();
  }
  if (earliest) Wake();
  return id;
}

bool EventLoop::Cancel(uint64_t timer) {
  std::lock_guard lock(mutex_);
  auto found = timer_times_.find(timer);
  if (found == timer_times_.end()) return false;
  timers_.erase({found->second, timer});
  timer_times_.erase(found);
  return true;
}

void EventLoop::Watch(int fd, uint32_t events, std::function<void(uint32_t)> on_event) {
  auto watcher = std::make_shared<Watcher>();
  watcher->on_event = std::move(on_event);
  watchers_[fd] = std::move(watcher);
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void EventLoop::Rewatch(int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void EventLoop::Unwatch(int fd) {
  watchers_.erase(fd);
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

absl::Duration EventLoop::LongestStall() { return absl::Nanoseconds(longest_stall_ns_.exchange(0)); }

void EventLoop::RunQueue() {
  std::vector<std::function<void()>> batch;
  {
    std::lock_guard lock(mutex_);
    batch.swap(queue_);
  }
  for (auto& work : batch) work();
}

int EventLoop::RunTimers() {
  while (true) {
    std::function<void()> work;
    {
      std::lock_guard lock(mutex_);
      if (timers_.empty()) return -1;
      auto first = timers_.begin();
      absl::Duration left = first->first.first - absl::Now();
      if (left > absl::ZeroDuration()) {
        return static_cast<int>(std::min(60000.0, std::ceil(absl::ToDoubleMilliseconds(left))));
      }
      work = std::move(first->second);
      timer_times_.erase(first->first.second);
      timers_.erase(first);
    }
    work();
  }
}

void EventLoop::Run() {
  // A write to a socket whose other side is gone is an error to handle here, not a signal that ends the process
  // (RequestStoreTest.AStoreThatIsDownIsUnavailable died of it now and then).
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  constexpr int kEvents = 64;
  epoll_event events[kEvents];
  while (true) {
    int timeout = RunTimers();
    {
      std::lock_guard lock(mutex_);
      if (!queue_.empty()) timeout = 0;
      if (stop_ && queue_.empty()) return;
    }
    int count = epoll_wait(epoll_, events, kEvents, timeout);
    absl::Time woke = absl::Now();
    for (int i = 0; i < count; ++i) {
      int fd = events[i].data.fd;
      if (fd == wake_) {
        uint64_t drained;
        if (read(wake_, &drained, sizeof drained) < 0) continue;
        continue;
      }
      auto found = watchers_.find(fd);
      if (found == watchers_.end()) continue;
      std::shared_ptr<Watcher> watcher = found->second;  // Stays alive if it unwatches itself.
      watcher->on_event(events[i].events);
    }
    RunQueue();
    int64_t stall = absl::ToInt64Nanoseconds(absl::Now() - woke);
    if (stall > longest_stall_ns_.load(std::memory_order_relaxed)) longest_stall_ns_.store(stall);
  }
}

}  // namespace cortado
