// How `cortado` starts: what it leaves for others to find, and what it says when it cannot.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/app/server.h"
#include "common/testing/certificates.h"
#include "common/testing/matchers.h"
#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "services/allinone/testing/prompt.h"
#include "tests/faults/running_cortado.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kEndsWithin = absl::Seconds(30);

// The access token that a service key gets; empty when it gets none.
std::string Exchange(const std::shared_ptr<grpc::Channel>& channel, const std::string& key) {
  profile::v1::ExchangeTokenRequest request;
  request.set_service_key(key);
  request.set_request_id("start-test-1");
  using AuthStub = profile::v1::AuthService::Stub;
  auto tokens = Ask(*profile::v1::AuthService::NewStub(channel), &AuthStub::ExchangeToken, Caller{}, request);
  EXPECT_THAT(tokens, IsOk());
  return tokens.ok() ? tokens->access_token() : "";
}

class StartTest : public ::testing::Test {
 protected:
  StartTest() {
    std::string name = (std::filesystem::temp_directory_path() / "cortado-start-XXXXXX").string();
    root_ = mkdtemp(name.data()) != nullptr ? name : "";
  }
  ~StartTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  // Runs the program to its end; returns its exit code and keeps what it said.
  int Run(std::vector<std::string> flags) { return RunProgram("cortado", std::move(flags)); }
  int RunProgram(const std::string& program, std::vector<std::string> flags) {
    flags.insert(flags.begin(), BinDirectory() + "/" + program);
    std::filesystem::remove(root_ + "/log");
    int code = Process(std::move(flags), {{"XDG_RUNTIME_DIR", root_}}, root_ + "/log").Wait(kEndsWithin);
    std::stringstream text;
    text << std::ifstream(root_ + "/log").rdbuf();
    said_ = text.str();
    return code;
  }

  std::string root_;
  std::string said_;
};

TEST_F(StartTest, SaysWhereItIsAndHowToStopIt) {
  RunningCortado cortado;
  const std::string rest = absl::StrCat("data in ", cortado.data(), " (stop it with Ctrl-C or: kill ");
  // The file with the address is there a moment before the line.
  EXPECT_TRUE(Eventually([&] { return absl::StrContains(cortado.log(), rest); }));
  EXPECT_THAT(cortado.log(), HasSubstr("cortado is up: unix:"));
}

TEST_F(StartTest, MakesOneOrganisationAndKeepsIt) {
  RunningCortado cortado;
  std::string organization = cortado.organization();
  auto stub = profile::v1::ProfileService::NewStub(cortado.Dial());
  const std::string key = WaitForLine(cortado.data() + "/run/operator.token", kEndsWithin);
  auto found = Ask(*stub, &ProfileStub::GetOrganization, Caller{Exchange(cortado.Dial(), key)},
                   profile::v1::GetOrganizationRequest());
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->name(), absl::StrCat("organizations/", organization));
  EXPECT_EQ(cortado.Stop(kEndsWithin), 0);
  EXPECT_FALSE(std::filesystem::exists(cortado.data() + "/run/address"));
  cortado.Start();
  EXPECT_EQ(cortado.organization(), organization);
  EXPECT_EQ(WaitForLine(cortado.data() + "/run/operator.token", kEndsWithin), key) << "a good key is kept";
}

TEST_F(StartTest, KeepsItsKeysAndTokensToItsOwner) {
  RunningCortado cortado;
  for (const char* file : {"keys/token.pem", "keys/redis-profile.secret", "run/operator.token", "run/address"}) {
    struct stat found {};
    ASSERT_EQ(stat(absl::StrCat(cortado.data(), "/", file).c_str(), &found), 0) << file;
    EXPECT_EQ(found.st_mode & 0777, 0600u) << file;
  }
}

TEST_F(StartTest, RefusesADirectoryInUse) {
  RunningCortado cortado;
  EXPECT_EQ(Run({"--dev", "--data=" + cortado.data(), "--metrics_port=-1"}), 1);
  EXPECT_THAT(said_, HasSubstr("is running on this data directory"));
  cortado.AddPerson("p0");  // The first one serves as before.
}

TEST_F(StartTest, RealDataAndDataForTryingThingsOutNeverShareADirectory) {
  RunningCortado dev;
  EXPECT_EQ(dev.Stop(kEndsWithin), 0);
  EXPECT_EQ(Run({"--data=" + dev.data(), "--metrics_port=-1"}), 1);
  EXPECT_THAT(said_, HasSubstr("was made with --dev"));
  std::ofstream(dev.data() + "/mode") << "production\n";
  EXPECT_EQ(Run({"--dev", "--data=" + dev.data(), "--metrics_port=-1"}), 1);
  EXPECT_THAT(said_, HasSubstr("holds real data"));
}

TEST_F(StartTest, SaysThatTheDirectoryCannotBeMade) {
  std::ofstream(root_ + "/file") << "not a directory";
  EXPECT_EQ(Run({"--data=" + root_ + "/file/data", "--metrics_port=-1"}), 1);
  EXPECT_THAT(said_, HasSubstr("cannot make"));
}

TEST_F(StartTest, SaysThatTheAddressIsTaken) {
  RunningCortado cortado;
  EXPECT_EQ(cortado.Stop(kEndsWithin), 0);
  EXPECT_EQ(Run({"--dev", "--data=" + cortado.data(), "--metrics_port=-1", "--listen=unix:" + root_ + "/none/socket"}),
            1);
  EXPECT_THAT(said_, HasSubstr("cannot listen on"));
}

TEST_F(StartTest, SchedulingSaysWhichServersItCannotDoWithout) {
  EXPECT_EQ(RunProgram("scheduling_server", {"--dev", "--token_key_file=" + root_ + "/key.pem", "--metrics_port=-1",
                                             "--redis=unix://" + root_ + "/none", "--profile=unix:" + root_ + "/p"}),
            2);
  EXPECT_THAT(said_, HasSubstr("--profile and --matching are required"));
}

TEST_F(StartTest, RefusesAPublicAddress) {
  EXPECT_EQ(Run({"--data=" + root_ + "/data", "--metrics_port=-1", "--listen=0.0.0.0:0"}), 1);
  EXPECT_THAT(said_, HasSubstr("refusing to listen"));
}

TEST_F(StartTest, ServesOthersWithTlsAndThisMachineWithoutIt) {
  const Authority authority("ours");
  const Authority::Issued server = authority.Issue("server");
  MoveIntoPlace(root_ + "/ca.pem", authority.certificate());
  MoveIntoPlace(root_ + "/server.pem", server.certificate);
  MoveIntoPlace(root_ + "/server.key", server.key);
  const std::string data = root_ + "/data";
  Process cortado({BinDirectory() + "/cortado", "--data=" + data, "--metrics_port=-1",
                   "--tls_cert=" + root_ + "/server.pem", "--tls_key=" + root_ + "/server.key"},
                  {{"XDG_RUNTIME_DIR", root_}}, root_ + "/log");
  const std::string local = WaitForLine(data + "/run/address", kEndsWithin);
  const std::string listening = WaitForLine(data + "/run/listening", kEndsWithin);
  ASSERT_TRUE(absl::StartsWith(local, "unix:") && absl::EndsWith(listening, " tls")) << local << ", " << listening;
  const std::string address = listening.substr(0, listening.find(' '));
  const Caller caller{Exchange(app::Dial(local), WaitForLine(data + "/run/operator.token", kEndsWithin))};
  auto ask = [&](const std::shared_ptr<grpc::Channel>& channel) {
    auto stub = profile::v1::ProfileService::NewStub(channel);
    return Ask(*stub, &ProfileStub::GetOrganization, caller, profile::v1::GetOrganizationRequest());
  };
  EXPECT_THAT(ask(app::Dial(local)), IsOk());
  EXPECT_THAT(ask(app::Dial(address, {.authority = root_ + "/ca.pem"})), IsOk());
  EXPECT_EQ(ask(app::Dial(address)).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(StartTest, RefusesARedisBeyondThisMachineInTheClear) {
  EXPECT_EQ(
      RunProgram("profile_server", {"--redis=redis://redis.example.com:6379", "--token_key_file=" + root_ + "/key"}),
      1);
  EXPECT_THAT(said_, HasSubstr("refusing to speak to Redis at redis.example.com"));
}

TEST_F(StartTest, RefusesAPeerBeyondThisMachineInTheClear) {
  EXPECT_EQ(RunProgram("profile_server", {"--profile=profile.example.com:7301", "--token_key_file=" + root_ + "/key"}),
            1);
  EXPECT_THAT(said_, HasSubstr("profile.example.com:7301 is beyond this machine"));
}

TEST_F(StartTest, RefusesLimitsThatAreNone) {
  EXPECT_EQ(RunProgram("profile_server", {"--limit_caller_per_second=-1", "--token_key_file=" + root_ + "/key"}), 2);
  EXPECT_THAT(said_, HasSubstr("--limit_caller_per_second must be 0 to"));
}

TEST_F(StartTest, SaysThatRedisIsNotInstalled) {
  EXPECT_EQ(Process({BinDirectory() + "/cortado", "--data=" + root_ + "/data"}, {{"PATH", root_}}, root_ + "/log")
                .Wait(kEndsWithin),
            1);
  EXPECT_THAT(WaitForLine(root_ + "/log", kEndsWithin), HasSubstr("redis-server is not installed"));
}

}  // namespace
}  // namespace cortado::testing
