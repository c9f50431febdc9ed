#include "common/redis/router.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

namespace cortado::redis {
namespace {

constexpr absl::Duration kLookEvery = absl::Milliseconds(500);
constexpr absl::Duration kLooksApart = absl::Milliseconds(50);
constexpr absl::Duration kFirstPause = absl::Milliseconds(5);
constexpr absl::Duration kLongestPause = absl::Milliseconds(100);
// How long one whom others redirected to is kept without being redirected to again.
constexpr absl::Duration kKeptAfterRedirection = absl::Seconds(10);
// How long a server that is no master any more may take for what it was sent.
constexpr absl::Duration kGrace = absl::Seconds(1);
// How long one WAIT may take; how many have to confirm follows the layout, and is given anew with the next.
constexpr absl::Duration kLongestWait = absl::Milliseconds(200);
// Redirections in a row; more is a cluster that does not agree yet.
constexpr int kHops = 5;

double Jitter() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0.8, 1.2)(random);
}

absl::Status Closing() { return absl::CancelledError("the store's client is closing"); }

}  // namespace

class Router::UnderWay {
 public:
  explicit UnderWay(std::shared_ptr<Router> router) : router_(std::move(router)) {
    std::lock_guard lock(router_->mutex_);
    ++router_->under_way_;
  }
  ~UnderWay() {
    std::lock_guard lock(router_->mutex_);
    if (--router_->under_way_ == 0) router_->idle_.notify_all();
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  const std::shared_ptr<Router> router_;
};

std::shared_ptr<Router> Router::Open(Address address, EventLoop& loop) {
  std::shared_ptr<Router> router(new Router(std::move(address), loop));
  router->LookSoon(false);
  return router;
}

Router::Router(Address address, EventLoop& loop)
    : address_(std::move(address)), loop_(loop), topology_(address_, loop) {}

void Router::Close() {
  std::vector<std::shared_ptr<Connection>> open;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    topology_.Cancel();
    if (look_timer_ != 0) loop_.Cancel(look_timer_);
    for (const auto& entry : nodes_) {
      open.push_back(entry.second->read);
      open.push_back(entry.second->write);
    }
    for (const auto& weak : retired_) {
      if (auto connection = weak.lock()) open.push_back(std::move(connection));
    }
  }
  for (const auto& connection : open) connection->Close();
  {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return under_way_ == 0; });
  }
  topology_.Close();
}

Task<absl::StatusOr<Reply>> Router::Run(uint16_t slot, std::vector<std::string>& command, Use use, absl::Time limit) {
  const UnderWay counted(shared_from_this());
  absl::Duration pause = kFirstPause;
  Next next;
  for (int hops = 0;; ++hops) {
    std::shared_ptr<Node> node = next.node != nullptr ? std::move(next.node) : NodeFor(slot);
    if (node != nullptr) {
      Connection& connection = use == Use::kRead ? *node->read : *node->write;
      Connection::Awaiter attempt = connection.Send(std::move(command), limit, next.asking);
      absl::StatusOr<Reply> reply = co_await attempt;
      command = attempt.TakeCommand();
      next = Judge(reply, attempt.sent(), use == Use::kRead && !command.empty(), *node);
      if (next.done) co_return reply;
    } else {
      next = Next{.pause = true};
    }
    if (!next.pause && hops % kHops != kHops - 1) continue;
    {
      std::lock_guard lock(mutex_);
      if (closed_) co_return Closing();
    }
    const absl::Time resume = absl::Now() + pause * Jitter();
    if (resume >= limit) co_return DidNotRun();
    co_await loop_.SleepUntil(resume);
    pause = std::min(pause * 2, kLongestPause);
  }
}

absl::Status Router::DidNotRun() const {
  return absl::UnavailableError(strangers_.load()
                                    ? "the store names servers beyond this machine, which it is not allowed to"
                                    : "the store's servers are changing places; repeat with the same request id");
}

Router::Next Router::Judge(const absl::StatusOr<Reply>& reply, bool sent, bool repeatable, const Node& node) {
  if (reply.ok()) return reply->IsError() ? JudgeError(reply->text, node) : Next{.done = true};
  if (absl::IsDeadlineExceeded(reply.status())) return Next{.done = true};
  LookSoon(true);
  if (sent && !repeatable) return Next{.done = true};  // Nobody knows whether it ran.
  other_.fetch_add(1, std::memory_order_relaxed);
  return Next{.pause = true};
}

Router::Next Router::JudgeError(const std::string& error, const Node& node) {
  if (const auto redirection = ReadRedirection(error, node.endpoint)) {
    (redirection->ask ? ask_ : moved_).fetch_add(1, std::memory_order_relaxed);
    if (!redirection->ask) LookSoon(false);
    Next next{.asking = redirection->ask, .node = NodeAt(redirection->to)};
    next.pause = next.node == nullptr;
    return next;
  }
  if (!MayRunLater(error)) return Next{.done = true};
  if (absl::StartsWith(error, "TRYAGAIN")) {
    try_again_.fetch_add(1, std::memory_order_relaxed);
  } else {
    other_.fetch_add(1, std::memory_order_relaxed);
    LookSoon(true);
  }
  return Next{.pause = true};
}

bool Router::Connected() const {
  std::lock_guard lock(mutex_);
  return std::any_of(masters_.begin(), masters_.end(), [](const std::shared_ptr<Node>& node) {
    return node != nullptr && node->read->connected() && node->write->connected();
  });
}

Rerouted Router::rerouted() const { return {moved_.load(), ask_.load(), try_again_.load(), other_.load()}; }

std::shared_ptr<Router::Node> Router::NodeFor(uint16_t slot) const {
  std::lock_guard lock(mutex_);
  if (layout_.owners.empty() || layout_.owners[slot] == Layout::kNobody) return nullptr;
  return masters_[layout_.owners[slot]];
}

std::shared_ptr<Router::Node> Router::NodeAt(const Endpoint& endpoint) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<Node> node = OpenNode(endpoint);
  if (node != nullptr) node->needed_until = absl::Now() + kKeptAfterRedirection;
  return node;
}

std::shared_ptr<Router::Node> Router::OpenNode(const Endpoint& endpoint) {
  if (closed_) return nullptr;
  if (address_.loopback_only && !OnLoopback(endpoint)) {
    strangers_.store(true);
    return nullptr;
  }
  std::shared_ptr<Node>& node = nodes_[endpoint];
  if (node != nullptr) return node;
  node = std::make_shared<Node>();
  node->endpoint = endpoint;
  Address address = AddressAt(address_, endpoint);
  address.replica_patience = kLongestWait;
  Manner manner{.patient = false, .asks_for_role = address_.deployment == Deployment::kSentinel};
  node->write = Connection::Open(address, loop_, manner);
  // Until a look says how many it has: as many as anybody had.
  int most = address_.replicas;
  for (const int followers : layout_.followers) most = std::max(most, followers);
  node->write->Require(most);
  address.replicas = 0;
  node->read = Connection::Open(std::move(address), loop_, manner);
  return node;
}

void Router::LookSoon(bool doubt) {
  std::lock_guard lock(mutex_);
  doubt_ = doubt_ || doubt;
  if (looking_) {
    look_again_ = true;
  } else {
    LookAt(std::max(absl::Now(), looked_ + kLooksApart));
  }
}

void Router::LookAt(absl::Time when) {
  if (closed_ || next_look_ <= when) return;
  if (look_timer_ != 0) loop_.Cancel(look_timer_);
  next_look_ = when;
  look_timer_ = loop_.At(when, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Look();
  });
}

Detached Router::Look() {
  const UnderWay counted(shared_from_this());
  {
    std::lock_guard lock(mutex_);
    next_look_ = absl::InfiniteFuture();
    look_timer_ = 0;
    if (closed_ || looking_) co_return;
    looking_ = true;
    if (std::exchange(doubt_, false)) topology_.Doubt();
  }
  absl::StatusOr<Layout> layout = co_await topology_.Ask();
  const bool found = layout.ok();
  if (found) Install(*std::move(layout));
  EndLook(found);
}

void Router::EndLook(bool found) {
  std::lock_guard lock(mutex_);
  looking_ = false;
  looked_ = absl::Now();
  const bool soon = std::exchange(look_again_, false) || !found;
  LookAt(looked_ + (soon ? kLooksApart : kLookEvery * Jitter()));
}

void Router::Install(Layout layout) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  const Layout old_layout = std::exchange(layout_, std::move(layout));
  const Nodes old_masters = std::exchange(masters_, {});
  for (size_t i = 0; i < layout_.masters.size(); ++i) {
    masters_.push_back(OpenNode(layout_.masters[i]));
    if (masters_[i] != nullptr) masters_[i]->write->Require(std::max(address_.replicas, layout_.followers[i]));
  }
  retired_.erase(std::remove_if(retired_.begin(), retired_.end(), [](const auto& weak) { return weak.expired(); }),
                 retired_.end());
  for (auto entry = nodes_.begin(); entry != nodes_.end();) {
    const std::shared_ptr<Node> node = entry->second;
    const bool was_master = Has(old_masters, node);
    if (Has(masters_, node) || (!was_master && node->needed_until > absl::Now())) {
      ++entry;
      continue;
    }
    const absl::Duration grace = was_master ? GraceOf(node, old_layout, old_masters) : kGrace;
    for (const auto& connection : {node->read, node->write}) {
      connection->Retire(grace);
      retired_.push_back(connection);
    }
    entry = nodes_.erase(entry);
  }
}

// A master whose slots a newcomer has was replaced: what it says from now on, when it only slept, is not so any more.
// One whose slots went to masters of old was emptied, and answers what it was sent.
absl::Duration Router::GraceOf(const std::shared_ptr<Node>& gone, const Layout& old_layout,
                               const Nodes& old_masters) const {
  const auto place = std::find(old_masters.begin(), old_masters.end(), gone) - old_masters.begin();
  const auto had = std::find(old_layout.owners.begin(), old_layout.owners.end(), place);
  if (had == old_layout.owners.end()) return kGrace;
  const uint16_t heir = layout_.owners[static_cast<size_t>(had - old_layout.owners.begin())];
  return heir != Layout::kNobody && Has(old_masters, masters_[heir]) ? kGrace : absl::ZeroDuration();
}

bool Router::Has(const Nodes& nodes, const std::shared_ptr<Node>& node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

}  // namespace cortado::redis
