#include "tests/faults/running_servers.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "common/app/server.h"
#include "common/auth/token.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kUpWithin = absl::Seconds(60);
const std::vector<std::string> kOneServer = {"--aof-load-truncated", "no"};

}  // namespace

RunningServers::RunningServers(std::unique_ptr<RedisGroup> group)
    : group_(std::move(group)),
      redis_(group_ != nullptr ? nullptr : std::make_unique<RedisServer>(kOneServer)),
      directory_(group_ != nullptr ? group_->servers()[0]->directory() : redis_->directory()),
      key_(*auth::SigningKey::LoadOrCreate(Path("token.pem"))) {
  for (const char* server : {"profile", "matching", "scheduling"}) Start(server);
  organization_ = CreateOrganization();
}

void RunningServers::Kill(const std::string& server) {
  servers_[server]->Signal(SIGKILL);
  servers_[server]->Wait(kUpWithin);
}

void RunningServers::Start(const std::string& server) {
  std::filesystem::remove(Path(server));  // Its socket: one that was killed left it.
  std::filesystem::remove(Path(server + ".address"));
  std::vector<std::string> command = {BinDirectory() + "/" + server + "_server",
                                      "--dev",
                                      "--redis=" + UrlOf(SchedulingRedis()),
                                      "--redis_replicas=" + std::to_string(SchedulingRedis().replicas),
                                      "--token_key_file=" + Path("token.pem"),
                                      "--erasure_ledger=" + Path("erasures"),
                                      "--listen=" + SocketOf(server),
                                      "--address_file=" + Path(server + ".address"),
                                      "--metrics_port=-1"};
  for (const char* other : {"profile", "matching", "scheduling"}) {
    if (server != other) command.push_back(std::string("--") + other + "=" + SocketOf(other));
  }
  servers_[server] =
      std::make_unique<Process>(std::move(command), std::map<std::string, std::string>(), Path(server + ".log"));
  if (!WaitForLine(Path(server + ".address"), kUpWithin).empty()) return;
  std::fprintf(stderr, "%s_server does not come up\n", server.c_str());
  std::abort();
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

std::string RunningServers::CreateOrganization() const {
  profile::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Acme");
  request.set_request_id("acme-organization");
  auto stub = profile::v1::ProfileService::NewStub(DialProfile());
  const auto made =
      Ask(*stub, &ProfileStub::CreateOrganization, TokenOf(key_, auth::kAnyOrganization, "test", {"SERVICE"}), request);
  if (!made.ok()) std::abort();
  return made->name().substr(sizeof("organizations/") - 1);
}

Caller RunningServers::As(const std::string& id) const { return TokenOf(key_, organization_, id); }

Caller RunningServers::Hr() const { return TokenOf(key_, organization_, "hr", {"HR_ADMIN"}); }

std::shared_ptr<grpc::Channel> RunningServers::DialProfile() const { return app::Dial(SocketOf("profile")); }

std::shared_ptr<grpc::Channel> RunningServers::DialScheduling() const { return app::Dial(SocketOf("scheduling")); }

}  // namespace cortado::testing
