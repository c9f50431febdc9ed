// Who may come in, given and taken from the command line of a running server.
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/clock.h"
#include "common/testing/process.h"
#include "common/testing/redis_group.h"
#include "common/testing/redis_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;

class CtlAccessTest : public ::testing::Test {
 protected:
  CtlAccessTest() {
    const std::string people = cortado_.File("people.csv", "id,display_name\nada,Ada\nben,Ben\n");
    EXPECT_EQ(cortado_.Ctl({"people", "import", people}).code, 0);
  }
  // How a command ends that carries this token.
  int With(const std::string& token) const { return cortado_.Ctl({"people", "list"}, {{"CORTADO_TOKEN", token}}).code; }
  std::string Token() const { return cortado_.Json({"token", "create", "--person", "ada"})["token"]; }

  const CtlInstallation cortado_;
};

TEST_F(CtlAccessTest, GivesAndTakesRolesButNotTheLastAdministrators) {
  EXPECT_EQ(cortado_.Ctl({"access", "grant", "ada", "hr_admin"}).code, 0);
  EXPECT_THAT(cortado_.Ctl({"access", "list"}).out, HasSubstr("HR_ADMIN"));
  EXPECT_THAT(cortado_.Ctl({"access", "revoke", "ada", "hr_admin"}).err, HasSubstr("LAST_ADMIN"));
  EXPECT_EQ(cortado_.Ctl({"access", "grant", "ben", "hr_admin"}).code, 0);
  EXPECT_EQ(cortado_.Ctl({"access", "revoke", "ada", "hr_admin"}).code, 0);
}

TEST_F(CtlAccessTest, SaysThatThereIsNoLinkToSlackToEnd) {
  EXPECT_THAT(cortado_.Ctl({"slack", "unlink", "ada"}).err, HasSubstr("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(cortado_.Ctl({"--as", "ben", "slack", "unlink", "ada"}).err, HasSubstr("ACCESS_DENIED"));
}

TEST_F(CtlAccessTest, ChangesTheSigningKeyWithoutAGapAndWithoutARestart) {
  const std::string before = Token();
  ASSERT_EQ(With(before), 0);
  const Said rotated = cortado_.Ctl({"key", "rotate"});
  ASSERT_EQ(rotated.code, 0) << rotated.err;
  EXPECT_EQ(With(before), 0) << "the previous key still counts";
  const std::string after = Token();
  EXPECT_EQ(With(after), 0);
  ASSERT_EQ(cortado_.Ctl({"key", "retire"}).code, 0);
  // The server reads its keys every two seconds, and remembers a token for five.
  const absl::Time until = absl::Now() + absl::Seconds(30);
  int code = 0;
  while (code == 0 && absl::Now() < until) code = With(before);
  EXPECT_EQ(code, 1) << "a retired key counts on";
  EXPECT_EQ(With(after), 0);
}

// A server of its own prints no code: whoever has its key file asks for one.
TEST_F(CtlAccessTest, AServerOfItsOwnLetsItsFirstAdministratorIn) {
  const RedisServer redis;
  const std::string socket = "unix:" + cortado_.root() + "/alone";
  const std::string key = cortado_.root() + "/alone.pem";
  Process server({BinDirectory() + "/profile_server", "--redis=" + UrlOf(redis.address()), "--token_key_file=" + key,
                  "--listen=" + socket, "--address_file=" + cortado_.root() + "/alone.address", "--metrics_port=-1"},
                 {}, cortado_.root() + "/alone.log");
  ASSERT_NE(WaitForLine(cortado_.root() + "/alone.address", absl::Seconds(60)), "")
      << cortado_.Read(cortado_.root() + "/alone.log");
  std::map<std::string, std::string> there = {{"CORTADO_ADDRESS", socket}, {"CORTADO_KEY_FILE", key}};

  const Said made = cortado_.Ctl({"org", "create", "Acme", "--json"}, there);
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string name = nlohmann::json::parse(made.out)["name"];
  there["CORTADO_ORGANIZATION"] = name.substr(name.find('/') + 1);
  const Said code = cortado_.Ctl({"access", "code", "--json"}, there);
  ASSERT_EQ(code.code, 0) << code.err;
  const Said entered = cortado_.Ctl({"access", "bootstrap", std::string(nlohmann::json::parse(code.out)["code"]),
                                     "--email", "ada@acme.example", "--name", "Ada", "--json"},
                                    there);
  ASSERT_EQ(entered.code, 0) << entered.err;
  auto as_ada = there;
  as_ada["CORTADO_TOKEN"] = nlohmann::json::parse(entered.out)["accessToken"];
  EXPECT_THAT(cortado_.Ctl({"access", "list"}, as_ada).out, HasSubstr("HR_ADMIN"));
  // From now on they let others in.
  EXPECT_THAT(cortado_.Ctl({"access", "code"}, there).err, HasSubstr("ADMIN_EXISTS"));
  there["CORTADO_ORGANIZATION"] = "nobodys";
  EXPECT_THAT(cortado_.Ctl({"access", "code"}, there).err, HasSubstr("RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace cortado::testing
