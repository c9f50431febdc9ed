// HR asks people in: once each, ever (product rules 1.1). Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/invitation_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Invitations {
 public:
  // All outlive it.
  Invitations(InvitationStore& store, PersonStore& people, const Clock& clock)
      : store_(store), people_(people), clock_(clock) {}

  Task<absl::StatusOr<v1::InvitePeopleResponse>> Invite(rpc::Call call, const v1::InvitePeopleRequest& request);
  Task<absl::StatusOr<v1::InvitationCounts>> Count(rpc::Call call, const v1::GetInvitationCountsRequest& request);

 private:
  // Invites those with these ids, at most InvitationStore::kBatch, and adds them to the answer.
  Task<absl::Status> InviteSome(rpc::Call call, const v1::InvitePeopleRequest& request, std::vector<std::string> ids,
                                v1::InvitePeopleResponse& response);

  InvitationStore& store_;
  PersonStore& people_;
  const Clock& clock_;
};

// Returns the count as it may be shown beside the `whole` it is a part of: nothing where it, or what it leaves, is 1 to
// 4 people (product rules 2.5).
std::optional<int64_t> Shown(int64_t count, int64_t whole);

}  // namespace cortado::profile
