#include "services/profile/auth/issuers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/http/fetch.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// A token that is for more audiences than one is refused anyway.
constexpr size_t kMostAudiences = 4;

absl::Status Refuse(absl::string_view why) { return absl::UnauthenticatedError(why); }

absl::Status CheckAddress(const std::string& issuer, const http::AddressRule& reach) {
  const absl::StatusOr<http::Url> url = http::ParseUrl(issuer);
  if (!url.ok()) return InvalidField("issuer.issuer", "must be a URL without user name and password");
  if (!url->secure && !reach.allow_loopback) return InvalidField("issuer.issuer", "must begin with https://");
  // OpenID Connect Discovery 1.0 section 3.
  if (issuer.find_first_of("?#") == std::string::npos) return absl::OkStatus();
  return InvalidField("issuer.issuer", "must have neither a query nor a fragment");
}

absl::Status CheckLink(const v1::Issuer& issuer) {
  const bool by_email = issuer.link_by() == v1::LINK_BY_VERIFIED_EMAIL;
  if (!by_email && issuer.link_by() != v1::LINK_BY_EXTERNAL_ID) {
    return InvalidField("issuer.link_by", "must be EXTERNAL_ID or VERIFIED_EMAIL");
  }
  if (by_email == issuer.email_domains().empty()) {
    return InvalidField("issuer.email_domains", "must be given with VERIFIED_EMAIL, and with nothing else");
  }
  if (by_email != issuer.external_id_claim().empty()) {
    return InvalidField("issuer.external_id_claim", "must be given with EXTERNAL_ID, and with nothing else");
  }
  for (const char* chosen : {"email", "name", "nickname", "preferred_username"}) {
    if (issuer.external_id_claim() == chosen) {
      return InvalidField("issuer.external_id_claim", "must be a claim that people cannot choose for themselves");
    }
  }
  return absl::OkStatus();
}

template <class Texts>
void SortAndDedupe(Texts& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

void Normalise(v1::Issuer& issuer) {
  if (issuer.algorithms().empty()) issuer.add_algorithms("RS256");
  for (std::string& domain : *issuer.mutable_email_domains()) absl::AsciiStrToLower(&domain);
  SortAndDedupe(*issuer.mutable_algorithms());
  SortAndDedupe(*issuer.mutable_email_domains());
}

// Whether the issuer may say whose address this is.
bool IsAuthorityFor(const v1::Issuer& issuer, const std::string& email) {
  const size_t at = email.find('@');
  if (at == std::string::npos || at == 0 || email.find('@', at + 1) != std::string::npos) return false;
  const std::string domain = absl::AsciiStrToLower(email.substr(at + 1));
  const auto& domains = issuer.email_domains();
  return std::find(domains.begin(), domains.end(), domain) != domains.end();
}

auth::IdTokenExpectations Expected(const v1::Issuer& issuer, const std::string& nonce) {
  auth::IdTokenExpectations expected;
  expected.issuer = issuer.issuer();
  expected.client_id = issuer.client_id();
  expected.nonce = nonce;
  expected.algorithms.clear();
  for (const std::string& name : issuer.algorithms()) {
    const auto algorithm = auth::ParseSignatureAlgorithm(name);
    if (algorithm) expected.algorithms.push_back(*algorithm);
  }
  return expected;
}

}  // namespace

Task<absl::StatusOr<v1::Issuer>> Issuers::Create(rpc::Call call, const v1::CreateIssuerRequest& request) {
  v1::Issuer issuer = request.issuer();
  CO_RETURN_IF_ERROR(CheckAddress(issuer.issuer(), reach_));
  CO_RETURN_IF_ERROR(CheckLink(issuer));
  Normalise(issuer);
  issuer.set_name(absl::StrCat("issuers/", IssuerStore::IdOf(issuer.issuer(), issuer.client_id())));
  *issuer.mutable_create_time() = Stamp(clock_.Now());
  std::string fingerprint = store::Fingerprint(call, request);
  co_return co_await store_.Create(call, std::move(issuer), request.request_id(), std::move(fingerprint));
}

Task<absl::StatusOr<v1::ListIssuersResponse>> Issuers::List(rpc::Call call, const v1::ListIssuersRequest&) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::Issuer> issuers, co_await store_.List(call));
  v1::ListIssuersResponse response;
  for (v1::Issuer& issuer : issuers) *response.add_issuers() = std::move(issuer);
  co_return response;
}

Task<absl::StatusOr<google::protobuf::Empty>> Issuers::Delete(rpc::Call call, const v1::DeleteIssuerRequest& request) {
  std::string id(absl::StripPrefix(request.name(), "issuers/"));
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.Delete(call, std::move(id), request.request_id(), std::move(fingerprint)));
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<IssuerLogin::Person>> IssuerLogin::Check(const v1::IdTokenProof& proof, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(Found found, co_await FindIssuer(proof.token(), deadline));
  CO_ASSIGN_OR_RETURN(auth::IdTokenClaims claims, co_await Verify(proof, found.issuer));
  const rpc::Call inside = rpc::InternalCall(found.organization, "auth", deadline);
  CO_ASSIGN_OR_RETURN(std::string person, co_await FindOrBind(inside, std::move(found.issuer), std::move(claims)));
  co_return Person{std::move(found.organization), std::move(person)};
}

Task<absl::StatusOr<IssuerLogin::Found>> IssuerLogin::FindIssuer(const std::string& token, absl::Time deadline) {
  CO_ASSIGN_OR_RETURN(const auth::IdTokenHint hint, auth::PeekIdToken(token));
  if (hint.audiences.size() > kMostAudiences) co_return Refuse("it is for many");
  for (const std::string& audience : hint.audiences) {
    const std::string id = IssuerStore::IdOf(hint.issuer, audience);
    CO_ASSIGN_OR_RETURN(const std::string organization, co_await issuers_.OrganizationOf(id, deadline));
    if (organization.empty()) continue;
    const rpc::Call inside = rpc::InternalCall(organization, "auth", deadline);
    CO_ASSIGN_OR_RETURN(std::optional<v1::Issuer> issuer, co_await issuers_.Find(inside, id));
    if (issuer && issuer->issuer() == hint.issuer && issuer->client_id() == audience) {
      co_return Found{organization, *std::move(issuer)};
    }
  }
  co_return Refuse("its issuer is none of ours");
}

Task<absl::StatusOr<auth::IdTokenClaims>> IssuerLogin::Verify(const v1::IdTokenProof& proof, v1::Issuer issuer) {
  auth::IdTokenExpectations expected = Expected(issuer, proof.nonce());
  absl::StatusOr<auth::IdTokenClaims> claims = co_await keys_.Verify(proof.token(), std::move(expected));
  if (claims.ok() || absl::IsUnauthenticated(claims.status())) co_return claims;
  // What is found at the issuer, or on the way there, is for our operator and not for whoever asks.
  log::Warn("auth.issuer_unusable", {{"issuer", issuer.name()}, {"why", claims.status().message()}});
  co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN, "the issuer's keys cannot be had now");
}

Task<absl::StatusOr<std::string>> IssuerLogin::FindOrBind(rpc::Call call, v1::Issuer issuer,
                                                          auth::IdTokenClaims claims) {
  const std::string digest = IdentityStore::Digest(claims.issuer, claims.subject);
  // Twice: the same person may log in for the first time in two places at once.
  for (int tries = 0; tries < 2; ++tries) {
    CO_ASSIGN_OR_RETURN(IdentityStore::Identity identity, co_await identities_.Find(call, digest));
    if (identity.holds && !identity.active) co_return Refuse("they have left");
    if (identity.holds) co_return identity.holder;
    CO_ASSIGN_OR_RETURN(std::string person, co_await FirstTime(call, issuer, claims));
    CO_ASSIGN_OR_RETURN(const bool bound, co_await identities_.Bind(call, digest, std::move(identity), person));
    if (bound) co_return person;
  }
  co_return Refuse("it is nobody's");
}

Task<absl::StatusOr<std::string>> IssuerLogin::FirstTime(rpc::Call call, v1::Issuer issuer,
                                                         auth::IdTokenClaims claims) {
  std::optional<std::string> person;
  if (issuer.link_by() == v1::LINK_BY_EXTERNAL_ID) {
    const auto claim = claims.texts.find(issuer.external_id_claim());
    if (claim == claims.texts.end() || claim->second.empty()) co_return Refuse("it names no id of the HR system");
    CO_ASSIGN_OR_RETURN(person, co_await people_.FindByExternalId(call, claim->second));
  } else {
    if (!claims.email_verified || !IsAuthorityFor(issuer, claims.email)) co_return Refuse("its address proves nothing");
    CO_ASSIGN_OR_RETURN(person, co_await people_.FindByEmail(call, claims.email));
  }
  if (!person) co_return Refuse("it is of nobody here");
  co_return *std::move(person);
}

}  // namespace cortado::profile
