#include "services/matching/live_views.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/affinity/related.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr absl::Duration kLook = absl::Milliseconds(5);
// Kept of the deadline of a call for saying that it is still loading.
constexpr absl::Duration kToSaySo = absl::Milliseconds(100);
constexpr int kAttempts = 4;
// An organisation that nobody asks for is forgotten after so long.
constexpr absl::Duration kIdle = absl::Minutes(30);
constexpr absl::Duration kSweep = absl::Minutes(1);

absl::Status Loading(const LiveView& view) {
  return Error(absl::StatusCode::kUnavailable, v1::REASON_LOADING, "the organisation is still loading; try again")
      .Metadata("people", absl::StrCat(view.people_read()))
      .Metadata("of", absl::StrCat(view.people_expected()))
      .RetryAfter(absl::Seconds(1));
}

}  // namespace

absl::CivilDay LiveView::Monday() const { return MondayOf(absl::ToCivilDay(clock_.Now(), absl::UTCTimeZone())); }

Task<absl::Status> LiveView::Apply(const PeoplePage& page, bool restart) {
  co_await executors_.OnWorkers();
  if (restart || building_ != nullptr) {
    Build(page, restart);
  } else {
    Update(page);
  }
  co_return absl::OkStatus();
}

void LiveView::Build(const PeoplePage& page, bool restart) {
  if (restart) building_ = std::make_unique<OrganizationView>(Monday());
  for (const profile::v1::PeopleChange& change : page.changes()) building_->Apply(change);
  people_read_.store(building_->people_count(), std::memory_order_relaxed);
  people_expected_.store(page.people_count(), std::memory_order_relaxed);
  if (!page.snapshot_complete()) return;
  building_->TakeRelated(LearnRelated(building_->organization()));
  view_.Replace(std::move(building_));
  {
    std::lock_guard lock(loads_mutex_);
    loads_position_.clear();
    ++loads_generation_;
  }
  ready_.store(true, std::memory_order_release);
}

void LiveView::Update(const PeoplePage& page) {
  const absl::CivilDay monday = Monday();
  view_.Write([&](OrganizationView& view) {
    if (view.monday() != monday) view.SetMonday(monday);
    for (const profile::v1::PeopleChange& change : page.changes()) view.Apply(change);
  });
  if (!Read([](const OrganizationView& view) { return view.RelatedIsOld(); })) return;
  // Nobody else changes who holds what, and learning takes longer than readers should wait.
  auto related = Read([](const OrganizationView& view) { return LearnRelated(view.organization()); });
  view_.Write([&](OrganizationView& view) { view.TakeRelated(std::move(related)); });
}

bool LiveView::HasOpenEnds() const {
  return Read([](const OrganizationView& view) {
    const std::vector<Person>& people = view.organization().people();
    return std::any_of(people.begin(), people.end(),
                       [](const Person& person) { return person.active_matches > 0 || person.open_requests > 0; });
  });
}

Task<absl::Status> LiveView::RefreshLoads(RequestStore& store, rpc::Call call) {
  // Whoever finds that somebody else took over a page meanwhile reads again from there, so that a caller always sees
  // what was written before the call.
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    std::string position;
    int64_t generation;
    {
      std::lock_guard lock(loads_mutex_);
      position = loads_position_;
      generation = loads_generation_;
    }
    CO_ASSIGN_OR_RETURN(Loads loads, co_await store.LoadsSince(call, position));
    if (!loads.complete && loads.people.empty()) co_return absl::OkStatus();
    co_await executors_.OnWorkers();
    std::lock_guard lock(loads_mutex_);
    if (generation != loads_generation_ && attempt < kAttempts) continue;
    if (generation != loads_generation_) break;
    TakeOver(loads);
    loads_position_ = std::move(loads.position);
    ++loads_generation_;
    co_return absl::OkStatus();
  }
  co_return absl::OkStatus();
}

void LiveView::TakeOver(const Loads& loads) {
  view_.Write([&loads](OrganizationView& view) {
    if (loads.complete) view.ClearLoads();
    for (const auto& [person, load] : loads.people) view.SetLoad(person, load.active_matches, load.open_requests);
  });
}

LiveViews::LiveViews(EventLoop& loop, Executors& executors, const Clock& clock, RequestStore& store,
                     Reactions& reactions, FetchPeople fetch)
    : loop_(loop),
      executors_(executors),
      clock_(clock),
      store_(store),
      reactions_(reactions),
      fetch_(std::move(fetch)),
      sweeper_(loop, kSweep, [this]() -> Task<void> {
        co_await executors_.OnWorkers();
        Unload(clock_.Now() - kIdle);
      }) {
  sweeper_.Start();
}

Task<absl::Status> LiveViews::Apply(std::shared_ptr<LiveView> view, std::string organization, const PeoplePage& page,
                                    bool restart) {
  CO_RETURN_IF_ERROR(co_await view->Apply(page, restart));
  reactions_.Collect(page, view->concerned());
  // A snapshot is reacted to once it is whole: only then is it known who could be asked next.
  if (!view->Current()) co_return absl::OkStatus();
  CO_RETURN_IF_ERROR(co_await reactions_.React(std::move(organization), *view, view->concerned()));
  view->concerned() = {};
  co_return absl::OkStatus();
}

std::shared_ptr<LiveView> LiveViews::FindOrFollow(const std::string& organization) {
  std::lock_guard lock(mutex_);
  if (stopped_ && followed_.count(organization) == 0) return nullptr;
  Followed& followed = followed_[organization];
  if (followed.view == nullptr) {
    followed.view = std::make_shared<LiveView>(executors_, clock_);
    std::shared_ptr<LiveView> view = followed.view;
    followed.follower = std::make_unique<Follower>(
        loop_, [this, organization](std::string token) { return fetch_(organization, std::move(token)); },
        [this, view, organization](const PeoplePage& page, bool restart) {
          return Apply(view, organization, page, restart);
        });
    followed.follower->Start("");
  }
  followed.asked = clock_.Now();
  return followed.view;
}

int LiveViews::Unload(absl::Time before) {
  std::lock_guard lock(mutex_);
  ending_.erase(std::remove_if(ending_.begin(), ending_.end(),
                               [](const Followed& followed) { return !followed.follower->Running(); }),
                ending_.end());
  int forgotten = 0;
  for (auto at = followed_.begin(); at != followed_.end();) {
    const bool idle = at->second.asked < before && at->second.view->Ready() && !at->second.view->HasOpenEnds();
    if (!idle) {
      ++at;
      continue;
    }
    at->second.follower->RequestStop();
    ending_.push_back(std::move(at->second));
    at = followed_.erase(at);
    ++forgotten;
  }
  return forgotten;
}

Task<absl::StatusOr<std::shared_ptr<LiveView>>> LiveViews::Get(rpc::Call call) {
  std::shared_ptr<LiveView> view = FindOrFollow(call.organization());
  if (view == nullptr) co_return absl::UnavailableError("the server stops");
  const absl::Time patience = std::min(absl::Now() + kPatience, call.deadline() - kToSaySo);
  while (!view->Ready() && absl::Now() < patience && !call.Cancelled()) co_await loop_.Sleep(kLook);
  if (!view->Ready()) co_return Loading(*view);
  CO_RETURN_IF_ERROR(co_await view->RefreshLoads(store_, call));
  co_return view;
}

std::vector<std::string> LiveViews::ListFollowed() {
  std::lock_guard lock(mutex_);
  std::vector<std::string> organizations;
  for (const auto& [organization, followed] : followed_) organizations.push_back(organization);
  return organizations;
}

std::shared_ptr<LiveView> LiveViews::FindReady(const std::string& organization) {
  std::lock_guard lock(mutex_);
  const auto found = followed_.find(organization);
  return found != followed_.end() && found->second.view->Ready() ? found->second.view : nullptr;
}

void LiveViews::StartOver(const std::string& organization) {
  std::lock_guard lock(mutex_);
  const auto found = followed_.find(organization);
  if (found != followed_.end()) found->second.follower->StartOver();
}

void LiveViews::Forget(const std::string& organization) {
  std::lock_guard lock(mutex_);
  const auto found = followed_.find(organization);
  if (found == followed_.end()) return;
  found->second.follower->RequestStop();
  ending_.push_back(std::move(found->second));
  followed_.erase(found);
}

void LiveViews::Stop() {
  sweeper_.Stop();
  std::vector<Follower*> followers;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (auto& [organization, followed] : followed_) followers.push_back(followed.follower.get());
    for (Followed& followed : ending_) followers.push_back(followed.follower.get());
  }
  // Side by side: each may have to wait for the answer to a fetch under way.
  std::vector<std::thread> stopping;
  for (Follower* follower : followers) {
    stopping.emplace_back([follower] { follower->Stop(); });
  }
  for (std::thread& thread : stopping) thread.join();
}

}  // namespace cortado::matching
