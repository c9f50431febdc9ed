// Who may come in, given and taken from the command line of a running server.
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/clock.h"
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

}  // namespace
}  // namespace cortado::testing
