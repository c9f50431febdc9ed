// The keys of other issuers, fetched where each says they are (OpenID Connect Discovery 1.0) and remembered. Any
// thread; no caller's thread is ever blocked.
//
//   JwksCache keys([](const std::string& url) { return http::GetBody(url, {}); }, executors, RealClock());
//   CO_ASSIGN_OR_RETURN(const IdTokenClaims claims, co_await keys.Verify(token, {.issuer = ..., .client_id = ...}));
#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/id_token.h"
#include "common/auth/jwk.h"
#include "common/sync/mutex.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"

namespace cortado::auth {

class JwksCache {
 public:
  // Returns the body of what `url` gives, or why there is none. May block; is called on the blocking executor. What it
  // may reach, how long and how much it takes is its own to bound (common/http).
  using Fetch = std::function<absl::StatusOr<std::string>(const std::string& url)>;

  // `executors` and `clock` outlive the cache; the cache outlives its tasks.
  JwksCache(Fetch fetch, Executors& executors, const Clock& clock);
  JwksCache(const JwksCache&) = delete;
  JwksCache& operator=(const JwksCache&) = delete;

  // Returns the keys of `issuer`, which must be one that somebody configured: nothing is ever forgotten. They are
  // fetched when there are none, when they are an hour old, or when none is named `key_id` (the issuer has changed
  // them), but not within a minute of the last try; callers who come during a fetch share it. While the issuer cannot
  // be reached, keys up to 24 hours old serve on. So a key the issuer has withdrawn is refused after an hour, or after
  // a day while it is down. Nothing is said of whether `key_id` is among them. UNAVAILABLE: there are no keys and the
  // issuer cannot be reached; it is asked again after 5 seconds at the earliest. FAILED_PRECONDITION: what is found
  // there is not what must be there: an address that is not allowed, a discovery document that is malformed or of
  // another issuer, a malformed key set.
  Task<absl::StatusOr<std::shared_ptr<const JwkSet>>> Keys(std::string issuer, std::optional<std::string> key_id);

  // VerifyIdToken with the keys of the expected issuer, now. Ends on a worker thread. UNAUTHENTICATED, with nothing
  // fetched, if the token is malformed or says that it is of another issuer. Further errors as VerifyIdToken and Keys.
  Task<absl::StatusOr<IdTokenClaims>> Verify(std::string token, IdTokenExpectations expected);

 private:
  struct Issuer {
    std::shared_ptr<const JwkSet> keys;  // Null until the first fetch has succeeded.
    absl::Time fetched_at = absl::InfinitePast();
    absl::Time tried_at = absl::InfinitePast();
    absl::Status failure;  // Of the last try.
    bool fetching = false;
    std::vector<std::coroutine_handle<>> waiting;  // For the end of the fetch.
  };
  enum class Next { kAnswer, kFetch, kWait };
  struct EndOfFetch;

  // Decides for one caller; kFetch makes this caller the one that fetches.
  Next Decide(const std::string& issuer, const std::optional<std::string>& key_id, absl::Time now);
  absl::StatusOr<std::shared_ptr<const JwkSet>> Answer(const std::string& issuer, absl::Time now);
  // Blocks.
  absl::StatusOr<JwkSet> Load(const std::string& issuer) const;
  void Settle(const std::string& issuer, absl::StatusOr<JwkSet> loaded);

  const Fetch fetch_;
  Executors& executors_;
  const Clock& clock_;
  sync::Mutex mutex_;
  absl::flat_hash_map<std::string, Issuer> issuers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cortado::auth
