#include "services/profile/censuses.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/status/status.h"
#include "common/store/feed.h"

namespace cortado::profile {
namespace {

constexpr int kPortion = 1000;
constexpr absl::Duration kLoadTimeout = absl::Minutes(5);
constexpr absl::Duration kLookAgain = absl::Milliseconds(20);
constexpr absl::Duration kReserve = absl::Milliseconds(200);

}  // namespace

std::shared_ptr<Censuses::Held> Censuses::Find(const std::string& organization) {
  const sync::MutexLock lock(mutex_);
  std::shared_ptr<Held>& held = held_[organization];
  if (held == nullptr) held = std::make_shared<Held>();
  held->used = ++uses_;
  std::shared_ptr<Held> found = held;
  if (held_.size() > most_) {
    const auto oldest = std::min_element(held_.begin(), held_.end(),
                                         [](const auto& a, const auto& b) { return a.second->used < b.second->used; });
    held_.erase(oldest);
  }
  return found;
}

Task<absl::Status> Censuses::Fetch(rpc::Call call, std::vector<std::string> ids,
                                   std::vector<std::optional<PersonFile>>& files) {
  CO_ASSIGN_OR_RETURN(files, co_await parts_.people.FindFiles(call, std::move(ids)));
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(std::move(call)));
  for (std::optional<PersonFile>& file : files) {
    if (file) FollowMerges(*view, file->person);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Censuses::Load(rpc::Call call, Held& held) {
  const rpc::Call own = rpc::InternalCall(call.organization(), "census", absl::Now() + kLoadTimeout);
  // Taken before anything is read: what changes meanwhile is followed after.
  CO_ASSIGN_OR_RETURN(std::string position, co_await store::FeedEnd(parts_.store, parts_.client, own));
  Census census;
  for (std::string after;;) {
    CO_ASSIGN_OR_RETURN(const std::vector<std::string> ids, co_await parts_.people.ListIds(own, after, kPortion, ""));
    if (ids.empty()) break;
    after = ids.back();
    std::vector<std::optional<PersonFile>> files;
    CO_RETURN_IF_ERROR(co_await Fetch(own, ids, files));
    co_await parts_.executors.OnWorkers();
    for (size_t i = 0; i < ids.size(); ++i) census.Put(ids[i], files[i] ? &*files[i] : nullptr);
  }
  const sync::MutexLock lock(held.mutex);
  held.census = std::move(census);
  held.position = std::move(position);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> Censuses::Follow(rpc::Call call, Held& held) {
  for (;;) {
    std::string position;
    {
      const sync::MutexLock lock(held.mutex);
      position = held.position;
    }
    const absl::StatusOr<store::FeedPage> page =
        co_await store::ReadFeed(parts_.store, parts_.client, call, position, kPortion);
    if (absl::IsOutOfRange(page.status())) co_return false;
    if (!page.ok()) co_return page.status();
    if (page->entries.empty()) co_return true;
    std::set<std::string> changed;
    for (const store::FeedEntry& entry : page->entries) {
      if (entry.kind == "person") changed.insert(entry.id);
    }
    const std::vector<std::string> ids(changed.begin(), changed.end());
    std::vector<std::optional<PersonFile>> files;
    CO_RETURN_IF_ERROR(co_await Fetch(call, ids, files));
    const sync::MutexLock lock(held.mutex);
    // Somebody else was quicker: theirs may be newer.
    if (held.position != position) continue;
    for (size_t i = 0; i < ids.size(); ++i) held.census.Put(ids[i], files[i] ? &*files[i] : nullptr);
    held.position = page->position;
  }
}

Task<absl::Status> Censuses::Read(rpc::Call call, std::function<void(const Census&)> read) {
  const std::shared_ptr<Held> held = Find(call.organization());
  for (;;) {
    bool loaded = false, mine = false;
    {
      const sync::MutexLock lock(held->mutex);
      loaded = !held->position.empty();
      mine = !loaded && !held->loading;
      if (mine) held->loading = true;
    }
    if (mine) {
      const absl::Status status = co_await Load(call, *held);
      const sync::MutexLock lock(held->mutex);
      held->loading = false;
      if (!status.ok()) co_return status;
    } else if (!loaded) {
      if (absl::Now() + kReserve > call.deadline() || call.Cancelled()) {
        co_return absl::UnavailableError("the skills of the organisation are still being read; try again");
      }
      co_await parts_.loop.Sleep(kLookAgain);
    } else {
      CO_ASSIGN_OR_RETURN(const bool followed, co_await Follow(call, *held));
      if (followed) break;
      const sync::MutexLock lock(held->mutex);
      held->position.clear();
    }
  }
  co_await parts_.executors.OnWorkers();
  const sync::MutexLock lock(held->mutex);
  read(held->census);
  co_return absl::OkStatus();
}

}  // namespace cortado::profile
