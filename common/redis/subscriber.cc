#include "common/redis/subscriber.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <sys/epoll.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <random>
#include <utility>

#include "absl/time/clock.h"
#include "common/redis/layout.h"
#include "common/redis/topology.h"

namespace cortado::redis {
namespace {

constexpr absl::Duration kLookAnyway = absl::Milliseconds(250);
constexpr absl::Duration kRetry = absl::Milliseconds(100);
// How often it is asked whether the server listened on is still part of its deployment.
constexpr absl::Duration kCheckEvery = absl::Seconds(2);

}  // namespace

struct Subscriber::State : std::enable_shared_from_this<State> {
  State(Address a, std::string c, EventLoop& l)
      : address(std::move(a)), channel(std::move(c)), loop(l), topology(address, l) {}

  const Address address;
  const std::string channel;
  EventLoop& loop;

  struct Waiter {
    std::coroutine_handle<> handle;
    uint64_t timer = 0;
  };
  std::mutex mutex;
  std::map<std::string, uint64_t> seen;                         // Guarded by mutex.
  std::multimap<std::string, std::shared_ptr<Waiter>> waiters;  // Guarded by mutex.

  // Loop thread only.
  redisAsyncContext* context = nullptr;
  int fd = -1;
  uint64_t timer = 0;
  bool writing = false;
  bool closed = false;
  // Several servers only.
  Topology topology;
  Endpoint listened_on;
  bool asking = false;
  std::function<void()> when_asked;  // Waits for `asking` to end.
  std::mt19937 random{std::random_device{}()};

  void Begin();
  // Finds a server to listen on when there is none, or that one left; looks again later.
  Detached Follow();
  void ListenWithin(const Layout& layout);
  void Connect(const Address& server);
  void Disconnect();
  void Lost();
  void Retry(absl::Duration after);
  void WatchForWriting(bool want);
  void Wake(const std::string& organization);
  void Resume(const std::string& organization, const std::shared_ptr<Waiter>& waiter);
  // False when there was a wake-up since `since`: the caller need not wait.
  bool Enter(const std::string& organization, uint64_t since, absl::Time until, std::coroutine_handle<> handle);
};

void Subscriber::State::Begin() {
  if (closed) return;
  if (address.deployment == Deployment::kServer) {
    Connect(address);
  } else if (!asking) {
    Follow();
  }
}

Detached Subscriber::State::Follow() {
  const std::shared_ptr<State> self = shared_from_this();
  asking = true;
  if (context == nullptr) topology.Doubt();
  const absl::StatusOr<Layout> layout = co_await topology.Ask();
  asking = false;
  if (when_asked != nullptr) when_asked();
  if (closed) co_return;
  if (layout.ok()) ListenWithin(*layout);
  Retry(context == nullptr ? kRetry : kCheckEvery);
}

void Subscriber::State::ListenWithin(const Layout& layout) {
  std::vector<Endpoint> servers = layout.masters;
  servers.insert(servers.end(), layout.replicas.begin(), layout.replicas.end());
  const bool stays = std::find(servers.begin(), servers.end(), listened_on) != servers.end();
  if (context != nullptr && stays) return;
  Disconnect();
  listened_on = servers[random() % servers.size()];
  if (!address.loopback_only || OnLoopback(listened_on)) Connect(AddressAt(address, listened_on));
}

void Subscriber::State::Connect(const Address& server) {
  context = server.unix_socket.empty() ? redisAsyncConnect(server.host.c_str(), server.port)
                                       : redisAsyncConnectUnix(server.unix_socket.c_str());
  if (context == nullptr || context->err != 0) {
    if (context != nullptr) redisAsyncFree(context);
    context = nullptr;
    Lost();
    return;
  }
  context->data = this;
  context->ev.data = this;
  context->ev.addWrite = [](void* self) { static_cast<State*>(self)->WatchForWriting(true); };
  context->ev.delWrite = [](void* self) { static_cast<State*>(self)->WatchForWriting(false); };
  context->ev.addRead = [](void*) {};
  context->ev.delRead = [](void*) {};
  context->ev.cleanup = [](void* data) {
    auto* self = static_cast<State*>(data);
    if (self->fd >= 0) self->loop.Unwatch(self->fd);
    self->fd = -1;
  };
  fd = context->c.fd;
  writing = true;
  loop.Watch(fd, EPOLLIN | EPOLLOUT, [self = shared_from_this()](uint32_t events) {
    if (self->context != nullptr && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
      redisAsyncHandleRead(self->context);
    if (self->context != nullptr && (events & EPOLLOUT) != 0) redisAsyncHandleWrite(self->context);
  });
  redisAsyncSetConnectCallback(context, [](const redisAsyncContext* c, int status) {
    if (status != REDIS_OK) static_cast<State*>(c->data)->Lost();
  });
  redisAsyncSetDisconnectCallback(context,
                                  [](const redisAsyncContext* c, int) { static_cast<State*>(c->data)->Lost(); });
  if (!address.user.empty()) {
    redisAsyncCommand(context, nullptr, nullptr, "AUTH %b %b", address.user.data(), address.user.size(),
                      address.password.data(), address.password.size());
  }
  redisAsyncCommand(
      context,
      [](redisAsyncContext* c, void* raw, void*) {
        auto* reply = static_cast<redisReply*>(raw);
        if (reply == nullptr || reply->type != REDIS_REPLY_ARRAY || reply->elements != 3) return;
        if (reply->element[2]->type != REDIS_REPLY_STRING) return;
        static_cast<State*>(c->data)->Wake(std::string(reply->element[2]->str, reply->element[2]->len));
      },
      nullptr, "SUBSCRIBE %b", channel.data(), channel.size());
}

void Subscriber::State::Disconnect() {
  if (redisAsyncContext* old = std::exchange(context, nullptr)) redisAsyncFree(old);
}

void Subscriber::State::Lost() {
  context = nullptr;
  Retry(kRetry);
}

void Subscriber::State::Retry(absl::Duration after) {
  if (closed) return;
  loop.Cancel(timer);
  timer = loop.At(absl::Now() + after, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Begin();
  });
}

void Subscriber::State::WatchForWriting(bool want) {
  if (want == writing || fd < 0) return;
  writing = want;
  loop.Rewatch(fd, EPOLLIN | (want ? EPOLLOUT : 0u));
}

void Subscriber::State::Wake(const std::string& organization) {
  std::vector<std::shared_ptr<Waiter>> woken;
  {
    std::lock_guard lock(mutex);
    ++seen[organization];
    auto [begin, end] = waiters.equal_range(organization);
    for (auto it = begin; it != end; ++it) woken.push_back(it->second);
    waiters.erase(begin, end);
  }
  for (auto& waiter : woken) {
    loop.Cancel(waiter->timer);
    waiter->handle.resume();
  }
}

// The timer's way: whoever takes the waiter out of the map resumes it, so it is resumed once.
void Subscriber::State::Resume(const std::string& organization, const std::shared_ptr<Waiter>& waiter) {
  {
    std::lock_guard lock(mutex);
    auto [begin, end] = waiters.equal_range(organization);
    auto found = std::find_if(begin, end, [&](const auto& entry) { return entry.second == waiter; });
    if (found == end) return;
    waiters.erase(found);
  }
  waiter->handle.resume();
}

bool Subscriber::State::Enter(const std::string& organization, uint64_t since, absl::Time until,
                              std::coroutine_handle<> handle) {
  auto waiter = std::make_shared<Waiter>();
  waiter->handle = handle;
  std::lock_guard lock(mutex);
  if (seen[organization] != since) return false;
  // The timer may fire at once: it blocks on the lock until the waiter is in place.
  waiter->timer =
      loop.At(until, [self = shared_from_this(), organization, waiter] { self->Resume(organization, waiter); });
  waiters.emplace(organization, waiter);
  return true;
}

Subscriber::Subscriber(Address address, std::string channel, EventLoop& loop)
    : state_(std::make_shared<State>(std::move(address), std::move(channel), loop)) {
  loop.Post([state = state_] { state->Begin(); });
}

Subscriber::~Subscriber() {
  std::mutex mutex;
  std::condition_variable closed;
  bool done = false;
  const auto end = [&, state = state_.get()] {
    state->topology.Rest();
    std::lock_guard lock(mutex);
    done = true;
    closed.notify_one();
  };
  state_->topology.Cancel();
  state_->loop.Post([&, state = state_] {
    state->closed = true;
    state->Disconnect();
    std::vector<std::string> waiting;
    {
      std::lock_guard lock(state->mutex);
      for (const auto& entry : state->waiters) waiting.push_back(entry.first);
    }
    for (const std::string& organization : waiting) state->Wake(organization);
    if (!state->asking) return end();
    state->when_asked = end;
  });
  std::unique_lock lock(mutex);
  closed.wait(lock, [&] { return done; });
}

uint64_t Subscriber::Seen(absl::string_view organization) {
  std::lock_guard lock(state_->mutex);
  return state_->seen[std::string(organization)];
}

Task<void> Subscriber::Wait(std::string organization, uint64_t seen, absl::Time deadline) {
  struct Awaiter {
    std::shared_ptr<State> state;
    const std::string& organization;
    uint64_t since;
    absl::Time until;
    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> handle) { return state->Enter(organization, since, until, handle); }
    void await_resume() const {}
  };
  absl::Time until = std::min(deadline, absl::Now() + kLookAnyway);
  Awaiter awaiter{state_, organization, seen, until};
  co_await awaiter;
}

}  // namespace cortado::redis
