// main() of a server that stands alone: flags, start, health, graceful stop. Each service gives its parts list.
//
//   int main(int argc, char** argv) {
//     return app::RunServer(argc, argv, "profile", [](const app::Environment& environment) {
//       return std::make_unique<ProfileApplication>(environment);
//     });
//   }
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/trail.h"
#include "common/auth/key_ring.h"
#include "common/metrics/metrics.h"
#include "common/peer/peer_service.h"
#include "common/privacy/dossiers.h"
#include "common/privacy/erasure_ledger.h"
#include "common/redis/address.h"
#include "common/rpc/binder.h"
#include "common/rpc/client.h"
#include "common/rpc/service.h"
#include "common/task/event_loop.h"
#include "common/task/executor.h"
#include "common/time/clock.h"

namespace cortado::app {

// What a service is given. Outlives it.
struct Environment {
  redis::Address redis;
  EventLoop& loop;
  Executors& executors;
  const Clock& clock;
  // Connected to the addresses of --profile, --matching and --scheduling; unconnected where the flag was not given.
  rpc::Peer& profile;
  rpc::Peer& matching;
  rpc::Peer& scheduling;
  std::shared_ptr<const audit::Archive> archive;  // Of --audit_dir; null where the flag was not given.
  std::shared_ptr<const auth::KeyRing> keys;
  bool dev;
  metrics::Registry& metrics;
  // Of --erasure_ledger; null where the flag was not given.
  std::shared_ptr<const privacy::ErasureLedger> ledger = nullptr;
};

// A service as the server sees it.
class Application {
 public:
  virtual ~Application() = default;
  virtual std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder) = 0;
  // Looks up the sessions that this service keeps; null for one that keeps none: the profile server is asked.
  virtual rpc::SessionCheck MakeSessionCheck() = 0;
  // What other services ask this one. `ledger`: who was erased, for what is brought back; null: nobody.
  virtual std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder,
                                                        std::shared_ptr<const privacy::ErasureLedger> ledger) = 0;
  // What it holds about people.
  virtual std::vector<privacy::Dossiers*> dossiers() = 0;
  // Called once the server listens.
  virtual void Start() = 0;
  // Called once no call is under way any more.
  virtual void Stop() = 0;
  // Whether it can serve now.
  virtual bool Ready() const = 0;
};

// Application for any service built as services/*/ are: B takes its dependencies and has a trail, `make` makes its RPC
// services.
template <class B>
class BoundApplication : public Application {
 public:
  using Make = std::vector<std::unique_ptr<rpc::Service>> (*)(rpc::Binder&, B&);
  using Check = rpc::SessionCheck (*)(B&);
  template <class Dependencies>
  BoundApplication(const Dependencies& dependencies, Make make, Check check = nullptr)
      : bound_(dependencies), make_(make), check_(check) {}
  std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder) override {
    return make_(binder, bound_);
  }
  rpc::SessionCheck MakeSessionCheck() override { return check_ == nullptr ? nullptr : check_(bound_); }
  std::unique_ptr<rpc::Service> MakePeerService(rpc::Binder& binder,
                                                std::shared_ptr<const privacy::ErasureLedger> ledger) override {
    peers_.Add(bound_);
    peers_.backups.Use(std::move(ledger));
    return peer::MakePeerService(binder, peers_);
  }
  std::vector<privacy::Dossiers*> dossiers() override { return {&bound_.dossiers()}; }
  void Start() override { bound_.Start(); }
  void Stop() override { bound_.Stop(); }
  bool Ready() const override { return bound_.Ready(); }

 private:
  B bound_;
  peer::Parts peers_;
  Make make_;
  Check check_;
};

// Serves until SIGTERM or SIGINT and returns the process's exit code: 0 after a graceful stop, 1 when it cannot start
// (the reason is on stderr, as is the error of `make`), 2 for wrong flags. `--version` prints the version.
int RunServer(int argc, char** argv, const std::string& name,
              const std::function<absl::StatusOr<std::unique_ptr<Application>>(const Environment&)>& make);

}  // namespace cortado::app
