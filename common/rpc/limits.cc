#include "common/rpc/limits.h"

#include <algorithm>
#include <vector>

#include "absl/hash/hash.h"

namespace cortado::rpc {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// For calls under way: nobody knows when one will end.
constexpr absl::Duration kSomeEndWithin = absl::Milliseconds(200);

// 64 bits, seeded anew in every process: nobody can look for names that share a bucket, and among 65,536 of them two do
// once in ten billion times.
uint64_t NameOf(absl::string_view organization, absl::string_view who) { return absl::HashOf(organization, who); }

}  // namespace

TokenBuckets::TokenBuckets(int64_t per_second, size_t most)
    : per_token_(per_second > 0 ? kSecond / std::min(per_second, kSecond) : 0),
      slack_((std::min(per_second, kSecond) - 1) * per_token_),
      most_(std::max<size_t>(most, 1)) {}

absl::Duration TokenBuckets::Wait(uint64_t name, Instant now) const {
  if (per_token_ == 0) return absl::ZeroDuration();
  auto found = full_at_.find(name);
  if (found == full_at_.end()) return absl::ZeroDuration();
  return absl::Nanoseconds(std::max<int64_t>(0, found->second - slack_ - now));
}

void TokenBuckets::Take(uint64_t name, Instant now) {
  if (per_token_ == 0) return;
  auto found = full_at_.find(name);
  if (found != full_at_.end()) {
    found->second = std::max(found->second, now) + per_token_;
    return;
  }
  if (full_at_.size() >= most_) MakeRoom(now);
  full_at_.emplace(name, now + per_token_);
}

// Frees at least half, so that a look at every bucket is paid for by as many takes.
void TokenBuckets::MakeRoom(Instant now) {
  std::vector<Instant> instants;
  instants.reserve(full_at_.size());
  for (const auto& [name, full_at] : full_at_) instants.push_back(full_at);
  auto middle = instants.begin() + static_cast<std::ptrdiff_t>(instants.size() / 2);
  std::nth_element(instants.begin(), middle, instants.end());
  const Instant last = std::max(now, *middle);
  absl::erase_if(full_at_, [last](const auto& bucket) { return bucket.second <= last; });
}

Limits::Limits(const LimitOptions& options)
    : callers_(options.caller_per_second, options.most_buckets),
      actors_(options.service_per_second, options.most_buckets),
      organizations_(options.organization_per_second, options.most_buckets),
      services_(options.service_per_second, options.most_buckets),
      most_in_flight_{options.reads_in_flight, options.writes_in_flight, options.bulk_in_flight,
                      options.watches_in_flight} {}

Limits::Verdict Limits::Enter(const Caller& caller, Class deadline_class, Instant now) {
  std::array<Charge, 3> charges;
  size_t count = 0;
  if (caller.service) {
    charges[count++] = {&services_, NameOf("", caller.subject), Refusal::kService};
  } else {
    charges[count++] = {&callers_, NameOf(caller.organization, caller.subject), Refusal::kCaller};
    charges[count++] = {&organizations_, NameOf(caller.organization, ""), Refusal::kOrganization};
    if (!caller.actor.empty()) {
      charges[count++] = {&actors_, NameOf(caller.organization, caller.actor), Refusal::kActor};
    }
  }
  const auto at = static_cast<size_t>(deadline_class);
  std::lock_guard lock(mutex_);
  int64_t& under_way = in_flight_[caller.service ? 1 : 0][at];
  if (most_in_flight_[at] > 0 && under_way >= most_in_flight_[at]) return {Refusal::kInFlight, kSomeEndWithin};
  Verdict verdict;
  for (size_t i = 0; i < count; ++i) {
    const absl::Duration wait = charges[i].buckets->Wait(charges[i].name, now);
    if (wait > verdict.wait) verdict = {charges[i].refusal, wait};
  }
  if (verdict.refusal != Refusal::kNone) return verdict;
  for (size_t i = 0; i < count; ++i) charges[i].buckets->Take(charges[i].name, now);
  ++under_way;
  return verdict;
}

void Limits::Leave(Class deadline_class, bool service) {
  std::lock_guard lock(mutex_);
  --in_flight_[service ? 1 : 0][static_cast<size_t>(deadline_class)];
}

int64_t Limits::InFlight(Class deadline_class, bool service) const {
  std::lock_guard lock(mutex_);
  return in_flight_[service ? 1 : 0][static_cast<size_t>(deadline_class)];
}

}  // namespace cortado::rpc
