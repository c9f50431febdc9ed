#include "common/backup/backups.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/audit/ledger.h"
#include "common/id/id.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/freeze.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::backup {
namespace {

using api::v1::SnapshotPiece;
using google::protobuf::util::TimeUtil;

constexpr size_t kPieceBytes = 262'144;
constexpr char kSealed[] = "sealed:";
constexpr char kAudit[] = "audit";
constexpr char kAuditHead[] = "audit:head";
constexpr int64_t kMostSegments = 1'000'000;

absl::Status NotEmpty() {
  return Error(absl::StatusCode::kFailedPrecondition, api::v1::REASON_ORGANIZATION_NOT_EMPTY,
               "the service holds records of this organisation: say `replace` to put these in their place");
}

absl::Status NoArchive() {
  return absl::FailedPreconditionError(
      "the backup holds sealed audit files, and this server seals none: start it with --audit_dir");
}

}  // namespace

Task<absl::StatusOr<api::v1::FreezeOrganizationResponse>> Backups::Freeze(
    rpc::Call call, const api::v1::FreezeOrganizationRequest& request) {
  CO_ASSIGN_OR_RETURN(const store::Freeze freeze,
                      co_await store::FreezeRecords(parts_.store, parts_.client, std::move(call), request.freeze_id(),
                                                    absl::Seconds(request.seconds())));
  api::v1::FreezeOrganizationResponse response;
  response.set_revision(freeze.revision);
  *response.mutable_end_time() = TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(freeze.end));
  co_return response;
}

Task<absl::StatusOr<api::v1::ThawOrganizationResponse>> Backups::Thaw(rpc::Call call,
                                                                      const api::v1::ThawOrganizationRequest& request) {
  CO_RETURN_IF_ERROR(co_await store::ThawRecords(parts_.store, parts_.client, std::move(call), request.freeze_id()));
  co_return api::v1::ThawOrganizationResponse();
}

// What is still written while the organisation is frozen is the trail: reads are recorded, and entries sealed. Its
// anchor first, then the files, then the entries: each is then at least as far as the one before it, as after a crash.
Task<absl::Status> Backups::Snapshot(rpc::Call call, const api::v1::SnapshotOrganizationRequest& request,
                                     rpc::Writer<SnapshotPiece>& writer) {
  CO_RETURN_IF_ERROR((co_await store::CheckFrozen(parts_.store, call, request.freeze_id())).status());
  std::vector<std::string> anchor = {kAuditHead};
  CO_RETURN_IF_ERROR(co_await SendRecords(call, std::move(anchor), writer));
  if (parts_.trail.archive() != nullptr) CO_RETURN_IF_ERROR(co_await SendFiles(call, writer));
  CO_ASSIGN_OR_RETURN(std::vector<std::string> keys, co_await Records(parts_.store, parts_.client).ListKeys(call));
  const auto is_apart = [](const std::string& key) {
    return key == "rev" || key == "epoch" || key == kAudit || key == kAuditHead;
  };
  keys.erase(std::remove_if(keys.begin(), keys.end(), is_apart), keys.end());
  keys.push_back(kAudit);
  CO_RETURN_IF_ERROR(co_await SendRecords(call, std::move(keys), writer));
  co_return (co_await store::CheckFrozen(parts_.store, std::move(call), request.freeze_id())).status();
}

Task<absl::Status> Backups::SendRecords(rpc::Call call, std::vector<std::string> keys,
                                        rpc::Writer<SnapshotPiece>& writer) {
  Records records(parts_.store, parts_.client);
  for (size_t begin = 0; begin < keys.size(); begin += Records::kAtOnce) {
    const size_t end = std::min(keys.size(), begin + Records::kAtOnce);
    std::vector<std::string> some(keys.begin() + static_cast<int64_t>(begin), keys.begin() + static_cast<int64_t>(end));
    CO_ASSIGN_OR_RETURN(const std::vector<Dump> dumps, co_await records.DumpAll(call, std::move(some)));
    for (const Dump& dump : dumps) {
      for (size_t at = 0; at < dump.value.size(); at += kPieceBytes) {
        SnapshotPiece piece;
        piece.set_key(dump.key);
        piece.set_value(dump.value.substr(at, kPieceBytes));
        piece.set_last(at + kPieceBytes >= dump.value.size());
        if (piece.last() && dump.expire) {
          *piece.mutable_expire_time() = TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(*dump.expire));
        }
        CO_RETURN_IF_ERROR(co_await writer.Write(piece));
      }
    }
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Backups::SendFiles(rpc::Call call, rpc::Writer<SnapshotPiece>& writer) {
  std::optional<audit::Place> place(std::in_place);
  while (place) {
    co_await parts_.executors.OnBlocking();
    CO_ASSIGN_OR_RETURN(audit::Piece part, audit::ReadPiece(*parts_.trail.archive(), ScopeOf(call), *place,
                                                            static_cast<int64_t>(kPieceBytes)));
    place = part.next;
    if (part.bytes.empty() && !place) break;  // There are none.
    SnapshotPiece piece;
    piece.set_key(absl::StrCat(kSealed, part.segment));
    piece.set_value(std::move(part.bytes));
    piece.set_last(!place || place->segment != part.segment);
    CO_RETURN_IF_ERROR(co_await writer.Write(piece));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<api::v1::RestoreOrganizationResponse>> Backups::Restore(rpc::Call call,
                                                                            api::v1::RestoreTarget target,
                                                                            rpc::Reader<Request>& reader,
                                                                            const privacy::ErasureLedger* ledger) {
  Stage stage(parts_.store, parts_.client, parts_.loop, parts_.clock, call);
  auto restored = co_await Run(call, std::move(target), stage, reader, ledger);
  // Nobody waits for what is left of it, and it would end by itself.
  const absl::Status cleared = co_await stage.Clear();
  co_await parts_.executors.OnBlocking();
  if (parts_.trail.archive() != nullptr) {
    (void)audit::DropDrafts(*parts_.trail.archive(), ScopeOf(call)).ok();
  }
  if (!cleared.ok())
    log::Warn("backup.stage_left", {{"service", service()}, {"code", static_cast<int>(cleared.code())}});
  co_return restored;
}

Task<absl::StatusOr<api::v1::RestoreOrganizationResponse>> Backups::Run(rpc::Call call, api::v1::RestoreTarget target,
                                                                        Stage& stage, rpc::Reader<Request>& reader,
                                                                        const privacy::ErasureLedger* ledger) {
  CO_ASSIGN_OR_RETURN(const int64_t live, co_await store::CheckFrozen(parts_.store, call, target.freeze_id()));
  if (live > 0 && !target.replace()) co_return NotEmpty();
  co_await parts_.executors.OnBlocking();
  if (parts_.trail.archive() != nullptr) {
    CO_RETURN_IF_ERROR(audit::DropDrafts(*parts_.trail.archive(), ScopeOf(call)));
  }
  CO_ASSIGN_OR_RETURN(const int64_t files, co_await TakeAll(call, stage, reader));
  if (ledger != nullptr) CO_RETURN_IF_ERROR(co_await EraseAgain(call, stage.call(), *ledger));
  if (hooks_.check) CO_RETURN_IF_ERROR(co_await hooks_.check(call, stage.call()));
  CO_ASSIGN_OR_RETURN(const TrailPlan plan, co_await PlanTrail(call, live, files > 0));
  co_await parts_.executors.OnBlocking();
  if (plan.adopts_files) CO_RETURN_IF_ERROR(audit::AdoptDrafts(*parts_.trail.archive(), ScopeOf(call)));
  Stage::Commit commit;
  commit.freeze_id = target.freeze_id();
  commit.revision = plan.revision;
  if (plan.keeps_own) commit.kept.insert({kAudit, kAuditHead});
  if (plan.keeps_own) commit.left_out.insert(kAudit);
  if (!plan.adopts_files) commit.left_out.insert(kAuditHead);
  CO_RETURN_IF_ERROR(co_await stage.Replace(std::move(commit)));
  if (hooks_.settle) CO_RETURN_IF_ERROR(co_await hooks_.settle(call));
  // At once: until a head of this server's key follows, the one of the backup's key is the last. What it could not do
  // the job does, and the log says.
  if (parts_.trail.archive() != nullptr) (void)(co_await parts_.trail.Seal(call)).ok();
  log::Info("backup.restored", {{"service", service()}, {"organization", call.organization()}});
  api::v1::RestoreOrganizationResponse response;
  response.set_record_count(stage.record_count() + files);
  co_return response;
}

Task<absl::StatusOr<int64_t>> Backups::TakeAll(rpc::Call call, Stage& stage, rpc::Reader<Request>& reader) {
  int64_t files = 0;
  for (;;) {
    CO_ASSIGN_OR_RETURN(std::optional<Request> request, co_await reader.Read());
    if (!request) co_return InvalidField("end", "is missing: without it nothing counts");
    if (request->has_piece()) {
      SnapshotPiece& piece = *request->mutable_piece();
      if (absl::StartsWith(piece.key(), kSealed)) {
        CO_RETURN_IF_ERROR(co_await TakeFile(call, piece));
        if (piece.last()) ++files;
      } else {
        CO_RETURN_IF_ERROR(co_await stage.Add(std::move(piece)));
      }
      continue;
    }
    if (!request->has_end()) co_return InvalidField("target", "comes first, and only then");
    if (request->end().record_count() != stage.record_count() + files) {
      co_return InvalidField("end.record_count", absl::StrCat("is not what came: ", stage.record_count() + files));
    }
    CO_RETURN_IF_ERROR(co_await stage.Finish(request->end().revision()));
    CO_ASSIGN_OR_RETURN(const std::optional<Request> more, co_await reader.Read());
    if (more) co_return InvalidField("end", "comes last");
    co_return files;
  }
}

Task<absl::Status> Backups::TakeFile(rpc::Call call, const SnapshotPiece& piece) {
  absl::string_view number = piece.key();
  int64_t segment = -1;
  if (!absl::ConsumePrefix(&number, kSealed) || !absl::SimpleAtoi(number, &segment) || segment < 0 ||
      segment > kMostSegments) {
    co_return InvalidField("piece.key", "is no sealed file, as sealed:1");
  }
  if (parts_.trail.archive() == nullptr) co_return NoArchive();
  co_await parts_.executors.OnBlocking();
  co_return audit::AddToDraft(*parts_.trail.archive(), ScopeOf(call), segment, piece.value());
}

// What is staged is written to as any organisation, and nobody sees it yet.
Task<absl::Status> Backups::EraseAgain(rpc::Call call, const rpc::Call& staged, const privacy::ErasureLedger& ledger) {
  co_await parts_.executors.OnBlocking();
  CO_ASSIGN_OR_RETURN(const std::vector<privacy::Erasure> erasures, ledger.Read());
  for (const privacy::Erasure& erasure : erasures) {
    if (erasure.organization != call.organization()) continue;
    api::v1::ErasePersonDataRequest request;
    request.set_service(service());
    request.set_person(id::MakeName("people", erasure.person));
    request.set_erasure_id(erasure.id);
    for (bool done = false; !done;) {
      CO_ASSIGN_OR_RETURN(const api::v1::ErasePersonDataResponse step,
                          co_await parts_.dossiers.ErasePerson(staged, request));
      done = step.done();
      if (!step.removed().empty()) log::Warn("erasures.repeated", {{"service", service()}, {"erasure", erasure.id}});
    }
  }
  co_return absl::OkStatus();
}

// A trail only ever grows: one that is there goes on, with an entry that says what was brought back. Where there is
// none the backup's goes on; where only its files are left, they say how far it came.
Task<absl::StatusOr<Backups::TrailPlan>> Backups::PlanTrail(rpc::Call call, int64_t live_revision, bool brings_files) {
  TrailPlan plan;
  plan.keeps_own = live_revision > 0;
  const audit::Archive* archive = parts_.trail.archive();
  if (archive == nullptr) co_return plan;
  co_await parts_.executors.OnBlocking();
  CO_ASSIGN_OR_RETURN(const audit::Chain chain, audit::SealedChain(*archive, ScopeOf(call), std::nullopt));
  plan.revision = static_cast<int64_t>(chain.last.revision);
  plan.adopts_files = !plan.keeps_own && chain.count == 0 && brings_files;
  co_return plan;
}

Backups* BackupSet::Find(absl::string_view service) const {
  const auto found =
      std::find_if(backups_.begin(), backups_.end(), [&](const Backups* one) { return one->service() == service; });
  return found == backups_.end() ? nullptr : *found;
}

Task<absl::StatusOr<api::v1::FreezeOrganizationResponse>> BackupSet::Freeze(
    rpc::Call call, const api::v1::FreezeOrganizationRequest& request) {
  Backups* backups = Find(request.service());
  if (backups == nullptr) co_return NotFound();
  co_return co_await backups->Freeze(std::move(call), request);
}

Task<absl::StatusOr<api::v1::ThawOrganizationResponse>> BackupSet::Thaw(
    rpc::Call call, const api::v1::ThawOrganizationRequest& request) {
  Backups* backups = Find(request.service());
  if (backups == nullptr) co_return NotFound();
  co_return co_await backups->Thaw(std::move(call), request);
}

Task<absl::Status> BackupSet::Snapshot(rpc::Call call, const api::v1::SnapshotOrganizationRequest& request,
                                       rpc::Writer<SnapshotPiece>& writer) {
  Backups* backups = Find(request.service());
  if (backups == nullptr) co_return NotFound();
  co_return co_await backups->Snapshot(std::move(call), request, writer);
}

Task<absl::StatusOr<api::v1::RestoreOrganizationResponse>> BackupSet::Restore(rpc::Call call,
                                                                              rpc::Reader<Backups::Request>& reader) {
  CO_ASSIGN_OR_RETURN(std::optional<Backups::Request> first, co_await reader.Read());
  if (!first || !first->has_target()) co_return InvalidField("target", "comes first");
  Backups* backups = Find(first->target().service());
  if (backups == nullptr) co_return NotFound();
  co_return co_await backups->Restore(std::move(call), first->target(), reader, ledger_.get());
}

}  // namespace cortado::backup
