// `make demo`, as its script runs it once everything is built, with servers of either topology.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/testing/process.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;

class DemoScriptTest : public ::testing::Test {
 protected:
  DemoScriptTest() {
    std::string pattern = ::testing::TempDir() + "/demoXXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  ~DemoScriptTest() override { std::filesystem::remove_all(directory_); }

  int Run(const std::string& people, const std::string& topology) {
    Process demo({"/bin/bash", "deploy/demo.sh", people, topology},
                 {{"CORTADO_BIN", BinDirectory()}, {"TMPDIR", directory_}}, directory_ + "/said");
    return demo.Wait(absl::Minutes(2));
  }
  std::string Said() const {
    std::ostringstream text;
    text << std::ifstream(directory_ + "/said").rdbuf();
    return text.str();
  }

  std::string directory_;
};

TEST_F(DemoScriptTest, TellsTheStoryAndLeavesNothingBehind) {
  ASSERT_EQ(Run("", "allinone"), 0) << Said();
  EXPECT_THAT(Said(), HasSubstr("SLOT_TAKEN"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1) << "more than what it said is left";
}

// The other one answers by the link in the mail; then both hear of the chat, of its move and of its end.
TEST_F(DemoScriptTest, ShowsTheMailsThatArrive) {
  ASSERT_EQ(Run("", "allinone"), 0) << Said();
  size_t at = 0;
  for (const char* part : {"would like to have a coffee chat with you", "would like to know a little more",
                           "answered your question", "by the link in the mail and without a login",
                           "METHOD:REQUEST, SEQUENCE:0", "METHOD:REQUEST, SEQUENCE:0", "METHOD:REQUEST, SEQUENCE:1",
                           "METHOD:REQUEST, SEQUENCE:1", "METHOD:CANCEL, SEQUENCE:2", "METHOD:CANCEL, SEQUENCE:2"}) {
    at = Said().find(part, at);
    ASSERT_NE(at, std::string::npos) << part << " is not told, or not then:\n" << Said();
    at += 1;
  }
}

// From the file of an organisation to pairs that were told, first chats and figures, by the command line alone.
TEST_F(DemoScriptTest, TellsAProgrammeOfFiveHundred) {
  ASSERT_EQ(Run("program", "500"), 0) << Said();
  for (const char* part :
       {"500  added", "State               succeeded", "State               announced", "10 first chats are booked",
        "Proposed. It is booked", "Booked: chats/", "Would remind ", "pairs, 11 chats"}) {
    EXPECT_THAT(Said(), HasSubstr(part));
  }
}

TEST_F(DemoScriptTest, TellsTheStoryOnThreeServersAndARedis) {
  ASSERT_EQ(Run("", "separate"), 0) << Said();
  EXPECT_THAT(Said(), HasSubstr("Three servers ("));
  EXPECT_THAT(Said(), HasSubstr("METHOD:CANCEL, SEQUENCE:2"));
  EXPECT_THAT(Said(), HasSubstr("SLOT_TAKEN"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1) << "more than what it said is left";
}

TEST_F(DemoScriptTest, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(Run("absent.csv", "allinone"), 1);
  EXPECT_THAT(Said(), HasSubstr("cannot read absent.csv"));
}

}  // namespace
}  // namespace cortado::testing
