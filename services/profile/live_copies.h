// What is worked out from an organisation's people and kept in memory: a copy of each organisation in use.
//
// One is loaded from the store at first use, in pages, and brought up to date at every use: the change feed is read
// from where the copy stands, so that whoever looks finds what was written before, by this server or another, and a
// quiet organisation costs nothing. One that is not used for half an hour goes, and the least used go first when
// together they hold more than CopyOptions::most_people people. A feed that does not go on where the copy stands (it
// was trimmed, or the store holds an older copy) makes it load anew. Thread-safe.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/feed.h"
#include "common/store/store.h"
#include "common/sync/shared.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/task/ticker.h"
#include "common/time/clock.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/copy_source.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

struct CopyOptions {
  absl::Duration idle = absl::Minutes(30);     // One that is unused for so long goes.
  int64_t most_people = 2'000'000;             // Of all organisations together.
  absl::Duration patience = absl::Seconds(2);  // How long a call waits for one that loads, within its deadline.
};

struct CopyParts {
  store::Store& store;
  redis::Client& client;
  PersonStore& people;
  EventLoop& loop;
  Executors& executors;
  const Clock& clock;
};

template <class Copy>
class LiveCopies {
 public:
  using Source = CopySource<Copy>;

  // All parts outlive it.
  LiveCopies(const CopyParts& parts, std::unique_ptr<Source> source, CopyOptions options = CopyOptions());
  ~LiveCopies() { Stop(); }

  // Looks once a minute for what goes, from now on.
  void Start() { sweeper_.Start(); }
  // Returns once nothing runs any more; calls under way are still answered. Not to be called on the loop's thread.
  // Idempotent.
  void Stop();

  // Calls `look(copy)`, on a worker, with the copy of the call's organisation that has everything in it that was
  // written before the call. UNAVAILABLE (LOADING, with `people` and `of`) when that takes longer than
  // CopyOptions::patience; errors of the store.
  template <class Look>
  Task<absl::Status> Read(rpc::Call call, Look look) {
    CO_ASSIGN_OR_RETURN(const CopyPtr copy, co_await Get(std::move(call)));
    co_await parts_.executors.OnWorkers();
    copy->Read(look);
    co_return absl::OkStatus();
  }

  // Drops what is unused for too long, or too much. For the timer, and for tests.
  void Sweep();
  // How many organisations have a copy.
  size_t held_count() const;

 private:
  using CopyPtr = std::shared_ptr<sync::Shared<Copy>>;
  using Changes = typename Source::Changes;
  enum class State { kEmpty, kLoading, kReady };
  // Guarded by mutex_, but for what `copy` points to.
  struct Held {
    CopyPtr copy = std::make_shared<sync::Shared<Copy>>(std::make_unique<Copy>());
    State state = State::kEmpty;
    bool updating = false;
    std::string position;     // Everything up to here is in the copy.
    absl::Status failure;     // Of the last load.
    int64_t people_read = 0;  // By the last load.
    int64_t people_expected = 0;
    absl::Time last_used;
  };
  using HeldPtr = std::shared_ptr<Held>;
  enum class Progress { kCurrent, kMore, kBusy };

  static constexpr absl::Duration kLook = absl::Milliseconds(2);
  // Kept of the deadline of a call for saying that it is still loading.
  static constexpr absl::Duration kToSaySo = absl::Milliseconds(100);
  static constexpr absl::Duration kLongestLoad = absl::Minutes(10);
  static constexpr absl::Duration kSweepPeriod = absl::Minutes(1);
  static constexpr int kPeopleAtOnce = 200;  // Parsed by the loop's thread, which must not stand still for long.
  static constexpr int kEntriesAtOnce = 500;
  static constexpr size_t kChangesAtOnce = 50;  // While readers wait.

  // Returns a copy as Read shows it. Errors as Read.
  Task<absl::StatusOr<CopyPtr>> Get(rpc::Call call);
  HeldPtr FindOrMake(const std::string& organization);
  // Begins to load unless that is done or under way; false when this server stops.
  bool BeginLoad(const HeldPtr& held, const std::string& organization);
  Detached RunLoad(HeldPtr held, std::string organization);
  Task<absl::Status> Load(HeldPtr held, rpc::Call call);
  Task<absl::Status> LoadPeople(HeldPtr held, rpc::Call call, Copy& fresh);

  // Takes over what the feed has behind the copy, or a part of it; kBusy when somebody else is at it. OUT_OF_RANGE
  // (RESYNC_REQUIRED).
  Task<absl::StatusOr<Progress>> CatchUp(HeldPtr held, rpc::Call call);
  Task<absl::Status> TakeOver(CopyPtr copy, rpc::Call call, const std::vector<store::FeedEntry>& entries);
  // What the copy stands on is gone: it is of another history, and loads anew.
  void Forget(Held& held);
  // UNAVAILABLE (LOADING).
  absl::Status StillLoading(const Held& held) const;
  bool Stopping() const;

  const CopyParts parts_;
  const std::unique_ptr<Source> source_;
  const CopyOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, HeldPtr> held_;  // Guarded by mutex_.
  int loading_ = 0;                      // Guarded by mutex_.
  bool stopping_ = false;                // Guarded by mutex_.
  Ticker sweeper_;
};

template <class Copy>
LiveCopies<Copy>::LiveCopies(const CopyParts& parts, std::unique_ptr<Source> source, CopyOptions options)
    : parts_(parts),
      source_(std::move(source)),
      options_(options),
      sweeper_(parts.loop, kSweepPeriod, [this]() -> Task<void> {
        // Freeing a large one takes long.
        co_await parts_.executors.OnWorkers();
        Sweep();
      }) {}

template <class Copy>
void LiveCopies<Copy>::Stop() {
  sweeper_.Stop();
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.wait(lock, [this] { return loading_ == 0; });
}

template <class Copy>
bool LiveCopies<Copy>::Stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

template <class Copy>
size_t LiveCopies<Copy>::held_count() const {
  std::lock_guard lock(mutex_);
  return held_.size();
}

template <class Copy>
void LiveCopies<Copy>::Sweep() {
  std::vector<HeldPtr> gone;  // Freed when nothing is locked any more.
  std::lock_guard lock(mutex_);
  const absl::Time now = parts_.clock.Now();
  int64_t people = 0;
  std::vector<std::pair<absl::Time, std::string>> used;
  for (auto at = held_.begin(); at != held_.end();) {
    const bool is_old = at->second->state != State::kLoading && now - at->second->last_used >= options_.idle;
    if (is_old) gone.push_back(at->second);
    if (!is_old) used.emplace_back(at->second->last_used, at->first);
    if (!is_old) people += at->second->people_read;
    at = is_old ? held_.erase(at) : std::next(at);
  }
  std::sort(used.begin(), used.end());
  // The one used last stays, however large it is.
  for (size_t i = 0; i + 1 < used.size() && people > options_.most_people; ++i) {
    const auto found = held_.find(used[i].second);
    if (found->second->state == State::kLoading) continue;
    people -= found->second->people_read;
    gone.push_back(found->second);
    held_.erase(found);
  }
}

template <class Copy>
typename LiveCopies<Copy>::HeldPtr LiveCopies<Copy>::FindOrMake(const std::string& organization) {
  std::lock_guard lock(mutex_);
  HeldPtr& held = held_[organization];
  if (held == nullptr) held = std::make_shared<Held>();
  held->last_used = parts_.clock.Now();
  return held;
}

template <class Copy>
absl::Status LiveCopies<Copy>::StillLoading(const Held& held) const {
  std::lock_guard lock(mutex_);
  return Error(absl::StatusCode::kUnavailable, v1::REASON_LOADING, "the organisation is still loading; try again")
      .Metadata("people", absl::StrCat(held.people_read))
      .Metadata("of", absl::StrCat(held.people_expected))
      .RetryAfter(absl::Seconds(1));
}

template <class Copy>
bool LiveCopies<Copy>::BeginLoad(const HeldPtr& held, const std::string& organization) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    if (held->state != State::kEmpty) return true;
    held->state = State::kLoading;
    held->people_read = 0;
    held->failure = absl::OkStatus();
    ++loading_;
  }
  RunLoad(held, organization);
  return true;
}

template <class Copy>
Detached LiveCopies<Copy>::RunLoad(HeldPtr held, std::string organization) {
  const rpc::Call call = rpc::InternalCall(organization, source_->name(), absl::Now() + kLongestLoad);
  const absl::Status loaded = co_await Load(held, call);
  std::lock_guard lock(mutex_);
  held->state = loaded.ok() ? State::kReady : State::kEmpty;
  held->failure = loaded;
  --loading_;
  changed_.notify_all();
}

template <class Copy>
Task<absl::Status> LiveCopies<Copy>::Load(HeldPtr held, rpc::Call call) {
  // Taken before anything is read: what changes from here on is caught up with.
  CO_ASSIGN_OR_RETURN(std::string position, co_await store::FeedEnd(parts_.store, parts_.client, call));
  CO_ASSIGN_OR_RETURN(const int64_t expected, co_await parts_.people.Count(call));
  {
    std::lock_guard lock(mutex_);
    held->people_expected = expected;
  }
  auto fresh = std::make_unique<Copy>();
  CO_RETURN_IF_ERROR(co_await source_->LoadOthers(call, *fresh));
  CO_RETURN_IF_ERROR(co_await LoadPeople(held, call, *fresh));
  co_await parts_.executors.OnWorkers();
  source_->Pack(*fresh);
  held->copy->Replace(std::move(fresh));
  std::lock_guard lock(mutex_);
  held->position = std::move(position);
  co_return absl::OkStatus();
}

template <class Copy>
Task<absl::Status> LiveCopies<Copy>::LoadPeople(HeldPtr held, rpc::Call call, Copy& fresh) {
  std::string after;
  for (bool more = true; more;) {
    if (Stopping()) co_return absl::UnavailableError("the server stops");
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await parts_.people.ListIds(call, after, kPeopleAtOnce, ""));
    more = ids.size() == kPeopleAtOnce;
    if (more) after = ids.back();
    const auto count = static_cast<int64_t>(ids.size());
    CO_ASSIGN_OR_RETURN(const Changes changes, co_await source_->ReadPeople(call, std::move(ids)));
    co_await parts_.executors.OnWorkers();
    for (const auto& change : changes) change(fresh);
    std::lock_guard lock(mutex_);
    held->people_read += count;
  }
  co_return absl::OkStatus();
}

template <class Copy>
Task<absl::StatusOr<typename LiveCopies<Copy>::Progress>> LiveCopies<Copy>::CatchUp(HeldPtr held, rpc::Call call) {
  std::string position;
  {
    std::lock_guard lock(mutex_);
    position = held->position;
  }
  CO_ASSIGN_OR_RETURN(const store::FeedPage page,
                      co_await store::ReadFeed(parts_.store, parts_.client, call, position, kEntriesAtOnce));
  if (page.entries.empty()) co_return Progress::kCurrent;
  {
    std::lock_guard lock(mutex_);
    // Somebody else takes these over, or has done so meanwhile.
    if (held->updating || held->state != State::kReady || held->position != position) co_return Progress::kBusy;
    held->updating = true;
  }
  const absl::Status taken = co_await TakeOver(held->copy, call, page.entries);
  std::lock_guard lock(mutex_);
  held->updating = false;
  if (!taken.ok()) co_return taken;
  held->position = page.position;
  co_return page.entries.size() < kEntriesAtOnce ? Progress::kCurrent : Progress::kMore;
}

template <class Copy>
Task<absl::Status> LiveCopies<Copy>::TakeOver(CopyPtr copy, rpc::Call call,
                                              const std::vector<store::FeedEntry>& entries) {
  std::set<std::string> people;
  std::vector<store::FeedEntry> others;
  for (const store::FeedEntry& entry : entries) {
    if (entry.kind == "person") {
      people.insert(entry.id);
    } else {
      others.push_back(entry);
    }
  }
  CO_ASSIGN_OR_RETURN(Changes changes, co_await source_->ReadOthers(call, std::move(others)));
  std::vector<std::string> ids(people.begin(), people.end());
  CO_ASSIGN_OR_RETURN(Changes theirs, co_await source_->ReadPeople(call, std::move(ids)));
  for (auto& change : theirs) changes.push_back(std::move(change));
  co_await parts_.executors.OnWorkers();
  for (size_t begin = 0; begin < changes.size(); begin += kChangesAtOnce) {
    copy->Write([&changes, begin](Copy& there) {
      for (size_t i = begin; i < changes.size() && i < begin + kChangesAtOnce; ++i) changes[i](there);
    });
  }
  co_return absl::OkStatus();
}

template <class Copy>
Task<absl::StatusOr<typename LiveCopies<Copy>::CopyPtr>> LiveCopies<Copy>::Get(rpc::Call call) {
  const HeldPtr held = FindOrMake(call.organization());
  const absl::Time patience = std::min(absl::Now() + options_.patience, call.deadline() - kToSaySo);
  for (bool began = false;;) {
    bool wait = true;
    absl::Status failure;
    State state;
    {
      std::lock_guard lock(mutex_);
      state = held->state;
      failure = held->failure;
    }
    if (state == State::kEmpty) {
      if (began && !failure.ok()) co_return failure;
      if (!BeginLoad(held, call.organization())) co_return absl::UnavailableError("the server stops");
      began = true;
    } else if (state == State::kReady) {
      const absl::StatusOr<Progress> progress = co_await CatchUp(held, call);
      if (!progress.ok() && !absl::IsOutOfRange(progress.status())) co_return progress.status();
      if (progress.ok() && *progress == Progress::kCurrent) co_return held->copy;
      wait = progress.ok() && *progress == Progress::kBusy;
      if (!progress.ok()) Forget(*held);
    }
    if (absl::Now() >= patience || call.Cancelled()) co_return StillLoading(*held);
    if (wait) co_await parts_.loop.Sleep(kLook);
  }
}

template <class Copy>
void LiveCopies<Copy>::Forget(Held& held) {
  std::lock_guard lock(mutex_);
  if (held.state == State::kReady && !held.updating) held.state = State::kEmpty;
}

}  // namespace cortado::profile
