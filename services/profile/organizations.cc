#include "services/profile/organizations.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/feed_trim.h"
#include "services/profile/group_rules.h"
#include "services/profile/person_keys.h"
#include "services/profile/person_rules.h"
#include "services/profile/values.h"

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

// K: organization. A: id, etag read, bytes.
const store::WriteScript kUpdate("profile.update_organization", R"lua(
  local held = redis.call('GET', K[1])
  if not held then return refuse('ABSENT') end
  if revision_of(held) ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  changed('organization', A[1], 'u')
  event('organization.updated', 'organizations/' .. A[1])
  resource = 'organizations/' .. A[1]
)lua");

absl::Status CheckZone(const v1::Organization& organization) {
  if (organization.time_zone().empty() || IsTimeZone(organization.time_zone())) return absl::OkStatus();
  return InvalidField("organization.time_zone", "must be an IANA zone, as Europe/Berlin").Metadata("rule", "time_zone");
}

// Each rule is of a kind there is, and the only one of it.
absl::Status CheckRetention(const v1::Organization& organization) {
  std::set<std::string> seen;
  for (int i = 0; i < organization.retention_size(); ++i) {
    const std::string& kind = organization.retention(i).kind();
    const auto known = std::find_if(std::begin(privacy::kRetainedKinds), std::end(privacy::kRetainedKinds),
                                    [&](const privacy::RetainedKind& one) { return kind == one.kind; });
    const std::string path = absl::StrCat("organization.retention[", i, "]");
    if (known == std::end(privacy::kRetainedKinds)) {
      return InvalidField(path + ".kind", "must be a kind of docs/retention.md, as requests.closed");
    }
    if (!seen.insert(kind).second) return InvalidField(path + ".kind", "has a rule already");
    if (organization.retention(i).days() > known->most_days) {
      return InvalidField(path + ".days", absl::StrCat("must be at most ", known->most_days));
    }
  }
  return absl::OkStatus();
}

// Context counts only beside evidence: without a weight of it nobody would ever be suggested.
absl::Status CheckWeights(const v1::Organization& organization) {
  const v1::MatchWeights& weights = organization.match_weights();
  const int evidence =
      weights.gap_coverage() + weights.journey() + weights.interests() + weights.motives() + weights.deepening();
  if (!organization.has_match_weights() || evidence > 0) return absl::OkStatus();
  return InvalidField("organization.match_weights",
                      "must weigh one of gap_coverage, journey, interests, motives and deepening above 0");
}

// One request makes one organisation, however often it is sent: before it exists there is no slot that could remember
// the request, so the id itself is made of it.
std::string IdFor(const rpc::Call& call, absl::string_view request_id) {
  return id::Sha256Hex(absl::StrCat("organization\n", call.subject(), "\n", request_id)).substr(0, 20);
}

}  // namespace

Task<absl::StatusOr<v1::Organization>> Organizations::Create(rpc::Call call,
                                                             const v1::CreateOrganizationRequest& request) {
  v1::Organization organization = request.organization();
  CO_RETURN_IF_ERROR(CheckZone(organization));
  CO_RETURN_IF_ERROR(CheckRetention(organization));
  CO_RETURN_IF_ERROR(CheckWeights(organization));
  CO_RETURN_IF_ERROR(CheckQuestions(organization));
  const std::string id = IdFor(call, request.request_id());
  const rpc::Call inside = rpc::InternalCall(id, call.subject(), call.deadline());
  organization.clear_etag();
  *organization.mutable_create_time() = Stamp(clock_.Now());
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

Task<absl::StatusOr<v1::Organization>> Organizations::Update(rpc::Call call,
                                                             const v1::UpdateOrganizationRequest& request) {
  if (request.organization().etag().empty()) {
    co_return InvalidField("organization.etag", "is required: send the one that was read");
  }
  v1::GetOrganizationRequest get;
  CO_ASSIGN_OR_RETURN(v1::Organization organization, co_await Get(call, get));
  CopyFields(request.update_mask(), request.organization(), organization);
  CO_RETURN_IF_ERROR(CheckZone(organization));
  CO_RETURN_IF_ERROR(CheckRetention(organization));
  CO_RETURN_IF_ERROR(CheckWeights(organization));
  CO_RETURN_IF_ERROR(CheckQuestions(organization));
  organization.clear_name();
  organization.clear_etag();
  store::Write write;
  write.script = &kUpdate;
  write.keys = Words(OrganizationKey(store_, call.organization()));
  // The script compares the caller's etag, after it has looked whether this request was answered before.
  write.arguments = Words(call.organization(), request.organization().etag(), organization.SerializeAsString());
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return outcome.refusal == "ETAG" ? static_cast<absl::Status>(EtagMismatch()) : NotFound();
  co_return co_await Get(std::move(call), get);
}

Task<absl::StatusOr<privacy::RetentionRules>> Organizations::RetentionRulesOf(rpc::Call call) {
  v1::GetOrganizationRequest get;
  CO_ASSIGN_OR_RETURN(const v1::Organization organization, co_await Get(std::move(call), get));
  privacy::RetentionRules rules;
  for (const v1::RetentionRule& rule : organization.retention()) rules[rule.kind()] = rule.days();
  co_return rules;
}

}  // namespace cortado::profile
