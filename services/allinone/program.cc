#include "services/allinone/program.h"

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
#include "absl/flags/usage.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/app/flag_sources.h"
#include "common/app/key_watch.h"
#include "common/app/server.h"
#include "common/app/serving_flags.h"
#include "common/audit/ledger.h"
#include "common/auth/key_ring.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/privacy/erasure_ledger.h"
#include "common/status/status.h"
#include "common/time/clock.h"
#include "common/time/zone_data.h"
#include "services/allinone/access.h"
#include "services/allinone/cluster.h"
#include "services/allinone/data_directory.h"
#include "services/allinone/organization_client.h"
#include "services/allinone/redis_supervisor.h"
#include "services/scheduling/courier/mail_flags.h"

ABSL_FLAG(std::string, data, "",
          "Data directory; default $CORTADO_DATA, else $XDG_DATA_HOME/cortado, else ~/.local/share/cortado.");
ABSL_FLAG(
    std::string, erasure_ledger, "",
    "File that notes who was erased, outside every backup of the data: what it names is erased again at every start. "
    "Default: beside the data directory, DATA.erasures.");
ABSL_FLAG(std::string, listen, "127.0.0.1:0",
          "Where to listen: host:port (port 0: any; beyond loopback only with TLS), or unix:/path.");
ABSL_FLAG(
    bool, dev, false,
    "For trying things out, on loopback alone: whoever can read the data directory is whoever they like. The data "
    "directory is marked, and is not served without --dev any more, nor the other way round.");
ABSL_FLAG(
    bool, issuer_private_network, false,
    "OpenID providers may stand in a private network, as in the company's own, not on the public internet alone.");
ABSL_FLAG(bool, webhook_private_network, false,
          "Webhooks may stand in a private network, as in the company's own, not on the public internet alone.");
ABSL_FLAG(int, metrics_port, 0, "Loopback port of /metrics; 0: any, -1: none.");
ABSL_FLAG(std::string, organization_name, "Our organisation", "Name of the organisation made at the first start.");

namespace cortado::allinone {
namespace {

// A stop takes at most these, one after the other: calls, of which none waits for Redis longer than 10 s; then Redis, 6
// s.
constexpr absl::Duration kGrace = absl::Seconds(10);
constexpr absl::Duration kReadyWithin = absl::Seconds(60);

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
absl::StatusOr<std::string> OwnOrganization(const DataDirectory& data, const auth::SigningKey& key, Cluster& cluster,
                                            const Clock& clock) {
  absl::StatusOr<std::string> kept = data.Read("organization");
  if (kept.ok()) return std::string(absl::StripAsciiWhitespace(*kept));
  if (!absl::IsNotFound(kept.status())) return kept.status();
  ASSIGN_OR_RETURN(std::string id,
                   CreateOrganization(cluster.InProcessChannel(), key, absl::GetFlag(FLAGS_organization_name), clock));
  RETURN_IF_ERROR(data.Write("organization", id + "\n"));
  return id;
}

// Whether the program serves as with --dev.
bool IsDev(const Program& program) { return !program.mark().empty() || absl::GetFlag(FLAGS_dev); }

// Real data and data for trying things out never share a directory, nor do times that were moved and others.
absl::Status CheckMode(const DataDirectory& data, const Program& program) {
  const std::string mode = !program.mark().empty() ? program.mark() : IsDev(program) ? "dev" : "production";
  const absl::StatusOr<std::string> kept = data.Read("mode");
  if (!kept.ok() && !absl::IsNotFound(kept.status())) return kept.status();
  // A directory from before there were modes holds real data.
  const bool made_before = !kept.ok() && data.Read("organization").ok();
  if (!kept.ok() && !(made_before && mode != "production")) return data.Write("mode", mode + "\n");
  const std::string found = kept.ok() ? std::string(absl::StripAsciiWhitespace(*kept)) : "production";
  if (found == mode) return absl::OkStatus();
  const std::string maker = found == "dev" ? "--dev" : found;
  return absl::FailedPreconditionError(
      absl::StrCat(data.path(),
                   found == "production" ? " holds real data: start it with cortado, without --dev"
                                         : absl::StrCat(" was made with ", maker, ": start it with ", maker),
                   ", or give another directory"));
}

// What others on this machine find: where it listens for everybody, and how they reach it. The address last: who finds
// it finds all the rest.
absl::Status Announce(const DataDirectory& data, const std::string& organization, const Cluster& cluster,
                      const std::string& bootstrap_code, const Program& program) {
  const app::TlsFiles tls = app::ServerTlsFromFlags();
  const char* how = !tls.any() ? "plain" : tls.authority.empty() ? "tls" : "mtls";
  RETURN_IF_ERROR(data.Write("run/organization", organization + "\n"));
  RETURN_IF_ERROR(data.Write("run/listening", absl::StrCat(cluster.address(), " ", how, "\n")));
  RETURN_IF_ERROR(data.Write("run/address", cluster.local_address() + "\n"));
  std::printf("%s is up: %s, data in %s (stop it with Ctrl-C or: kill %d)\n", program.name().c_str(),
              cluster.address().c_str(), data.path().c_str(), static_cast<int>(getpid()));
  if (IsDev(program)) std::printf("WITH --dev: anybody who can read this directory is whoever they like.\n");
  std::printf("%s", program.warning().c_str());
  if (!bootstrap_code.empty()) {
    std::printf(
        "Nobody administers this organisation yet. Within 15 minutes, once:\n"
        "  cortadoctl access bootstrap %s --email YOU@COMPANY --name \"YOUR NAME\"\n",
        bootstrap_code.c_str());
  }
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
absl::Status RunUntilStopped(const RedisSupervisor& redis) {
  const sigset_t stop = StopSignals();
  const timespec quarter{0, 250'000'000};
  KeeperLog keeper(redis);
  while (sigtimedwait(&stop, nullptr, &quarter) <= 0) {
    keeper.Look();
    if (redis.KeeperLost()) return absl::UnavailableError("the process that keeps redis-server has ended");
  }
  return absl::OkStatus();
}

absl::Status ServeMetrics(metrics::Registry& registry) {
  if (absl::GetFlag(FLAGS_metrics_port) < 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(int port, registry.Serve(absl::GetFlag(FLAGS_metrics_port)));
  log::Info("metrics.listening", {{"port", port}});
  return absl::OkStatus();
}

absl::StatusOr<ClusterOptions> OptionsOf(const DataDirectory& data, const RedisSupervisor& redis,
                                         std::shared_ptr<const auth::KeyRing> keys, const Clock& clock, bool dev) {
  ASSIGN_OR_RETURN(scheduling::MailRoom mail, scheduling::MailRoomFromFlags(keys, clock));
  ASSIGN_OR_RETURN(audit::Archive archive, audit::OpenArchive(data.Path("audit")));
  const std::string ledger_path = absl::GetFlag(FLAGS_erasure_ledger);
  ASSIGN_OR_RETURN(privacy::ErasureLedger ledger,
                   privacy::ErasureLedger::Open(ledger_path.empty() ? data.path() + ".erasures" : ledger_path));
  ClusterOptions options{.listen = absl::GetFlag(FLAGS_listen),
                         .keys = std::move(keys),
                         .profile = redis.AddressFor("profile"),
                         .matching = redis.AddressFor("matching"),
                         .scheduling = redis.AddressFor("scheduling"),
                         .dev = dev,
                         .issuer_private_network = absl::GetFlag(FLAGS_issuer_private_network),
                         .archive = std::make_shared<const audit::Archive>(std::move(archive)),
                         .ledger = std::make_shared<const privacy::ErasureLedger>(std::move(ledger)),
                         .mail = std::move(mail)};
  options.webhook_calls.addresses = {absl::GetFlag(FLAGS_webhook_private_network), dev};
  RETURN_IF_ERROR(app::ReadServingFlags(options.server));
  // Our own calls, and those of this machine, need no TLS: they go over a socket beside that of Redis.
  if (options.server.tls.any()) options.server.local = absl::StrCat("unix:", redis.SocketPath("cortado"));
  return options;
}

absl::Status Serve(Program& program) {
  ASSIGN_OR_RETURN(std::string path, DataPath());
  ASSIGN_OR_RETURN(DataDirectory data, DataDirectory::Open(path));
  RETURN_IF_ERROR(CheckMode(data, program));
  ASSIGN_OR_RETURN(const Clock* clock, program.OpenClock(data));
  // Before anything that makes a thread: the keeper is forked here.
  ASSIGN_OR_RETURN(std::unique_ptr<RedisSupervisor> redis, RedisSupervisor::Start(data, StopIsAsked));
  ASSIGN_OR_RETURN(std::shared_ptr<auth::KeyRing> keys, auth::KeyRing::Load(data.Path("keys/token.pem")));
  metrics::Registry registry;
  RETURN_IF_ERROR(ServeMetrics(registry));
  ASSIGN_OR_RETURN(const ClusterOptions options, OptionsOf(data, *redis, keys, *clock, IsDev(program)));
  Cluster cluster(options, *clock, registry);
  program.Furnish(cluster);
  RETURN_IF_ERROR(cluster.Start());
  RETURN_IF_ERROR(AwaitReady(cluster));
  app::KeyWatch key_watch(cluster.loop(), *keys);
  ASSIGN_OR_RETURN(std::string organization, OwnOrganization(data, keys->signing(), cluster, *clock));
  RETURN_IF_ERROR(KeepOperatorKey(data, cluster.profile(), organization));
  ASSIGN_OR_RETURN(const std::string code, BootstrapCode(cluster.profile(), organization, options.dev));
  RETURN_IF_ERROR(Announce(data, organization, cluster, code, program));
  log::Info("server.listening", {{"server", program.name()},
                                 {"address", cluster.address()},
                                 {"version", CORTADO_VERSION},
                                 {"zone_data", ZoneDataVersion()}});
  absl::Status status = RunUntilStopped(*redis);
  log::Info("server.stopping", {{"server", program.name()}});
  data.Remove("run/address");
  data.Remove("run/listening");
  cluster.Stop(kGrace);
  redis->Stop();
  return status;
}

}  // namespace

absl::StatusOr<const Clock*> Program::OpenClock(const DataDirectory&) { return &RealClock(); }

void Program::Furnish(Cluster&) {}

int Run(int argc, char** argv, Program& program) {
  umask(0077);
  app::BlockStopSignals();
  absl::SetProgramUsageMessage("Cortado, all in one process, with a redis-server of its own.");
  absl::Status status = app::ParseFlags(argc, argv, program.name());
  if (status.ok()) status = Serve(program);
  log::Flush();
  if (status.ok() || absl::IsCancelled(status)) return 0;
  std::fprintf(stderr, "%s: %s\n", program.name().c_str(), std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

}  // namespace cortado::allinone
