// Every gap and overlap of every zone in the system's data, 2026 to 2030, and of one year that zone files leave to the
// rules at their end: from local time to the instant and back, to the second, beside a second reading of the files.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/availability/testing/zone_file.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {
namespace {

constexpr int kYears[][2] = {{2026, 2030}, {2044, 2044}};
constexpr size_t kFewestZones = 340;  // The canonical ones; their old names may come in a package of their own.

absl::CivilSecond Wall(int64_t local) { return absl::CivilSecond(1970, 1, 1, 0, 0, 0) + local; }

struct Zone {
  std::string name;
  absl::TimeZone ours;
  ZoneFile file;
};

const std::vector<Zone>& AllZones() {
  static const auto* zones = new std::vector<Zone>([] {
    std::vector<Zone> found;
    for (const std::string& name : AllZoneNames()) {
      std::optional<ZoneFile> file = ZoneFile::Read(name);
      if (!file.has_value()) continue;
      const absl::StatusOr<absl::TimeZone> ours = LoadZone(name);
      EXPECT_TRUE(ours.ok()) << name;
      if (ours.ok()) found.push_back({name, *ours, *std::move(file)});
    }
    return found;
  }());
  return *zones;
}

std::string Describe(const Zone& zone, const ClockChange& change) {
  return absl::StrCat(zone.name, change.IsGap() ? " gap at " : " overlap at ",
                      absl::FormatTime(absl::FromUnixSeconds(change.when), absl::UTCTimeZone()));
}

// Calls `look(zone, change)` with every change of the clocks of every zone, and says how many there were.
template <typename Look>
void ForEachChange(const Look& look) {
  size_t gaps = 0;
  size_t overlaps = 0;
  for (const Zone& zone : AllZones()) {
    for (const auto& [first, last] : kYears) {
      for (const ClockChange& change : zone.file.ChangesIn(first, last)) {
        look(zone, change);
        ++(change.IsGap() ? gaps : overlaps);
      }
    }
  }
  std::printf("%zu zones, %zu gaps, %zu overlaps\n", AllZones().size(), gaps, overlaps);
  EXPECT_GE(AllZones().size(), kFewestZones);
  EXPECT_GE(gaps, 500u);
  EXPECT_GE(overlaps, 500u);
}

// The edges of the local times that are skipped or come twice, to the second, and the middle.
std::vector<int64_t> LocalsAround(const ClockChange& change) {
  std::vector<int64_t> locals = {(change.LocalStart() + change.LocalEnd()) / 2};
  for (const int64_t edge : {change.LocalStart(), change.LocalEnd()}) {
    for (const int64_t away : {-86'400, -3600, -60, -1, 0, 1, 60, 3600, 86'400}) locals.push_back(edge + away);
  }
  return locals;
}

TEST(ZoneChangesTest, EveryLocalTimeAroundThemIsReadByTheRule) {
  ForEachChange([](const Zone& zone, const ClockChange& change) {
    for (const int64_t local : LocalsAround(change)) {
      ASSERT_EQ(absl::ToUnixSeconds(ResolveLocal(Wall(local), zone.ours)), zone.file.Resolve(local))
          << Describe(zone, change) << ", local " << absl::FormatCivilTime(Wall(local));
    }
  });
}

TEST(ZoneChangesTest, EveryInstantAroundThemShowsItsLocalTimeAndComesBack) {
  ForEachChange([](const Zone& zone, const ClockChange& change) {
    const int64_t size = std::abs(change.after - change.before);
    for (const int64_t away : {-86'400L, -size - 1, -size, -1L, 0L, 1L, size - 1, size, 86'400L}) {
      const int64_t instant = change.when + away;
      const absl::CivilSecond shown = absl::ToCivilSecond(absl::FromUnixSeconds(instant), zone.ours);
      ASSERT_EQ(shown, Wall(instant + zone.file.OffsetAt(instant))) << Describe(zone, change) << away;
      // Of two instants that show one time the first comes back, and the second is as much later as the clocks went
      // back.
      const bool is_second = !change.IsGap() && away >= 0 && away < size;
      ASSERT_EQ(absl::ToUnixSeconds(ResolveLocal(shown, zone.ours)), instant - (is_second ? size : 0))
          << Describe(zone, change) << away;
    }
  });
}

// One stretch of one day, from a local minute to another, by the file: nothing where both lie in the same gap.
std::vector<Interval> Expected(const ZoneFile& file, const ClockChange& change, int64_t start, int64_t end) {
  const auto is_skipped = [&change](int64_t local) {
    return change.IsGap() && change.LocalStart() <= local && local < change.LocalEnd();
  };
  const Interval stretch = {absl::FromUnixSeconds(file.Resolve(start)), absl::FromUnixSeconds(file.Resolve(end))};
  if (stretch.IsEmpty() || (is_skipped(start) && is_skipped(end))) return {};
  return {stretch};
}

// The rule of that local stretch, at most a day long.
WeeklyHours RuleOf(int64_t start, int64_t end) {
  const auto minute = [](int64_t local) { return static_cast<int>(local % 86'400 / 60); };
  return {absl::GetWeekday(Wall(start)), minute(start), minute(end)};
}

TEST(ZoneChangesTest, WorkingHoursAroundThemAreWhatTheRuleMakesOfTheirEnds) {
  ForEachChange([](const Zone& zone, const ClockChange& change) {
    const int64_t first = change.LocalStart();
    const int64_t last = change.LocalEnd();
    ASSERT_EQ(first % 60 + last % 60, 0) << Describe(zone, change);
    const std::vector<std::pair<int64_t, int64_t>> stretches = {
        {first - 3600, last + 3600}, {first, last},          {first - 3600, first},        {last, last + 3600},
        {first - 3600, first + 60},  {last - 60, last + 60}, {first + 60, last - 60},      {first, first + 60},
        {last - 60, last},           {first - 60, last},     {first - 36'000, last + 7200}};
    const Interval window = {absl::FromUnixSeconds(change.when - 172'800),
                             absl::FromUnixSeconds(change.when + 172'800)};
    for (const auto& [start, end] : stretches) {
      ASSERT_EQ(ExpandHours({RuleOf(start, end)}, zone.ours, window).intervals(),
                Expected(zone.file, change, start, end))
          << Describe(zone, change) << ", from " << absl::FormatCivilTime(Wall(start)) << " to "
          << absl::FormatCivilTime(Wall(end));
    }
  });
}

// Days of 23 and 25 hours, and the ones that begin late: every local day around a change is as long as the file says.
TEST(ZoneChangesTest, DaysAroundThemAreAsLongAsTheZoneMakesThem) {
  ForEachChange([](const Zone& zone, const ClockChange& change) {
    const int64_t today = (change.when + change.before) / 86'400 * 86'400;
    for (const int64_t day : {today - 86'400, today, today + 86'400}) {
      const WeeklyHours whole = {absl::GetWeekday(Wall(day)), 0, kMinutesPerDay};
      const Interval window = {absl::FromUnixSeconds(day - 259'200), absl::FromUnixSeconds(day + 259'200)};
      ASSERT_EQ(absl::ToInt64Seconds(ExpandHours({whole}, zone.ours, window).Length()),
                zone.file.Resolve(day + 86'400) - zone.file.Resolve(day))
          << Describe(zone, change) << ", " << absl::FormatCivilTime(Wall(day));
    }
  });
}

}  // namespace
}  // namespace cortado::scheduling
