// For wire tests: tokens of anybody, and calls through a generated stub with one line each.
#pragma once

#include <grpcpp/grpcpp.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "common/auth/token.h"
#include "common/rpc/binder.h"

namespace cortado::testing {

// Says who calls in a test.
struct Caller {
  std::string token;
  std::string organization = {};  // For a service token: which one it means.
  absl::Duration timeout = absl::Seconds(10);
  std::string language = {};  // Accept-Language; empty: not said.
};

// A token of `subject` ("p1") in `organization` with `roles` (EMPLOYEE by default), good for an hour.
inline Caller TokenOf(const auth::SigningKey& key, const std::string& organization, const std::string& subject,
                      std::vector<std::string> roles = {"EMPLOYEE"}) {
  auth::Claims claims;
  claims.organization = organization;
  claims.subject = subject;
  claims.roles = std::move(roles);
  claims.issued_at = absl::Now();
  claims.expires = claims.issued_at + absl::Hours(1);
  return {auth::Mint(key, claims)};
}

// A service that means `organization`.
inline Caller ServiceFor(const auth::SigningKey& key, const std::string& organization) {
  Caller caller = TokenOf(key, auth::kAnyOrganization, "test", {"SERVICE"});
  caller.organization = organization;
  return caller;
}

inline void Prepare(grpc::ClientContext& context, const Caller& caller) {
  if (!caller.token.empty()) context.AddMetadata("authorization", "Bearer " + caller.token);
  if (!caller.organization.empty()) context.AddMetadata("x-cortado-org", caller.organization);
  if (!caller.language.empty()) context.AddMetadata("accept-language", caller.language);
  context.set_deadline(absl::ToChronoTime(absl::Now() + caller.timeout));
}

// Calls one unary method: Ask(*stub, &Stub::GetPerson, caller, request) is the answer, or the error with its reason.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> Ask(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                             const Caller& caller, const Request& request) {
  grpc::ClientContext context;
  Prepare(context, caller);
  Response response;
  grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return rpc::FromGrpc(status);
  return response;
}

}  // namespace cortado::testing
