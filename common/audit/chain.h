// The hash chain over a trail, and the signed heads that vouch for it; owner of the format of the files
// (docs/audit.md):
//
//   segment-000001   "cortado-audit 1 ORG SERVICE NUMBER COUNT HASH", then one record a line: hash, canonical entry
//   heads            one signed head a line
//
// all separated by tabs. h(n) = SHA-256(h(n-1) || canonical entry n), h(0) = SHA-256 over the scope. Values; any
// thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/audit/entry.h"
#include "common/auth/keys.h"

namespace cortado::audit {

// At most so many entries follow one another without a head.
inline constexpr int kEntriesToAHead = 1000;
// A segment that has reached this size is followed by another one.
inline constexpr int64_t kSegmentBytes = 1 << 20;

// How far a chain has come.
struct Chain {
  int64_t count = 0;  // Entries so far.
  EntryId last;       // The newest; 0-0 before the first.
  std::string hash;   // 64 hexadecimal digits.
};

// The chain before its first entry.
Chain Genesis(const Scope& scope);
// Adds an entry, given by its canonical line.
void Extend(Chain& chain, EntryId id, absl::string_view canonical);

// The first line of segment `number` (from 1), with its line feed; `before` is the chain in front of it.
std::string SegmentHeader(const Scope& scope, int64_t number, const Chain& before);
// The line of the entry that `chain` ends with, with its line feed.
std::string RecordLine(const Chain& chain, absl::string_view canonical);

// What is signed: the chain had come so far, in `bytes` of segment `segment`.
struct Head {
  Chain chain;
  int64_t segment = 0;
  int64_t bytes = 0;
  int64_t time_ms = 0;
  std::string before;  // Hash of the head line before this one; of the scope for the first.
};

// Returns the line with the signature over it, without a line feed.
std::string SignHead(const Scope& scope, const Head& head, const auth::SigningKey& key);
// Returns what is said on a line. INVALID_ARGUMENT: it is no head.
absl::StatusOr<Head> ParseHead(absl::string_view line);
// Returns whether the line of a head was signed for this scope by the key.
bool IsSigned(const Scope& scope, absl::string_view line, const auth::PublicKey& key);
// What the next head's `before` must be.
std::string HashOfHead(absl::string_view line);

}  // namespace cortado::audit
