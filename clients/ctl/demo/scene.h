// What the parts of the story share: two people, the server, the terminal, and the mails that arrive.
// Thread contract: as Session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/ctl/demo/actor.h"
#include "clients/ctl/demo/mailbox.h"
#include "clients/ctl/demo/stage.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

inline constexpr int kChatMinutes = 30;
inline constexpr size_t kTimesToldOf = 3;

// All outlive the scene.
struct Scene {
  Session& session;
  Stage& stage;
  const Actor& asker;
  const Actor& mentor;
  Mailbox* mailbox;  // nullptr: nobody's mail is looked at.
};

// Shows the next mail to `to` with an invitation of this method ("" for none), waiting for it; nullopt where mail is
// not looked at or somebody has no address. `briefly`: without its text. DEADLINE_EXCEEDED: it did not come.
absl::StatusOr<std::optional<DemoMail>> ShowMail(const Scene& scene, const Actor& to, const std::string& method,
                                                 bool briefly = false);
// The same for an invitation to both, in whose calendars it must be the `sequence`th. INTERNAL: it is another.
absl::Status ShowInvitations(const Scene& scene, const std::string& method, int sequence);

// Shows times on both wall clocks.
void ShowTimes(const Scene& scene, const std::vector<absl::Time>& times);

// Whether an answer says no more than that what was written a moment ago has not reached the service that answers.
bool HasNotArrived(const absl::Status& status);

}  // namespace cortado::ctl
