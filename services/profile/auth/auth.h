// Lets people and programs in: see auth_service.proto. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/answer_link.h"
#include "common/auth/key_ring.h"
#include "common/auth/token.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/session_service.pb.h"
#include "cortado/profile/v1/auth_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/auth/access_store.h"
#include "services/profile/auth/issuers.h"
#include "services/profile/auth/session_store.h"
#include "services/profile/auth/slack.h"
#include "services/profile/auth/slack_store.h"
#include "services/profile/organizations.h"
#include "services/profile/people.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Auth {
 public:
  static constexpr absl::Duration kAccessLife = absl::Minutes(10);
  static constexpr absl::Duration kSessionLife = absl::Hours(30 * 24);
  static constexpr absl::Duration kCodeLife = absl::Minutes(15);

  struct Parts {
    SessionStore& sessions;
    AccessStore& access;
    PersonStore& person_store;
    People& people;
    IssuerLogin& issuer_login;
    SlackStore& slack;
    Organizations& organizations;
    const Clock& clock;
    std::shared_ptr<const auth::KeyRing> keys;
  };
  // All outlive it.
  explicit Auth(Parts parts)
      : parts_(std::move(parts)), answer_links_(parts_.keys, auth::kIssuer, auth::kAnswerAudience, parts_.clock) {}

  Task<absl::StatusOr<v1::Tokens>> Exchange(rpc::Call call, const v1::ExchangeTokenRequest& request);
  Task<absl::StatusOr<v1::Tokens>> Refresh(rpc::Call call, const v1::RefreshTokenRequest& request);
  Task<absl::StatusOr<v1::RevokeSessionsResponse>> Revoke(rpc::Call call, const v1::RevokeSessionsRequest& request);
  Task<absl::StatusOr<v1::ListSessionsResponse>> List(rpc::Call call, const v1::ListSessionsRequest& request);
  Task<absl::StatusOr<api::v1::CheckSessionResponse>> Check(rpc::Call call,
                                                            const api::v1::CheckSessionRequest& request);
  Task<absl::StatusOr<v1::ListSigningKeysResponse>> ListSigningKeys(rpc::Call call,
                                                                    const v1::ListSigningKeysRequest& request);

  // The roles that the subject of a session, or a service key, has now, as "HR_ADMIN". UNAUTHENTICATED
  // (TOKEN_INVALID): it is over.
  Task<absl::StatusOr<std::vector<std::string>>> RolesOf(rpc::Call call, std::string session, std::string subject);

  // UNAUTHENTICATED: the link or the key is over by which the session acts for the subject.
  Task<absl::Status> CheckActing(rpc::Call call, Acting acting, std::string subject);

  // The same as CreateBootstrapCode of auth_service.proto.
  Task<absl::StatusOr<v1::CreateBootstrapCodeResponse>> CreateCode(rpc::Call call,
                                                                   const v1::CreateBootstrapCodeRequest& request);

  // Makes the code that lets in the first administrator of the call's organisation; empty when there is one.
  Task<absl::StatusOr<std::string>> MakeBootstrapCode(rpc::Call call);

 private:
  Task<absl::StatusOr<v1::Tokens>> ByServiceKey(const v1::ExchangeTokenRequest& request, absl::Time deadline);
  Task<absl::StatusOr<v1::Tokens>> ByIdToken(const v1::ExchangeTokenRequest& request, absl::Time deadline);
  Task<absl::StatusOr<v1::Tokens>> ByAnswerLink(absl::string_view link, absl::Time deadline);
  Task<absl::StatusOr<v1::Tokens>> BySlackUser(rpc::Call call, const v1::SlackUser& user);
  Task<absl::StatusOr<v1::Tokens>> ByBootstrapCode(rpc::Call call, const v1::ExchangeTokenRequest& request);
  // The id of the person with this address, who is made when there is none.
  Task<absl::StatusOr<std::string>> FindOrMake(rpc::Call call, const v1::BootstrapCode& code, std::string request_id);
  Task<absl::StatusOr<v1::Tokens>> OpenSession(rpc::Call call, std::string person, v1::Login login,
                                               std::string request_id, std::string fingerprint);
  // Tokens for a person in a session; the generation is that of its refresh token.
  Task<absl::StatusOr<v1::Tokens>> TokensFor(rpc::Call call, std::string person, std::string session,
                                             int64_t generation, absl::Time session_expires);
  void SignAccess(auth::Claims claims, v1::Tokens& tokens) const;

  const Parts parts_;
  const auth::Verifier answer_links_;
};

}  // namespace cortado::profile
