#include "clients/ctl/backup/frozen_organization.h"

#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr absl::Duration kRenewal = absl::Seconds(15);
constexpr std::chrono::milliseconds kLook(50);
constexpr absl::Duration kLongest = absl::Hours(1);

}  // namespace

FrozenOrganization::FrozenOrganization(const BackupCalls& calls, std::function<bool()> interrupted, std::string id)
    : calls_(calls), interrupted_(std::move(interrupted)), id_(id.empty() ? id::New() : std::move(id)) {}

FrozenOrganization::~FrozenOrganization() { (void)Thaw().ok(); }

// Who tells of others comes first: what happened in one that is frozen later is told after the thaw.
absl::Status FrozenOrganization::Freeze() {
  since_ = absl::Now();
  for (size_t service = kServices.size(); service-- > 0;) {
    const auto frozen = calls_.Freeze(service, id_, kSpan);
    if (!frozen.ok()) {
      (void)Thaw().ok();
      return frozen.status();
    }
    frozen_[service] = true;
    revisions_[service] = frozen->revision();
  }
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void FrozenOrganization::Run() {
  absl::Time next = absl::Now() + kRenewal;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kLook, [this] { return stop_; })) {
    if (interrupted_ && interrupted_()) {
      for (grpc::ClientContext* stream : watched_) stream->TryCancel();
    }
    if (absl::Now() < next) continue;
    lock.unlock();
    // One that is lost is noticed by the thaw.
    for (size_t service = 0; service < kServices.size(); ++service) (void)calls_.Freeze(service, id_, kSpan).ok();
    next = absl::Now() + kRenewal;
    lock.lock();
  }
}

void FrozenOrganization::StopThread() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

absl::Status FrozenOrganization::Thaw() {
  StopThread();
  absl::Status first;
  for (size_t service = 0; service < kServices.size(); ++service) {
    if (std::exchange(frozen_[service], false)) first.Update(calls_.Thaw(service, id_));
  }
  return first;
}

void FrozenOrganization::LeaveFrozen() {
  StopThread();
  for (size_t service = 0; service < kServices.size(); ++service) {
    if (std::exchange(frozen_[service], false)) (void)calls_.Freeze(service, id_, kLongest).ok();
  }
}

absl::Status FrozenOrganization::CheckGoesOn() const {
  return interrupted_ && interrupted_() ? absl::CancelledError("interrupted") : absl::OkStatus();
}

void FrozenOrganization::Watch(grpc::ClientContext& stream) {
  std::lock_guard lock(mutex_);
  watched_.insert(&stream);
}

void FrozenOrganization::Unwatch(grpc::ClientContext& stream) {
  std::lock_guard lock(mutex_);
  watched_.erase(&stream);
}

}  // namespace cortado::ctl
