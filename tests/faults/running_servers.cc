#include "tests/faults/running_servers.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/health.h"
#include "common/app/server.h"
#include "common/auth/token.h"
#include "common/testing/free_port.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kUpWithin = absl::Seconds(60);
const std::vector<std::string> kOneServer = {"--aof-load-truncated", "no"};
constexpr const char* kServers[] = {"profile", "matching", "scheduling"};

bool Serves(const std::string& address) {
  const absl::Time limit = absl::Now() + kUpWithin;
  const std::shared_ptr<grpc::Channel> channel = app::Dial(address);
  while (ctl::AskHealth(channel, absl::Seconds(5)).value_or("gone") != "SERVING") {
    if (absl::Now() > limit) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace

RunningServers::RunningServers(std::unique_ptr<RedisGroup> group, int instances, std::string programs)
    : group_(std::move(group)),
      redis_(group_ != nullptr ? nullptr : std::make_unique<RedisServer>(kOneServer)),
      directory_(group_ != nullptr ? group_->servers()[0]->directory() : redis_->directory()),
      key_(*auth::SigningKey::LoadOrCreate(Path("token.pem"))),
      instances_(instances),
      lists_(programs.empty()),
      programs_(programs.empty() ? BinDirectory() : std::move(programs)) {
  for (int i = 0; instances_ > 1 && i < instances_; ++i) {
    for (const char* server : kServers) ports_[{server, i}] = FreePort();
  }
  for (int i = 0; i < instances_; ++i) {
    for (const char* server : kServers) Start(server, i);
  }
  organization_ = CreateOrganization("acme-organization");
}

void RunningServers::Kill(const std::string& server, int instance) {
  Process& process = *servers_[{server, instance}];
  process.Signal(SIGKILL);
  process.Wait(kUpWithin);
}

int RunningServers::Stop(const std::string& server, absl::Duration limit, int instance) {
  Process& process = *servers_[{server, instance}];
  process.Signal(SIGTERM);
  return process.Wait(limit);
}

void RunningServers::Start(const std::string& server, int instance) {
  const Instance self{server, instance};
  const std::string address_file = Path(absl::StrCat(server, instance, ".address"));
  std::filesystem::remove(Path(server));  // Its socket: one that was killed left it.
  std::filesystem::remove(address_file);
  std::vector<std::string> command = {programs_ + "/" + server + "_server",
                                      "--dev",
                                      "--redis=" + UrlOf(SchedulingRedis()),
                                      "--redis_replicas=" + std::to_string(SchedulingRedis().replicas),
                                      "--token_key_file=" + Path("token.pem"),
                                      "--erasure_ledger=" + Path("erasures"),
                                      "--listen=" + AddressOf(self),
                                      "--address_file=" + address_file,
                                      "--metrics_port=-1"};
  for (const char* other : kServers) {
    // Version 0.1.0 takes one address alone.
    if (server != other)
      command.push_back(std::string("--") + other + "=" + (lists_ ? Target(other) : AddressOf({other, instance})));
  }
  servers_[self] = std::make_unique<Process>(std::move(command), std::map<std::string, std::string>(), LogOf(self));
  if (!WaitForLine(address_file, kUpWithin).empty() && Serves(AddressOf(self))) return;
  std::fprintf(stderr, "%s_server does not come up: %s\n", server.c_str(), log(server).c_str());
  std::abort();
}

std::string RunningServers::log(const std::string& server) const {
  std::stringstream text;
  for (int i = 0; i < instances_; ++i) text << std::ifstream(LogOf({server, i})).rdbuf();
  return text.str();
}

void RunningServers::KillRedis() {
  redis_->Kill();
  const std::string manifest = directory_ + "/appendonlydir/appendonly.aof.manifest";
  Process fix({"/bin/sh", "-c", "yes | redis-check-aof --fix \"$1\"", "sh", manifest}, {}, Path("check-aof.log"));
  if (fix.Wait(kUpWithin) != 0) {
    std::fprintf(stderr, "redis-check-aof does not repair the file\n");
    std::abort();
  }
  redis_->Start();
}

std::string RunningServers::AddressOf(const Instance& instance) const {
  const auto port = ports_.find(instance);
  return port == ports_.end() ? "unix:" + Path(instance.first) : absl::StrCat("127.0.0.1:", port->second);
}

std::string RunningServers::Target(const std::string& server) const {
  if (instances_ == 1) return AddressOf({server, 0});
  std::string all = "ipv4:";
  for (int i = 0; i < instances_; ++i) absl::StrAppend(&all, i == 0 ? "" : ",", AddressOf({server, i}));
  return all;
}

std::string RunningServers::LogOf(const Instance& instance) const {
  return Path(absl::StrCat(instance.first, instance.second, ".log"));
}

std::string RunningServers::CreateOrganization(const std::string& request_id) const {
  profile::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Acme");
  request.set_request_id(request_id);
  auto stub = profile::v1::ProfileService::NewStub(DialProfile());
  const auto made =
      Ask(*stub, &ProfileStub::CreateOrganization, TokenOf(key_, auth::kAnyOrganization, "test", {"SERVICE"}), request);
  if (!made.ok()) std::abort();
  return made->name().substr(sizeof("organizations/") - 1);
}

Caller RunningServers::As(const std::string& id) const { return TokenOf(key_, organization_, id); }

Caller RunningServers::Hr() const { return HrOf(organization_); }

Caller RunningServers::HrOf(const std::string& organization) const {
  return TokenOf(key_, organization, "hr", {"HR_ADMIN"});
}

std::shared_ptr<grpc::Channel> RunningServers::Dial(const std::string& server) const {
  if (instances_ == 1) return app::Dial(Target(server));
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return grpc::CreateCustomChannel(Target(server), grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace cortado::testing
