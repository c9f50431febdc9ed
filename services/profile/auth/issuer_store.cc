#include "services/profile/auth/issuer_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::profile {
namespace {

// K: issuers. A: id, bytes, most issuers.
const store::WriteScript kCreate("profile.create_issuer", R"lua(
  if redis.call('HEXISTS', K[1], A[1]) == 1 then return refuse('THERE') end
  if redis.call('HLEN', K[1]) >= tonumber(A[3]) then return refuse('FULL') end
  redis.call('HSET', K[1], A[1], record(A[2]))
  event('issuer.created', 'issuers/' .. A[1])
  resource = 'issuers/' .. A[1]
)lua");

// K: issuers. A: id.
const store::WriteScript kDelete("profile.delete_issuer", R"lua(
  if redis.call('HDEL', K[1], A[1]) == 0 then return refuse('ABSENT') end
  event('issuer.deleted', 'issuers/' .. A[1])
  resource = 'issuers/' .. A[1]
)lua");

absl::Status Taken() {
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
               "an organisation has this issuer and client id already")
      .Field("issuer.client_id", "must be registered at the issuer for this organisation alone");
}

absl::StatusOr<v1::Issuer> ReadIssuer(const std::string& id, const store::Record& record) {
  v1::Issuer issuer;
  RETURN_IF_ERROR(store::ParseMessage(record, issuer));
  issuer.set_name("issuers/" + id);
  return issuer;
}

}  // namespace

std::string IssuerStore::IdOf(absl::string_view issuer, absl::string_view client_id) {
  return id::Sha256Hex(absl::StrCat(issuer, "\n", client_id)).substr(0, 32);
}

IssuerStore::IssuerStore(store::Store& store) : records_(store, {"issuers", kMost, kCreate, kDelete}) {}

Task<absl::StatusOr<v1::Issuer>> IssuerStore::Create(rpc::Call call, v1::Issuer issuer, std::string request_id,
                                                     std::string fingerprint) {
  const std::string id(absl::StripPrefix(issuer.name(), "issuers/"));
  issuer.clear_name();
  CO_ASSIGN_OR_RETURN(
      const ClaimedRecords::Verdict verdict,
      co_await records_.Put(call, id, issuer.SerializeAsString(), std::move(request_id), std::move(fingerprint)));
  switch (verdict) {
    case ClaimedRecords::Verdict::kFull:
      co_return InvalidField("issuer", absl::StrCat("is one more than the ", kMost, " there may be: delete one"));
    case ClaimedRecords::Verdict::kThere:
    case ClaimedRecords::Verdict::kTaken:
      co_return Taken();
    case ClaimedRecords::Verdict::kKept:
    case ClaimedRecords::Verdict::kGone:
      break;
  }
  CO_ASSIGN_OR_RETURN(std::optional<v1::Issuer> kept, co_await Find(call, id));
  if (!kept) co_return NotFound();
  co_return *std::move(kept);
}

Task<absl::StatusOr<std::optional<v1::Issuer>>> IssuerStore::Find(rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await records_.Find(call, id));
  if (!record) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(v1::Issuer issuer, ReadIssuer(id, *record));
  co_return issuer;
}

Task<absl::StatusOr<std::vector<v1::Issuer>>> IssuerStore::List(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const auto records, co_await records_.List(call));
  std::vector<v1::Issuer> issuers;
  for (const auto& [id, record] : records) {
    CO_ASSIGN_OR_RETURN(v1::Issuer issuer, ReadIssuer(id, record));
    issuers.push_back(std::move(issuer));
  }
  std::sort(issuers.begin(), issuers.end(),
            [](const v1::Issuer& a, const v1::Issuer& b) { return a.name() < b.name(); });
  co_return issuers;
}

Task<absl::Status> IssuerStore::Delete(rpc::Call call, std::string id, std::string request_id,
                                       std::string fingerprint) {
  co_return co_await records_.Remove(call, std::move(id), std::move(request_id), std::move(fingerprint));
}

Task<absl::StatusOr<std::string>> IssuerStore::OrganizationOf(std::string id, absl::Time deadline) {
  co_return co_await records_.OrganizationOf(std::move(id), deadline);
}

}  // namespace cortado::profile
