#include "common/app/session_client.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "common/status/status.h"
#include "cortado/api/v1/session_service.grpc.pb.h"

namespace cortado::app {
namespace {

using Sessions = api::v1::SessionService;

Task<absl::StatusOr<std::vector<std::string>>> Ask(rpc::Peer& profile, std::shared_ptr<const auth::Claims> claims,
                                                   absl::Time deadline) {
  if (profile.channel() == nullptr) co_return absl::UnavailableError("nobody to ask about sessions: set --profile");
  api::v1::CheckSessionRequest request;
  request.set_session(claims->session);
  request.set_subject(claims->subject);
  // A stub costs an allocation, and this is asked once for a token in five seconds.
  const std::unique_ptr<Sessions::Stub> stub = Sessions::NewStub(profile.channel());
  using Async = class Sessions::Stub::async;  // A method has the same name.
  void (Async::*method)(grpc::ClientContext*, const api::v1::CheckSessionRequest*, api::v1::CheckSessionResponse*,
                        std::function<void(grpc::Status)>) = &Async::CheckSession;
  CO_ASSIGN_OR_RETURN(const api::v1::CheckSessionResponse response,
                      co_await profile.Invoke(stub->async(), method, request, claims->organization, deadline, true));
  std::vector<std::string> roles;
  for (int role : response.roles()) {
    roles.emplace_back(absl::StripPrefix(api::v1::Role_Name(static_cast<api::v1::Role>(role)), "ROLE_"));
  }
  co_return roles;
}

}  // namespace

rpc::SessionCheck AskProfile(rpc::Peer& profile) {
  return [&profile](std::shared_ptr<const auth::Claims> claims, absl::Time deadline) {
    return Ask(profile, std::move(claims), deadline);
  };
}

}  // namespace cortado::app
