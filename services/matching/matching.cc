#include "services/matching/matching.h"

#include <utility>

#include "services/matching/profile_client.h"
#include "services/matching/scheduling_client.h"

namespace cortado::matching {

Matching::Matching(const Dependencies& dependencies)
    : profile_peer_(dependencies.profile),
      scheduling_peer_(dependencies.scheduling),
      redis_(dependencies.redis, dependencies.loop),
      writes_(redis_, "matching", dependencies.clock),
      trail_({writes_, redis_, dependencies.executors, dependencies.clock, dependencies.archive}),
      outbox_(writes_, redis_),
      jobs_(writes_, redis_, dependencies.loop, dependencies.clock),
      store_(redis_, writes_),
      match_store_(writes_),
      guide_store_(writes_),
      life_cycle_(store_, match_store_, dependencies.clock),
      reactions_(store_, life_cycle_, dependencies.clock),
      views_(dependencies.loop, dependencies.executors, dependencies.clock, store_, reactions_,
             [this](std::string organization, std::string token) {
               return Fetch(std::move(organization), std::move(token));
             }),
      people_check_(views_, dependencies.loop, dependencies.executors, dependencies.metrics),
      bookings_(match_store_, dependencies.clock,
                [this](rpc::Call call, scheduling::v1::BookChatRequest request) {
                  return BookChat(std::move(call), std::move(request));
                }),
      life_cycle_job_(views_, store_, match_store_, life_cycle_, bookings_, dependencies.clock),
      suggestions_(views_, store_, dependencies.executors, dependencies.clock),
      discovery_(views_, store_, dependencies.executors, dependencies.clock),
      requests_(views_, store_, dependencies.executors, dependencies.clock),
      answers_(views_, store_, life_cycle_, bookings_, dependencies.clock),
      matches_(views_, match_store_, dependencies.clock),
      guides_(views_, match_store_, guide_store_, dependencies.clock) {
  trail_.Register(jobs_);
  life_cycle_job_.Register(writes_, jobs_);
}

Matching::~Matching() { Stop(); }

void Matching::Start() {
  std::atomic_store(&profile_, std::make_shared<ProfileClient>(profile_peer_));
  if (scheduling_peer_.channel() != nullptr) {
    std::atomic_store(&scheduling_, std::make_shared<SchedulingClient>(scheduling_peer_));
  }
  jobs_.Start();
  people_check_.Start();
}

void Matching::Stop() {
  jobs_.Stop();
  people_check_.Stop();
  views_.Stop();
}

Task<absl::StatusOr<PeoplePage>> Matching::Fetch(std::string organization, std::string resume_token) {
  const std::shared_ptr<ProfileClient> profile = std::atomic_load(&profile_);
  if (profile == nullptr) co_return absl::UnavailableError("the profile service is not connected yet");
  co_return co_await profile->ListChanges(std::move(organization), std::move(resume_token));
}

Task<absl::StatusOr<scheduling::v1::Chat>> Matching::BookChat(rpc::Call call, scheduling::v1::BookChatRequest request) {
  const std::shared_ptr<SchedulingClient> scheduling = std::atomic_load(&scheduling_);
  if (scheduling == nullptr) co_return absl::UnavailableError("the scheduling service is not connected");
  co_return co_await scheduling->BookChat(std::move(call), std::move(request));
}

}  // namespace cortado::matching
