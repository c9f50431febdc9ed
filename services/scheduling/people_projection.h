// Keeps scheduling's people in step with the profile's change feed, one organisation at a time from its first call on,
// and puts right what a change overtook: whoever left, takes a break or blocked somebody has no chats that break it.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/events/follower.h"
#include "common/rpc/call.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/people_store.h"

namespace cortado::scheduling {

class PeopleProjection {
 public:
  using Page = profile::v1::ListPeopleChangesResponse;
  // Asks the profile for what changed behind a token, and waits there so long for news.
  using Fetch = std::function<Task<absl::StatusOr<Page>>(std::string organization, std::string resume_token,
                                                         absl::Duration wait)>;

  // All outlive the projection.
  PeopleProjection(PeopleStore& people, ChatStore& chats, EventLoop& loop, Executors& executors, const Clock& clock);
  ~PeopleProjection() { Stop(); }

  // Follows every organisation served before, and each further one from its first WaitUntilReady on. Once only.
  void Start(Fetch fetch);
  // Returns once nothing runs any more. Not to be called on the loop's thread. Idempotent.
  void Stop();

  // Returns when the people of the call's organisation are all there, however old. UNAVAILABLE (TRY_AGAIN) when the
  // first snapshot takes longer than the call may.
  Task<absl::Status> WaitUntilReady(rpc::Call call);

  // Returns when everything is applied that the profile knew at the beginning, after a second at the latest, and at
  // once if the profile does not answer. To be asked before somebody hears a no that a change just made may have
  // lifted.
  Task<void> CatchUp(rpc::Call call);

  // Reads the page of the profile's feed behind `resume_token`, without waiting for news. UNAVAILABLE before Start;
  // errors of the fetch.
  Task<absl::StatusOr<Page>> ReadPage(std::string organization, std::string resume_token);

  // Has everybody of the organisation read anew, for one who found that what is kept is not what the profile says. What
  // is kept serves until then.
  void StartOver(const std::string& organization);

  // Applies one page, `restart` as events::Follower says: writes people, cancels the future chats that a change rules
  // out, and only then remembers the token, so that a crash between repeats and loses nothing. One page of an
  // organisation at a time.
  Task<absl::Status> Apply(std::string organization, const Page& page, bool restart);

 private:
  using Follower = events::Follower<Page>;

  struct Following {
    std::unique_ptr<Follower> follower;
    bool in_snapshot = false;    // Apply's alone.
    std::set<std::string> seen;  // Apply's alone: everybody named since the snapshot began.
  };

  Following& FollowingOf(const std::string& organization);
  void Follow(const std::string& organization);
  Task<absl::StatusOr<Page>> AwaitNews(std::string organization, std::string token);
  Detached StartFollower(std::string organization);
  Detached FollowKnown();
  void Finished();

  Task<absl::Status> PutAll(rpc::Call call, std::vector<profile::v1::PersonSnapshot> people,
                            std::vector<std::string> gone);
  Task<absl::Status> ForgetUnseen(rpc::Call call, const std::set<std::string>& seen);
  // Cancels the chats ahead of `person` that `snapshot` (null: they are gone) rules out.
  Task<absl::Status> React(rpc::Call call, std::string person, const profile::v1::PersonSnapshot* snapshot);
  Task<absl::Status> CancelAnyhow(rpc::Call call, v1::Chat chat);

  PeopleStore& people_;
  ChatStore& chats_;
  EventLoop& loop_;
  Executors& executors_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable finished_;
  Fetch fetch_;                                                   // Guarded by mutex_; none before Start.
  std::map<std::string, std::unique_ptr<Following>> followings_;  // Guarded by mutex_; entries stay.
  std::set<std::string> ready_;                                   // Guarded by mutex_.
  int starting_ = 0;                                              // Guarded by mutex_: coroutines of ours under way.
  bool stopping_ = false;                                         // Guarded by mutex_.
};

}  // namespace cortado::scheduling
