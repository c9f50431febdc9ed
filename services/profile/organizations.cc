#include "services/profile/organizations.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"
#include "services/profile/feed_trim.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_rules.h"

namespace cortado::profile {
namespace {

std::string OrganizationKey(const store::Store& store, absl::string_view id) { return store.Key(id, "organization"); }

// K: organization. A: id, bytes.
const store::WriteScript kCreate("profile.create_organization", R"lua(
  if redis.call('EXISTS', K[1]) == 1 then return refuse('TAKEN') end
  redis.call('SET', K[1], record(A[2]))
  event('organization.created', 'organizations/' .. A[1])
  resource = 'organizations/' .. A[1]
)lua");

// One request makes one organisation, however often it is sent: before it exists there is no slot that could remember
// the request, so the id itself is made of it.
std::string IdFor(const rpc::Call& call, absl::string_view request_id) {
  return id::Sha256Hex(absl::StrCat("organization\n", call.subject(), "\n", request_id)).substr(0, 20);
}

}  // namespace

Task<absl::StatusOr<v1::Organization>> Organizations::Create(rpc::Call call,
                                                             const v1::CreateOrganizationRequest& request) {
  v1::Organization organization = request.organization();
  if (!organization.time_zone().empty() && !IsTimeZone(organization.time_zone())) {
    co_return InvalidField("organization.time_zone", "must be an IANA zone, as Europe/Berlin")
        .Metadata("rule", "time_zone");
  }
  const std::string id = IdFor(call, request.request_id());
  const rpc::Call inside = rpc::InternalCall(id, call.subject(), call.deadline());
  organization.clear_etag();
  *organization.mutable_create_time() =
      google::protobuf::util::TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(clock_.Now()));
  store::Write write;
  write.script = &kCreate;
  write.keys = Words(OrganizationKey(store_, id));
  write.arguments = Words(id, organization.SerializeAsString());
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(inside, std::move(write)));
  // Refused only after its request id was forgotten: the organisation is there and not to be made again.
  if (outcome.refused()) {
    co_return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
                    "this request was answered before");
  }
  // A crash before this leaves the job to the repeat of the request.
  CO_RETURN_IF_ERROR(co_await jobs_.Schedule(inside, FeedTrim::kJob, clock_.Now() + absl::Hours(1)));
  v1::GetOrganizationRequest get;
  co_return co_await Get(inside, get);
}

Task<absl::StatusOr<v1::ListOrganizationsResponse>> Organizations::List(rpc::Call call,
                                                                        const v1::ListOrganizationsRequest& request) {
  constexpr char kArguments[] = "organizations";
  CO_ASSIGN_OR_RETURN(std::string cursor, rpc::PageStart(request.page_token(), kArguments));
  // Every organisation has jobs from its first moment on.
  CO_ASSIGN_OR_RETURN(const jobs::Runner::OrganizationPage page,
                      co_await jobs_.Organizations(call, std::move(cursor), rpc::PageSize(request.page_size())));
  v1::ListOrganizationsResponse response;
  for (const std::string& id : page.organizations) response.add_names(id::MakeName("organizations", id));
  if (!page.cursor.empty()) response.set_next_page_token(id::MakePageToken(page.cursor, kArguments));
  co_return response;
}

Task<absl::StatusOr<v1::Organization>> Organizations::Get(rpc::Call call, const v1::GetOrganizationRequest&) {
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record,
                      co_await store_.Find(call, OrganizationKey(store_, call.organization())));
  if (!record) co_return NotFound();
  v1::Organization organization;
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, organization));
  organization.set_name(absl::StrCat("organizations/", call.organization()));
  organization.set_etag(record->etag());
  co_return organization;
}

}  // namespace cortado::profile
