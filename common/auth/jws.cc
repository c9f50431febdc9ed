#include "common/auth/jws.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/strict_json.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

using nlohmann::json;

constexpr absl::string_view kRoles[] = {"EMPLOYEE", "PROGRAM_OWNER", "HR_ADMIN", "AUDITOR", "OPERATOR", "SERVICE"};
// The last second of the year 9999: beyond it absl::Time has no text.
constexpr int64_t kMaxSeconds = 253402300799;

absl::Status Refuse(absl::string_view why) {
  return absl::UnauthenticatedError(absl::StrCat("the token is refused: ", why));
}

// Returns the object in `text`; its members are plain values or arrays of them.
absl::StatusOr<json> ParseObject(absl::string_view text) {
  std::optional<json> object = ParseStrictObject(text, /*max_depth=*/2);
  const auto is_object = [](const json& member) { return member.is_object(); };
  if (!object.has_value() || std::any_of(object->begin(), object->end(), is_object)) {
    return Refuse("it is not one flat JSON object with each key once");
  }
  return *std::move(object);
}

// Reads members of one object; remembers the first that is wrong.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {}

  std::string Text(const char* key, bool required) {
    const json* value = Find(key, required);
    if (value == nullptr) return "";
    if (!value->is_string() || value->get_ref<const std::string&>().empty()) return Fail(key), "";
    return value->get<std::string>();
  }

  absl::Time Seconds(const char* key) {
    const json* value = Find(key, /*required=*/true);
    if (value == nullptr) return {};
    if (!value->is_number_unsigned() || value->get<uint64_t>() > static_cast<uint64_t>(kMaxSeconds))
      return Fail(key), absl::Time();
    return absl::FromUnixSeconds(value->get<int64_t>());
  }

  std::vector<std::string> Roles(const char* key) {
    const json* value = Find(key, /*required=*/true);
    if (value == nullptr) return {};
    std::vector<std::string> roles;
    if (!value->is_array() || value->empty()) return Fail(key), roles;
    for (const json& item : *value) {
      const bool known = item.is_string() && std::find(std::begin(kRoles), std::end(kRoles),
                                                       item.get_ref<const std::string&>()) != std::end(kRoles);
      if (!known) return Fail(key), std::vector<std::string>();
      roles.push_back(item.get<std::string>());
    }
    return roles;
  }

  void Require(bool condition, const char* key) {
    if (!condition) Fail(key);
  }

  absl::Status status() const { return status_; }

 private:
  const json* Find(const char* key, bool required) {
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    if (required) Fail(key);
    return nullptr;
  }

  void Fail(const char* key) {
    if (status_.ok()) status_ = Refuse(absl::StrCat("its \"", key, "\" is missing or malformed"));
  }

  const json& object_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Jws> SplitJws(absl::string_view token, size_t max_size) {
  if (token.size() > max_size) return Refuse("it is too long");
  const std::vector<absl::string_view> parts = absl::StrSplit(token, absl::MaxSplits('.', 3));
  if (parts.size() != 3) return Refuse("it does not have three parts");
  absl::StatusOr<std::string> header = id::Base64UrlDecode(parts[0]);
  absl::StatusOr<std::string> payload = id::Base64UrlDecode(parts[1]);
  absl::StatusOr<std::string> signature = id::Base64UrlDecode(parts[2]);
  if (!header.ok() || !payload.ok() || !signature.ok()) return Refuse("it is not canonical base64url");
  return Jws{token.substr(0, parts[0].size() + 1 + parts[1].size()), *std::move(header), *std::move(payload),
             *std::move(signature)};
}

absl::StatusOr<std::string> ReadHeader(absl::string_view header) {
  ASSIGN_OR_RETURN(const json object, ParseObject(header));
  Reader reader(object);
  const std::string algorithm = reader.Text("alg", true);
  const std::string type = reader.Text("typ", true);
  std::string key_id = reader.Text("kid", true);
  reader.Require(algorithm == "EdDSA", "alg");
  reader.Require(type == "at+jwt", "typ");
  RETURN_IF_ERROR(reader.status());
  // "crit", "jwk", "b64" and their like change what a signature means or which key checks it.
  if (object.size() != 3) return Refuse("its header says more than alg, typ and kid");
  return key_id;
}

absl::StatusOr<Claims> ReadClaims(absl::string_view payload) {
  ASSIGN_OR_RETURN(const json object, ParseObject(payload));
  Reader reader(object);
  Claims claims;
  claims.issuer = reader.Text("iss", true);
  claims.audience = reader.Text("aud", true);
  claims.organization = reader.Text("org", true);
  claims.subject = reader.Text("sub", true);
  claims.roles = reader.Roles("roles");
  claims.session = reader.Text("sess", false);
  claims.actor = reader.Text("act", false);
  claims.scope = reader.Text("scope", false);
  claims.expires = reader.Seconds("exp");
  claims.issued_at = reader.Seconds("iat");
  const bool service_alone = claims.roles.size() == 1 && claims.roles[0] == "SERVICE";
  reader.Require(claims.organization == kAnyOrganization ? service_alone : id::IsOrganizationId(claims.organization),
                 "org");
  RETURN_IF_ERROR(reader.status());
  return claims;
}

std::string WriteHeader(absl::string_view key_id) {
  return json({{"alg", "EdDSA"}, {"typ", "at+jwt"}, {"kid", std::string(key_id)}}).dump();
}

std::string WriteClaims(const Claims& claims) {
  json object = {{"iss", claims.issuer},
                 {"aud", claims.audience},
                 {"org", claims.organization},
                 {"sub", claims.subject},
                 {"roles", claims.roles},
                 {"exp", absl::ToUnixSeconds(claims.expires)},
                 {"iat", absl::ToUnixSeconds(claims.issued_at)}};
  if (!claims.session.empty()) object["sess"] = claims.session;
  if (!claims.actor.empty()) object["act"] = claims.actor;
  if (!claims.scope.empty()) object["scope"] = claims.scope;
  // Bytes that are not UTF-8 are replaced: without that, dump would throw.
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace cortado::auth
