#include "services/profile/search_indexes.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"

namespace cortado::profile {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr absl::Duration kLook = absl::Milliseconds(2);
// Kept of the deadline of a call for saying that it is still loading.
constexpr absl::Duration kToSaySo = absl::Milliseconds(100);
constexpr absl::Duration kLongestLoad = absl::Minutes(10);
constexpr absl::Duration kSweepPeriod = absl::Minutes(1);
constexpr int kPeopleAtOnce = 200;  // Parsed by the loop's thread, which must not stand still for long.
constexpr int kRolesAtOnce = 200;
constexpr int kEntriesAtOnce = 500;
constexpr size_t kChangesAtOnce = 50;  // While readers wait.

}  // namespace

SearchIndexes::SearchIndexes(const Parts& parts, Options options)
    : parts_(parts), options_(options), sweeper_(parts.loop, kSweepPeriod, [this]() -> Task<void> {
        Sweep();
        co_return;
      }) {}

void SearchIndexes::Stop() {
  sweeper_.Stop();
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.wait(lock, [this] { return loading_ == 0; });
}

bool SearchIndexes::Stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

size_t SearchIndexes::held_count() const {
  std::lock_guard lock(mutex_);
  return held_.size();
}

void SearchIndexes::Sweep() {
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

SearchIndexes::HeldPtr SearchIndexes::FindOrMake(const std::string& organization) {
  std::lock_guard lock(mutex_);
  HeldPtr& held = held_[organization];
  if (held == nullptr) held = std::make_shared<Held>();
  held->last_used = parts_.clock.Now();
  return held;
}

absl::Status SearchIndexes::StillLoading(const Held& held) const {
  std::lock_guard lock(mutex_);
  return Error(absl::StatusCode::kUnavailable, v1::REASON_LOADING, "the organisation is still loading; try again")
      .Metadata("people", absl::StrCat(held.people_read))
      .Metadata("of", absl::StrCat(held.people_expected))
      .RetryAfter(absl::Seconds(1));
}

bool SearchIndexes::BeginLoad(const HeldPtr& held, const std::string& organization) {
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

Detached SearchIndexes::RunLoad(HeldPtr held, std::string organization) {
  const rpc::Call call = rpc::InternalCall(organization, "profile.search", absl::Now() + kLongestLoad);
  const absl::Status loaded = co_await Load(held, call);
  std::lock_guard lock(mutex_);
  held->state = loaded.ok() ? State::kReady : State::kEmpty;
  held->failure = loaded;
  --loading_;
  changed_.notify_all();
}

Task<absl::Status> SearchIndexes::Load(HeldPtr held, rpc::Call call) {
  // Taken before anything is read: what changes from here on is caught up with.
  CO_ASSIGN_OR_RETURN(std::string position, co_await store::FeedEnd(parts_.store, parts_.client, call));
  CO_ASSIGN_OR_RETURN(const int64_t expected, co_await parts_.people.Count(call));
  {
    std::lock_guard lock(mutex_);
    held->people_expected = expected;
  }
  auto fresh = std::make_unique<SearchIndex>();
  CO_RETURN_IF_ERROR(co_await LoadCatalog(call, *fresh));
  CO_RETURN_IF_ERROR(co_await LoadPeople(held, call, *fresh));
  co_await parts_.executors.OnWorkers();
  fresh->Pack();
  held->index->Replace(std::move(fresh));
  std::lock_guard lock(mutex_);
  held->position = std::move(position);
  co_return absl::OkStatus();
}

Task<absl::Status> SearchIndexes::LoadCatalog(rpc::Call call, SearchIndex& fresh) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr skills, co_await parts_.skills.View(call));
  for (const auto& [id, skill] : skills->by_id) fresh.PutSkill(skill);
  std::string after;
  for (bool more = true; more;) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await parts_.roles.ListIds(call, after, kRolesAtOnce));
    more = ids.size() == kRolesAtOnce;
    if (more) after = ids.back();
    CO_ASSIGN_OR_RETURN(const std::vector<v1::Role> roles, co_await parts_.roles.FindAll(call, std::move(ids)));
    for (const v1::Role& role : roles) fresh.PutRole(role);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> SearchIndexes::LoadPeople(HeldPtr held, rpc::Call call, SearchIndex& fresh) {
  std::string after;
  for (bool more = true; more;) {
    if (Stopping()) co_return absl::UnavailableError("the server stops");
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await parts_.people.ListIds(call, after, kPeopleAtOnce, ""));
    more = ids.size() == kPeopleAtOnce;
    if (more) after = ids.back();
    const auto count = static_cast<int64_t>(ids.size());
    CO_ASSIGN_OR_RETURN(const auto people, co_await parts_.people.FindAll(call, std::move(ids)));
    co_await parts_.executors.OnWorkers();
    for (const std::optional<v1::Person>& person : people) {
      if (person) fresh.PutPerson(*person);
    }
    std::lock_guard lock(mutex_);
    held->people_read += count;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<SearchIndexes::Progress>> SearchIndexes::CatchUp(HeldPtr held, rpc::Call call) {
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
  const absl::Status taken = co_await TakeOver(held->index, call, page.entries);
  std::lock_guard lock(mutex_);
  held->updating = false;
  if (!taken.ok()) co_return taken;
  held->position = page.position;
  co_return page.entries.size() < kEntriesAtOnce ? Progress::kCurrent : Progress::kMore;
}

Task<absl::Status> SearchIndexes::TakeOver(IndexPtr index, rpc::Call call,
                                           const std::vector<store::FeedEntry>& entries) {
  std::set<std::string> people, skills, roles;
  for (const store::FeedEntry& entry : entries) {
    if (entry.kind == "person") people.insert(entry.id);
    if (entry.kind == "skill") skills.insert(entry.id);
    if (entry.kind == "role") roles.insert(entry.id);
  }
  std::vector<std::function<void(SearchIndex&)>> changes;
  if (!skills.empty()) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await parts_.skills.View(call));
    for (const std::string& id : skills) {
      changes.push_back([view, id](SearchIndex& there) {
        const auto found = view->by_id.find(id);
        return found == view->by_id.end() ? there.RemoveSkill(id) : there.PutSkill(found->second);
      });
    }
  }
  for (const std::string& id : roles) {
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Role> role, co_await parts_.roles.Find(call, id));
    changes.push_back([role, id](SearchIndex& there) { return role ? there.PutRole(*role) : there.RemoveRole(id); });
  }
  const std::vector<std::string> ids(people.begin(), people.end());
  CO_ASSIGN_OR_RETURN(const auto found, co_await parts_.people.FindAll(call, ids));
  for (size_t i = 0; i < ids.size(); ++i) {
    changes.push_back([&id = ids[i], &person = found[i]](SearchIndex& there) {
      return person ? there.PutPerson(*person) : there.RemovePerson(id);
    });
  }
  co_await parts_.executors.OnWorkers();
  for (size_t begin = 0; begin < changes.size(); begin += kChangesAtOnce) {
    index->Write([&](SearchIndex& there) {
      for (size_t i = begin; i < changes.size() && i < begin + kChangesAtOnce; ++i) changes[i](there);
    });
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<SearchIndexes::IndexPtr>> SearchIndexes::Get(rpc::Call call) {
  const HeldPtr held = FindOrMake(call.organization());
  const absl::Time patience = std::min(absl::Now() + kPatience, call.deadline() - kToSaySo);
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
      if (progress.ok() && *progress == Progress::kCurrent) co_return held->index;
      wait = progress.ok() && *progress == Progress::kBusy;
      if (!progress.ok()) Forget(*held);
    }
    if (absl::Now() >= patience || call.Cancelled()) co_return StillLoading(*held);
    if (wait) co_await parts_.loop.Sleep(kLook);
  }
}

// What the index stands on is gone: it is of another history, and loads anew.
void SearchIndexes::Forget(Held& held) {
  std::lock_guard lock(mutex_);
  if (held.state == State::kReady && !held.updating) held.state = State::kEmpty;
}

}  // namespace cortado::profile
