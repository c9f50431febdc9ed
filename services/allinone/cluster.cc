#include "services/allinone/cluster.h"

#include "common/status/status.h"
#include "common/task/sync_wait.h"
#include "services/matching/matching_service.h"
#include "services/profile/profile_service.h"
#include "services/scheduling/scheduling_service.h"

namespace cortado {

std::shared_ptr<rpc::TokenSource> Cluster::Tokens(const char* service, const ClusterOptions& options,
                                                  const Clock& clock) {
  return std::make_shared<rpc::TokenSource>(service, options.keys, clock);
}

namespace {

app::ServerOptions OptionsOf(const ClusterOptions& options) {
  app::ServerOptions server = options.server;
  server.listen = options.listen;
  server.keys = options.keys;
  server.dev = options.dev;
  return server;
}

}  // namespace

Cluster::Cluster(const ClusterOptions& options, const Clock& clock, metrics::Registry& registry)
    : matching_to_profile_(Tokens("matching", options, clock), loop_),
      matching_to_scheduling_(Tokens("matching", options, clock), loop_),
      scheduling_to_profile_(Tokens("scheduling", options, clock), loop_),
      scheduling_to_matching_(Tokens("scheduling", options, clock), loop_),
      profile_to_others_(Tokens("profile", options, clock), loop_),
      profile_({options.profile, loop_, executors_, clock, options.keys, options.archive, &profile_to_others_,
                &profile_to_others_, http::AddressRule{options.issuer_private_network, options.dev}, nullptr,
                options.ledger}),
      matching_({options.matching, loop_, executors_, clock, matching_to_profile_, matching_to_scheduling_,
                 options.archive, &registry}),
      scheduling_({options.scheduling, loop_, executors_, clock, scheduling_to_profile_, scheduling_to_matching_,
                   options.archive, options.mail, options.webhook_calls, &registry}),
      server_(OptionsOf(options), clock, registry),
      ledger_(options.ledger) {
  rpc::Binder& binder = server_.binder();
  for (auto& service : profile::MakeServices(binder, profile_)) server_.Add(std::move(service));
  for (auto& service : matching::MakeServices(binder, matching_)) server_.Add(std::move(service));
  for (auto& service : scheduling::MakeServices(binder, scheduling_)) server_.Add(std::move(service));
  binder.SetSessionCheck(profile::SessionCheckOf(profile_));
  peers_.Add(profile_);
  peers_.Add(matching_);
  peers_.Add(scheduling_);
  peers_.backups.Use(ledger_);
  server_.Add(peer::MakePeerService(binder, peers_));
}

Cluster::~Cluster() { Stop(absl::ZeroDuration()); }

absl::Status Cluster::Start() {
  if (ledger_ != nullptr) {
    RETURN_IF_ERROR(privacy::RepeatErasures(*ledger_, peers_.dossiers.all(), privacy::kErasuresWithin));
  }
  RETURN_IF_ERROR(server_.Start());
  // Over the socket, not in process: gRPC 1.51 crashes when a call is made in process to a server that is shutting
  // down.
  matching_to_profile_.Connect(app::Dial(server_.local_address()));
  matching_to_scheduling_.Connect(app::Dial(server_.local_address()));
  scheduling_to_profile_.Connect(app::Dial(server_.local_address()));
  scheduling_to_matching_.Connect(app::Dial(server_.local_address()));
  profile_to_others_.Connect(app::Dial(server_.local_address()));
  profile_.Start();
  matching_.Start();
  scheduling_.Start();
  health_ = std::make_unique<app::HealthWatch>(loop_, server_, [this] { return Ready(); });
  return absl::OkStatus();
}

Task<bool> Cluster::PollUntilReady(absl::Time end) {
  while (!Ready()) {
    if (absl::Now() >= end) co_return false;
    co_await loop_.Sleep(absl::Milliseconds(2));
  }
  co_return true;
}

absl::Status Cluster::WaitUntilReady(absl::Duration limit) {
  if (!SyncWait(PollUntilReady(absl::Now() + limit))) {
    return absl::UnavailableError("the services do not reach their Redis");
  }
  server_.SetServing(true);
  return absl::OkStatus();
}

void Cluster::Stop(absl::Duration grace) {
  if (stopped_) return;
  stopped_ = true;
  health_.reset();
  server_.Drain();
  scheduling_.Stop();  // Followers first: what they ask is still answered. Calls under way go on.
  matching_.Stop();
  server_.Stop(grace);
  profile_.Stop();
}

}  // namespace cortado
