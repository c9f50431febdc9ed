#include "common/auth/id_token.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/auth/jws.h"
#include "common/auth/strict_json.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

using nlohmann::json;

// Room for a token that lists some hundred groups.
constexpr size_t kMaxSize = 16384;
constexpr size_t kMaxSubjectSize = 255;  // OpenID Connect Core 1.0 section 2.
constexpr int kMaxDepth = 8;
constexpr absl::Duration kLeeway = absl::Seconds(30);
// The last second of the year 9999: beyond it absl::Time has no text.
constexpr double kMaxSeconds = 253402300799;

absl::Status Refuse(absl::string_view why) {
  return absl::UnauthenticatedError(absl::StrCat("the ID token is refused: ", why));
}

absl::Status RefuseMember(const char* name) {
  return Refuse(absl::StrCat("its \"", name, "\" is missing or malformed"));
}

// Returns the text under `name`; nothing when it is absent. UNAUTHENTICATED: it is no text.
absl::StatusOr<std::optional<std::string>> FindText(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<std::string>();
  if (!found->is_string()) return RefuseMember(name);
  return std::optional<std::string>(found->get<std::string>());
}

// A NumericDate of RFC 7519 section 2: seconds, a fraction allowed.
absl::StatusOr<std::optional<absl::Time>> FindTime(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<absl::Time>();
  if (!found->is_number()) return RefuseMember(name);
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kMaxSeconds)) return RefuseMember(name);
  return std::optional<absl::Time>(absl::UnixEpoch() + absl::Seconds(seconds));
}

struct Header {
  std::string algorithm;
  std::optional<std::string> key_id;
};

absl::StatusOr<Header> ReadIdTokenHeader(absl::string_view text) {
  const std::optional<json> object = ParseStrictObject(text, kMaxDepth);
  if (!object.has_value()) return Refuse("its header is not one strict JSON object");
  for (const char* name : {"jwk", "jku", "x5c", "x5u"}) {
    if (object->contains(name)) return Refuse("its header brings a key of its own");
  }
  for (const char* name : {"crit", "b64"}) {
    if (object->contains(name)) return Refuse("its header changes what a signature means");
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> type, FindText(*object, "typ"));
  // An access or a logout token has another (RFC 8725 section 3.11).
  if (type.has_value() && !absl::EqualsIgnoreCase(*type, "JWT")) return Refuse("it is a token of another type");
  ASSIGN_OR_RETURN(std::optional<std::string> algorithm, FindText(*object, "alg"));
  if (!algorithm.has_value()) return RefuseMember("alg");
  ASSIGN_OR_RETURN(std::optional<std::string> key_id, FindText(*object, "kid"));
  return Header{*std::move(algorithm), std::move(key_id)};
}

absl::StatusOr<json> ReadPayload(absl::string_view text) {
  std::optional<json> object = ParseStrictObject(text, kMaxDepth);
  if (!object.has_value()) return Refuse("its claims are not one strict JSON object");
  return *std::move(object);
}

absl::StatusOr<std::vector<std::string>> ReadAudiences(const json& claims) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return RefuseMember("aud");
  if (found->is_string()) return std::vector<std::string>{found->get<std::string>()};
  std::vector<std::string> audiences;
  if (!found->is_array()) return RefuseMember("aud");
  for (const json& item : *found) {
    if (!item.is_string()) return RefuseMember("aud");
    audiences.push_back(item.get<std::string>());
  }
  return audiences;
}

absl::Status CheckIssuer(const json& claims, const IdTokenExpectations& expected) {
  ASSIGN_OR_RETURN(const std::optional<std::string> issuer, FindText(claims, "iss"));
  if (!issuer.has_value()) return RefuseMember("iss");
  return *issuer == expected.issuer ? absl::OkStatus() : Refuse("another issuer made it");
}

// Rules 3 to 5 of 3.1.3.7.
absl::Status CheckAudience(const json& claims, const IdTokenExpectations& expected) {
  ASSIGN_OR_RETURN(const std::vector<std::string> audiences, ReadAudiences(claims));
  const auto& trusted = expected.trusted_audiences;
  bool ours = false;
  for (const std::string& audience : audiences) {
    if (audience == expected.client_id) {
      ours = true;
    } else if (std::find(trusted.begin(), trusted.end(), audience) == trusted.end()) {
      return Refuse("it is for another audience");
    }
  }
  if (!ours) return Refuse("it is for another audience");
  ASSIGN_OR_RETURN(const std::optional<std::string> party, FindText(claims, "azp"));
  if (!party.has_value() && audiences.size() > 1) return Refuse("it is for several audiences and says not to whom");
  if (party.has_value() && *party != expected.client_id) return Refuse("it was issued to another party");
  return absl::OkStatus();
}

absl::Status CheckNonce(const json& claims, const IdTokenExpectations& expected) {
  if (!expected.nonce.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<std::string> nonce, FindText(claims, "nonce"));
  return nonce == expected.nonce ? absl::OkStatus() : Refuse("its nonce is not the one of this login");
}

// Reads and judges `exp`, `iat` and `nbf`.
absl::Status ReadTimes(const json& claims, absl::Time now, IdTokenClaims& read) {
  ASSIGN_OR_RETURN(const std::optional<absl::Time> expires, FindTime(claims, "exp"));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> issued_at, FindTime(claims, "iat"));
  ASSIGN_OR_RETURN(const std::optional<absl::Time> not_before, FindTime(claims, "nbf"));
  if (!expires.has_value()) return RefuseMember("exp");
  if (!issued_at.has_value()) return RefuseMember("iat");
  if (now >= *expires + kLeeway) return Refuse("it has expired");
  if (*issued_at > now + kLeeway) return Refuse("it is issued in the future");
  if (not_before.has_value() && *not_before > now + kLeeway) return Refuse("it is not valid yet");
  read.expires = *expires;
  read.issued_at = *issued_at;
  return absl::OkStatus();
}

// Some issuers write the boolean as text.
bool IsTrue(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && (*found == true || *found == "true");
}

absl::Status ReadPerson(const json& claims, IdTokenClaims& read) {
  for (const auto& [name, value] : claims.items()) {
    if (value.is_string()) read.texts.emplace(name, value.get<std::string>());
  }
  const auto text = [&](const char* name) {
    const auto found = read.texts.find(name);
    return found == read.texts.end() ? std::string() : found->second;
  };
  read.issuer = text("iss");
  read.subject = text("sub");
  const auto printable = [](char c) { return absl::ascii_isprint(static_cast<unsigned char>(c)); };
  if (read.subject.empty() || read.subject.size() > kMaxSubjectSize ||
      !std::all_of(read.subject.begin(), read.subject.end(), printable)) {
    return RefuseMember("sub");
  }
  read.email = text("email");
  read.email_verified = !read.email.empty() && IsTrue(claims, "email_verified");
  read.name = text("name");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<IdTokenHint> PeekIdToken(absl::string_view token) {
  ASSIGN_OR_RETURN(const Jws jws, SplitJws(token, kMaxSize));
  ASSIGN_OR_RETURN(Header header, ReadIdTokenHeader(jws.header));
  ASSIGN_OR_RETURN(const json claims, ReadPayload(jws.payload));
  ASSIGN_OR_RETURN(std::optional<std::string> issuer, FindText(claims, "iss"));
  if (!issuer.has_value()) return RefuseMember("iss");
  ASSIGN_OR_RETURN(std::vector<std::string> audiences, ReadAudiences(claims));
  return IdTokenHint{*std::move(issuer), std::move(audiences), std::move(header.key_id)};
}

absl::StatusOr<IdTokenClaims> VerifyIdToken(absl::string_view token, const IdTokenExpectations& expected,
                                            const JwkSet& keys, absl::Time now) {
  ASSIGN_OR_RETURN(const Jws jws, SplitJws(token, kMaxSize));
  ASSIGN_OR_RETURN(const Header header, ReadIdTokenHeader(jws.header));
  const std::optional<SignatureAlgorithm> algorithm = ParseSignatureAlgorithm(header.algorithm);
  const auto& allowed = expected.algorithms;
  if (!algorithm.has_value() || std::find(allowed.begin(), allowed.end(), *algorithm) == allowed.end()) {
    return Refuse("its algorithm is not allowed");
  }
  const absl::StatusOr<const Jwk*> key = keys.Find(header.key_id, *algorithm);
  if (!key.ok()) return Refuse("it is signed by an unknown key");
  // The signature first: nothing in a payload is worth judging before it is known whose it is.
  if (!(*key)->Verify(*algorithm, jws.signed_part, jws.signature)) return Refuse("its signature is wrong");
  ASSIGN_OR_RETURN(const json claims, ReadPayload(jws.payload));
  RETURN_IF_ERROR(CheckIssuer(claims, expected));
  RETURN_IF_ERROR(CheckAudience(claims, expected));
  RETURN_IF_ERROR(CheckNonce(claims, expected));
  IdTokenClaims read;
  RETURN_IF_ERROR(ReadTimes(claims, now, read));
  RETURN_IF_ERROR(ReadPerson(claims, read));
  return read;
}

}  // namespace cortado::auth
