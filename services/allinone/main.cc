// `cortado`: all of it in one process, on one data directory, with a redis-server of its own.
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/app/server.h"
#include "common/audit/ledger.h"
#include "common/auth/keys.h"
#include "common/auth/token.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/status/status.h"
#include "common/time/clock.h"
#include "services/allinone/cluster.h"
#include "services/allinone/data_directory.h"
#include "services/allinone/organization_client.h"
#include "services/allinone/redis_supervisor.h"

ABSL_FLAG(std::string, data, "",
          "Data directory; default $CORTADO_DATA, else $XDG_DATA_HOME/cortado, else ~/.local/share/cortado.");
ABSL_FLAG(std::string, listen, "127.0.0.1:0", "Where to listen: host:port on loopback (port 0: any), or unix:/path.");
ABSL_FLAG(int, metrics_port, 0, "Loopback port of /metrics; 0: any, -1: none.");
ABSL_FLAG(std::string, organization_name, "Our organisation", "Name of the organisation made at the first start.");

namespace cortado::allinone {
namespace {

// A stop takes at most these, one after the other: calls, of which none waits for Redis longer than 10 s; then Redis, 6
// s.
constexpr absl::Duration kGrace = absl::Seconds(10);
constexpr absl::Duration kReadyWithin = absl::Seconds(60);
constexpr absl::Duration kTokenLives = absl::Hours(30 * 24);
constexpr absl::Duration kTokenRenewed = absl::Hours(24);

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Whether somebody asked for a stop already; the signal stays for RunUntilStopped.
bool StopIsAsked() {
  sigset_t pending;
  return sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

absl::StatusOr<std::string> DataPath() {
  auto variable = [](const char* name) {
    const char* value = getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (std::string data = absl::GetFlag(FLAGS_data); !data.empty()) return data;
  if (std::string data = variable("CORTADO_DATA"); !data.empty()) return data;
  if (std::string share = variable("XDG_DATA_HOME"); !share.empty()) return share + "/cortado";
  if (std::string home = variable("HOME"); !home.empty()) return home + "/.local/share/cortado";
  return absl::InvalidArgumentError("no data directory: set CORTADO_DATA, or give one with --data");
}

absl::Status AwaitReady(Cluster& cluster) {
  const absl::Time until = absl::Now() + kReadyWithin;
  while (true) {
    absl::Status ready = cluster.WaitUntilReady(absl::Milliseconds(50));
    if (ready.ok() || absl::Now() > until) return ready;
    if (StopIsAsked()) return absl::CancelledError("interrupted");
  }
}

// Returns the id of this installation's organisation, which the first start makes. A crash between making it and
// keeping its id leaves an organisation without people behind, and the next start makes another.
absl::StatusOr<std::string> OwnOrganization(const DataDirectory& data, const auth::SigningKey& key, Cluster& cluster) {
  absl::StatusOr<std::string> kept = data.Read("organization");
  if (kept.ok()) return std::string(absl::StripAsciiWhitespace(*kept));
  if (!absl::IsNotFound(kept.status())) return kept.status();
  ASSIGN_OR_RETURN(std::string id, CreateOrganization(cluster.InProcessChannel(), key,
                                                      absl::GetFlag(FLAGS_organization_name), RealClock()));
  RETURN_IF_ERROR(data.Write("organization", id + "\n"));
  return id;
}

absl::Status WriteOperatorToken(const DataDirectory& data, const auth::SigningKey& key,
                                const std::string& organization) {
  auth::Claims claims;
  claims.organization = organization;
  claims.subject = "operator";
  claims.roles = {"HR_ADMIN", "OPERATOR"};
  claims.issued_at = RealClock().Now();
  claims.expires = claims.issued_at + kTokenLives;
  return data.Write("run/operator.token", auth::Mint(key, claims) + "\n");
}

// The address last: who finds it finds all the rest.
absl::Status Announce(const DataDirectory& data, const auth::SigningKey& key, const std::string& organization,
                      const std::string& address) {
  RETURN_IF_ERROR(WriteOperatorToken(data, key, organization));
  RETURN_IF_ERROR(data.Write("run/organization", organization + "\n"));
  RETURN_IF_ERROR(data.Write("run/address", address + "\n"));
  std::printf("cortado is up: %s, data in %s (stop it with Ctrl-C or: kill %d)\n", address.c_str(), data.path().c_str(),
              static_cast<int>(getpid()));
  std::fflush(stdout);
  return absl::OkStatus();
}

// Says in the log what the keeper did since the last look.
class KeeperLog {
 public:
  explicit KeeperLog(const RedisSupervisor& redis) : redis_(redis), starts_(redis.starts()) {}

  void Look() {
    if (int starts = redis_.starts(); starts != std::exchange(starts_, starts)) {
      log::Warn("redis.restarted", {{"starts", starts}, {"wait_status", redis_.last_status()}});
    }
    if (bool full = redis_.disk_full(); full != std::exchange(full_, full)) {
      log::Error(full ? "redis.down_disk_full" : "redis.disk_has_room");
    }
  }

 private:
  const RedisSupervisor& redis_;
  int starts_;
  bool full_ = false;
};

// Returns OK at SIGTERM or SIGINT, UNAVAILABLE when redis-server can no longer be looked after.
absl::Status RunUntilStopped(const RedisSupervisor& redis, const DataDirectory& data, const auth::SigningKey& key,
                             const std::string& organization) {
  const sigset_t stop = StopSignals();
  const timespec quarter{0, 250'000'000};
  KeeperLog keeper(redis);
  absl::Time renew = absl::Now() + kTokenRenewed;
  while (sigtimedwait(&stop, nullptr, &quarter) <= 0) {
    keeper.Look();
    if (redis.KeeperLost()) return absl::UnavailableError("the process that keeps redis-server has ended");
    if (absl::Now() < renew) continue;
    renew += kTokenRenewed;
    if (absl::Status written = WriteOperatorToken(data, key, organization); !written.ok()) {
      log::Error("token.not_renewed", {{"error", written.message()}});
    }
  }
  return absl::OkStatus();
}

absl::Status Serve() {
  ASSIGN_OR_RETURN(std::string path, DataPath());
  ASSIGN_OR_RETURN(DataDirectory data, DataDirectory::Open(path));
  // Before anything that makes a thread: the keeper is forked here.
  ASSIGN_OR_RETURN(std::unique_ptr<RedisSupervisor> redis, RedisSupervisor::Start(data, StopIsAsked));
  ASSIGN_OR_RETURN(auth::SigningKey key, auth::SigningKey::LoadOrCreate(data.Path("keys/token.pem")));
  metrics::Registry registry;
  if (absl::GetFlag(FLAGS_metrics_port) >= 0) {
    ASSIGN_OR_RETURN(int port, registry.Serve(absl::GetFlag(FLAGS_metrics_port)));
    log::Info("metrics.listening", {{"port", port}});
  }
  ASSIGN_OR_RETURN(audit::Archive archive, audit::OpenArchive(data.Path("audit")));
  ClusterOptions options{absl::GetFlag(FLAGS_listen),     key,
                         redis->AddressFor("profile"),    redis->AddressFor("matching"),
                         redis->AddressFor("scheduling"), std::make_shared<const audit::Archive>(std::move(archive))};
  Cluster cluster(options, RealClock(), registry);
  RETURN_IF_ERROR(cluster.Start());
  RETURN_IF_ERROR(AwaitReady(cluster));
  ASSIGN_OR_RETURN(std::string organization, OwnOrganization(data, key, cluster));
  RETURN_IF_ERROR(Announce(data, key, organization, cluster.address()));
  log::Info("server.listening", {{"server", "cortado"}, {"address", cluster.address()}, {"version", CORTADO_VERSION}});
  absl::Status status = RunUntilStopped(*redis, data, key, organization);
  log::Info("server.stopping", {{"server", "cortado"}});
  data.Remove("run/address");
  cluster.Stop(kGrace);
  redis->Stop();
  return status;
}

}  // namespace
}  // namespace cortado::allinone

int main(int argc, char** argv) {
  umask(0077);
  cortado::app::BlockStopSignals();
  absl::SetProgramUsageMessage("Cortado, all in one process, with a redis-server of its own.");
  absl::FlagsUsageConfig usage;
  usage.version_string = [] { return "cortado " CORTADO_VERSION "\n"; };
  absl::SetFlagsUsageConfig(usage);
  if (absl::ParseCommandLine(argc, argv).size() > 1) {
    std::fprintf(stderr, "cortado takes flags only; see --help\n");
    return 2;
  }
  absl::Status status = cortado::allinone::Serve();
  cortado::log::Flush();
  if (status.ok() || absl::IsCancelled(status)) return 0;
  std::fprintf(stderr, "cortado: %s\n", std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? 2 : 1;
}
