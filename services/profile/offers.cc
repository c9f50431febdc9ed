#include "services/profile/offers.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_rules.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

absl::Status CheckHours(const google::protobuf::RepeatedPtrField<v1::DayHours>& hours, absl::string_view field) {
  for (int i = 0; i < hours.size(); ++i) {
    if (hours[i].weekday() == 0) return InvalidField(absl::StrCat("time.", field, "[", i, "].weekday"), "is required");
  }
  return absl::OkStatus();
}

absl::Status CheckTime(const v1::Time& time) {
  RETURN_IF_ERROR(CheckHours(time.working_hours(), "working_hours"));
  RETURN_IF_ERROR(CheckHours(time.protected_blocks(), "protected_blocks"));
  RETURN_IF_ERROR(CheckHours(time.preferred_hours(), "preferred_hours"));
  if (time.chat_minutes() != 0 && time.chat_minutes() < 10) {
    return InvalidField("time.chat_minutes", "must be 10 to 240, or 0").Metadata("rule", "minutes");
  }
  return absl::OkStatus();
}

}  // namespace

v1::Time DefaultTime() {
  v1::Time time;
  for (int weekday = 1; weekday <= 5; ++weekday) {
    v1::DayHours* hours = time.add_working_hours();
    hours->set_weekday(weekday);
    hours->set_start_minute(9 * 60);
    hours->set_end_minute(17 * 60);
  }
  time.set_weekly_minutes(60);
  return time;
}

Task<absl::StatusOr<PersonFile>> Offers::Open(rpc::Call call, std::string id) {
  std::vector<std::string> ids;
  ids.push_back(std::move(id));
  CO_ASSIGN_OR_RETURN(auto files, co_await store_.FindFiles(call, ids));
  if (!files[0]) co_return NotFound();
  CO_RETURN_IF_ERROR(co_await store_.RecordShown(std::move(call), std::move(ids)));
  co_return *std::move(files[0]);
}

Task<absl::StatusOr<v1::Offer>> Offers::GetOffer(rpc::Call call, const v1::GetOfferRequest& request) {
  const std::string owner = OwnerId(request.name());
  CO_ASSIGN_OR_RETURN(PersonFile file, co_await Open(call, owner));
  v1::Offer offer = file.offer.value_or(v1::Offer());
  offer.set_name(request.name());
  co_return offer;
}

Task<absl::StatusOr<v1::Offer>> Offers::UpdateOffer(rpc::Call call, const v1::UpdateOfferRequest& request) {
  const std::string owner = OwnerId(request.offer().name());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(PersonFile file, co_await Open(call, owner));
  v1::Offer offer = file.offer.value_or(v1::Offer());
  CopyFields(request.update_mask(), request.offer(), offer);
  PartWrite write;
  write.id = owner;
  write.field = "offer";
  write.etag = request.offer().etag();
  write.bytes = StoredBytes(offer);
  write.resource = request.offer().name();
  write.edited = "offer";
  write.joins = true;
  write.event = "offer.updated";
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.PutPart(call, std::move(write)));
  if (outcome.replayed()) {
    v1::GetOfferRequest get;
    get.set_name(request.offer().name());
    co_return co_await GetOffer(call, get);
  }
  offer.set_name(request.offer().name());
  offer.set_etag(absl::StrCat(outcome.revision));
  co_return offer;
}

Task<absl::StatusOr<v1::Time>> Offers::GetTime(rpc::Call call, const v1::GetTimeRequest& request) {
  const std::string owner = OwnerId(request.name());
  if (!call.IsSelf(owner) && !call.IsService()) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(PersonFile file, co_await Open(call, owner));
  v1::Time time = file.time ? *std::move(file.time) : DefaultTime();
  time.set_name(request.name());
  co_return time;
}

Task<absl::StatusOr<v1::Time>> Offers::UpdateTime(rpc::Call call, const v1::UpdateTimeRequest& request) {
  const std::string owner = OwnerId(request.time().name());
  if (!call.IsSelf(owner)) co_return AccessDenied();
  CO_ASSIGN_OR_RETURN(PersonFile file, co_await Open(call, owner));
  v1::Time time = file.time ? *std::move(file.time) : DefaultTime();
  CopyFields(request.update_mask(), request.time(), time);
  CO_RETURN_IF_ERROR(CheckTime(time));
  PartWrite write;
  write.id = owner;
  write.field = "time";
  write.etag = request.time().etag();
  write.bytes = StoredBytes(time);
  write.resource = request.time().name();
  write.event = "time.updated";
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.PutPart(call, std::move(write)));
  if (outcome.replayed()) {
    v1::GetTimeRequest get;
    get.set_name(request.time().name());
    co_return co_await GetTime(call, get);
  }
  time.set_name(request.time().name());
  time.set_etag(absl::StrCat(outcome.revision));
  co_return time;
}

}  // namespace cortado::profile
