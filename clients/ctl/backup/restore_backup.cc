#include "clients/ctl/backup/restore_backup.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/backup/backup_io.h"
#include "clients/ctl/backup/frozen_organization.h"
#include "common/rpc/binder.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using Request = api::v1::RestoreOrganizationRequest;

// One service taking its records.
class Taking {
 public:
  Taking(const BackupCalls& calls, FrozenOrganization& frozen, size_t service)
      : calls_(calls), frozen_(frozen), service_(service) {}
  ~Taking() {
    if (stream_ == nullptr) return;
    context_.TryCancel();
    (void)Close().ok();
  }
  Taking(const Taking&) = delete;
  Taking& operator=(const Taking&) = delete;

  absl::Status Begin(bool replace) {
    RETURN_IF_ERROR(calls_.PrepareStream(context_));
    frozen_.Watch(context_);
    stream_ = calls_.peer(service_).RestoreOrganization(&context_, &response_);
    Request first;
    first.mutable_target()->set_service(kServices[service_]);
    first.mutable_target()->set_freeze_id(frozen_.id());
    first.mutable_target()->set_replace(replace);
    return Send(first);
  }

  // What the service says when it takes no more.
  absl::Status Send(const Request& request) {
    if (stream_->Write(request)) return absl::OkStatus();
    const absl::Status status = Close();
    return status.ok() ? absl::InternalError("the service ended a restore before its end") : status;
  }

  // All was sent: the records take their place.
  absl::Status End(const backup::Section& section) {
    Request last;
    last.mutable_end()->set_record_count(section.records);
    last.mutable_end()->set_revision(section.revision);
    RETURN_IF_ERROR(Send(last));
    stream_->WritesDone();
    return Close();
  }

 private:
  absl::Status Close() {
    const absl::Status status = rpc::FromGrpc(stream_->Finish());
    stream_.reset();
    frozen_.Unwatch(context_);
    return status;
  }

  const BackupCalls& calls_;
  FrozenOrganization& frozen_;
  const size_t service_;
  grpc::ClientContext context_;
  api::v1::RestoreOrganizationResponse response_;
  std::unique_ptr<grpc::ClientWriter<Request>> stream_;
};

using Takings = std::array<std::optional<Taking>, 3>;

absl::Status SendAll(FrozenOrganization& frozen, const std::string& passphrase, const std::string& path, bool replace,
                     const BackupHooks& hooks, Takings& takings) {
  ASSIGN_OR_RETURN(backup::Source source, OpenSource(path));
  ASSIGN_OR_RETURN(backup::BackupReader reader, backup::BackupReader::Open(passphrase, std::move(source)));
  size_t next = 0;
  backup::BackupReader::Listener listener;
  listener.begin = [&](const backup::Section& section) {
    if (next == kServices.size() || section.service != kServices[next]) {
      return absl::DataLossError("the file holds other services than this program knows");
    }
    return takings[next++]->Begin(replace);
  };
  listener.piece = [&](api::v1::SnapshotPiece piece) {
    RETURN_IF_ERROR(frozen.CheckGoesOn());
    const bool last = piece.last();
    Request request;
    *request.mutable_piece() = std::move(piece);
    RETURN_IF_ERROR(takings[next - 1]->Send(request));
    if (last && hooks.advance) hooks.advance(1);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(reader.ReadAll(listener).status());
  return next == kServices.size() ? absl::OkStatus() : absl::DataLossError("the file does not hold every service");
}

absl::Status NotEmpty() {
  return Error(absl::StatusCode::kFailedPrecondition, api::v1::REASON_ORGANIZATION_NOT_EMPTY,
               "there are records of this organisation: with --replace those of the file take their place");
}

// Whether the services certainly left everything as it was.
bool ChangedNothing(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status) || absl::IsAlreadyExists(status) ||
         absl::IsAborted(status) || absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status);
}

absl::Status HalfDone(const FrozenOrganization& frozen, const absl::Status& status) {
  return absl::UnavailableError(absl::StrCat(
      status.message(),
      ". It may be half done: the organisation stays frozen for an hour. Repeat the command with --replace "
      "--freeze ",
      frozen.id()));
}

}  // namespace

absl::StatusOr<Backup> RestoreBackup(const BackupCalls& calls, const std::string& passphrase, const std::string& path,
                                     Backup found, const RestoreWish& wish, const BackupHooks& hooks) {
  if (found.sections.size() != kServices.size()) return absl::DataLossError("the file does not hold every service");
  FrozenOrganization frozen(calls, hooks.interrupted, wish.freeze_id);
  RETURN_IF_ERROR(frozen.Freeze());
  for (size_t service = 0; service < kServices.size(); ++service) {
    if (frozen.revision(service) > 0 && !wish.replace) return NotEmpty();
  }
  Takings takings;
  for (size_t service = 0; service < kServices.size(); ++service) takings[service].emplace(calls, frozen, service);
  RETURN_IF_ERROR(SendAll(frozen, passphrase, path, wish.replace, hooks, takings));
  RETURN_IF_ERROR(frozen.CheckGoesOn());
  // People first: what another organisation has by now is found there, before anything is changed.
  for (size_t service = 0; service < kServices.size(); ++service) {
    const absl::Status ended = takings[service]->End(found.sections[service]);
    if (ended.ok()) continue;
    if (service == 0 && ChangedNothing(ended)) return ended;
    frozen.LeaveFrozen();
    return HalfDone(frozen, ended);
  }
  const absl::Status thawed = frozen.Thaw();
  found.frozen = absl::Now() - frozen.frozen_since();
  RETURN_IF_ERROR(thawed);
  return found;
}

}  // namespace cortado::ctl
