#include "services/scheduling/availability/wall_clock.h"

#include <random>
#include <string>

#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/availability/testing/zone_file.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {
namespace {

int64_t Shown(absl::TimeZone zone, int64_t instant) {
  return zone.At(absl::FromUnixSeconds(instant)).cs - absl::CivilSecond(1970, 1, 1, 0, 0, 0);
}

TEST(WallClockTest, ShowsWhatEveryZoneShowsAroundEveryChangeOfItsClocks) {
  for (const std::string& name : AllZoneNames()) {
    const std::optional<ZoneFile> file = ZoneFile::Read(name);
    if (!file.has_value()) continue;
    const absl::TimeZone zone = *LoadZone(name);
    WallClock clock(zone);
    for (const ClockChange& change : file->ChangesIn(2026, 2030)) {
      for (const int64_t away : {-7200, -1, 0, 1, 7200}) {
        ASSERT_EQ(clock.At(change.when + away), Shown(zone, change.when + away)) << name << " " << change.when << away;
      }
    }
  }
}

TEST(WallClockTest, MayBeAskedInAnyOrder) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const absl::TimeZone zone = *LoadZone("America/New_York");
  WallClock clock(zone);
  for (int i = 0; i < 1000; ++i) {
    const int64_t instant = static_cast<int64_t>(random() % 4'000'000'000);
    ASSERT_EQ(clock.At(instant), Shown(zone, instant)) << instant;
  }
}

}  // namespace
}  // namespace cortado::scheduling
