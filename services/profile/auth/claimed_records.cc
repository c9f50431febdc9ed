#include "services/profile/auth/claimed_records.h"

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_keys.h"

namespace cortado::profile {

Task<absl::StatusOr<ClaimedRecords::Verdict>> ClaimedRecords::Put(rpc::Call call, std::string id, std::string bytes,
                                                                  std::string request_id, std::string fingerprint) {
  CO_ASSIGN_OR_RETURN(std::string holder, co_await directory_.Find(id, call.deadline()));
  CO_ASSIGN_OR_RETURN(const std::string other, co_await OtherHolder(call, id, holder));
  if (!other.empty()) co_return Verdict::kTaken;
  store::Write write;
  write.script = &kind_.put;
  write.keys = Words(Key(call));
  write.arguments = Words(id, std::move(bytes), absl::StrCat(kind_.most));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused() && outcome.refusal == "FULL") co_return Verdict::kFull;
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> kept, co_await Find(call, id));
  if (!kept) co_return Verdict::kGone;
  // Also for one that was there before: whoever made it may have got no further.
  CO_ASSIGN_OR_RETURN(const bool ours, co_await directory_.Claim(call, id, std::move(holder)));
  if (ours) co_return outcome.refused() ? Verdict::kThere : Verdict::kKept;
  CO_ASSIGN_OR_RETURN(const store::Outcome undone, co_await RemoveOwn(call, id, "", ""));
  (void)undone;
  co_return Verdict::kTaken;
}

Task<absl::StatusOr<std::optional<store::Record>>> ClaimedRecords::Find(rpc::Call call, std::string id) {
  std::vector<std::string> command = Words("HGET", Key(call), std::move(id));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  if (reply.IsNil()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(store::Record record, store::ParseRecord(reply.text));
  co_return record;
}

Task<absl::StatusOr<std::vector<std::pair<std::string, store::Record>>>> ClaimedRecords::List(rpc::Call call) {
  std::vector<std::string> command = Words("HGETALL", Key(call));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::pair<std::string, store::Record>> records;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(store::Record record, store::ParseRecord(reply.elements[i + 1].text));
    records.emplace_back(reply.elements[i].text, std::move(record));
  }
  co_return records;
}

Task<absl::StatusOr<store::Outcome>> ClaimedRecords::RemoveOwn(rpc::Call call, std::string id, std::string request_id,
                                                               std::string fingerprint) {
  store::Write write;
  write.script = &kind_.remove;
  write.keys = Words(Key(call));
  write.arguments = Words(std::move(id));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  co_return co_await store_.Write(call, std::move(write));
}

Task<absl::Status> ClaimedRecords::Remove(rpc::Call call, std::string id, std::string request_id,
                                          std::string fingerprint) {
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await RemoveOwn(call, id, std::move(request_id), std::move(fingerprint)));
  if (outcome.refused()) co_return NotFound();
  // A repeat may come after it was made again.
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> again, co_await Find(call, id));
  if (again) co_return absl::OkStatus();
  co_return co_await directory_.Release(call, std::move(id));
}

Task<absl::StatusOr<std::string>> ClaimedRecords::OtherHolder(rpc::Call call, std::string id,
                                                              const std::string& named) {
  if (named.empty() || named == call.organization()) co_return std::string();
  const rpc::Call there = rpc::InternalCall(named, call.subject(), call.deadline());
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> theirs, co_await Find(there, std::move(id)));
  co_return theirs ? named : std::string();
}

absl::Status ClaimedRecords::Taken(const std::string& holder) const {
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
               "another organisation has by now what may belong to one alone: remove it there, or bring this one back "
               "without it")
      .Metadata("kind", kind_.hash)
      .Metadata("organization", holder);
}

Task<absl::Status> ClaimedRecords::CheckAll(rpc::Call call, rpc::Call staged) {
  CO_ASSIGN_OR_RETURN(const auto records, co_await List(std::move(staged)));
  for (const auto& [id, record] : records) {
    CO_ASSIGN_OR_RETURN(const std::string named, co_await directory_.Find(id, call.deadline()));
    CO_ASSIGN_OR_RETURN(const std::string holder, co_await OtherHolder(call, id, named));
    if (!holder.empty()) co_return Taken(holder);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> ClaimedRecords::ClaimAll(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const auto records, co_await List(call));
  absl::Status first;
  for (const auto& [id, record] : records) {
    CO_ASSIGN_OR_RETURN(std::string named, co_await directory_.Find(id, call.deadline()));
    CO_ASSIGN_OR_RETURN(const std::string holder, co_await OtherHolder(call, id, named));
    CO_ASSIGN_OR_RETURN(const bool ours, co_await directory_.Claim(call, id, std::move(named)));
    if (!ours) first.Update(Taken(holder));
  }
  co_return first;
}

Task<absl::StatusOr<std::string>> ClaimedRecords::OrganizationOf(std::string id, absl::Time deadline) {
  co_return co_await directory_.Find(std::move(id), deadline);
}

}  // namespace cortado::profile
