#include "common/auth/jwks_cache.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/auth/strict_json.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

using nlohmann::json;

constexpr absl::Duration kFreshFor = absl::Hours(1);
constexpr absl::Duration kUsableFor = absl::Hours(24);
// How long after a try there is no other: with keys to go on with, and without.
constexpr absl::Duration kPause = absl::Minutes(1);
constexpr absl::Duration kPauseWithoutKeys = absl::Seconds(5);
constexpr int kMaxDepth = 8;

// Whether `span` has not passed since `since`. A clock that was set back must not make old keys young.
bool Within(absl::Duration span, absl::Time since, absl::Time now) { return now >= since && now < since + span; }

absl::Status Misconfigured(absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the issuer cannot be used: ", why));
}

// What a fetch or a document complains of, in the codes of Keys.
absl::Status Complaint(const absl::Status& status) {
  if (absl::IsUnavailable(status) || absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status)) {
    return absl::UnavailableError(absl::StrCat("the issuer's keys cannot be fetched: ", status.message()));
  }
  return absl::IsFailedPrecondition(status) ? status : Misconfigured(status.message());
}

// Returns where the keys are. OpenID Connect Discovery 1.0 section 4.3.
absl::StatusOr<std::string> ReadDiscovery(absl::string_view text, const std::string& issuer) {
  const std::optional<json> document = ParseStrictObject(text, kMaxDepth);
  if (!document.has_value()) return Misconfigured("its discovery document is not one strict JSON object");
  const auto said = document->find("issuer");
  if (said == document->end() || *said != issuer) return Misconfigured("its discovery document is of another issuer");
  const auto keys = document->find("jwks_uri");
  if (keys == document->end() || !keys->is_string()) return Misconfigured("its discovery document names no keys");
  return keys->get<std::string>();
}

}  // namespace

// Resumes the awaiting task when the fetch that is going on has ended; at once when none is.
struct JwksCache::EndOfFetch {
  JwksCache& cache;
  const std::string& issuer;

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    sync::MutexLock lock(cache.mutex_);
    Issuer& entry = cache.issuers_[issuer];
    if (entry.fetching) entry.waiting.push_back(waiter);
    return entry.fetching;
  }
  void await_resume() const {}
};

JwksCache::JwksCache(Fetch fetch, Executors& executors, const Clock& clock)
    : fetch_(std::move(fetch)), executors_(executors), clock_(clock) {}

JwksCache::Next JwksCache::Decide(const std::string& issuer, const std::optional<std::string>& key_id, absl::Time now) {
  sync::MutexLock lock(mutex_);
  Issuer& entry = issuers_[issuer];
  const bool fresh = entry.keys != nullptr && Within(kFreshFor, entry.fetched_at, now);
  if (fresh && (!key_id.has_value() || entry.keys->Has(*key_id))) return Next::kAnswer;
  if (entry.fetching) return Next::kWait;
  const bool usable = entry.keys != nullptr && Within(kUsableFor, entry.fetched_at, now);
  if (Within(usable ? kPause : kPauseWithoutKeys, entry.tried_at, now)) return Next::kAnswer;
  entry.fetching = true;
  entry.tried_at = now;
  return Next::kFetch;
}

absl::StatusOr<std::shared_ptr<const JwkSet>> JwksCache::Answer(const std::string& issuer, absl::Time now) {
  sync::MutexLock lock(mutex_);
  const Issuer& entry = issuers_[issuer];
  if (entry.keys != nullptr && Within(kUsableFor, entry.fetched_at, now)) return entry.keys;
  return entry.failure.ok() ? absl::UnavailableError("the issuer's keys are too old") : entry.failure;
}

absl::StatusOr<JwkSet> JwksCache::Load(const std::string& issuer) const {
  // Discovery 1.0 section 3: an issuer has no query and no fragment; with one, the path below would be part of it.
  if (absl::StrContains(issuer, '?') || absl::StrContains(issuer, '#')) {
    return Misconfigured("its name has a query or a fragment");
  }
  ASSIGN_OR_RETURN(const std::string discovery,
                   fetch_(absl::StrCat(absl::StripSuffix(issuer, "/"), "/.well-known/openid-configuration")));
  ASSIGN_OR_RETURN(const std::string address, ReadDiscovery(discovery, issuer));
  ASSIGN_OR_RETURN(const std::string document, fetch_(address));
  return JwkSet::Parse(document);
}

void JwksCache::Settle(const std::string& issuer, absl::StatusOr<JwkSet> loaded) {
  std::vector<std::coroutine_handle<>> waiting;
  {
    sync::MutexLock lock(mutex_);
    Issuer& entry = issuers_[issuer];
    entry.fetching = false;
    if (loaded.ok()) {
      entry.keys = std::make_shared<const JwkSet>(*std::move(loaded));
      entry.fetched_at = entry.tried_at;
      entry.failure = absl::OkStatus();
    } else {
      entry.failure = Complaint(loaded.status());
    }
    waiting.swap(entry.waiting);
  }
  for (const std::coroutine_handle<> waiter : waiting) waiter.resume();
}

Task<absl::StatusOr<std::shared_ptr<const JwkSet>>> JwksCache::Keys(std::string issuer,
                                                                    std::optional<std::string> key_id) {
  const Next next = Decide(issuer, key_id, clock_.Now());
  if (next == Next::kFetch) {
    co_await executors_.OnBlocking();
    Settle(issuer, Load(issuer));
  } else if (next == Next::kWait) {
    co_await EndOfFetch{*this, issuer};
  }
  // What the caller does next is none of the blocking thread's work.
  if (next != Next::kAnswer) co_await executors_.OnWorkers();
  co_return Answer(issuer, clock_.Now());
}

Task<absl::StatusOr<IdTokenClaims>> JwksCache::Verify(std::string token, IdTokenExpectations expected) {
  CO_ASSIGN_OR_RETURN(const IdTokenHint hint, PeekIdToken(token));
  if (hint.issuer != expected.issuer) {
    co_return absl::UnauthenticatedError("the ID token is refused: another issuer made it");
  }
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<const JwkSet> keys, co_await Keys(expected.issuer, hint.key_id));
  co_await executors_.OnWorkers();
  co_return VerifyIdToken(token, expected, *keys, clock_.Now());
}

}  // namespace cortado::auth
