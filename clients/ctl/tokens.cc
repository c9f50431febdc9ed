#include "clients/ctl/tokens.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/auth/jws.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr const char* kRoles[] = {"EMPLOYEE", "PROGRAM_OWNER", "HR_ADMIN", "AUDITOR", "OPERATOR", "SERVICE"};
constexpr absl::Duration kLongestLife = absl::Hours(24);

bool IsRole(const std::string& role) {
  return std::find(std::begin(kRoles), std::end(kRoles), role) != std::end(kRoles);
}

absl::Status Validate(const TokenWish& wish) {
  const bool any = wish.organization == auth::kAnyOrganization;
  if (!any && !id::IsOrganizationId(wish.organization)) {
    return absl::InvalidArgumentError(
        "which organisation? Give one with --organization, or in CORTADO_ORGANIZATION; `cortadoctl org create NAME` "
        "makes one");
  }
  if (!id::IsResourceId(wish.subject)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", wish.subject, "\" is nobody's id: write 1 to 63 of a-z, 0-9, -"));
  }
  for (const std::string& role : wish.roles) {
    if (!IsRole(role)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", role, "\" is not a role: write EMPLOYEE, PROGRAM_OWNER, HR_ADMIN, AUDITOR, OPERATOR or SERVICE"));
    }
    if (any && role != "SERVICE") {
      return absl::InvalidArgumentError("a token for every organisation is a service's: its only role is SERVICE");
    }
  }
  if (wish.roles.empty()) return absl::InvalidArgumentError("a token needs a role");
  if (wish.life < absl::Seconds(1) || wish.life > kLongestLife) {
    return absl::InvalidArgumentError("a token is good for 1s to 24h");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<auth::SigningKey> LoadKey(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError(
        absl::StrCat("there is no signing key at ", path,
                     ": give the server's with --key-file or CORTADO_KEY_FILE, or a ready token in CORTADO_TOKEN"));
  }
  return auth::SigningKey::LoadOrCreate(path);
}

absl::StatusOr<std::string> MintToken(const auth::SigningKey& key, const TokenWish& wish, absl::Time now) {
  RETURN_IF_ERROR(Validate(wish));
  auth::Claims claims;
  claims.organization = wish.organization;
  claims.subject = wish.subject;
  claims.roles = wish.roles;
  claims.issued_at = now;
  claims.expires = now + wish.life;
  return auth::Mint(key, claims);
}

absl::StatusOr<auth::Claims> ClaimsOf(absl::string_view token) {
  ASSIGN_OR_RETURN(const auth::Jws jws, auth::SplitJws(token));
  return auth::ReadClaims(jws.payload);
}

absl::StatusOr<std::string> PersonId(absl::string_view text) {
  const std::string id = absl::AsciiStrToLower(absl::StripPrefix(absl::StripAsciiWhitespace(text), "people/"));
  if (!id::IsResourceId(id)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no person: write an id, as so24-2 or people/so24-2"));
  }
  return id;
}

}  // namespace cortado::ctl
