#include "services/allinone/organization_client.h"

#include <grpcpp/grpcpp.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/auth/token.h"
#include "common/id/id.h"
#include "common/rpc/binder.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::allinone {

absl::StatusOr<std::string> CreateOrganization(const std::shared_ptr<grpc::Channel>& channel,
                                               const auth::SigningKey& key, const std::string& display_name,
                                               const Clock& clock) {
  auth::Claims claims;
  claims.organization = auth::kAnyOrganization;
  claims.subject = "cortado";
  claims.roles = {"SERVICE"};
  claims.issued_at = clock.Now();
  claims.expires = claims.issued_at + absl::Minutes(1);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + auth::Mint(key, claims));
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));  // The machine's time, as gRPC's.
  profile::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name(display_name);
  request.set_request_id(id::New());
  profile::v1::Organization organization;
  grpc::Status status =
      profile::v1::ProfileService::NewStub(channel)->CreateOrganization(&context, request, &organization);
  if (!status.ok()) return rpc::FromGrpc(status);
  return id::ParseName("organizations", organization.name());
}

}  // namespace cortado::allinone
