// The text of a token and the claims in it: how the three parts are built, taken apart and read. Judges form alone; who
// signed it, for whom, until when is Verifier's. Any thread.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/auth/token.h"

namespace cortado::auth {

// The parts of a compact JWS, decoded.
struct Jws {
  absl::string_view signed_part;  // Header and payload as they stand in the token; what the signature covers.
  std::string header;
  std::string payload;
  std::string signature;
};

// The longest token of ours.
inline constexpr size_t kMaxTokenSize = 4096;

// Returns the parts of `token`, which must outlive them. UNAUTHENTICATED: over `max_size` bytes, not three parts, or
// not canonical base64url.
absl::StatusOr<Jws> SplitJws(absl::string_view token, size_t max_size = kMaxTokenSize);

// Returns the key id in a header that is exactly {"alg": "EdDSA", "typ": "at+jwt", "kid": ...} in any order.
// UNAUTHENTICATED: anything else.
absl::StatusOr<std::string> ReadHeader(absl::string_view header);

// Returns the claims. UNAUTHENTICATED: not one JSON object of UTF-8, a claim twice, a claim of another type than ours,
// a required one missing, an unknown role, an organisation that no organisation can have. Claims we do not know are no
// error (RFC 7519 section 4).
absl::StatusOr<Claims> ReadClaims(absl::string_view payload);

// The header and the payload ReadHeader and ReadClaims read.
std::string WriteHeader(absl::string_view key_id);
std::string WriteClaims(const Claims& claims);

}  // namespace cortado::auth
