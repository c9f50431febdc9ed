// From a match to its first chat: one of its people proposes a time, another confirms it, and it is booked.
// Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/matching/bookings.h"
#include "services/matching/live_views.h"
#include "services/matching/match_store.h"
#include "services/matching/match_times.h"
#include "services/matching/matches.h"

namespace cortado::matching {

// So often may somebody propose a time for one match: each proposal is a message to the others.
inline constexpr int kProposals = 10;

class Proposals {
 public:
  // All outlive this.
  struct Parts {
    LiveViews& views;
    MatchStore& store;
    Matches& matches;
    MatchTimes& times;
    Bookings& bookings;
    const Clock& clock;
  };
  explicit Proposals(const Parts& parts) : parts_(parts) {}

  // Errors are those of the proto.
  Task<absl::StatusOr<v1::Match>> Propose(rpc::Call call, const v1::ProposeTimeRequest& request);
  Task<absl::StatusOr<google::protobuf::Empty>> RecordChat(rpc::Call call, const v1::RecordChatRequest& request);

 private:
  // One try: ABORTED when the match changed meanwhile.
  Task<absl::StatusOr<v1::Match>> Try(rpc::Call call, const v1::ProposeTimeRequest& request, const LiveView& live);

  const Parts parts_;
};

}  // namespace cortado::matching
