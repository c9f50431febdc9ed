// A gRPC server of ours: services bound through common/rpc, health, reflection, metrics, and a stop that loses nothing.
//
//   app::Server server({.listen = "127.0.0.1:7301", .keys = ring}, clock, registry);
//   server.Add(MakeProfileService(server.binder(), profile));
//   RETURN_IF_ERROR(server.Start());
//   app::WaitForStopSignal();
//   server.Stop();
//
// Add before Start. Thread-safe otherwise.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/app/tls_files.h"
#include "common/auth/key_ring.h"
#include "common/auth/token.h"
#include "common/metrics/metrics.h"
#include "common/rpc/binder.h"
#include "common/rpc/limits.h"
#include "common/rpc/service.h"
#include "common/time/clock.h"

namespace cortado::app {

struct ServerOptions {
  // `host:port` (port 0: any) or `unix:/path`. A host outside the loopback range is refused without TLS.
  std::string listen = "127.0.0.1:0";
  // Whose tokens count. Required.
  std::shared_ptr<const auth::KeyRing> keys;
  // Tokens without a session count, for whoever they are: for tests and for trying things out, never for real data.
  bool dev = false;
  // None by default; the programs have theirs from flags (serving_flags.h).
  rpc::LimitOptions limits = {};
  int streams_per_connection = 100;
  // For `listen`, when it is no socket: certificate, key, and the authority that clients' certificates must come from.
  TlsFiles tls = {};
  // `unix:/path` listened on as well, without TLS, for this machine; may be empty.
  std::string local = {};
};

class Server {
 public:
  // `clock`, which tokens live by, and `registry` outlive the server.
  Server(ServerOptions options, const Clock& clock, metrics::Registry& registry);
  ~Server();

  rpc::Binder& binder() { return binder_; }
  void Add(std::unique_ptr<rpc::Service> service);

  // Listens. FAILED_PRECONDITION: a method is not bound or has no access row, the address is public and there is no
  // TLS, or the TLS files will not do (CheckServerFiles); UNAVAILABLE: the address cannot be bound, or a TLS file not
  // read. Health says NOT_SERVING until SetServing(true); it also knows the service that names this machine's zone data
  // (common/time/zone_data.h).
  absl::Status Start();
  void SetServing(bool serving);

  // NOT_SERVING, and watches end; everything else is still served.
  void Drain();
  // Drains and serves on for half a second, so that whoever looks at the health can leave; then refuses new calls with
  // UNAVAILABLE, lets what is under way finish, hangs up, and cancels what has not finished `grace` after the call.
  // Without a grace all of it at once. Idempotent.
  void Stop(absl::Duration grace = absl::Seconds(20));

  // Full names of what was added, as `cortado.profile.v1.ProfileService`.
  std::vector<std::string> service_names() const;
  int port() const { return port_; }
  // `127.0.0.1:PORT` or `unix:/path`, as a client dials it.
  std::string address() const;
  // The same for a client on this machine: `local` where there is one.
  std::string local_address() const { return options_.local.empty() ? address() : options_.local; }
  // A channel within the process. Only after Start.
  std::shared_ptr<grpc::Channel> InProcessChannel();

 private:
  void LetFinish(absl::Time end);

  const ServerOptions options_;
  auth::Verifier verifier_;
  rpc::Binder binder_;
  std::vector<std::unique_ptr<rpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// A channel to a server of ours at `address`, with TLS when `tls` has an authority and the address is no unix socket.
// The files passed CheckClientFiles.
std::shared_ptr<grpc::Channel> Dial(const std::string& address, const TlsFiles& tls = {});

// Blocks SIGTERM and SIGINT for this and every later thread, so that WaitForStopSignal alone gets them; ignores
// SIGPIPE. Call first in main().
void BlockStopSignals();
// Returns at the first SIGTERM or SIGINT.
void WaitForStopSignal();

}  // namespace cortado::app
