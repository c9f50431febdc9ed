#include "services/scheduling/people_projection.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/store/staged.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/keys.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

using profile::v1::PeopleChange;
using profile::v1::PersonSnapshot;

constexpr absl::Duration kPatience = absl::Seconds(30);  // For the store, within a reaction.
constexpr absl::Duration kWaitForNews = absl::Seconds(1);
constexpr absl::Duration kCatchUpAtMost = absl::Seconds(1);
constexpr absl::Duration kCatchUpPoll = absl::Milliseconds(5);
constexpr absl::Duration kPoll = absl::Milliseconds(20);
constexpr absl::Duration kTimeToAnswer = absl::Milliseconds(100);
constexpr char kReaction[] = "scheduling.people";

rpc::Call Reaction(const std::string& organization) {
  return rpc::InternalCall(organization, kReaction, absl::Now() + kPatience);
}

// Whether somebody as told by `snapshot` cannot come to `chat`.
bool RulesOut(const PersonSnapshot& snapshot, const v1::Chat& chat) {
  if (IsAway(snapshot, absl::FromUnixSeconds(chat.start_time().seconds()))) return true;
  return std::any_of(chat.attendees().begin(), chat.attendees().end(), [&snapshot](const v1::Attendee& attendee) {
    return std::find(snapshot.blocks().begin(), snapshot.blocks().end(), attendee.person().person()) !=
           snapshot.blocks().end();
  });
}

// Whether the chat goes on without the person, who said that they do not come.
bool HasDeclinedTo(const v1::Chat& chat, const std::string& person) {
  return std::any_of(chat.attendees().begin(), chat.attendees().end(), [&](const v1::Attendee& attendee) {
    return HasDeclined(attendee) && attendee.person().person() == id::MakeName("people", person);
  });
}

// The people of a page, each once, as last told; nobody stands for one who is gone.
std::map<std::string, const PersonSnapshot*> PeopleOf(const PeopleProjection::Page& page) {
  std::map<std::string, const PersonSnapshot*> people;
  for (const PeopleChange& change : page.changes()) {
    const bool is_gone = change.has_deleted_person();
    if (!is_gone && !change.has_person()) continue;
    absl::StatusOr<std::string> id =
        id::ParseName("people", is_gone ? change.deleted_person() : change.person().person().name());
    if (id.ok()) people[*std::move(id)] = is_gone ? nullptr : &change.person();
  }
  return people;
}

}  // namespace

PeopleProjection::PeopleProjection(PeopleStore& people, ChatStore& chats, EventLoop& loop, Executors& executors,
                                   const Clock& clock)
    : people_(people), chats_(chats), loop_(loop), executors_(executors), clock_(clock) {}

void PeopleProjection::Start(Fetch fetch) {
  {
    std::lock_guard lock(mutex_);
    fetch_ = std::move(fetch);
    ++starting_;
  }
  FollowKnown();
}

void PeopleProjection::Stop() {
  std::vector<Follower*> followers;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    finished_.wait(lock, [this] { return starting_ == 0; });
    for (auto& [organization, following] : followings_) followers.push_back(following->follower.get());
  }
  for (Follower* follower : followers) {
    if (follower != nullptr) follower->Stop();
  }
}

void PeopleProjection::Finished() {
  std::lock_guard lock(mutex_);
  --starting_;
  finished_.notify_all();
}

PeopleProjection::Following& PeopleProjection::FollowingOf(const std::string& organization) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<Following>& following = followings_[organization];
  if (following == nullptr) following = std::make_unique<Following>();
  return *following;
}

Detached PeopleProjection::FollowKnown() {
  absl::StatusOr<std::vector<std::string>> organizations =
      co_await people_.ListOrganizations(Reaction(Keys::Directory()));
  // Without an answer each organisation is followed from its next call on.
  if (organizations.ok()) {
    for (const std::string& organization : *organizations) Follow(organization);
  }
  Finished();
}

void PeopleProjection::Follow(const std::string& organization) {
  Following& following = FollowingOf(organization);
  {
    std::lock_guard lock(mutex_);
    if (fetch_ == nullptr || stopping_ || following.follower != nullptr) return;
    following.follower = std::make_unique<Follower>(
        loop_, [this, organization](std::string token) { return AwaitNews(organization, std::move(token)); },
        [this, organization](const Page& page, bool restart) { return Apply(organization, page, restart); });
    ++starting_;
  }
  StartFollower(organization);
}

Task<absl::StatusOr<PeopleProjection::Page>> PeopleProjection::AwaitNews(std::string organization, std::string token) {
  Fetch fetch;
  {
    std::lock_guard lock(mutex_);
    // Without this each follower in turn would sit out a wait of its own before it stops.
    if (stopping_) co_return absl::CancelledError("stopping");
    fetch = fetch_;
  }
  co_return co_await fetch(std::move(organization), std::move(token), kWaitForNews);
}

Task<absl::StatusOr<PeopleProjection::Page>> PeopleProjection::ReadPage(std::string organization, std::string token) {
  Fetch fetch;
  {
    std::lock_guard lock(mutex_);
    if (fetch_ == nullptr || stopping_) co_return absl::UnavailableError("the profile service is not followed");
    fetch = fetch_;
  }
  co_return co_await fetch(std::move(organization), std::move(token), absl::ZeroDuration());
}

void PeopleProjection::StartOver(const std::string& organization) {
  Follow(organization);
  Following& following = FollowingOf(organization);
  std::lock_guard lock(mutex_);
  if (following.follower != nullptr) following.follower->StartOver();
}

Detached PeopleProjection::StartFollower(std::string organization) {
  absl::Status known = co_await people_.AddOrganization(Reaction(Keys::Directory()), organization);
  absl::StatusOr<std::optional<std::string>> token = co_await people_.FindToken(Reaction(organization));
  bool go = false;
  Following& following = FollowingOf(organization);
  {
    std::lock_guard lock(mutex_);
    go = known.ok() && token.ok() && !stopping_;
    if (!go) following.follower.reset();  // The next call tries again.
  }
  if (go) following.follower->Start(token->value_or(""));
  Finished();
}

Task<absl::Status> PeopleProjection::WaitUntilReady(rpc::Call call) {
  {
    std::lock_guard lock(mutex_);
    if (ready_.count(call.organization()) > 0) co_return absl::OkStatus();
  }
  while (true) {
    Follow(call.organization());
    CO_ASSIGN_OR_RETURN(std::optional<std::string> token, co_await people_.FindToken(call));
    if (token.has_value()) {
      std::lock_guard lock(mutex_);
      ready_.insert(call.organization());
      co_return absl::OkStatus();
    }
    if (absl::Now() + kPoll + kTimeToAnswer >= call.deadline() || call.Cancelled()) {
      co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
                      "the people of this organisation are still being read; try again")
          .RetryAfter(absl::Seconds(1));
    }
    co_await loop_.Sleep(kPoll);
  }
}

Task<void> PeopleProjection::CatchUp(rpc::Call call) {
  if (store::IsStaged(call.organization())) co_return;  // The profile knows of no such organisation.
  Fetch fetch;
  {
    std::lock_guard lock(mutex_);
    if (fetch_ == nullptr || stopping_) co_return;
    fetch = fetch_;
  }
  const absl::Time until = std::min(absl::Now() + kCatchUpAtMost, call.deadline() - kTimeToAnswer);
  while (absl::Now() < until && !call.Cancelled()) {
    absl::StatusOr<std::optional<std::string>> token = co_await people_.FindToken(call);
    if (!token.ok() || !token->has_value()) co_return;
    absl::StatusOr<Page> page = co_await fetch(call.organization(), *std::move(*token), absl::ZeroDuration());
    // The token is remembered after its page is applied: nothing behind it means nothing is under way.
    if (!page.ok() || page->changes().empty()) co_return;
    co_await loop_.Sleep(kCatchUpPoll);
  }
}

Task<absl::Status> PeopleProjection::Apply(std::string organization, const Page& page, bool restart) {
  co_await executors_.OnWorkers();
  Following& following = FollowingOf(organization);
  if (restart) {
    following.in_snapshot = true;
    following.seen.clear();
  }
  const rpc::Call call = Reaction(organization);
  const std::map<std::string, const PersonSnapshot*> changed = PeopleOf(page);
  std::vector<PersonSnapshot> people;
  std::vector<std::string> gone;
  for (const auto& [id, snapshot] : changed) {
    if (following.in_snapshot) following.seen.insert(id);
    if (snapshot == nullptr) gone.push_back(id);
    if (snapshot != nullptr) people.push_back(*snapshot);
  }
  CO_RETURN_IF_ERROR(co_await PutAll(call, std::move(people), std::move(gone)));
  for (const auto& [id, snapshot] : changed) {
    chats_.Forget(call, id);
    const bool harmless = snapshot != nullptr && snapshot->blocks().empty() && !IsAway(*snapshot, clock_.Now());
    if (!harmless) CO_RETURN_IF_ERROR(co_await React(call, id, snapshot));
  }
  if (following.in_snapshot && !page.snapshot_complete()) co_return absl::OkStatus();
  if (following.in_snapshot) {
    CO_RETURN_IF_ERROR(co_await ForgetUnseen(call, following.seen));
    following.in_snapshot = false;
    following.seen.clear();
  } else if (page.changes().empty()) {
    co_return absl::OkStatus();
  }
  co_return co_await people_.SaveToken(call, page.resume_token());
}

Task<absl::Status> PeopleProjection::PutAll(rpc::Call call, std::vector<PersonSnapshot> people,
                                            std::vector<std::string> gone) {
  const size_t count = people.size() + gone.size();
  for (size_t next = 0; next < count;) {
    std::vector<PersonSnapshot> some;
    std::vector<std::string> some_gone;
    for (size_t n = 0; n < kMostPeopleInOneWrite && next < count; ++n, ++next) {
      if (next < people.size()) some.push_back(std::move(people[next]));
      if (next >= people.size()) some_gone.push_back(std::move(gone[next - people.size()]));
    }
    co_await executors_.OnWorkers();
    CO_RETURN_IF_ERROR(co_await people_.Put(call, std::move(some), std::move(some_gone)));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleProjection::ForgetUnseen(rpc::Call call, const std::set<std::string>& seen) {
  CO_ASSIGN_OR_RETURN(std::vector<std::string> kept, co_await people_.ListIds(call));
  std::vector<std::string> gone;
  for (std::string& id : kept) {
    if (seen.count(id) == 0) gone.push_back(std::move(id));
  }
  std::vector<PersonSnapshot> nobody;
  CO_RETURN_IF_ERROR(co_await PutAll(call, std::move(nobody), gone));
  for (const std::string& id : gone) {
    chats_.Forget(call, id);
    CO_RETURN_IF_ERROR(co_await React(call, id, nullptr));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleProjection::React(rpc::Call call, std::string person, const PersonSnapshot* snapshot) {
  const absl::Time now = clock_.Now();
  ChatQuery query;
  query.person = std::move(person);
  query.after = now;
  do {
    CO_ASSIGN_OR_RETURN(ChatPage page, co_await chats_.List(call, query));
    for (v1::Chat& chat : page.chats) {
      if (absl::FromUnixSeconds(chat.start_time().seconds()) <= now) continue;  // It has begun.
      if (HasDeclinedTo(chat, query.person)) continue;
      if (snapshot != nullptr && !RulesOut(*snapshot, chat)) continue;
      CO_RETURN_IF_ERROR(co_await CancelAnyhow(call, std::move(chat)));
    }
    query.cursor = std::move(page.cursor);
  } while (!query.cursor.empty());
  co_return absl::OkStatus();
}

Task<absl::Status> PeopleProjection::CancelAnyhow(rpc::Call call, v1::Chat chat) {
  CO_ASSIGN_OR_RETURN(const std::string id, id::ParseName("chats", chat.name()));
  while (chat.state() == v1::Chat::STATE_BOOKED) {
    Cancellation cancellation;
    cancellation.chat = std::move(chat);
    cancellation.now = clock_.Now();
    CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await chats_.Cancel(call, std::move(cancellation)));
    if (!outcome.refused()) co_return absl::OkStatus();
    // Somebody changed the chat in between: look again.
    CO_ASSIGN_OR_RETURN(std::optional<v1::Chat> current, co_await chats_.Find(call, id));
    if (!current.has_value()) co_return absl::OkStatus();
    chat = *std::move(current);
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::scheduling
