// What a backup asks of the three services about one organisation (protos/cortado/api/v1/peer_service.proto).
// Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"

namespace cortado::ctl {

// The services, in the order in which they are thawed and brought back: people first.
inline constexpr std::array<const char*, 3> kServices = {"profile", "matching", "scheduling"};

class BackupCalls {
 public:
  using Peer = api::v1::PeerService::Stub;
  using Channels = std::array<std::shared_ptr<grpc::Channel>, 3>;
  // Puts a token of the organisation, with the role SERVICE, and a deadline on a call.
  using Prepare = std::function<absl::Status(grpc::ClientContext& context, absl::Duration timeout)>;

  // `channels` in the order of kServices.
  BackupCalls(const Channels& channels, std::string organization, Prepare prepare);

  const std::string& organization() const { return organization_; }

  // `service` is a place in kServices. Errors are the services'; UNAVAILABLE is tried three times.
  absl::StatusOr<api::v1::FreezeOrganizationResponse> Freeze(size_t service, const std::string& freeze_id,
                                                             absl::Duration span) const;
  // A repeat of a thaw that did happen says FREEZE_LOST, so it is tried once.
  absl::Status Thaw(size_t service, const std::string& freeze_id) const;

  // For streams.
  Peer& peer(size_t service) const { return *peers_[service]; }
  absl::Status PrepareStream(grpc::ClientContext& context) const;

 private:
  std::array<std::unique_ptr<Peer>, 3> peers_;
  const std::string organization_;
  const Prepare prepare_;
};

}  // namespace cortado::ctl
