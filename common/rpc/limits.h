// How much a caller may ask of a server: so many calls a second, so many under way at once. Pure: the time is an
// argument. Thread-safe; one short lock a call.
//
//   Limits limits({.caller_per_second = 500});
//   Limits::Verdict verdict = limits.Enter({.organization = "acme", .subject = "p1"}, Limits::Class::kRead, now);
//   if (verdict.refusal != Limits::Refusal::kNone) ... come back after verdict.wait ...
//   ...
//   limits.Leave(Limits::Class::kRead, false);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::rpc {

// Nanoseconds of a clock that never goes back, from any origin.
using Instant = int64_t;

// Token buckets of one size, found by name. A bucket holds a second's worth of tokens, is full at first and fills at an
// even rate; it is kept as the instant when it will be full again (GCRA: ITU-T I.371, annex A), so that a full bucket
// holds nothing and is forgotten without loss. Not thread-safe.
class TokenBuckets {
 public:
  // `per_second`: 1 to 1,000,000,000, or 0: every take is granted. At most `most` buckets are kept, 1 or more: when
  // none of them is full, those nearest to full are forgotten, which forgives their owners what they took.
  TokenBuckets(int64_t per_second, size_t most);

  // How long until the bucket `name` has a token: zero when it has one now.
  absl::Duration Wait(uint64_t name, Instant now) const;
  // Takes a token. Call only when Wait is zero.
  void Take(uint64_t name, Instant now);

  // How many are kept.
  size_t size() const { return full_at_.size(); }

 private:
  void MakeRoom(Instant now);

  const int64_t per_token_;  // Nanoseconds; 0: no limit.
  const int64_t slack_;      // A bucket that will be full later than this from now has no token.
  const size_t most_;
  absl::flat_hash_map<uint64_t, Instant> full_at_;
};

// Each 0: no limit.
struct LimitOptions {
  // Calls a second, of one person: by themselves and by whoever acts for them.
  int64_t caller_per_second = 0;
  // Of all people of one organisation.
  int64_t organization_per_second = 0;
  // Of one service for all organisations, and of one program that acts for people within one organisation.
  int64_t service_per_second = 0;
  // Calls under way at once, by deadline class, of all people; services have as many again to themselves.
  int64_t reads_in_flight = 0;
  int64_t writes_in_flight = 0;
  int64_t bulk_in_flight = 0;
  int64_t watches_in_flight = 0;
  // Buckets kept of each kind: 16 bytes each and as much again.
  size_t most_buckets = 1 << 16;
};

class Limits {
 public:
  enum class Class { kRead, kWrite, kBulk, kWatch };
  // Which limit was met: of the person, of who acts for them, of the organisation, of the service; calls under way.
  enum class Refusal { kNone, kCaller, kActor, kOrganization, kService, kInFlight };
  static constexpr size_t kClasses = 4;
  static constexpr size_t kRefusals = 6;

  struct Caller {
    absl::string_view organization;
    absl::string_view subject;
    absl::string_view actor = {};  // Empty: the subject calls.
    bool service = false;          // Counts for itself alone, whatever the organisation.
  };
  struct Verdict {
    Refusal refusal = Refusal::kNone;
    absl::Duration wait = absl::ZeroDuration();  // After this a call is admitted, if nobody else calls.
  };

  explicit Limits(const LimitOptions& options);

  // Counts a call, or refuses it and counts nothing. A call that was not refused leaves, once.
  Verdict Enter(const Caller& caller, Class deadline_class, Instant now);
  void Leave(Class deadline_class, bool service);

  int64_t InFlight(Class deadline_class, bool service) const;

 private:
  struct Charge {
    TokenBuckets* buckets;
    uint64_t name;
    Refusal refusal;
  };

  mutable std::mutex mutex_;
  TokenBuckets callers_;
  TokenBuckets actors_;
  TokenBuckets organizations_;
  TokenBuckets services_;
  const std::array<int64_t, kClasses> most_in_flight_;
  std::array<std::array<int64_t, kClasses>, 2> in_flight_{};  // Of people, of services.
};

}  // namespace cortado::rpc
