// What people say of themselves, and what HR says of the catalogue, one thing at a time on the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class CtlProfileTest : public ::testing::Test {
 protected:
  CtlProfileTest() {
    const std::string people = cortado_.File("people.csv", "id,display_name\nada,Ada\nben,Ben\n");
    EXPECT_EQ(cortado_.Ctl({"people", "import", people}).code, 0);
  }

  Said AsAda(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--as", "ada"});
    return cortado_.Ctl(arguments);
  }
  json Seen(const std::string& viewer) const { return cortado_.Json({"--as", viewer, "people", "get", "ada"}); }

  const CtlInstallation cortado_;
};

TEST_F(CtlProfileTest, AnInterestStaysSeenAsItsOwnerSaidWhileTheListChanges) {
  ASSERT_EQ(AsAda({"people", "update", "ada", "interests=Chess@only_me;Running"}).code, 0);
  EXPECT_EQ(Seen("ben")["interests"].size(), 1u);
  ASSERT_EQ(AsAda({"people", "update", "ada", "interests=Tea;Chess;Running"}).code, 0);
  EXPECT_EQ(Seen("ada")["interests"].size(), 3u);
  EXPECT_EQ(Seen("ben")["interests"].size(), 2u);
  ASSERT_EQ(AsAda({"people", "update", "ada", "interests=Chess@everyone"}).code, 0);
  EXPECT_EQ(Seen("ben")["interests"][0]["topic"], "Chess");
}

TEST_F(CtlProfileTest, ADraftIsConfirmedByItsNumberAndNothingElseChanges) {
  ASSERT_EQ(AsAda({"people", "update", "ada", "journey=Cook|Kitchen|2001|2004;Waiter|Hall|2004|2009@only_me"}).code, 0);
  EXPECT_THAT(AsAda({"journey", "list"}).out, HasSubstr("a draft"));
  const Said said = AsAda({"journey", "confirm", "1", "2"});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, Not(HasSubstr("a draft")));
  const json seen = Seen("ben")["journey"];
  ASSERT_EQ(seen.size(), 1u) << "the other is its owner's alone";
  EXPECT_EQ(seen[0]["department"], "Kitchen");
  EXPECT_EQ(seen[0]["toYear"], 2004);
  const Said none = AsAda({"journey", "confirm", "3"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("no step 3"));
}

TEST_F(CtlProfileTest, ADestinationIsTakenBack) {
  ASSERT_EQ(AsAda({"destination", "add", "--kind", "sideways", "--text", "Data engineer"}).code, 0);
  const std::string name = cortado_.Json({"--as", "ada", "destination", "list"})["destinations"][0]["name"];
  EXPECT_THAT(AsAda({"destination", "delete", "elsewhere"}).err, HasSubstr("destination list"));
  const Said said = AsAda({"destination", "delete", name});
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("Data engineer"));
  EXPECT_THAT(AsAda({"destination", "list"}).out, HasSubstr("No destination"));
}

TEST_F(CtlProfileTest, ARoleIsMadeChangedAndRemoved) {
  ASSERT_EQ(cortado_.Ctl({"skill", "create", "Kubernetes", "--alias", "k8s"}).code, 0);
  EXPECT_EQ(cortado_.Ctl({"skill", "create", "k8s"}).code, 1) << "it is a name of another";
  const json made = cortado_.Json({"role", "create", "Data engineer", "--takes", "SQL:4:5", "--takes", "k8s:2"});
  EXPECT_EQ(made["name"], "roles/data-engineer");
  EXPECT_EQ(made["requirements"][1]["skill"], "skills/kubernetes");
  const json changed = cortado_.Json(
      {"role", "update", "Data engineer", "--takes", "Kubernetes:5", "--without", "SQL", "--alias", "Data plumber"});
  ASSERT_EQ(changed["requirements"].size(), 1u);
  EXPECT_EQ(changed["requirements"][0]["level"], 5);
  EXPECT_THAT(cortado_.Ctl({"role", "update", "Data plumber", "--without", "SQL"}).err, HasSubstr("does not take"));
  EXPECT_THAT(cortado_.Ctl({"role", "update", "Data plumber"}).err, HasSubstr("say what to change"));
  ASSERT_EQ(cortado_.Ctl({"role", "delete", "Data plumber"}).code, 0);
  EXPECT_EQ(cortado_.Ctl({"role", "show", "Data engineer"}).code, 1);
}

}  // namespace
}  // namespace cortado::testing
