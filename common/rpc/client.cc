#include "common/rpc/client.h"

namespace cortado::rpc {
namespace {

constexpr absl::Duration kLife = absl::Minutes(10);
constexpr absl::Duration kRenewBefore = absl::Minutes(2);

}  // namespace

TokenSource::TokenSource(std::string service, std::shared_ptr<const auth::KeyRing> keys, const Clock& clock)
    : service_(std::move(service)), keys_(std::move(keys)), clock_(clock) {}

std::string TokenSource::Token() {
  sync::MutexLock lock(mutex_);
  absl::Time now = clock_.Now();
  if (now >= renew_) {
    auth::Claims claims;
    claims.organization = auth::kAnyOrganization;
    claims.subject = service_;
    claims.roles = {"SERVICE"};
    claims.issued_at = now;
    claims.expires = now + kLife;
    token_ = auth::Mint(keys_->signing(), claims);
    renew_ = claims.expires - kRenewBefore;
  }
  return token_;
}

}  // namespace cortado::rpc
