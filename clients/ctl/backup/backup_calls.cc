#include "clients/ctl/backup/backup_calls.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/rpc/binder.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr absl::Duration kCallLimit = absl::Seconds(5);
constexpr absl::Duration kStreamLimit = absl::Minutes(15);
constexpr absl::Duration kPause = absl::Milliseconds(200);
constexpr int kTries = 3;

}  // namespace

BackupCalls::BackupCalls(const Channels& channels, std::string organization, Prepare prepare)
    : organization_(std::move(organization)), prepare_(std::move(prepare)) {
  for (size_t i = 0; i < channels.size(); ++i) peers_[i] = api::v1::PeerService::NewStub(channels[i]);
}

absl::StatusOr<api::v1::FreezeOrganizationResponse> BackupCalls::Freeze(size_t service, const std::string& freeze_id,
                                                                        absl::Duration span) const {
  api::v1::FreezeOrganizationRequest request;
  request.set_service(kServices[service]);
  request.set_freeze_id(freeze_id);
  request.set_seconds(static_cast<int32_t>(absl::ToInt64Seconds(span)));
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    RETURN_IF_ERROR(prepare_(context, kCallLimit));
    api::v1::FreezeOrganizationResponse response;
    const absl::Status status = rpc::FromGrpc(peers_[service]->FreezeOrganization(&context, request, &response));
    if (status.ok()) return response;
    const bool is_others = ReasonOf(status) == "ORGANIZATION_FROZEN";
    if (!absl::IsUnavailable(status) || is_others || attempt == kTries) return status;
    absl::SleepFor(kPause);
  }
}

absl::Status BackupCalls::Thaw(size_t service, const std::string& freeze_id) const {
  api::v1::ThawOrganizationRequest request;
  request.set_service(kServices[service]);
  request.set_freeze_id(freeze_id);
  grpc::ClientContext context;
  RETURN_IF_ERROR(prepare_(context, kCallLimit));
  api::v1::ThawOrganizationResponse response;
  return rpc::FromGrpc(peers_[service]->ThawOrganization(&context, request, &response));
}

absl::Status BackupCalls::PrepareStream(grpc::ClientContext& context) const { return prepare_(context, kStreamLimit); }

}  // namespace cortado::ctl
