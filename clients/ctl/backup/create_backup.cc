#include "clients/ctl/backup/create_backup.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/backup/backup_io.h"
#include "clients/ctl/backup/frozen_organization.h"
#include "common/rpc/binder.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

absl::Status ReadService(const BackupCalls& calls, FrozenOrganization& frozen, size_t service, const BackupHooks& hooks,
                         backup::BackupWriter& writer) {
  RETURN_IF_ERROR(writer.BeginService(kServices[service], frozen.revision(service)));
  grpc::ClientContext context;
  RETURN_IF_ERROR(calls.PrepareStream(context));
  api::v1::SnapshotOrganizationRequest request;
  request.set_service(kServices[service]);
  request.set_freeze_id(frozen.id());
  frozen.Watch(context);
  const auto stream = calls.peer(service).SnapshotOrganization(&context, request);
  absl::Status written;
  api::v1::SnapshotPiece piece;
  while (stream->Read(&piece)) {
    written.Update(writer.Add(piece));
    written.Update(frozen.CheckGoesOn());
    if (!written.ok()) context.TryCancel();
    if (piece.last() && hooks.advance) hooks.advance(1);
  }
  const absl::Status read = rpc::FromGrpc(stream->Finish());
  frozen.Unwatch(context);
  RETURN_IF_ERROR(written);
  RETURN_IF_ERROR(frozen.CheckGoesOn());
  RETURN_IF_ERROR(read);
  return writer.EndService();
}

}  // namespace

absl::StatusOr<Backup> CreateBackup(const BackupCalls& calls, const std::string& passphrase, const std::string& path,
                                    const std::string& version, const BackupHooks& hooks) {
  ASSIGN_OR_RETURN(DraftFile file, DraftFile::Create(path));
  Backup made;
  FrozenOrganization frozen(calls, hooks.interrupted);
  made.title = {calls.organization(), absl::Now(), version};
  // The key is made of the passphrase before anybody has to wait.
  ASSIGN_OR_RETURN(backup::BackupWriter writer,
                   backup::BackupWriter::Begin(
                       passphrase, [&file](absl::string_view bytes) { return file.Write(bytes); }, made.title));
  RETURN_IF_ERROR(frozen.Freeze());
  if (frozen.revision(0) == 0) {
    return absl::NotFoundError(absl::StrCat("there is no organisation ", calls.organization()));
  }
  for (size_t service = 0; service < kServices.size(); ++service) {
    RETURN_IF_ERROR(ReadService(calls, frozen, service, hooks, writer));
  }
  const absl::Status thawed = frozen.Thaw();
  made.frozen = absl::Now() - frozen.frozen_since();
  RETURN_IF_ERROR(thawed);
  RETURN_IF_ERROR(writer.Finish());
  RETURN_IF_ERROR(file.Sync());
  ASSIGN_OR_RETURN(Backup read, ReadBackup(passphrase, file.draft()));
  made.sections = std::move(read.sections);
  made.bytes = read.bytes;
  RETURN_IF_ERROR(file.Keep());
  return made;
}

absl::StatusOr<Backup> ReadBackup(const std::string& passphrase, const std::string& path,
                                  std::function<void(int64_t bytes)> advance) {
  ASSIGN_OR_RETURN(backup::Source source, OpenSource(path, std::move(advance)));
  ASSIGN_OR_RETURN(backup::BackupReader reader, backup::BackupReader::Open(passphrase, std::move(source)));
  Backup found;
  found.title = reader.title();
  ASSIGN_OR_RETURN(found.sections, reader.ReadAll({}));
  std::error_code ignored;
  found.bytes = static_cast<int64_t>(std::filesystem::file_size(path, ignored));
  return found;
}

}  // namespace cortado::ctl
