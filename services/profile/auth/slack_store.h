// Slack as it is stored. Workspaces: claimed records (claimed_records.h) in the hash `slack_teams`. The hash
// `slack_pending` from "T/U" to "P digest expires" of a link that is to be confirmed, and `slack_users` from "T/U" to
// P; in the hash of the person the field `slack`, "T/U LINK", which goes when they leave or unlink. A link counts while
// both say so and the workspace is installed. Thread-safe. Every function gives UNAVAILABLE when the store does not
// answer.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/slack.pb.h"
#include "services/profile/auth/claimed_records.h"

namespace cortado::profile {

// A Slack user who is a person of ours.
struct SlackLink {
  std::string person;  // P.
  std::string id;      // Of this link: another one of the same two has another.
};

class SlackStore {
 public:
  static constexpr int kMostTeams = 20;

  explicit SlackStore(store::Store& store);

  // ALREADY_EXISTS (ALREADY_TAKEN): another organisation has the workspace. INVALID_ARGUMENT: there are kMostTeams.
  Task<absl::Status> Install(rpc::Call call, v1::SlackInstallation installation, std::string request_id,
                             std::string fingerprint);
  Task<absl::StatusOr<std::optional<v1::SlackInstallation>>> FindInstallation(rpc::Call call, std::string team);
  // NOT_FOUND: there is no such installation.
  Task<absl::Status> Uninstall(rpc::Call call, std::string team, std::string request_id, std::string fingerprint);

  // Keeps a link that is to be confirmed, in place of an earlier one of the same user.
  Task<absl::StatusOr<store::Outcome>> Propose(rpc::Call call, v1::SlackUser user, std::string person,
                                               std::string digest, absl::Time expires, std::string request_id,
                                               std::string fingerprint);
  // Links, in place of what either was linked to, if the digest is that of the proposal. False: it is not, or it is
  // too late, or the person is not active.
  Task<absl::StatusOr<bool>> Confirm(rpc::Call call, v1::SlackUser user, std::string person, std::string digest,
                                     std::string request_id, std::string fingerprint);
  // NOT_FOUND: there is no such person, or they are linked to nobody.
  Task<absl::Status> Unlink(rpc::Call call, std::string person, std::string request_id, std::string fingerprint);
  // The link of a user that counts now.
  Task<absl::StatusOr<std::optional<SlackLink>>> FindLink(rpc::Call call, v1::SlackUser user);
  // The user of the person's link that counts now.
  Task<absl::StatusOr<std::optional<v1::SlackUser>>> FindUser(rpc::Call call, std::string person);
  // Whether the person's link with this id counts now.
  Task<absl::StatusOr<bool>> Holds(rpc::Call call, std::string person, std::string link);

  // As ClaimedRecords have them, for an organisation that is brought back.
  Task<absl::Status> CheckAll(rpc::Call call, rpc::Call staged) {
    return teams_.CheckAll(std::move(call), std::move(staged));
  }
  Task<absl::Status> ClaimAll(rpc::Call call) { return teams_.ClaimAll(std::move(call)); }

 private:
  struct Said {
    std::string user;  // "T/U"; empty: none.
    std::string link;
  };
  // What the hash of an active person says.
  Task<absl::StatusOr<Said>> LinkOf(rpc::Call call, std::string person);

  store::Store& store_;
  ClaimedRecords teams_;
};

}  // namespace cortado::profile
