#include "common/time/zone_data.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado {
namespace {

// Zone data of one's own, for one test.
class ZoneDataTest : public ::testing::Test {
 protected:
  ZoneDataTest() {
    std::filesystem::create_directory(folder_);
    setenv("TZDIR", folder_.c_str(), 1);
  }
  ~ZoneDataTest() override {
    unsetenv("TZDIR");
    std::filesystem::remove_all(folder_);
  }
  void Say(const std::string& text) const { std::ofstream(folder_ + "/tzdata.zi") << text; }

  const std::string folder_ = ::testing::TempDir() + "/zones-" + std::to_string(getpid());
};

TEST_F(ZoneDataTest, TheVersionIsTheOneTheirTextBeginsWith) {
  Say("# version 1999z\n# This zic input file is in the public domain.\n");
  EXPECT_EQ(ZoneDataVersion(), "1999z");
}

TEST_F(ZoneDataTest, DataThatDoNotSayAreOfAnUnknownVersion) {
  Say("R A 1916 o - Jun 14 23s 1 S\n");
  EXPECT_EQ(ZoneDataVersion(), "unknown");
  setenv("TZDIR", "/nowhere", 1);
  EXPECT_EQ(ZoneDataVersion(), "unknown");
}

TEST(SystemZoneDataTest, TheirVersionIsKnown) {
  EXPECT_THAT(ZoneDataVersion(), ::testing::MatchesRegex("20[0-9][0-9][a-z]+"));
}

}  // namespace
}  // namespace cortado
