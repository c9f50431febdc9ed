// The views of all organisations in use, kept up to date by following the profile service's change feed.
//
// An organisation is loaded on first use and followed from then on. A resync builds a new view beside the old one,
// which goes on serving until the new one is whole. Loads (matches and requests in use) are read up to date with every
// Get. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/events/follower.h"
#include "common/rpc/call.h"
#include "common/sync/shared.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/task/ticker.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/feed.pb.h"
#include "services/matching/organization_view.h"
#include "services/matching/reactions.h"
#include "services/matching/request_store.h"

namespace cortado::matching {

// Fetches one page of an organisation's change feed behind a resume token.
using PeoplePage = profile::v1::ListPeopleChangesResponse;
using FetchPeople = std::function<Task<absl::StatusOr<PeoplePage>>(std::string organization, std::string resume_token)>;

// One organisation.
class LiveView {
 public:
  LiveView(Executors& executors, const Clock& clock) : executors_(executors), clock_(clock) {}

  // Returns whether the first snapshot is complete.
  bool Ready() const { return ready_.load(std::memory_order_acquire); }
  // How many people were read of how many, while loading.
  int64_t people_read() const { return people_read_.load(std::memory_order_relaxed); }
  int64_t people_expected() const { return people_expected_.load(std::memory_order_relaxed); }

  // Calls `look(view)` while nothing changes and returns its result. Keep it short or on a worker, and never await in
  // it. Only when Ready.
  template <class Look>
  auto Read(Look look) const {
    return view_.Read(look);
  }

  // Takes over a page of the feed; see events::Follower.
  Task<absl::Status> Apply(const PeoplePage& page, bool restart);

  // Whether anybody has an open request or an active match, as far as is known.
  bool HasOpenEnds() const;

  // Whether what Read shows has everything of the pages applied so far. For whoever applies them.
  bool Current() const { return Ready() && building_ == nullptr; }
  // Of whom something may have to come to an end that did not yet. For whoever applies the pages.
  Concerned& concerned() { return concerned_; }

  // Reads the loads that changed since the last time.
  Task<absl::Status> RefreshLoads(RequestStore& store, rpc::Call call);

 private:
  absl::CivilDay Monday() const;
  void Build(const PeoplePage& page, bool restart);
  void Update(const PeoplePage& page);
  void TakeOver(const Loads& loads);

  Executors& executors_;
  const Clock& clock_;
  std::atomic<bool> ready_{false};
  std::atomic<int64_t> people_read_{0};
  std::atomic<int64_t> people_expected_{0};

  std::unique_ptr<OrganizationView> building_;  // Touched by Apply alone.
  Concerned concerned_;                         // Touched by whoever applies alone.

  sync::Shared<OrganizationView> view_;  // Without one until the first snapshot is complete.

  std::mutex loads_mutex_;
  std::string loads_position_;    // Guarded by loads_mutex_; empty: read everything.
  int64_t loads_generation_ = 0;  // Guarded by loads_mutex_; grows whenever loads_position_ changes.
};

class LiveViews {
 public:
  // All outlive this.
  LiveViews(EventLoop& loop, Executors& executors, const Clock& clock, RequestStore& store, Reactions& reactions,
            FetchPeople fetch);
  ~LiveViews() { Stop(); }

  // Returns the view of the call's organisation with its loads up to date, beginning to follow it on first use.
  // UNAVAILABLE (LOADING, with `people` and `of`) when it is not whole within two seconds; errors of the store.
  Task<absl::StatusOr<std::shared_ptr<LiveView>>> Get(rpc::Call call);

  // The organisations followed here, in order.
  std::vector<std::string> ListFollowed();
  // Returns the view of an organisation that is followed and whole, or null.
  std::shared_ptr<LiveView> FindReady(const std::string& organization);
  // Reads the page of the profile's feed behind `resume_token`. Errors of the fetch.
  Task<absl::StatusOr<PeoplePage>> ReadPage(std::string organization, std::string resume_token) {
    return fetch_(std::move(organization), std::move(resume_token));
  }
  // Has everybody of an organisation read anew; the old view serves until then.
  void StartOver(const std::string& organization);

  // Forgets organisations that nobody asked for since `before`, unless something is open there that a change of the
  // people could end. What is asked for again loads anew. Returns how many it forgot.
  int Unload(absl::Time before);

  // Forgets an organisation: whoever asks for it next waits until all of it is read anew. For one that was brought
  // back.
  void Forget(const std::string& organization);

  // Ends all following; what is loaded is still served, for calls under way. Not to be called on the loop's thread.
  // Idempotent.
  void Stop();

 private:
  using Follower = events::Follower<PeoplePage>;
  struct Followed {
    std::shared_ptr<LiveView> view;
    std::unique_ptr<Follower> follower;
    absl::Time asked;  // The last time.
  };
  Task<absl::Status> Apply(std::shared_ptr<LiveView> view, std::string organization, const PeoplePage& page,
                           bool restart);
  // Returns null for an organisation that is first asked for after Stop.
  std::shared_ptr<LiveView> FindOrFollow(const std::string& organization);

  EventLoop& loop_;
  Executors& executors_;
  const Clock& clock_;
  RequestStore& store_;
  Reactions& reactions_;
  const FetchPeople fetch_;
  std::mutex mutex_;
  bool stopped_ = false;                      // Guarded by mutex_.
  std::map<std::string, Followed> followed_;  // Guarded by mutex_.
  std::vector<Followed> ending_;              // Guarded by mutex_: forgotten, and maybe still fetching.
  Ticker sweeper_;                            // Unloads what is idle.
};

}  // namespace cortado::matching
