// One's own data on the command line: taken away by oneself, erased by HR, and kept as long as the organisation says.
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;

class CtlOwnDataTest : public ::testing::Test {
 protected:
  CtlOwnDataTest() {
    const std::string people = cortado_.File("people.csv", "id,display_name\nada,Ada Lovelace\nben,Ben\n");
    EXPECT_EQ(cortado_.Ctl({"people", "import", people}).code, 0);
  }

  const CtlInstallation cortado_;
};

TEST_F(CtlOwnDataTest, AnExportIsAFileForItsOwnerAlone) {
  const std::string file = cortado_.root() + "/me.json";
  const Said said = cortado_.Ctl({"--as", "ada", "me", "export", "--out", file});
  ASSERT_EQ(said.code, 0) << said.err;
  struct stat about {};
  ASSERT_EQ(stat(file.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777u, 0600u);
  const nlohmann::json whole = nlohmann::json::parse(cortado_.Read(file));
  EXPECT_EQ(whole["person"], "people/ada");
  EXPECT_THAT(whole.dump(), HasSubstr("Ada Lovelace"));
}

TEST_F(CtlOwnDataTest, HrTellsAPersonAndGetsNothing) {
  const nlohmann::json told = cortado_.Json({"people", "export", "ada"});
  EXPECT_EQ(told["told"], true);
  EXPECT_TRUE(told["records"].empty());
}

TEST_F(CtlOwnDataTest, AnErasureIsMeantAndHasAProof) {
  EXPECT_THAT(cortado_.Ctl({"people", "erase", "ada"}).err, HasSubstr("--yes"));
  const std::string file = cortado_.root() + "/proof.json";
  const Said said = cortado_.Ctl({"people", "erase", "ada", "--yes", "--proof", file});
  ASSERT_EQ(said.code, 0) << said.err;
  const nlohmann::json proof = nlohmann::json::parse(cortado_.Read(file));
  EXPECT_EQ(proof["person"], "people/ada");
  EXPECT_FALSE(proof["finishTime"].is_null());
  EXPECT_EQ(cortado_.Ctl({"people", "get", "ada"}).code, 1);
  // Once more is the same erasure.
  EXPECT_EQ(cortado_.Json({"people", "erase", "ada", "--yes"})["erasureId"], proof["erasureId"]);
}

TEST_F(CtlOwnDataTest, HowLongThingsAreKeptIsSaidAndTakenBack) {
  ASSERT_EQ(cortado_.Ctl({"org", "retention", "set", "chats.past", "100"}).code, 0);
  EXPECT_THAT(cortado_.Ctl({"org", "retention", "show"}).out, HasSubstr("100 days"));
  ASSERT_EQ(cortado_.Ctl({"org", "retention", "set", "chats.past", "--default"}).code, 0);
  EXPECT_THAT(cortado_.Ctl({"org", "retention", "report"}).out, HasSubstr("365 days"));
  EXPECT_THAT(cortado_.Ctl({"org", "retention", "set", "gossip", "7"}).err,
              HasSubstr("organization.retention[0].kind"));
}

}  // namespace
}  // namespace cortado::testing
