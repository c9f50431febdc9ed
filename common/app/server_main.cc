#include "common/app/server_main.h"

#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/app/health_watch.h"
#include "common/app/key_watch.h"
#include "common/app/server.h"
#include "common/app/session_client.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/status/status.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "Where to listen: host:port on loopback (port 0: any), or unix:/path.");
ABSL_FLAG(std::string, address_file, "", "Write the address listened on to this file, once it is.");
ABSL_FLAG(std::string, redis, "redis://127.0.0.1:6379", "Redis: redis://[user@]host:port or unix://[user@]/path.");
ABSL_FLAG(std::string, redis_password_file, "", "File with the password of the Redis user.");
ABSL_FLAG(int, redis_replicas, 0,
          "High availability: how many replicas must have a write before it counts, 0 to 5; 0: the server itself.");
ABSL_FLAG(std::string, token_key_file, "", "PEM file (0600) with the Ed25519 key that tokens are signed with.");
ABSL_FLAG(bool, dev, false,
          "For trying things out, on loopback alone: whoever holds the signing key is whoever they like.");
ABSL_FLAG(int, metrics_port, 0, "Loopback port of /metrics; 0: any, -1: none.");
ABSL_FLAG(std::string, profile, "", "Address of the profile server.");
ABSL_FLAG(std::string, matching, "", "Address of the matching server.");

namespace cortado::app {
namespace {

absl::StatusOr<redis::Address> RedisFromFlags() {
  ASSIGN_OR_RETURN(redis::Address address, redis::ParseAddress(absl::GetFlag(FLAGS_redis)));
  address.replicas = absl::GetFlag(FLAGS_redis_replicas);
  if (address.replicas < 0 || address.replicas > 5) {
    return absl::InvalidArgumentError("--redis_replicas must be 0 to 5");
  }
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

absl::Status Serve(const std::string& name,
                   const std::function<std::unique_ptr<Application>(const Environment&)>& make) {
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
  if (!absl::GetFlag(FLAGS_profile).empty()) profile.Connect(Dial(absl::GetFlag(FLAGS_profile)));
  if (!absl::GetFlag(FLAGS_matching).empty()) matching.Connect(Dial(absl::GetFlag(FLAGS_matching)));
  std::unique_ptr<Application> application =
      make({redis, loop, executors, RealClock(), profile, matching, keys, absl::GetFlag(FLAGS_dev)});
  Server server({absl::GetFlag(FLAGS_listen), keys, absl::GetFlag(FLAGS_dev)}, RealClock(), registry);
  for (auto& service : application->MakeServices(server.binder())) server.Add(std::move(service));
  rpc::SessionCheck check = application->MakeSessionCheck();
  server.binder().SetSessionCheck(check != nullptr ? std::move(check) : AskProfile(profile));
  if (absl::GetFlag(FLAGS_dev)) log::Warn("server.dev", {{"server", name}});
  RETURN_IF_ERROR(server.Start());
  application->Start();
  {
    KeyWatch key_watch(loop, *keys);
    HealthWatch watch(loop, server, [&] { return application->Ready(); });
    RETURN_IF_ERROR(WriteAddress(server.address()));
    log::Info("server.listening", {{"server", name}, {"address", server.address()}, {"version", CORTADO_VERSION}});
    WaitForStopSignal();
  }
  log::Info("server.stopping", {{"server", name}});
  server.Stop();
  application->Stop();
  return absl::OkStatus();
}

}  // namespace

int RunServer(int argc, char** argv, const std::string& name,
              const std::function<std::unique_ptr<Application>(const Environment&)>& make) {
  BlockStopSignals();
  absl::SetProgramUsageMessage(absl::StrCat("Cortado's ", name, " service."));
  absl::FlagsUsageConfig usage;
  usage.version_string = [name] { return absl::StrCat(name, "_server ", CORTADO_VERSION, "\n"); };
  absl::SetFlagsUsageConfig(usage);
  if (absl::ParseCommandLine(argc, argv).size() > 1) {
    std::fprintf(stderr, "%s_server takes flags only; see --help\n", name.c_str());
    return 2;
  }
  absl::Status status = Serve(name, make);
  log::Flush();
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s_server: %s\n", name.c_str(), std::string(status.message()).c_str());
  return status.code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
}

}  // namespace cortado::app
