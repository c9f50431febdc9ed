#include "common/redis/topology.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/time/clock.h"
#include "common/status/status.h"

namespace cortado::redis {
namespace {

constexpr absl::Duration kPatience = absl::Milliseconds(300);

void AddOnce(const std::vector<Endpoint>& more, std::vector<Endpoint>& list) {
  for (const Endpoint& endpoint : more) {
    if (std::find(list.begin(), list.end(), endpoint) == list.end()) list.push_back(endpoint);
  }
}

}  // namespace

Topology::Topology(Address address, EventLoop& loop)
    : address_(std::move(address)), loop_(loop), candidates_(address_.seeds), next_(std::random_device{}()) {}

Task<absl::StatusOr<Layout>> Topology::Ask() {
  if (std::exchange(doubted_, false)) Turn();
  const size_t tries = candidates_.size();
  for (size_t i = 0; i < tries && !cancelled_.load(); ++i) {
    if (witness_ == nullptr) {
      asked_ = candidates_[next_ % candidates_.size()];
      Address address = AddressAt(address_, asked_);
      address.replicas = 0;
      if (address_.deployment == Deployment::kSentinel) address.user.clear();
      witness_ = Connection::Open(std::move(address), loop_, {.patient = false, .loads_scripts = false});
    }
    absl::StatusOr<Layout> layout = co_await AskWitness();
    if (layout.ok()) {
      Learn(*layout);
      co_return layout;
    }
    Turn();
  }
  if (cancelled_.load()) co_return absl::CancelledError("the store's client is closing");
  co_return absl::UnavailableError("nobody tells where the store is");
}

Task<absl::StatusOr<Layout>> Topology::AskWitness() {
  Connection::Awaiter asked = witness_->Send(Question(), absl::Now() + kPatience);
  const absl::StatusOr<Reply> reply = co_await asked;
  CO_RETURN_IF_ERROR(reply.status());
  absl::StatusOr<Layout> layout = Understand(*reply);
  if (!layout.ok() || address_.deployment == Deployment::kCluster || address_.replicas == 0) co_return layout;
  Connection::Awaiter asked_of_replicas =
      witness_->Send({"SENTINEL", "REPLICAS", address_.master_name}, absl::Now() + kPatience);
  const absl::StatusOr<Reply> replicas = co_await asked_of_replicas;
  CO_RETURN_IF_ERROR(replicas.status());
  if (replicas->IsError()) co_return absl::UnavailableError("the store does not tell its servers");
  layout->followers[0] = CountFollowers(*replicas);
  co_return layout;
}

void Topology::Close() {
  if (witness_ != nullptr) witness_->Close();
}

void Topology::Rest() {
  if (witness_ != nullptr) witness_->Retire(absl::ZeroDuration());
  witness_ = nullptr;
}

void Topology::Turn() {
  Rest();
  ++next_;
}

std::vector<std::string> Topology::Question() const {
  if (address_.deployment == Deployment::kCluster) return {"CLUSTER", "SLOTS"};
  return {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", address_.master_name};
}

absl::StatusOr<Layout> Topology::Understand(const Reply& reply) const {
  if (reply.IsError()) return absl::UnavailableError("the store does not tell its servers");
  return address_.deployment == Deployment::kCluster ? ReadClusterSlots(reply, asked_.host) : ReadMasterAddress(reply);
}

void Topology::Learn(const Layout& layout) {
  if (address_.deployment == Deployment::kSentinel) return;
  std::vector<Endpoint> known = layout.masters;
  AddOnce(layout.replicas, known);
  AddOnce(address_.seeds, known);
  candidates_ = std::move(known);
}

}  // namespace cortado::redis
