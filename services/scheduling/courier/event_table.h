// Who hears of which event, and as what: the one table that docs/events.md shows. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cortado/api/v1/peer_service.pb.h"
#include "cortado/scheduling/v1/notification.pb.h"

namespace cortado::scheduling {

// One event for one person.
struct Telling {
  v1::NotificationKind kind = v1::NOTIFICATION_KIND_UNSPECIFIED;
  std::string recipient;      // Id.
  std::string other;          // Id of the person it happened with; may be empty.
  std::string subject;        // Resource name.
  bool is_own_doing = false;  // The recipient did it: only their calendar hears of it.
  bool has_calendar = false;
};

// Everybody who hears of the event; nobody for a kind that the table does not have, which is no error.
std::vector<Telling> WhoHears(const api::v1::Event& event);

// The kinds of events there are, for webhooks: as `request.accepted`, sorted.
const std::vector<std::string>& EventKinds();

// The code of the catalogue's sentence for a kind, as `notification.request_received`.
std::string SentenceCode(v1::NotificationKind kind);

}  // namespace cortado::scheduling
