// All three services in one process, on one server: what `cortado` runs, and what tests run without a network.
//
//   Cluster cluster({.listen = "127.0.0.1:0", .keys = ring, .profile = redis, .matching = redis, .scheduling = redis},
//                   RealClock(), registry);
//   RETURN_IF_ERROR(cluster.Start());
//   ... cluster.address() ...
//   cluster.Stop();
//
// They share the process and nothing else: each has its own keys, its own connections, and calls the others over gRPC.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/app/health_watch.h"
#include "common/app/server.h"
#include "common/auth/key_ring.h"
#include "common/metrics/metrics.h"
#include "common/peer/peer_service.h"
#include "common/privacy/erasure_ledger.h"
#include "common/redis/address.h"
#include "common/rpc/client.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "services/matching/matching.h"
#include "services/profile/profile.h"
#include "services/scheduling/scheduling.h"

namespace cortado {

struct ClusterOptions {
  std::string listen = "127.0.0.1:0";
  std::shared_ptr<const auth::KeyRing> keys;
  // Each service's own Redis user, on the same server or three.
  redis::Address profile;
  redis::Address matching;
  redis::Address scheduling;
  bool dev = false;  // See app::ServerOptions; OpenID providers may stand on this machine too.
  // OpenID providers may stand in a private network.
  bool issuer_private_network = false;
  // The rest of the server: limits, TLS. With TLS there is a `local` socket too: the services call one another over it.
  app::ServerOptions server = {};
  std::shared_ptr<const audit::Archive> archive = nullptr;  // Where audit trails are sealed to; null: they are not.
  // Where erasures are noted outside the stores, and what is erased again before anything is served; null: nothing is.
  std::shared_ptr<const privacy::ErasureLedger> ledger = nullptr;
  scheduling::MailRoom mail = {};         // How mail goes out.
  http::FetchOptions webhook_calls = {};  // Where webhooks may stand besides the public internet.
};

class Cluster {
 public:
  // `clock` and `registry` outlive the cluster.
  Cluster(const ClusterOptions& options, const Clock& clock, metrics::Registry& registry);
  // Stops without grace if Stop was not called.
  ~Cluster();

  // Erases what the ledger has, listens, connects the services with each other, and keeps health in step with them.
  // Errors as app::Server::Start and privacy::RepeatErasures.
  absl::Status Start();
  // NOT_SERVING, lets calls finish for at most `grace`, then stops the services. Idempotent.
  void Stop(absl::Duration grace = absl::Seconds(20));

  // Returns once every service can serve and health says so. UNAVAILABLE when that takes longer than `limit`; health
  // then follows by itself. Not to be called on the loop's thread.
  absl::Status WaitUntilReady(absl::Duration limit);

  bool Ready() const { return profile_.Ready() && matching_.Ready() && scheduling_.Ready(); }
  std::string address() const { return server_.address(); }
  std::vector<std::string> service_names() const { return server_.service_names(); }
  // For a client on this machine.
  std::string local_address() const { return server_.local_address(); }
  std::shared_ptr<grpc::Channel> InProcessChannel() { return server_.InProcessChannel(); }
  EventLoop& loop() { return loop_; }
  Executors& executors() { return executors_; }
  // To add services of one's own before Start.
  app::Server& server() { return server_; }
  profile::Profile& profile() { return profile_; }
  matching::Matching& matching() { return matching_; }
  scheduling::Scheduling& scheduling() { return scheduling_; }

 private:
  Task<bool> PollUntilReady(absl::Time end);
  std::shared_ptr<rpc::TokenSource> Tokens(const char* service, const ClusterOptions& options, const Clock& clock);

  EventLoop loop_;
  Executors executors_;
  rpc::Peer matching_to_profile_;
  rpc::Peer matching_to_scheduling_;
  rpc::Peer scheduling_to_profile_;
  rpc::Peer scheduling_to_matching_;
  rpc::Peer profile_to_others_;
  profile::Profile profile_;
  matching::Matching matching_;
  scheduling::Scheduling scheduling_;
  peer::Parts peers_;
  app::Server server_;
  std::unique_ptr<app::HealthWatch> health_;
  const std::shared_ptr<const privacy::ErasureLedger> ledger_;
  bool stopped_ = false;
};

}  // namespace cortado
