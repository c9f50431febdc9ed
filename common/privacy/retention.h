// What is not kept for ever: once a day a job of each service removes what has become too old, kind by kind, and notes
// how much it was.
//
//   privacy::Retention retention(store, client, clock, rules);
//   retention.Add("requests.closed", [&](rpc::Call call, absl::Time before) { return Forget(...); });
//   retention.Register(jobs);                 // before the runner starts and before the first write
//
// How long each kind is kept is the organisation's to say; kKinds holds what counts without a word of theirs, and
// docs/retention.md says so. Key: `retention`, hash of kind to "DAYS REMOVED TIME_MS". Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/jobs/jobs.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/api/v1/peer_service.pb.h"

namespace cortado::privacy {

// A kind of record that a rule may be given for.
struct RetainedKind {
  const char* service;
  const char* kind;
  int default_days;      // 0: for ever.
  int most_days = 3650;  // That a rule may say.
};
inline constexpr RetainedKind kRetainedKinds[] = {
    {"matching", "matches.ended", 365}, {"matching", "requests.closed", 90, 90}, {"profile", "destinations", 0},
    {"profile", "sessions", 30},        {"scheduling", "chats.past", 365},       {"scheduling", "notifications", 90},
};

// Days by kind, as the organisation says.
using RetentionRules = std::map<std::string, int>;

// Days that `kind` is kept; 0: for ever, or no kind of ours.
int RetentionDays(const RetentionRules& rules, const std::string& kind);

class Retention {
 public:
  static constexpr char kJob[] = "retention";

  // Returns the rules of the call's organisation.
  using Rules = std::function<Task<absl::StatusOr<RetentionRules>>(rpc::Call call)>;
  // Removes the records that were over before an instant, in steps that hold up nobody, until the call is cancelled or
  // its deadline near; returns how many. The rest is removed the next time.
  using Remove = std::function<Task<absl::StatusOr<int64_t>>(rpc::Call call, absl::Time before)>;

  // Store and client outlive this.
  Retention(store::Store& store, redis::Client& client, const Clock& clock, Rules rules)
      : store_(store), client_(client), clock_(clock), rules_(std::move(rules)) {}

  // Before Register.
  void Add(std::string kind, Remove remove) { kinds_.emplace_back(std::move(kind), std::move(remove)); }
  // Adds the job, and has it scheduled for every organisation before its first write.
  void Register(jobs::Runner& runner);

  const std::string& service() const { return store_.service(); }

  // Removes what is too old. Returns the first error after the rest is done.
  Task<absl::Status> Run(rpc::Call call);
  // What was done last; a kind that was never looked at is there without an instant.
  Task<absl::StatusOr<api::v1::ListRetentionRunsResponse>> List(rpc::Call call,
                                                                const api::v1::ListRetentionRunsRequest& request);

 private:
  Task<absl::Status> RunOne(rpc::Call call, std::string kind, Remove remove, int days);

  store::Store& store_;
  redis::Client& client_;
  const Clock& clock_;
  const Rules rules_;
  std::vector<std::pair<std::string, Remove>> kinds_;
};

// Those of the services that run in one server, by name: what PeerService answers from. Add before the server starts;
// thread-safe then.
class RetentionSet {
 public:
  void Add(Retention& retention) { retentions_.push_back(&retention); }

  // NOT_FOUND when the service does not run here.
  Task<absl::StatusOr<api::v1::ListRetentionRunsResponse>> List(rpc::Call call,
                                                                const api::v1::ListRetentionRunsRequest& request);

 private:
  std::vector<Retention*> retentions_;
};

}  // namespace cortado::privacy
