#include "services/matching/program/cadence.h"

#include <gtest/gtest.h>

#include "common/time/clock.h"

namespace cortado::matching {
namespace {

absl::TimeZone Berlin() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  return zone;
}

absl::Time In(absl::TimeZone zone, int year, int month, int day, int hour, int minute = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute), zone);
}

TEST(CadenceTest, ARoundKeepsItsHourAcrossAClockChange) {
  const absl::Time first = In(Berlin(), 2026, 10, 20, 9);
  const absl::Time next = NextRoundAfter(first, 1, Berlin(), first);
  EXPECT_EQ(next, In(Berlin(), 2026, 10, 27, 9));
  EXPECT_EQ(next - first, absl::Hours(7 * 24 + 1));
}

TEST(CadenceTest, AnHourThatIsSkippedIsTheOneAfterAndComesBack) {
  const absl::Time first = In(Berlin(), 2027, 3, 21, 2, 30);
  const absl::Time skipped = NextRoundAfter(first, 1, Berlin(), first);
  EXPECT_EQ(skipped, In(Berlin(), 2027, 3, 28, 3, 30));
}

TEST(CadenceTest, WhoeverSleptLongRunsOnceAndNotForEachWeekMissed) {
  const absl::Time first = In(absl::UTCTimeZone(), 2026, 1, 5, 9);
  const absl::Time now = In(absl::UTCTimeZone(), 2026, 3, 1, 0);
  EXPECT_EQ(NextRoundAfter(first, 2, absl::UTCTimeZone(), now), In(absl::UTCTimeZone(), 2026, 3, 2, 9));
}

TEST(CadenceTest, PeopleAreToldAtTheNoticeOrAtOnceWhenItIsOver) {
  const absl::Time round = In(absl::UTCTimeZone(), 2026, 11, 30, 9);
  EXPECT_EQ(NextStep(round, round - absl::Hours(100)), round - kNotice);
  EXPECT_EQ(NextStep(round, round - absl::Hours(5)), round - absl::Hours(5));
}

}  // namespace
}  // namespace cortado::matching
