// Slack: workspaces of an organisation, and who of their users is which person. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/slack.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/profile/auth/slack_store.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Slack {
 public:
  static constexpr absl::Duration kConfirmWithin = absl::Minutes(15);

  // All outlive it.
  Slack(SlackStore& store, PersonStore& people, const Clock& clock) : store_(store), people_(people), clock_(clock) {}

  Task<absl::StatusOr<v1::SlackInstallation>> Create(rpc::Call call, const v1::CreateSlackInstallationRequest& request);
  Task<absl::StatusOr<v1::SlackInstallation>> Get(rpc::Call call, const v1::GetSlackInstallationRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Delete(rpc::Call call,
                                                       const v1::DeleteSlackInstallationRequest& request);
  Task<absl::StatusOr<v1::LinkSlackUserResponse>> Link(rpc::Call call, const v1::LinkSlackUserRequest& request);
  Task<absl::StatusOr<v1::SlackUser>> GetUser(rpc::Call call, const v1::GetSlackUserRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> Unlink(rpc::Call call, const v1::UnlinkSlackUserRequest& request);

 private:
  // The one active person with the address of the request, if its user may be linked. FAILED_PRECONDITION
  // (SLACK_USER_NOT_LINKED).
  Task<absl::StatusOr<v1::Person>> Candidate(rpc::Call call, const v1::LinkSlackUserRequest& request);

  SlackStore& store_;
  PersonStore& people_;
  const Clock& clock_;
};

// FAILED_PRECONDITION (SLACK_USER_NOT_LINKED): the same whatever the cause.
absl::Status SlackUserNotLinked();

// The session of a token by which a key acts for a linked person, and the parts of it.
std::string ActingSession(absl::string_view link, absl::string_view key);
struct Acting {
  std::string link;
  std::string key;
};
std::optional<Acting> ReadActingSession(absl::string_view session);

}  // namespace cortado::profile
