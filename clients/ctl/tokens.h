// Makes tokens from the signing key of a data directory, and looks into tokens that are there.
// Thread contract: pure functions but for the key file they read.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/token.h"

namespace cortado::ctl {

// How long a token made for one command, or by `token create` without --for, is good.
inline constexpr absl::Duration kTokenLife = absl::Minutes(10);

// What a token is asked for.
struct TokenWish {
  std::string organization;
  std::string subject;             // A person's id, or the name of an operator or service.
  std::vector<std::string> roles;  // At least one.
  absl::Duration life = kTokenLife;
};

// Reads an existing key; unlike the server it never makes one. NOT_FOUND: there is none. FAILED_PRECONDITION,
// INVALID_ARGUMENT, UNAVAILABLE: as SigningKey::LoadOrCreate.
absl::StatusOr<auth::SigningKey> LoadKey(const std::string& path);

// Returns the signed token. INVALID_ARGUMENT: no organisation, a subject that is nobody's name, an unknown role, a life
// of less than a second or more than a day.
absl::StatusOr<std::string> MintToken(const auth::SigningKey& key, const TokenWish& wish, absl::Time now);

// Returns the claims of a token without judging them. UNAUTHENTICATED: it is not a token of ours.
absl::StatusOr<auth::Claims> ClaimsOf(absl::string_view token);

// Returns the id in "p1", "P1" or "people/p1". INVALID_ARGUMENT: no person can have this name.
absl::StatusOr<std::string> PersonId(absl::string_view text);

}  // namespace cortado::ctl
