// What the verbs that name skills and roles share. Thread contract: as Session.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/ctl/command.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

// Returns the skill that was typed: `skills/S`, or any name of it. NOT_FOUND for a name of none; INVALID_ARGUMENT,
// listing them, for one of several.
absl::StatusOr<profile::v1::Skill> FindSkill(Session& session, const Caller& caller, const std::string& text);

// Returns `roles/R` of what was typed: that, an id, a title or an alias of one. NOT_FOUND.
absl::StatusOr<std::string> FindRole(Session& session, const Caller& caller, const std::string& text);

// Shows what a role takes, the weightiest first.
void ShowRequirements(const Ctl& ctl, const google::protobuf::RepeatedPtrField<profile::v1::Requirement>& requirements,
                      int indent = 0);

// "3", or "-" for 0.
std::string LevelText(int level);

// One call that may take minutes: as Session::Call, once and with the deadline of bulk work.
template <class Stub, class Request, class Response>
absl::StatusOr<Response> CallForLong(Session& session, Stub& stub,
                                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                     const Caller& caller, const Request& request) {
  Response response;
  grpc::ClientContext context;
  RETURN_IF_ERROR(session.Prepare(context, caller, absl::Minutes(15)));
  RETURN_IF_ERROR(rpc::FromGrpc((stub.*method)(&context, request, &response)));
  return response;
}

}  // namespace cortado::ctl
