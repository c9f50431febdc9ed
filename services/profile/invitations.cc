#include "services/profile/invitations.h"

#include <algorithm>
#include <utility>

#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr int kPage = 250;
constexpr int64_t kFewest = 5;  // People of a count that may be shown.

bool IsFew(int64_t count) { return count > 0 && count < kFewest; }

}  // namespace

std::optional<int64_t> Shown(int64_t count, int64_t whole) {
  if (IsFew(count) || IsFew(whole - count)) return std::nullopt;
  return count;
}

Task<absl::Status> Invitations::InviteSome(rpc::Call call, const v1::InvitePeopleRequest& request,
                                           std::vector<std::string> ids, v1::InvitePeopleResponse& response) {
  CO_ASSIGN_OR_RETURN(const auto people, co_await people_.FindAll(call, ids));
  std::vector<bool> reachable;
  for (const std::optional<v1::Person>& person : people) {
    reachable.push_back(person && !(person->email().empty() && person->slack_user().empty()));
  }
  CO_ASSIGN_OR_RETURN(const Invited invited,
                      co_await store_.Invite(call, std::move(ids), std::move(reachable), request.request_id(),
                                             request.validate_only(), clock_.Now()));
  response.set_invited_count(response.invited_count() + invited.invited);
  response.set_invited_before_count(response.invited_before_count() + invited.before);
  response.set_unreachable_count(response.unreachable_count() + invited.unreachable);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::InvitePeopleResponse>> Invitations::Invite(rpc::Call call,
                                                                   const v1::InvitePeopleRequest& request) {
  v1::InvitePeopleResponse response;
  std::vector<std::string> named;
  for (const std::string& name : request.people()) named.push_back(PersonId(name));
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  for (size_t begin = 0; begin < named.size(); begin += InvitationStore::kBatch) {
    const size_t end = std::min(named.size(), begin + InvitationStore::kBatch);
    std::vector<std::string> some(named.begin() + begin, named.begin() + end);
    CO_RETURN_IF_ERROR(co_await InviteSome(call, request, std::move(some), response));
  }
  std::string after;
  for (bool more = named.empty(); more && !call.Cancelled();) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> some,
                        co_await people_.ListIds(call, after, InvitationStore::kBatch, request.department()));
    more = some.size() == InvitationStore::kBatch;
    if (some.empty()) break;
    after = some.back();
    CO_RETURN_IF_ERROR(co_await InviteSome(call, request, std::move(some), response));
  }
  if (call.Cancelled()) co_return absl::CancelledError("the caller hung up");
  co_return response;
}

Task<absl::StatusOr<v1::InvitationCounts>> Invitations::Count(rpc::Call call, const v1::GetInvitationCountsRequest&) {
  ComeIn all;
  std::string after;
  for (bool more = true; more && !call.Cancelled();) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await people_.ListIds(call, after, kPage, ""));
    more = ids.size() == kPage;
    if (ids.empty()) break;
    after = ids.back();
    CO_ASSIGN_OR_RETURN(const ComeIn some, co_await store_.Count(call, std::move(ids)));
    all.people += some.people;
    all.invited += some.invited;
    all.joined += some.joined;
    all.filled += some.filled;
    all.last_invitation = std::max(all.last_invitation, some.last_invitation);
  }
  if (call.Cancelled()) co_return absl::CancelledError("the caller hung up");
  v1::InvitationCounts counts;
  counts.set_people_count(all.people);
  counts.set_invited_count(all.invited);
  if (const auto joined = Shown(all.joined, all.people)) counts.set_joined_count(*joined);
  if (const auto filled = Shown(all.filled, all.joined); filled && counts.has_joined_count()) {
    counts.set_filled_count(*filled);
  }
  if (all.last_invitation != absl::InfinitePast()) {
    *counts.mutable_last_invite_time() = Stamp(all.last_invitation);
  }
  co_return counts;
}

}  // namespace cortado::profile
