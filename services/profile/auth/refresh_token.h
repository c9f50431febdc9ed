// Refresh tokens: what gets the next access token, once. A refresh token is signed like an access token and names a
// session and a generation of it; the store keeps the generation alone, so there is no secret at rest. What a retired
// key signed counts no more: whoever did not refresh while it overlapped logs in again.
// Thread contract: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/auth/key_ring.h"

namespace cortado::profile {

struct RefreshToken {
  std::string organization;
  std::string person;   // Its id.
  std::string session;  // Its id.
  int64_t generation = 0;

  friend bool operator==(const RefreshToken&, const RefreshToken&) = default;
};

std::string SignRefreshToken(const auth::SigningKey& key, const RefreshToken& token);

// UNAUTHENTICATED: it is none of ours. Whether its session goes on is not judged here.
absl::StatusOr<RefreshToken> ReadRefreshToken(const auth::KeyRing& keys, absl::string_view text);

}  // namespace cortado::profile
