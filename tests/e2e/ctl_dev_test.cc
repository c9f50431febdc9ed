// `cortado_dev` as an integrator uses it: time that is moved, people who are always the same; and that no released
// program knows of it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Whether `holds` comes to hold within ten seconds: what one service was told has reached the others then.
bool Eventually(const std::function<bool()>& holds) {
  const absl::Time until = absl::Now() + absl::Seconds(10);
  while (!holds()) {
    if (absl::Now() > until) return false;
  }
  return true;
}

class CtlDevTest : public ::testing::Test {
 protected:
  int Code(const std::vector<std::string>& arguments) const { return cortado_.Ctl(arguments).code; }
  absl::Time Now() const {
    absl::Time now;
    std::string error;
    const std::string text = cortado_.Json({"dev", "now"})["currentTime"];
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &now, &error)) << error;
    return now;
  }
  bool IsSuggested(const std::string& mentor, const std::string& asker) const {
    return absl::StrContains(cortado_.Ctl({"match", "suggest", "--as", asker}).out, absl::StrCat("(", mentor, ")"));
  }
  int With(const std::string& token) const { return cortado_.Ctl({"people", "list"}, {{"CORTADO_TOKEN", token}}).code; }
  // All that was ever changed in profile, and by whom.
  nlohmann::json Changes() const {
    nlohmann::json changes = nlohmann::json::array();
    for (const auto& entry : cortado_.Json({"audit", "list", "--limit", "0"})["entries"]) {
      if (entry["service"] == "profile") changes.push_back(entry);
    }
    return changes;
  }

  const CtlInstallation cortado_{"cortado_dev"};
};

TEST_F(CtlDevTest, APauseEndsByItselfWhenTimeMovesOn) {
  ASSERT_EQ(Code({"dev", "seed", "duo"}), 0);
  ASSERT_TRUE(Eventually([&] { return IsSuggested("ben", "ada"); }));
  const std::string end = absl::FormatTime("%Y-%m-%d %H:%M", Now() + absl::Hours(48), absl::UTCTimeZone());
  ASSERT_EQ(Code({"offer", "set", "--pause-until", end, "--as", "ben"}), 0);
  ASSERT_TRUE(Eventually([&] { return !IsSuggested("ben", "ada"); }));
  EXPECT_THAT(cortado_.Ctl({"match", "request", "ben", "--as", "ada"}).err, HasSubstr("NOT_AVAILABLE"));
  ASSERT_EQ(Code({"dev", "advance", "3d"}), 0);
  const Said asked = cortado_.Ctl({"match", "request", "ben", "--as", "ada"});
  EXPECT_EQ(asked.code, 0) << asked.err;
}

TEST_F(CtlDevTest, AChatLiesInThePastWhenTimeMovesOn) {
  ASSERT_EQ(Code({"dev", "seed", "duo"}), 0);
  ASSERT_TRUE(Eventually([&] { return Code({"chat", "times", "ben", "--as", "ada"}) == 0; }));
  const std::string at = cortado_.Json({"chat", "times", "ben", "--as", "ada"})["times"][0]["startTime"];
  const Said booked = cortado_.Ctl({"chat", "book", "ben", "--at", at, "--as", "ada"});
  ASSERT_EQ(booked.code, 0) << booked.err;
  EXPECT_THAT(cortado_.Json({"chat", "list", "--as", "ada"})["chats"], SizeIs(1));
  ASSERT_EQ(Code({"dev", "advance", "3w"}), 0);
  EXPECT_THAT(cortado_.Json({"chat", "list", "--as", "ada"})["chats"], SizeIs(0));
  EXPECT_THAT(cortado_.Ctl({"chat", "book", "ben", "--at", at, "--as", "ada"}).err, HasSubstr("TIME_PASSED"));
}

TEST_F(CtlDevTest, TokensLiveByTheTimeThatIsMoved) {
  const std::string before = cortado_.Json({"token", "create", "--person", "ada"})["token"];
  ASSERT_EQ(With(before), 0);
  ASSERT_EQ(Code({"dev", "advance", "11m"}), 0);
  EXPECT_EQ(With(before), 1);
  EXPECT_EQ(With(cortado_.Json({"token", "create", "--person", "ada"})["token"]), 0);
}

TEST_F(CtlDevTest, OnlyAnOperatorMovesTimeAndNeverBack) {
  ASSERT_EQ(Code({"dev", "now", "--as", "ada"}), 0);
  EXPECT_THAT(cortado_.Ctl({"dev", "advance", "3d", "--as", "ada"}).err, HasSubstr("ACCESS_DENIED"));
  EXPECT_THAT(cortado_.Ctl({"dev", "advance", "--", "-3d"}).err, HasSubstr("INVALID_ARGUMENT"));
  EXPECT_LT(absl::AbsDuration(Now() - absl::Now()), absl::Minutes(1));
}

TEST_F(CtlDevTest, ARepeatedAdvanceMovesTimeOnce) {
  for (int times = 0; times < 2; ++times) {
    ASSERT_EQ(Code({"dev", "advance", "3d", "--request-id", "advance-once"}), 0);
  }
  EXPECT_LT(absl::AbsDuration(Now() - absl::Now() - absl::Hours(72)), absl::Minutes(1));
}

TEST_F(CtlDevTest, AStartSaysLoudlyWhatItIs) {
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(cortado_.Read(cortado_.root() + "/log"), "THIS IS cortado_dev, FOR DEVELOPERS ALONE");
  }));
}

TEST_F(CtlDevTest, ASecondSeedChangesNothing) {
  for (const char* seed : {"duo", "house"}) {
    const nlohmann::json first = cortado_.Json({"dev", "seed", seed});
    const nlohmann::json changes = Changes();
    EXPECT_EQ(cortado_.Json({"dev", "seed", seed}), first);
    EXPECT_EQ(Changes(), changes);
    ASSERT_EQ(Code({"dev", "advance", "2w"}), 0);
    EXPECT_EQ(cortado_.Json({"dev", "seed", seed}), first);
    EXPECT_EQ(Changes(), changes);
  }
}

TEST_F(CtlDevTest, TheHouseShowsEveryState) {
  ASSERT_EQ(Code({"dev", "seed", "house"}), 0);
  const auto get = [&](std::vector<std::string> what, const char* as) {
    what.insert(what.end(), {"--as", as});
    return cortado_.Json(what);
  };
  EXPECT_EQ(get({"people", "get", "nele"}, "nele")["joinState"], "JOIN_STATE_IMPORTED");
  EXPECT_EQ(cortado_.Json({"people", "get", "viggo"})["active"], false);
  EXPECT_EQ(get({"offer", "get", "gesa"}, "gesa")["booking"], "BOOKING_CLOSED");
  EXPECT_TRUE(get({"offer", "get", "ruben"}, "ruben")["pauseEndTime"].is_string());
  EXPECT_THAT(get({"block", "list"}, "piet")["blocks"], SizeIs(1));
  EXPECT_THAT(get({"chat", "list"}, "farid")["chats"], SizeIs(2));
  EXPECT_THAT(get({"chat", "list"}, "bram")["chats"], SizeIs(0));
  EXPECT_THAT(get({"chat", "list", "--cancelled"}, "bram")["chats"], SizeIs(1));
  EXPECT_THAT(cortado_.Ctl({"match", "request", "kaya", "--as", "silvan"}).err, HasSubstr("NO_PLACE_LEFT"));
  // Whose leaving has reached scheduling.
  EXPECT_TRUE(Eventually([&] { return get({"chat", "list"}, "dora")["chats"].empty(); }));
}

// What a program has in it, its symbols among it.
std::string Bytes(const std::string& program) {
  std::ifstream file(BinDirectory() + "/" + program, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

TEST(ReleasedProgramsTest, HaveNeitherAClockThatMovesNorItsService) {
  const std::vector<std::string> traces = {"cortado.dev.v1", "DevService", "ManualClock", "ClockControl"};
  const std::string dev = Bytes("cortado_dev");
  for (const std::string& trace : traces) EXPECT_TRUE(absl::StrContains(dev, trace)) << trace;
  for (const char* program : {"cortado", "profile_server", "matching_server", "scheduling_server"}) {
    const std::string bytes = Bytes(program);
    EXPECT_TRUE(absl::StrContains(bytes, "cortado.api.v1")) << program;
    for (const std::string& trace : traces) EXPECT_FALSE(absl::StrContains(bytes, trace)) << program << " " << trace;
    EXPECT_FALSE(absl::StrContains(bytes, "FakeClock")) << program;
  }
}

TEST(ReleasedProgramsTest, CannotBeAskedToMoveTime) {
  const CtlInstallation cortado;
  EXPECT_THAT(cortado.Ctl({"dev", "now"}).err, HasSubstr("only `cortado_dev` has one that can"));
  EXPECT_THAT(cortado.Ctl({"dev", "advance", "3d"}).err, HasSubstr("only `cortado_dev` has one that can"));
  EXPECT_THAT(cortado.Ctl({"dev", "seed", "duo"}).err, HasSubstr("only `cortado_dev` has one that can"));
}

class DirectoryModeTest : public ::testing::Test {
 protected:
  DirectoryModeTest() { std::filesystem::create_directories(root_ + "/data"); }
  ~DirectoryModeTest() override { std::filesystem::remove_all(root_); }

  static std::string MakeRoot() {
    std::string pattern = ::testing::TempDir() + "/cortado-mode-XXXXXX";
    return mkdtemp(pattern.data());
  }
  // Starts a program on a directory of this mode, waits for its end and returns what it said; it must fail.
  std::string Refusal(const std::string& mode, const std::string& program, const std::string& flag) {
    std::ofstream(root_ + "/data/mode") << mode << "\n";
    Process process({BinDirectory() + "/" + program, "--data", root_ + "/data", flag}, {}, root_ + "/log");
    EXPECT_EQ(process.Wait(absl::Minutes(1)), 1);
    std::ifstream log(root_ + "/log");
    return std::string(std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>());
  }

  const std::string root_ = MakeRoot();
};

TEST_F(DirectoryModeTest, CortadoDevServesNoDirectoryOfAnother) {
  EXPECT_THAT(Refusal("production", "cortado_dev", "--dev"), HasSubstr("holds real data"));
  EXPECT_THAT(Refusal("dev", "cortado_dev", "--nodev"), HasSubstr("was made with --dev"));
}

TEST_F(DirectoryModeTest, NobodyElseServesADirectoryOfCortadoDev) {
  EXPECT_THAT(Refusal("cortado_dev", "cortado", "--dev"), HasSubstr("was made with cortado_dev"));
  EXPECT_THAT(Refusal("cortado_dev", "cortado", "--nodev"), HasSubstr("was made with cortado_dev"));
}

}  // namespace
}  // namespace cortado::testing
