#include "common/app/flag_sources.h"

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(FlagSourcesTest, TheCommandLineCountsBeforeTheEnvironmentAndThatBeforeFiles) {
  const auto merged = MergeFlags({"--listen=127.0.0.1:1", "--flagfile=/etc/a.flags", "--dev"},
                                 {"PATH=/bin", "CORTADO_SERVER_LISTEN=127.0.0.1:2", "CORTADO_SERVER_REDIS=redis://r=1"},
                                 {"listen", "redis", "dev", "flagfile"});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(*merged, ElementsAre("--flagfile=/etc/a.flags", "--listen=127.0.0.1:2", "--redis=redis://r=1",
                                   "--listen=127.0.0.1:1", "--dev"));
}

TEST(FlagSourcesTest, AFileIsGivenInTwoWordsOrByTheEnvironment) {
  const auto merged = MergeFlags({"--flagfile", "b", "-flagfile=c"}, {"CORTADO_SERVER_FLAGFILE=a"}, {"flagfile"});
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_THAT(*merged, ElementsAre("--flagfile=a", "--flagfile=b", "-flagfile=c"));
}

TEST(FlagSourcesTest, AVariableWithoutAFlagIsAMistake) {
  const auto merged = MergeFlags({}, {"CORTADO_SERVER_LISTN=x", "CORTADO_ADDRESS=y"}, {"listen"});
  EXPECT_EQ(merged.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(merged.status().message()), HasSubstr("CORTADO_SERVER_LISTN"));
  EXPECT_THAT(std::string(merged.status().message()), ::testing::Not(HasSubstr("=x"))) << "it may be a secret";
}

}  // namespace
}  // namespace cortado::app
