#include "common/app/server_main.h"

#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/usage.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/app/flag_sources.h"
#include "common/app/health_watch.h"
#include "common/app/key_watch.h"
#include "common/app/server.h"
#include "common/app/serving_flags.h"
#include "common/app/session_client.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/status/status.h"
#include "common/time/zone_data.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0",
          "Where to listen: host:port (port 0: any; beyond loopback only with TLS), or unix:/path.");
ABSL_FLAG(std::string, address_file, "", "Write the address listened on to this file, once it is.");
ABSL_FLAG(std::string, redis, "redis://127.0.0.1:6379",
          "Redis: redis://[user@]host:port or unix://[user@]/path; redis-sentinel://[user@]host:port,host:port/name; "
          "redis-cluster://[user@]host:port,host:port.");
ABSL_FLAG(std::string, redis_password_file, "", "File with the password of the Redis user.");
ABSL_FLAG(bool, redis_insecure_network, false,
          "Speak to a Redis beyond this machine in the clear: everybody on the way reads and changes everything.");
ABSL_FLAG(
    int, redis_replicas, 0,
    "High availability: how many replicas at least must have a write before it counts, and with them every one that is "
    "held alive; 0 to 5, 0: none.");
ABSL_FLAG(std::string, token_key_file, "", "PEM file (0600) with the Ed25519 key that tokens are signed with.");
ABSL_FLAG(bool, dev, false,
          "For trying things out, on loopback alone: whoever holds the signing key is whoever they like.");
ABSL_FLAG(int, metrics_port, 0, "Loopback port of /metrics; 0: any, -1: none.");
ABSL_FLAG(std::string, profile, "", "Address of the profile server.");
ABSL_FLAG(std::string, matching, "", "Address of the matching server.");
ABSL_FLAG(std::string, scheduling, "", "Address of the scheduling server.");
ABSL_FLAG(std::string, audit_dir, "",
          "Directory that audit trails are sealed into; replicas of a service share it. Empty: they stay in Redis.");
ABSL_FLAG(
    std::string, erasure_ledger, "",
    "File that notes who was erased, outside every backup of the data: what it names is erased again at every start. "
    "The servers of all services share it. Empty: nobody can be erased.");
ABSL_FLAG(std::string, tls_ca, "",
          "PEM file: who must have signed the certificates of the servers called. They are shown --tls_cert.");

namespace cortado::app {
namespace {

// Passwords and people's data go to Redis as they are: over a socket, loopback or a tunnel that begins there. What a
// cluster or the sentinels name later is held to the same.
absl::Status CheckRedisNetwork(redis::Address& address) {
  std::vector<redis::Endpoint> servers = address.seeds;
  if (servers.empty() && address.unix_socket.empty()) servers.push_back({address.host, address.port});
  const bool insecure = absl::GetFlag(FLAGS_redis_insecure_network);
  address.loopback_only = !insecure;
  for (const redis::Endpoint& server : servers) {
    if (redis::OnLoopback(server)) continue;
    if (insecure) {
      log::Warn("redis.insecure_network", {{"host", server.host}});
      std::fprintf(stderr, "WARNING: --redis_insecure_network: all data goes to Redis at %s in the clear\n",
                   server.host.c_str());
      continue;
    }
    return absl::FailedPreconditionError(
        absl::StrCat("refusing to speak to Redis at ", server.host,
                     " in the clear: use unix://, or the loopback end of a TLS tunnel ",
                     "(docs/security.md); --redis_insecure_network does it all the same"));
  }
  return absl::OkStatus();
}

// Leaves a peer unconnected whose address was not given.
absl::Status ConnectPeer(rpc::Peer& peer, const std::string& address) {
  if (address.empty()) return absl::OkStatus();
  TlsFiles files = ServerTlsFromFlags();
  files.authority = absl::GetFlag(FLAGS_tls_ca);
  RETURN_IF_ERROR(CheckClientFiles(files, address));
  peer.Connect(Dial(address, files));
  return absl::OkStatus();
}

absl::StatusOr<redis::Address> RedisFromFlags() {
  ASSIGN_OR_RETURN(redis::Address address, redis::ParseAddress(absl::GetFlag(FLAGS_redis)));
  address.replicas = absl::GetFlag(FLAGS_redis_replicas);
  if (address.replicas < 0 || address.replicas > 5) {
    return absl::InvalidArgumentError("--redis_replicas must be 0 to 5");
  }
  RETURN_IF_ERROR(CheckRedisNetwork(address));
  std::string path = absl::GetFlag(FLAGS_redis_password_file);
  if (!path.empty()) {
    std::ifstream file(path);
    std::getline(file, address.password);
    if (!file && address.password.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("--redis_password_file: cannot read ", path));
    }
    if (address.user.empty()) address.user = "default";
  }
  return address;
}

// Written whole under another name and moved, so that a reader never sees half of it.
absl::Status WriteAddress(const std::string& address) {
  std::string path = absl::GetFlag(FLAGS_address_file);
  if (path.empty()) return absl::OkStatus();
  std::string draft = path + ".new";
  std::ofstream file(draft);
  file << address << "\n";
  file.close();
  if (!file || std::rename(draft.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("--address_file: cannot write ", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const privacy::ErasureLedger>> LedgerFromFlags(const std::string& name) {
  const std::string path = absl::GetFlag(FLAGS_erasure_ledger);
  if (path.empty()) {
    log::Warn("erasures.not_noted", {{"server", name}, {"why", "--erasure_ledger is not given"}});
    return nullptr;
  }
  ASSIGN_OR_RETURN(privacy::ErasureLedger ledger, privacy::ErasureLedger::Open(path));
  return std::make_shared<const privacy::ErasureLedger>(std::move(ledger));
}

absl::Status Serve(const std::string& name,
                   const std::function<absl::StatusOr<std::unique_ptr<Application>>(const Environment&)>& make) {
  if (absl::GetFlag(FLAGS_token_key_file).empty()) return absl::InvalidArgumentError("--token_key_file is required");
  ASSIGN_OR_RETURN(std::shared_ptr<auth::KeyRing> keys, auth::KeyRing::Load(absl::GetFlag(FLAGS_token_key_file)));
  ASSIGN_OR_RETURN(redis::Address redis, RedisFromFlags());
  metrics::Registry registry;
  if (absl::GetFlag(FLAGS_metrics_port) >= 0) {
    ASSIGN_OR_RETURN(int port, registry.Serve(absl::GetFlag(FLAGS_metrics_port)));
    log::Info("metrics.listening", {{"port", port}});
  }
  EventLoop loop;
  Executors executors;
  auto tokens = std::make_shared<rpc::TokenSource>(name, keys, RealClock());
  rpc::Peer profile(tokens, loop);
  rpc::Peer matching(tokens, loop);
  RETURN_IF_ERROR(ConnectPeer(profile, absl::GetFlag(FLAGS_profile)));
  RETURN_IF_ERROR(ConnectPeer(matching, absl::GetFlag(FLAGS_matching)));
  rpc::Peer scheduling(tokens, loop);
  RETURN_IF_ERROR(ConnectPeer(scheduling, absl::GetFlag(FLAGS_scheduling)));
  std::shared_ptr<const audit::Archive> archive;
  if (!absl::GetFlag(FLAGS_audit_dir).empty()) {
    ASSIGN_OR_RETURN(audit::Archive opened, audit::OpenArchive(absl::GetFlag(FLAGS_audit_dir)));
    archive = std::make_shared<const audit::Archive>(std::move(opened));
  } else {
    log::Warn("audit.not_sealed", {{"server", name}, {"why", "--audit_dir is not given"}});
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const privacy::ErasureLedger> ledger, LedgerFromFlags(name));
  ServerOptions options{.listen = absl::GetFlag(FLAGS_listen), .keys = keys, .dev = absl::GetFlag(FLAGS_dev)};
  RETURN_IF_ERROR(ReadServingFlags(options));
  ASSIGN_OR_RETURN(std::unique_ptr<Application> application,
                   make({redis, loop, executors, RealClock(), profile, matching, scheduling, archive, keys,
                         absl::GetFlag(FLAGS_dev), registry, ledger}));
  if (ledger != nullptr)
    RETURN_IF_ERROR(privacy::RepeatErasures(*ledger, application->dossiers(), privacy::kErasuresWithin));
  Server server(std::move(options), RealClock(), registry);
  for (auto& service : application->MakeServices(server.binder())) server.Add(std::move(service));
  server.Add(application->MakePeerService(server.binder(), ledger));
  rpc::SessionCheck check = application->MakeSessionCheck();
  server.binder().SetSessionCheck(check != nullptr ? std::move(check) : AskProfile(profile));
  if (absl::GetFlag(FLAGS_dev)) log::Warn("server.dev", {{"server", name}});
  RETURN_IF_ERROR(server.Start());
  application->Start();
  {
    KeyWatch key_watch(loop, *keys);
    HealthWatch watch(loop, server, [&] { return application->Ready(); });
    RETURN_IF_ERROR(WriteAddress(server.address()));
    log::Info("server.listening", {{"server", name},
                                   {"address", server.address()},
                                   {"version", CORTADO_VERSION},
                                   {"zone_data", ZoneDataVersion()}});
    WaitForStopSignal();
  }
  log::Info("server.stopping", {{"server", name}});
  server.Stop();
  application->Stop();
  return absl::OkStatus();
}

}  // namespace

int RunServer(int argc, char** argv, const std::string& name,
              const std::function<absl::StatusOr<std::unique_ptr<Application>>(const Environment&)>& make) {
  BlockStopSignals();
  absl::SetProgramUsageMessage(absl::StrCat("Cortado's ", name, " service."));
  absl::Status status = ParseFlags(argc, argv, name + "_server");
  if (status.ok()) status = Serve(name, make);
  log::Flush();
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s_server: %s\n", name.c_str(), std::string(status.message()).c_str());
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

}  // namespace cortado::app
