#include "services/profile/erasures.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/freeze.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr absl::Duration kPeriod = absl::Minutes(1);

absl::Status GoesOn() {
  return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
               "a service does not answer; the erasure is begun and goes on by itself")
      .RetryAfter(absl::Seconds(5));
}

absl::Status NoLedger() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_NO_ERASURE_LEDGER,
               "nobody is erased by a server without a ledger of erasures: start the servers of all services with "
               "--erasure_ledger, one file for all, outside every backup");
}

// Adds what one step removed to the proof.
void Count(const std::string& service, const api::v1::ErasePersonDataResponse& step, v1::ErasureProof& proof) {
  for (const auto& [kind, count] : step.removed()) {
    auto& all = *proof.mutable_removed();
    auto known = std::find_if(all.begin(), all.end(), [&, &kind = kind](const v1::ErasedKind& one) {
      return one.service() == service && one.kind() == kind;
    });
    v1::ErasedKind& counted = known == all.end() ? *all.Add() : *known;
    counted.set_service(service);
    counted.set_kind(kind);
    counted.set_count(counted.count() + count);
  }
}

}  // namespace

void Erasures::Register(jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) { return Resume(std::move(call)); }});
  parts_.store.BeforeFirstWrite(
      [this, &runner](rpc::Call call) { return runner.Schedule(call, kJob, parts_.clock.Now() + kPeriod); });
}

Task<absl::StatusOr<v1::ErasureProof>> Erasures::Erase(rpc::Call call, const v1::ErasePersonRequest& request) {
  const std::string id = PersonId(request.person());
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Person> person, co_await parts_.people.Find(call, id));
  CO_ASSIGN_OR_RETURN(std::optional<v1::ErasureProof> proof, co_await erasures_.FindProof(call, id));
  if (proof && !proof->has_finish_time()) co_return co_await Finish(std::move(call), *std::move(proof));
  if (!person && !proof) co_return NotFound();
  if (!person) co_return *std::move(proof);
  if (person->etag() != request.etag()) co_return EtagMismatch();
  if (parts_.ledger == nullptr) co_return NoLedger();
  CO_ASSIGN_OR_RETURN(v1::ErasureProof begun, co_await Begin(call, request));
  co_return co_await Finish(std::move(call), std::move(begun));
}

// The ledger comes first: whatever happens behind it, a copy of the data that is brought back is erased again. The id
// is made of the request, so that its repeat is the same erasure.
Task<absl::StatusOr<v1::ErasureProof>> Erasures::Begin(rpc::Call call, const v1::ErasePersonRequest& request) {
  v1::ErasureProof proof;
  proof.set_person(request.person());
  proof.set_erasure_id(
      id::Sha256Hex(absl::StrCat(call.organization(), "\n", call.subject(), "\n", request.request_id())).substr(0, 24));
  const absl::Time now = parts_.clock.Now();
  *proof.mutable_create_time() = Stamp(now);
  // What a backup is being brought back from may hold them: noted now, the erasure might come too late for it.
  CO_RETURN_IF_ERROR(co_await store::CheckWritable(parts_.store, call));
  co_await parts_.executors.OnBlocking();
  const absl::Status noted =
      parts_.ledger->Append({call.organization(), PersonId(proof.person()), proof.erasure_id(), now});
  if (!noted.ok()) co_return absl::UnavailableError("the erasure cannot be noted in the ledger; nothing was begun");
  CO_RETURN_IF_ERROR(
      co_await erasures_.SaveProof(call, proof, request.request_id(), store::Fingerprint(call, request)));
  co_return proof;
}

Task<absl::StatusOr<v1::ErasureProof>> Erasures::Finish(rpc::Call call, v1::ErasureProof proof) {
  for (const DossierSource& source : sources_) {
    const absl::Status erased = co_await EraseAt(call, source, proof);
    if (erased.ok()) continue;
    if (!absl::IsUnavailable(erased) && !absl::IsDeadlineExceeded(erased)) co_return erased;
    CO_RETURN_IF_ERROR(co_await erasures_.SaveProof(call, proof));
    co_return GoesOn();
  }
  *proof.mutable_finish_time() = Stamp(parts_.clock.Now());
  CO_RETURN_IF_ERROR(co_await erasures_.SaveProof(call, proof));
  co_return proof;
}

Task<absl::Status> Erasures::EraseAt(rpc::Call call, const DossierSource& source, v1::ErasureProof& proof) {
  api::v1::ErasePersonDataRequest request;
  request.set_service(source.service);
  request.set_person(proof.person());
  request.set_erasure_id(proof.erasure_id());
  for (bool done = false; !done;) {
    CO_ASSIGN_OR_RETURN(const api::v1::ErasePersonDataResponse step, co_await source.erase(call, request));
    Count(source.service, step, proof);
    done = step.done();
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Erasures::Resume(rpc::Call call) {
  absl::Status first = co_await RepeatLedger(call);
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> open, co_await erasures_.ListOpen(call));
  for (const std::string& person : open) {
    CO_ASSIGN_OR_RETURN(std::optional<v1::ErasureProof> proof, co_await erasures_.FindProof(call, person));
    if (!proof || proof->has_finish_time()) continue;
    first.Update((co_await Finish(call, *std::move(proof))).status());
  }
  co_return first;
}

Task<absl::Status> Erasures::RepeatLedger(rpc::Call call) {
  {
    sync::MutexLock lock(mutex_);
    if (parts_.ledger == nullptr || repeated_.contains(call.organization())) co_return absl::OkStatus();
  }
  co_await parts_.executors.OnBlocking();
  CO_ASSIGN_OR_RETURN(const std::vector<privacy::Erasure> erasures, parts_.ledger->Read());
  for (const privacy::Erasure& erasure : erasures) {
    if (erasure.organization != call.organization()) continue;
    v1::ErasureProof counted;
    counted.set_person(id::MakeName("people", erasure.person));
    counted.set_erasure_id(erasure.id);
    for (const DossierSource& source : sources_) CO_RETURN_IF_ERROR(co_await EraseAt(call, source, counted));
  }
  sync::MutexLock lock(mutex_);
  repeated_.insert(call.organization());
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
