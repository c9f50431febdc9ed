#include "services/profile/auth/service_keys.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/auth/service_key.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

bool MayBeGiven(api::v1::Role role) {
  return role == api::v1::ROLE_PROGRAM_OWNER || role == api::v1::ROLE_HR_ADMIN || role == api::v1::ROLE_AUDITOR ||
         role == api::v1::ROLE_OPERATOR;
}

bool MayAProgramHave(api::v1::Role role) { return MayBeGiven(role) && role != api::v1::ROLE_PROGRAM_OWNER; }

absl::Status CheckRole(api::v1::Role role) {
  if (MayBeGiven(role)) return absl::OkStatus();
  return InvalidField("role", "must be PROGRAM_OWNER, HR_ADMIN, AUDITOR or OPERATOR");
}

absl::Status CheckKey(const v1::ServiceKey& key) {
  if (key.scope().empty() == key.roles().empty()) {
    return InvalidField("service_key.roles", "must be given, or a scope: one of the two");
  }
  for (int role : key.roles()) {
    if (!MayAProgramHave(static_cast<api::v1::Role>(role))) {
      return InvalidField("service_key.roles", "must be of HR_ADMIN, AUDITOR and OPERATOR");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string RoleName(api::v1::Role role) { return std::string(absl::StripPrefix(api::v1::Role_Name(role), "ROLE_")); }

Task<absl::StatusOr<v1::ServiceKey>> ServiceKeys::Create(rpc::Call call, const v1::CreateServiceKeyRequest& request) {
  v1::ServiceKey key = request.service_key();
  CO_RETURN_IF_ERROR(CheckKey(key));
  const std::string id = absl::StrCat("k", id::New());
  // 206 random bits.
  const std::string secret = auth::WriteServiceKey({call.organization(), id, absl::StrCat(id::New(), id::New())});
  key.set_name(absl::StrCat("serviceKeys/", id));
  key.set_secret(id::Sha256Hex(secret));
  *key.mutable_create_time() = Stamp(clock_.Now());
  std::string fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await store_.PutKey(call, key, request.request_id(), std::move(fingerprint)));
  if (!outcome.replayed()) {
    key.set_secret(secret);
    co_return key;
  }
  std::string first = outcome.resource.substr(sizeof("serviceKeys/") - 1);
  CO_ASSIGN_OR_RETURN(std::optional<v1::ServiceKey> held, co_await store_.FindKey(call, std::move(first)));
  if (!held) co_return NotFound();
  held->clear_secret();
  co_return *std::move(held);
}

Task<absl::StatusOr<v1::ListServiceKeysResponse>> ServiceKeys::List(rpc::Call call, const v1::ListServiceKeysRequest&) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::ServiceKey> keys, co_await store_.ListKeys(call));
  v1::ListServiceKeysResponse response;
  for (v1::ServiceKey& key : keys) {
    key.clear_secret();
    *response.add_service_keys() = std::move(key);
  }
  co_return response;
}

Task<absl::StatusOr<google::protobuf::Empty>> ServiceKeys::Delete(rpc::Call call,
                                                                  const v1::DeleteServiceKeyRequest& request) {
  std::string id(absl::StripPrefix(request.name(), "serviceKeys/"));
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.DeleteKey(call, std::move(id), request.request_id(), std::move(fingerprint)));
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<v1::AccessGrant>> AccessGrants::Grant(rpc::Call call, const v1::GrantAccessRequest& request) {
  CO_RETURN_IF_ERROR(CheckRole(request.role()));
  const std::string person = PersonId(request.person());
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(
      co_await store_.Grant(call, person, RoleName(request.role()), request.request_id(), std::move(fingerprint)));
  CO_ASSIGN_OR_RETURN(const auto roles, co_await store_.RolesOf(call, person));
  if (!roles) co_return NotFound();
  v1::AccessGrant grant;
  grant.set_person(request.person());
  for (const std::string& role : *roles) grant.add_roles(rpc::ParseRole(role));
  co_return grant;
}

Task<absl::StatusOr<google::protobuf::Empty>> AccessGrants::Revoke(rpc::Call call,
                                                                   const v1::RevokeAccessRequest& request) {
  CO_RETURN_IF_ERROR(CheckRole(request.role()));
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.Revoke(call, PersonId(request.person()), RoleName(request.role()),
                                            request.request_id(), std::move(fingerprint)));
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<v1::ListAccessGrantsResponse>> AccessGrants::List(rpc::Call call,
                                                                      const v1::ListAccessGrantsRequest&) {
  CO_ASSIGN_OR_RETURN(const auto all, co_await store_.List(call));
  v1::ListAccessGrantsResponse response;
  for (const auto& [person, roles] : all) {
    v1::AccessGrant& grant = *response.add_access_grants();
    grant.set_person(absl::StrCat("people/", person));
    for (const std::string& role : roles) grant.add_roles(rpc::ParseRole(role));
  }
  co_return response;
}

}  // namespace cortado::profile
