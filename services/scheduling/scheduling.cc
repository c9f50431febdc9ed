#include "services/scheduling/scheduling.h"

#include <string>
#include <utility>

#include "common/redis/client.h"
#include "common/store/store.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/chats.h"
#include "services/scheduling/consent.h"
#include "services/scheduling/matching_client.h"
#include "services/scheduling/people_projection.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/profile_client.h"
#include "services/scheduling/times.h"

namespace cortado::scheduling {

// From the store up. The clients are made by Start, because their peers are connected only then.
struct Scheduling::Parts {
  explicit Parts(const Dependencies& d)
      : profile_peer(d.profile),
        matching_peer(d.matching),
        redis(d.redis, d.loop),
        store(redis, "scheduling", d.clock),
        trail({store, redis, d.executors, d.clock, d.archive}),
        jobs(store, redis, d.loop, d.clock),
        chat_store(store),
        people_store(store),
        projection(people_store, chat_store, d.loop, d.executors, d.clock),
        consents(
            [this](rpc::Call call, std::string name) { return matching->GetMatch(std::move(call), std::move(name)); }),
        chats(chat_store, people_store, projection, consents, d.executors, d.clock),
        times(chat_store, projection, consents, d.executors, d.clock) {
    trail.Register(jobs);
  }

  rpc::Peer& profile_peer;
  rpc::Peer& matching_peer;
  std::unique_ptr<ProfileClient> profile;
  std::unique_ptr<MatchingClient> matching;
  redis::Client redis;
  store::Store store;
  audit::Trail trail;
  jobs::Runner jobs;
  ChatStore chat_store;
  PeopleStore people_store;
  PeopleProjection projection;
  Consents consents;
  Chats chats;
  Times times;
};

Scheduling::Scheduling(const Dependencies& dependencies) : parts_(std::make_unique<Parts>(dependencies)) {}

Scheduling::~Scheduling() { Stop(); }

void Scheduling::Start() {
  parts_->profile = std::make_unique<ProfileClient>(parts_->profile_peer);
  parts_->matching = std::make_unique<MatchingClient>(parts_->matching_peer);
  parts_->jobs.Start();
  parts_->projection.Start([parts = parts_.get()](std::string organization, std::string token, absl::Duration wait) {
    return parts->profile->ListPeopleChanges(std::move(organization), std::move(token), wait);
  });
}

void Scheduling::Stop() {
  parts_->jobs.Stop();
  parts_->projection.Stop();
}

bool Scheduling::Ready() const { return parts_->redis.Connected(); }

Chats& Scheduling::chats() { return parts_->chats; }
Times& Scheduling::times() { return parts_->times; }
audit::Trail& Scheduling::trail() { return parts_->trail; }
jobs::Runner& Scheduling::jobs() { return parts_->jobs; }

}  // namespace cortado::scheduling
