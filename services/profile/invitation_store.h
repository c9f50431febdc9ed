// Who was invited, and how far people have come in. Thread-safe. UNAVAILABLE when the store does not answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"

namespace cortado::profile {

// What became of some people who were to be invited.
struct Invited {
  int64_t invited = 0;
  int64_t before = 0;       // Invited before, by another request.
  int64_t unreachable = 0;  // Absent, inactive, or without a way to reach them.
};

// How far some people have come in; active ones alone.
struct ComeIn {
  int64_t people = 0;
  int64_t invited = 0;
  int64_t joined = 0;
  int64_t filled = 0;
  absl::Time last_invitation = absl::InfinitePast();
};

class InvitationStore {
 public:
  // People of one script: with reads, writes, feed and events it stays below 1,000 commands.
  static constexpr size_t kBatch = 150;

  explicit InvitationStore(store::Store& store) : store_(store) {}

  // Invites up to kBatch people by `request`: a repeat counts those it invited as invited by it. People who joined
  // without an invitation are noted as invited and not written to. With `validate_only` nothing is written.
  // `reachable`: for each id whether there is a way to reach them.
  Task<absl::StatusOr<Invited>> Invite(rpc::Call call, std::vector<std::string> ids, std::vector<bool> reachable,
                                       std::string request, bool validate_only, absl::Time now);

  // Counts up to 250 people.
  Task<absl::StatusOr<ComeIn>> Count(rpc::Call call, std::vector<std::string> ids);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
