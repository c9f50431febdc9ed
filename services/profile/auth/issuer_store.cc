#include "services/profile/auth/issuer_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {
namespace {

// K: issuers. A: id, bytes, most issuers.
const store::WriteScript kCreate("profile.create_issuer", R"lua(
  if redis.call('HEXISTS', K[1], A[1]) == 1 then return refuse('TAKEN') end
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

std::string IssuersKey(const store::Store& store, absl::string_view organization) {
  return store.Key(organization, "issuers");
}

absl::Status Taken() {
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
               "an organisation has this issuer and client id already")
      .Field("issuer.client_id", "must be registered at the issuer for this organisation alone");
}

absl::StatusOr<v1::Issuer> ReadIssuer(const std::string& id, const std::string& stored) {
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored));
  v1::Issuer issuer;
  RETURN_IF_ERROR(store::ParseMessage(record, issuer));
  issuer.set_name("issuers/" + id);
  return issuer;
}

}  // namespace

std::string IssuerStore::IdOf(absl::string_view issuer, absl::string_view client_id) {
  return id::Sha256Hex(absl::StrCat(issuer, "\n", client_id)).substr(0, 32);
}

Task<absl::StatusOr<v1::Issuer>> IssuerStore::Create(rpc::Call call, v1::Issuer issuer, std::string request_id,
                                                     std::string fingerprint) {
  const std::string id(absl::StripPrefix(issuer.name(), "issuers/"));
  CO_ASSIGN_OR_RETURN(std::string holder, co_await directory_.Find(id, call.deadline()));
  if (!holder.empty() && holder != call.organization()) {
    const rpc::Call there = rpc::InternalCall(holder, call.subject(), call.deadline());
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Issuer> theirs, co_await Find(there, id));
    if (theirs) co_return Taken();
  }
  issuer.clear_name();
  store::Write write;
  write.script = &kCreate;
  write.keys = Words(IssuersKey(store_, call.organization()));
  write.arguments = Words(id, issuer.SerializeAsString(), absl::StrCat(kMost));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused() && outcome.refusal == "FULL") {
    co_return InvalidField("issuer", absl::StrCat("is one more than the ", kMost, " there may be: delete one"));
  }
  CO_ASSIGN_OR_RETURN(std::optional<v1::Issuer> kept, co_await Find(call, id));
  if (!kept) co_return NotFound();
  // Also for one that was there before: whoever made it may have got no further.
  CO_ASSIGN_OR_RETURN(const bool ours, co_await directory_.Claim(call, id, std::move(holder)));
  if (ours && !outcome.refused()) co_return *std::move(kept);
  if (!ours) {
    CO_ASSIGN_OR_RETURN(const store::Outcome undone, co_await DeleteRecord(call, id, "", ""));
    (void)undone;
  }
  co_return Taken();
}

Task<absl::StatusOr<std::optional<v1::Issuer>>> IssuerStore::Find(rpc::Call call, std::string id) {
  std::vector<std::string> command = Words("HGET", IssuersKey(store_, call.organization()), id);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(v1::Issuer issuer, ReadIssuer(id, reply.text));
  co_return issuer;
}

Task<absl::StatusOr<std::vector<v1::Issuer>>> IssuerStore::List(rpc::Call call) {
  std::vector<std::string> command = Words("HGETALL", IssuersKey(store_, call.organization()));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<v1::Issuer> issuers;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(v1::Issuer issuer, ReadIssuer(reply.elements[i].text, reply.elements[i + 1].text));
    issuers.push_back(std::move(issuer));
  }
  std::sort(issuers.begin(), issuers.end(),
            [](const v1::Issuer& a, const v1::Issuer& b) { return a.name() < b.name(); });
  co_return issuers;
}

Task<absl::StatusOr<store::Outcome>> IssuerStore::DeleteRecord(rpc::Call call, std::string id, std::string request_id,
                                                               std::string fingerprint) {
  store::Write write;
  write.script = &kDelete;
  write.keys = Words(IssuersKey(store_, call.organization()));
  write.arguments = Words(std::move(id));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  co_return co_await store_.Write(call, std::move(write));
}

Task<absl::Status> IssuerStore::Delete(rpc::Call call, std::string id, std::string request_id,
                                       std::string fingerprint) {
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await DeleteRecord(call, id, std::move(request_id), std::move(fingerprint)));
  if (outcome.refused()) co_return NotFound();
  // A repeat may come after it was made again.
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Issuer> again, co_await Find(call, id));
  if (again) co_return absl::OkStatus();
  co_return co_await directory_.Release(call, std::move(id));
}

Task<absl::StatusOr<std::string>> IssuerStore::OrganizationOf(std::string id, absl::Time deadline) {
  co_return co_await directory_.Find(std::move(id), deadline);
}

}  // namespace cortado::profile
