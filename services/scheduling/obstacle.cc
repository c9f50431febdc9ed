#include "services/scheduling/obstacle.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/status/error.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/slot_finder.h"

namespace cortado::scheduling {
namespace {

constexpr size_t kTimesInstead = 3;
constexpr absl::Duration kBefore = absl::Hours(24);
constexpr absl::Duration kAfter = absl::Hours(24 * 14);

bool HasMinutes(const Participant& person, const Interval& chat, absl::Time now) {
  return Availability(person.time, chat, now).HasMinutes(chat);
}

bool IsWithinHours(const Participant& person, const Interval& chat, absl::Time now) {
  PersonTime idle = person.time;
  idle.busy = IntervalSet();
  return Availability(idle, chat, now).open().Contains(chat);
}

}  // namespace

Obstacle ObstacleTo(const Interval& chat, const std::vector<Participant>& people, absl::Time now) {
  const auto has_minutes = [&](const Participant& person) { return HasMinutes(person, chat, now); };
  const auto is_within_hours = [&](const Participant& person) { return IsWithinHours(person, chat, now); };
  const auto fits = [&](const Participant& person) { return Availability(person.time, chat, now).Fits(chat); };
  // One look at each is enough where nothing stands in the way; which thing does takes more.
  if (std::all_of(people.begin(), people.end(), fits)) return Obstacle::kNone;
  if (!std::all_of(people.begin() + 1, people.end(), has_minutes)) return Obstacle::kMinutesOfAnother;
  if (!has_minutes(people.front())) return Obstacle::kOwnMinutes;
  if (!std::all_of(people.begin(), people.end(), is_within_hours)) return Obstacle::kHours;
  return Obstacle::kBusy;
}

Interval WindowAround(const Interval& chat, absl::Time now) {
  const absl::Time start = std::max(now, chat.start - kBefore);
  return {start, start + kBefore + kAfter};
}

std::vector<absl::Time> TimesInstead(const Interval& chat, const std::optional<Interval>& before,
                                     const std::vector<Participant>& people, absl::Time now) {
  std::vector<PersonTime> times;
  for (const Participant& person : people) times.push_back(person.time);
  if (before.has_value()) times.front().busy = Union(times.front().busy, IntervalSet({*before}));
  std::vector<absl::Time> starts;
  const absl::StatusOr<SlotFinder> finder = SlotFinder::Make(std::move(times), WindowAround(chat, now), now);
  if (!finder.ok()) return starts;
  const absl::StatusOr<std::vector<Slot>> slots = finder->Find(chat.Length(), kTimesInstead);
  if (!slots.ok()) return starts;
  for (const Slot& slot : *slots) starts.push_back(slot.when.start);
  return starts;
}

absl::Status ErrorFor(Obstacle obstacle, const std::vector<absl::Time>& times, absl::TimeZone zone,
                      absl::string_view language) {
  switch (obstacle) {
    case Obstacle::kNone:
      break;
    case Obstacle::kMinutesOfAnother:
      return NotAvailable();
    case Obstacle::kOwnMinutes:
      return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_WEEKLY_MINUTES_SPENT,
                   "the caller's minutes of that week are spent; choose another week or allow more");
    case Obstacle::kHours:
      return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_OUTSIDE_HOURS,
                   "too soon, or outside somebody's hours; choose another time")
          .Metadata("times", JoinInstants(times))
          .Metadata("times_text", JoinReady(times, zone, language));
    case Obstacle::kBusy:
      return Error(absl::StatusCode::kAlreadyExists, v1::REASON_SLOT_TAKEN, "the time is taken; choose another one")
          .Metadata("times", JoinInstants(times))
          .Metadata("times_text", JoinReady(times, zone, language));
  }
  return absl::OkStatus();
}

}  // namespace cortado::scheduling
