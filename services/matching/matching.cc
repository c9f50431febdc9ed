#include "services/matching/matching.h"

#include <utility>

#include "services/matching/profile_client.h"

namespace cortado::matching {

Matching::Matching(const Dependencies& dependencies)
    : peer_(dependencies.profile),
      redis_(dependencies.redis, dependencies.loop),
      writes_(redis_, "matching", dependencies.clock),
      trail_({writes_, redis_, dependencies.executors, dependencies.clock, dependencies.archive}),
      outbox_(writes_, redis_),
      jobs_(writes_, redis_, dependencies.loop, dependencies.clock),
      store_(redis_, writes_),
      reactions_(store_, dependencies.clock),
      views_(dependencies.loop, dependencies.executors, dependencies.clock, store_, reactions_,
             [this](std::string organization, std::string token) {
               return Fetch(std::move(organization), std::move(token));
             }),
      suggestions_(views_, store_, dependencies.executors, dependencies.clock),
      requests_(views_, store_, dependencies.executors, dependencies.clock),
      matches_(views_, store_, dependencies.clock) {
  trail_.Register(jobs_);
}

Matching::~Matching() { Stop(); }

void Matching::Start() {
  std::atomic_store(&profile_, std::make_shared<ProfileClient>(peer_));
  jobs_.Start();
}

void Matching::Stop() {
  jobs_.Stop();
  views_.Stop();
}

Task<absl::StatusOr<PeoplePage>> Matching::Fetch(std::string organization, std::string resume_token) {
  const std::shared_ptr<ProfileClient> profile = std::atomic_load(&profile_);
  if (profile == nullptr) co_return absl::UnavailableError("the profile service is not connected yet");
  co_return co_await profile->ListChanges(std::move(organization), std::move(resume_token));
}

}  // namespace cortado::matching
