#include "bench/find_times.h"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/status.h"
#include "services/scheduling/slot_finder.h"
#include "services/scheduling/testing/slot_oracle.h"

namespace cortado::bench {
namespace {

using scheduling::Interval;
using scheduling::PersonTime;
using scheduling::Slot;
using scheduling::SlotFinder;

constexpr int kRounds = 9;
constexpr int kGroups = 400;      // Different ones.
constexpr int kChecked = 8;       // Of the groups, against the search that tries every minute.
constexpr int kChatsPerWeek = 8;  // Of everybody.
constexpr size_t kAsked = 20;     // Slots: the most that anybody may ask for.
constexpr absl::Duration kLength = absl::Minutes(30);
constexpr absl::Duration kWeek = absl::Hours(7 * 24);
constexpr const char* kZones[] = {"Europe/Berlin", "Europe/Berlin", "Europe/London", "America/New_York"};

int64_t CpuNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

struct Group {
  std::vector<PersonTime> people;
  Interval window;
};

// Somebody with an ordinary week: eight hours on five days, a break at noon, and eight chats in each week.
PersonTime MakePerson(const Interval& window, std::mt19937_64& random) {
  const auto upto = [&random](int most) { return static_cast<int>(random() % static_cast<uint64_t>(most + 1)); };
  PersonTime person;
  person.zone = *scheduling::LoadZone(kZones[upto(3)]);
  const int begins = 8 * 60 + 30 * upto(2);
  for (int day = 0; day < 5; ++day) {
    const absl::Weekday weekday = static_cast<absl::Weekday>(day);
    person.working_hours.push_back({weekday, begins, begins + 9 * 60});
    person.protected_blocks.push_back({weekday, 12 * 60, 12 * 60 + 45});
  }
  person.weekly_minutes = 600;
  person.notice = absl::Hours(4 * upto(3));
  person.buffer = absl::Minutes(5 * upto(3));
  std::vector<Interval> busy;
  const absl::CivilDay first(person.zone.At(window.start).cs);
  for (absl::CivilDay week = first; absl::FromCivil(week, person.zone) < window.end; week += 7) {
    for (int chat = 0; chat < kChatsPerWeek; ++chat) {
      const absl::CivilMinute at = absl::CivilMinute(week + upto(4)) + begins + 15 * upto(33);
      const absl::Time start = absl::FromCivil(at, person.zone);
      const int minutes = 30 + 15 * upto(2);
      busy.push_back({start, start + absl::Minutes(minutes) + person.buffer});
      person.minutes_spent[scheduling::WeekOf(start, person.zone)] += minutes;
    }
  }
  person.busy = scheduling::IntervalSet(std::move(busy));
  return person;
}

// Windows that begin on the Mondays of a year, so that changes of the clocks are among them.
std::vector<Group> MakeGroups(int people, int weeks) {
  std::mt19937_64 random(7);
  const absl::Time first = absl::FromCivil(absl::CivilDay(2026, 1, 5), absl::UTCTimeZone());
  std::vector<Group> groups;
  for (int i = 0; i < kGroups; ++i) {
    Group group;
    group.window.start = first + (i % 52) * kWeek;
    group.window.end = group.window.start + weeks * kWeek;
    for (int person = 0; person < people; ++person) group.people.push_back(MakePerson(group.window, random));
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<Interval> Answer(Group group) {
  std::vector<Interval> found;
  const absl::StatusOr<SlotFinder> finder = SlotFinder::Make(std::move(group.people), group.window, group.window.start);
  if (!finder.ok()) return found;
  const absl::StatusOr<std::vector<Slot>> slots = finder->Find(kLength, kAsked);
  if (!slots.ok()) return found;
  for (const Slot& slot : *slots) found.push_back(slot.when);
  return found;
}

absl::Status Check(const std::vector<Group>& groups) {
  size_t slots = 0;
  for (int i = 0; i < kChecked; ++i) {
    const Group& group = groups[static_cast<size_t>(i * 37)];
    const std::vector<Interval> found = Answer(group);
    const scheduling::SlotOracle oracle(group.people, group.window, group.window.start);
    if (found != oracle.Find(kLength, kAsked)) {
      return absl::InternalError(absl::StrCat("group ", i * 37, " gets other times than a search of every minute"));
    }
    slots += found.size();
  }
  return slots > 0 ? absl::OkStatus() : absl::InternalError("no group has any time: nothing was checked");
}

// How many microseconds one answer takes, by a clock that stands still while other programs run.
double Measure(const Group& group, size_t& slots) {
  Group asked = group;
  const int64_t began = CpuNanoseconds();
  slots += Answer(std::move(asked)).size();
  return static_cast<double>(CpuNanoseconds() - began) / 1000;
}

absl::StatusOr<Figure> Bench(int people, int weeks, double goal) {
  const std::vector<Group> groups = MakeGroups(people, weeks);
  RETURN_IF_ERROR(Check(groups));
  // Each group's median, and then the groups: the slow ones are those with much to search, not those interrupted.
  std::vector<double> took;
  size_t slots = 0;
  for (const Group& group : groups) {
    std::vector<double> runs;
    for (int round = 0; round < kRounds; ++round) runs.push_back(Measure(group, slots));
    took.push_back(Median(std::move(runs)));
  }
  std::sort(took.begin(), took.end());
  return Figure{
      absl::StrCat("find_times.", people, "x", weeks, "w.p99_us"),
      took[took.size() * 99 / 100],
      "us",
      goal,
      true,
      absl::StrFormat("p50 %.0f us of a thread's own time; %d groups, %.1f slots each, %d chats a week, %d checked",
                      took[took.size() / 2], kGroups, static_cast<double>(slots) / (kGroups * kRounds), kChatsPerWeek,
                      kChecked)};
}

}  // namespace

absl::StatusOr<std::vector<Figure>> BenchFindTimes() {
  ASSIGN_OR_RETURN(Figure two, Bench(2, 4, 50));
  ASSIGN_OR_RETURN(Figure eight, Bench(8, 8, 1000));
  return std::vector<Figure>{std::move(two), std::move(eight)};
}

}  // namespace cortado::bench
