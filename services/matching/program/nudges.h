// Reminds the people of a programme kindly, at most once a week each. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/program/program_store.h"
#include "services/matching/program/programs.h"
#include "services/matching/program/publication_store.h"

namespace cortado::matching {

class Nudges {
 public:
  // Nobody hears of a programme in this way more often.
  static constexpr absl::Duration kEvery = absl::Hours(7 * 24);

  // All outlive this.
  struct Parts {
    LiveViews& views;
    Programs& programs;
    ProgramStore& store;
    PublicationStore& publications;
    const Clock& clock;
  };
  explicit Nudges(const Parts& parts) : parts_(parts) {}

  // Errors are those of the proto.
  Task<absl::StatusOr<v1::NudgeParticipantsResponse>> Nudge(rpc::Call call,
                                                            const v1::NudgeParticipantsRequest& request);

 private:
  using List = std::vector<Reminder>;

  // Whom it is for, whenever they were reminded last.
  List WithoutAnswer(const v1::Program& program, const LiveView& live, const std::vector<Enrollment>& people) const;
  Task<absl::StatusOr<List>> WithoutChat(rpc::Call call, const v1::Program& program, const LiveView& live,
                                         const std::vector<Enrollment>& people);
  Task<absl::StatusOr<std::vector<Enrollment>>> Everybody(rpc::Call call, std::string program);
  // Those of `all` who were not reminded after `since`.
  Task<absl::StatusOr<List>> NotReminded(rpc::Call call, const std::string& program, absl::Time since, List all);

  const Parts parts_;
};

}  // namespace cortado::matching
