// OpenID providers whose logins let people in: naming them, and judging such a login. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/jwks_cache.h"
#include "common/http/address.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/issuer.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/auth/identity_store.h"
#include "services/profile/auth/issuer_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Issuers {
 public:
  // `reach`: where issuers may stand besides the public internet. All outlive it.
  Issuers(IssuerStore& store, const Clock& clock, http::AddressRule reach)
      : store_(store), clock_(clock), reach_(reach) {}

  Task<absl::StatusOr<v1::Issuer>> Create(rpc::Call call, const v1::CreateIssuerRequest& request);
  Task<absl::StatusOr<v1::ListIssuersResponse>> List(rpc::Call call, const v1::ListIssuersRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call, const v1::DeleteIssuerRequest& request);

 private:
  IssuerStore& store_;
  const Clock& clock_;
  const http::AddressRule reach_;
};

// Who somebody is who logged in at an issuer.
class IssuerLogin {
 public:
  struct Person {
    std::string organization;
    std::string id;
  };

  // All outlive it.
  IssuerLogin(IssuerStore& issuers, IdentityStore& identities, PersonStore& people, auth::JwksCache& keys)
      : issuers_(issuers), identities_(identities), people_(people), keys_(keys) {}

  // Returns the person that the token is of: the one its issuer and subject are bound to, or, the first time, the one
  // that the issuer's link_by finds, who is bound then. UNAUTHENTICATED: it is a token of no issuer of ours, does not
  // hold, or is of nobody who is here now. UNAVAILABLE: the issuer's keys cannot be had.
  Task<absl::StatusOr<Person>> Check(const v1::IdTokenProof& proof, absl::Time deadline);

 private:
  struct Found {
    std::string organization;
    v1::Issuer issuer;
  };
  // The issuer that the token says it is of. UNAUTHENTICATED: none of ours.
  Task<absl::StatusOr<Found>> FindIssuer(const std::string& token, absl::Time deadline);
  Task<absl::StatusOr<auth::IdTokenClaims>> Verify(const v1::IdTokenProof& proof, v1::Issuer issuer);
  // The id of the person whom the login is bound to, or is bound to now.
  Task<absl::StatusOr<std::string>> FindOrBind(rpc::Call call, v1::Issuer issuer, auth::IdTokenClaims claims);
  // The id of the active person whom an unbound login is of. UNAUTHENTICATED: nobody.
  Task<absl::StatusOr<std::string>> FirstTime(rpc::Call call, v1::Issuer issuer, auth::IdTokenClaims claims);

  IssuerStore& issuers_;
  IdentityStore& identities_;
  PersonStore& people_;
  auth::JwksCache& keys_;
};

}  // namespace cortado::profile
