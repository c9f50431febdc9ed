#include "services/profile/auth/auth.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/auth/service_key.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/store.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/auth/refresh_token.h"
#include "services/profile/auth/service_keys.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

// What acts in the audit trail before anybody is let in.
constexpr char kDoor[] = "auth";

// One answer to every proof that does not hold, whatever is wrong with it.
absl::Status NotGood() {
  return Error(absl::StatusCode::kUnauthenticated, api::v1::REASON_TOKEN_INVALID,
               "the proof is not good, or not any more");
}

v1::Session ToMessage(const std::string& person, const StoredSession& stored) {
  v1::Session session;
  session.set_name(absl::StrCat("sessions/", stored.id));
  session.set_person(absl::StrCat("people/", person));
  session.set_login(stored.login);
  *session.mutable_create_time() = Stamp(stored.created);
  *session.mutable_refresh_time() = Stamp(stored.refreshed);
  *session.mutable_expire_time() = Stamp(stored.expires);
  return session;
}

// Oneself, or HR.
bool MaySee(const rpc::Call& call, const std::string& person) {
  return call.IsSelf(person) || call.Has(api::v1::ROLE_HR_ADMIN);
}

}  // namespace

Task<absl::StatusOr<v1::Tokens>> Auth::Exchange(rpc::Call call, const v1::ExchangeTokenRequest& request) {
  switch (request.proof_case()) {
    case v1::ExchangeTokenRequest::kServiceKey:
      co_return co_await ByServiceKey(request, call.deadline());
    case v1::ExchangeTokenRequest::kBootstrapCode: {
      const std::vector<std::string> parts = absl::StrSplit(request.bootstrap_code().code(), absl::MaxSplits('-', 1));
      if (parts.size() != 2 || !id::IsOrganizationId(parts[0])) co_return NotGood();
      co_return co_await ByBootstrapCode(rpc::InternalCall(parts[0], kDoor, call.deadline()), request);
    }
    case v1::ExchangeTokenRequest::kIdToken:
      co_return co_await ByIdToken(request, call.deadline());
    case v1::ExchangeTokenRequest::kSlackUser:
      co_return co_await BySlackUser(call, request.slack_user());
    case v1::ExchangeTokenRequest::kAnswerLink:
      co_return co_await ByAnswerLink(request.answer_link(), call.deadline());
    case v1::ExchangeTokenRequest::PROOF_NOT_SET:
      break;
  }
  co_return InvalidField("proof", "is required: one of service_key, bootstrap_code, id_token, slack_user, answer_link");
}

Task<absl::StatusOr<v1::Tokens>> Auth::ByServiceKey(const v1::ExchangeTokenRequest& request, absl::Time deadline) {
  const std::optional<auth::ServiceKey> parts = auth::ReadServiceKey(request.service_key());
  if (!parts) co_return NotGood();
  const rpc::Call inside = rpc::InternalCall(parts->organization, kDoor, deadline);
  CO_ASSIGN_OR_RETURN(const std::optional<v1::ServiceKey> key, co_await parts_.access.FindKey(inside, parts->id));
  if (!key || key->secret() != id::Sha256Hex(request.service_key())) co_return NotGood();
  auth::Claims claims;
  claims.organization = parts->organization;
  claims.subject = auth::ServiceKeySubject(parts->id);
  claims.session = parts->id;
  claims.scope = key->scope();
  for (int role : key->roles()) claims.roles.push_back(RoleName(static_cast<api::v1::Role>(role)));
  // A token has a role; one for a single purpose is let in by its scope alone.
  if (claims.roles.empty()) claims.roles.push_back("SERVICE");
  v1::Tokens tokens;
  SignAccess(std::move(claims), tokens);
  co_return tokens;
}

Task<absl::StatusOr<v1::Tokens>> Auth::ByIdToken(const v1::ExchangeTokenRequest& request, absl::Time deadline) {
  absl::StatusOr<IssuerLogin::Person> person = co_await parts_.issuer_login.Check(request.id_token(), deadline);
  if (absl::IsUnauthenticated(person.status())) co_return NotGood();
  CO_RETURN_IF_ERROR(person.status());
  const rpc::Call inside = rpc::InternalCall(person->organization, kDoor, deadline);
  std::string fingerprint = store::Fingerprint(inside, request);
  absl::StatusOr<v1::Tokens> tokens = co_await OpenSession(inside, std::move(person->id), v1::LOGIN_ISSUER,
                                                           request.request_id(), std::move(fingerprint));
  if (absl::IsNotFound(tokens.status())) co_return NotGood();  // They left meanwhile.
  co_return tokens;
}

Task<absl::StatusOr<v1::Tokens>> Auth::BySlackUser(rpc::Call call, const v1::SlackUser& user) {
  if (call.scope() != "slack" || call.subject() != auth::ServiceKeySubject(call.session())) co_return NotGood();
  CO_ASSIGN_OR_RETURN(const std::optional<SlackLink> link, co_await parts_.slack.FindLink(call, user));
  if (!link) co_return SlackUserNotLinked();
  auth::Claims claims;
  claims.organization = call.organization();
  claims.subject = link->person;
  claims.actor = call.subject();
  claims.session = ActingSession(link->id, call.session());
  claims.roles.push_back("EMPLOYEE");
  v1::Tokens tokens;
  tokens.set_person(absl::StrCat("people/", link->person));
  SignAccess(std::move(claims), tokens);
  co_return tokens;
}

Task<absl::StatusOr<v1::Tokens>> Auth::ByAnswerLink(absl::string_view link, absl::Time deadline) {
  const absl::StatusOr<std::shared_ptr<const auth::Claims>> told = answer_links_.Check(link);
  auth::AnswerScope scope;
  if (!told.ok() || !auth::ReadAnswerScope((*told)->scope, scope)) co_return NotGood();
  const rpc::Call inside = rpc::InternalCall((*told)->organization, kDoor, deadline);
  auth::Claims claims;
  claims.organization = (*told)->organization;
  claims.subject = (*told)->subject;
  claims.session = auth::kAnswerSession;
  claims.scope = (*told)->scope;
  CO_ASSIGN_OR_RETURN(claims.roles, co_await RolesOf(inside, claims.session, claims.subject));
  v1::Tokens tokens;
  tokens.set_person(absl::StrCat("people/", claims.subject));
  SignAccess(std::move(claims), tokens);
  co_return tokens;
}

Task<absl::Status> Auth::CheckActing(rpc::Call call, Acting acting, std::string subject) {
  CO_ASSIGN_OR_RETURN(const std::optional<v1::ServiceKey> key, co_await parts_.access.FindKey(call, acting.key));
  if (!key || key->scope() != "slack") co_return NotGood();
  CO_ASSIGN_OR_RETURN(const bool holds, co_await parts_.slack.Holds(call, std::move(subject), acting.link));
  co_return holds ? absl::OkStatus() : NotGood();
}

Task<absl::StatusOr<std::string>> Auth::FindOrMake(rpc::Call call, const v1::BootstrapCode& code,
                                                   std::string request_id) {
  CO_ASSIGN_OR_RETURN(std::optional<std::string> found, co_await parts_.person_store.FindByEmail(call, code.email()));
  if (found) co_return *std::move(found);
  v1::CreatePersonRequest create;
  create.mutable_person()->set_email(code.email());
  create.mutable_person()->set_display_name(code.display_name().empty() ? code.email() : code.display_name());
  create.set_request_id(std::move(request_id));
  CO_ASSIGN_OR_RETURN(const v1::Person made, co_await parts_.people.Create(call, create));
  co_return PersonId(made.name());
}

Task<absl::StatusOr<v1::Tokens>> Auth::ByBootstrapCode(rpc::Call call, const v1::ExchangeTokenRequest& request) {
  const std::string digest = id::Sha256Hex(request.bootstrap_code().code());
  const std::string fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const bool good, co_await parts_.access.MayBootstrap(call, digest, parts_.clock.Now()));
  // A repeat finds its code used up, by itself: the script knows it again by its request id.
  std::string person;
  if (good) {
    CO_ASSIGN_OR_RETURN(person,
                        co_await FindOrMake(call, request.bootstrap_code(), absl::StrCat(request.request_id(), "-p")));
  } else {
    CO_ASSIGN_OR_RETURN(std::optional<std::string> known,
                        co_await parts_.person_store.FindByEmail(call, request.bootstrap_code().email()));
    if (!known) co_return NotGood();
    person = *std::move(known);
  }
  CO_RETURN_IF_ERROR(co_await parts_.access.Bootstrap(call, digest, person, request.request_id(), fingerprint));
  co_return co_await OpenSession(call, std::move(person), v1::LOGIN_BOOTSTRAP_CODE,
                                 absl::StrCat(request.request_id(), "-s"), fingerprint);
}

Task<absl::StatusOr<v1::Tokens>> Auth::OpenSession(rpc::Call call, std::string person, v1::Login login,
                                                   std::string request_id, std::string fingerprint) {
  const absl::Time now = parts_.clock.Now();
  CO_ASSIGN_OR_RETURN(const StoredSession session,
                      co_await parts_.sessions.Open(call, person, login, now, now + kSessionLife, std::move(request_id),
                                                    std::move(fingerprint)));
  co_return co_await TokensFor(call, std::move(person), session.id, session.generation, session.expires);
}

Task<absl::StatusOr<v1::Tokens>> Auth::TokensFor(rpc::Call call, std::string person, std::string session,
                                                 int64_t generation, absl::Time session_expires) {
  CO_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> roles, co_await parts_.access.RolesOf(call, person));
  if (!roles) co_return NotGood();
  auth::Claims claims;
  claims.organization = call.organization();
  claims.subject = person;
  claims.session = session;
  claims.roles = *std::move(roles);
  claims.roles.push_back("EMPLOYEE");
  v1::Tokens tokens;
  tokens.set_refresh_token(
      SignRefreshToken(parts_.keys->signing(), {call.organization(), person, session, generation}));
  *tokens.mutable_session_expire_time() = Stamp(session_expires);
  tokens.set_person(absl::StrCat("people/", person));
  SignAccess(std::move(claims), tokens);
  co_return tokens;
}

void Auth::SignAccess(auth::Claims claims, v1::Tokens& tokens) const {
  claims.issued_at = parts_.clock.Now();
  claims.expires = claims.issued_at + kAccessLife;
  for (const std::string& role : claims.roles) tokens.add_roles(rpc::ParseRole(role));
  tokens.set_organization(claims.organization);
  tokens.set_session(absl::StrCat("sessions/", claims.session));
  *tokens.mutable_access_expire_time() = Stamp(claims.expires);
  tokens.set_access_token(auth::Mint(parts_.keys->signing(), claims));
}

Task<absl::StatusOr<v1::Tokens>> Auth::Refresh(rpc::Call call, const v1::RefreshTokenRequest& request) {
  CO_ASSIGN_OR_RETURN(const RefreshToken token, ReadRefreshToken(*parts_.keys, request.refresh_token()));
  const rpc::Call inside = rpc::InternalCall(token.organization, kDoor, call.deadline());
  const absl::Time now = parts_.clock.Now();
  const absl::Time expires = now + kSessionLife;
  std::string fingerprint = store::Fingerprint(inside, request);
  CO_ASSIGN_OR_RETURN(const Refreshed outcome,
                      co_await parts_.sessions.Refresh(inside, token.person, token.session, token.generation, now,
                                                       expires, request.request_id(), std::move(fingerprint)));
  if (outcome == Refreshed::kGone || outcome == Refreshed::kStolen) co_return NotGood();
  co_return co_await TokensFor(inside, token.person, token.session, token.generation + 1, expires);
}

Task<absl::StatusOr<v1::RevokeSessionsResponse>> Auth::Revoke(rpc::Call call,
                                                              const v1::RevokeSessionsRequest& request) {
  const std::string person = PersonId(request.person());
  if (!MaySee(call, person)) co_return AccessDenied();
  std::string session(absl::StripPrefix(request.session(), "sessions/"));
  std::string fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const int revoked, co_await parts_.sessions.Revoke(call, person, std::move(session),
                                                                         request.request_id(), std::move(fingerprint)));
  v1::RevokeSessionsResponse response;
  response.set_revoked(revoked);
  co_return response;
}

Task<absl::StatusOr<v1::ListSessionsResponse>> Auth::List(rpc::Call call, const v1::ListSessionsRequest& request) {
  const std::string person = PersonId(request.person());
  if (!MaySee(call, person)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(const std::vector<StoredSession> sessions,
                      co_await parts_.sessions.List(call, person, parts_.clock.Now()));
  v1::ListSessionsResponse response;
  for (const StoredSession& stored : sessions) *response.add_sessions() = ToMessage(person, stored);
  co_return response;
}

Task<absl::StatusOr<std::vector<std::string>>> Auth::RolesOf(rpc::Call call, std::string session, std::string subject) {
  std::vector<std::string> names;
  if (subject == auth::ServiceKeySubject(session)) {
    CO_ASSIGN_OR_RETURN(const std::optional<v1::ServiceKey> key, co_await parts_.access.FindKey(call, session));
    if (!key) co_return NotGood();
    for (int role : key->roles()) names.push_back(RoleName(static_cast<api::v1::Role>(role)));
    if (names.empty()) names.push_back("SERVICE");
    co_return names;
  }
  if (std::optional<Acting> acting = ReadActingSession(session)) {
    CO_RETURN_IF_ERROR(co_await CheckActing(call, *std::move(acting), std::move(subject)));
    names.push_back("EMPLOYEE");
    co_return names;
  }
  const bool by_link = session == auth::kAnswerSession;
  if (!by_link) {
    CO_ASSIGN_OR_RETURN(const std::optional<StoredSession> held,
                        co_await parts_.sessions.Find(call, subject, session, parts_.clock.Now()));
    if (!held) co_return NotGood();
  }
  CO_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> roles, co_await parts_.access.RolesOf(call, subject));
  if (!roles) co_return NotGood();
  // A link lets in whom it was mailed to, as nobody but themselves.
  if (!by_link) names = *std::move(roles);
  names.push_back("EMPLOYEE");
  co_return names;
}

Task<absl::StatusOr<api::v1::CheckSessionResponse>> Auth::Check(rpc::Call call,
                                                                const api::v1::CheckSessionRequest& request) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> roles,
                      co_await RolesOf(call, request.session(), request.subject()));
  api::v1::CheckSessionResponse response;
  for (const std::string& role : roles) response.add_roles(rpc::ParseRole(role));
  co_return response;
}

Task<absl::StatusOr<v1::ListSigningKeysResponse>> Auth::ListSigningKeys(rpc::Call, const v1::ListSigningKeysRequest&) {
  const std::string signs = parts_.keys->signing().KeyId();
  v1::ListSigningKeysResponse response;
  const auto accepted = parts_.keys->accepted();
  for (const bool first : {true, false}) {
    for (const auth::PublicKey& key : *accepted) {
      if ((key.KeyId() == signs) != first) continue;
      v1::SigningKey& shown = *response.add_signing_keys();
      shown.set_key_id(key.KeyId());
      shown.set_algorithm("EdDSA");
      shown.set_public_key(key.Raw());
    }
  }
  co_return response;
}

Task<absl::StatusOr<v1::CreateBootstrapCodeResponse>> Auth::CreateCode(rpc::Call call,
                                                                       const v1::CreateBootstrapCodeRequest&) {
  v1::GetOrganizationRequest get;
  CO_ASSIGN_OR_RETURN(const v1::Organization organization, co_await parts_.organizations.Get(call, get));
  const absl::Time expires = parts_.clock.Now() + kCodeLife;
  CO_ASSIGN_OR_RETURN(std::string code, co_await MakeBootstrapCode(std::move(call)));
  if (code.empty()) {
    co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ADMIN_EXISTS,
                    absl::StrCat(organization.name(), " has an administrator already: they give access to others"));
  }
  v1::CreateBootstrapCodeResponse response;
  response.set_code(std::move(code));
  *response.mutable_expire_time() = Stamp(expires);
  co_return response;
}

Task<absl::StatusOr<std::string>> Auth::MakeBootstrapCode(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const auto granted, co_await parts_.access.List(call));
  for (const auto& [person, roles] : granted) {
    for (const std::string& role : roles) {
      if (role == "HR_ADMIN") co_return std::string();
    }
  }
  // 103 bits: nobody guesses one within its 15 minutes.
  std::string code = absl::StrCat(call.organization(), "-", id::New());
  CO_RETURN_IF_ERROR(co_await parts_.access.PutBootstrap(call, id::Sha256Hex(code), parts_.clock.Now() + kCodeLife));
  co_return code;
}

}  // namespace cortado::profile
