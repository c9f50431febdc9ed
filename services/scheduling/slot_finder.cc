#include "services/scheduling/slot_finder.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/scheduling/availability/wall_clock.h"
#include "services/scheduling/preferred_hours.h"

namespace cortado::scheduling {
namespace {

constexpr int64_t kGridSeconds = 15 * 60;
constexpr int64_t kDaySeconds = 24 * 60 * 60;
constexpr int kLaterDayPrice = 20;
constexpr int kSameDayPrice = 120;
constexpr int kCloseByPrice = 60;
constexpr int64_t kCloseBySeconds = 2 * 60 * 60;
constexpr absl::Duration kShorterStep = absl::Minutes(5);

int64_t FloorDivide(int64_t number, int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

// The first second from `time` on at which every wall clock shows :00, :15, :30 or :45: since 1972 all offsets in use
// are whole quarters of an hour, so all zones share one grid.
int64_t NextOnGrid(absl::Time time) {
  return absl::ToUnixSeconds(absl::UnixEpoch() + absl::Ceil(time - absl::UnixEpoch(), absl::Seconds(kGridSeconds)));
}

// What one person's wall clock and weekly minutes say of chats that start ever later.
class Diary {
 public:
  // For chats of that length. `availability` outlives it.
  Diary(const Availability& availability, absl::TimeZone zone, absl::Duration length)
      : availability_(availability), clock_(zone), length_(length) {}

  // Turns to the chat that starts then, in seconds since 1970.
  void TurnTo(int64_t start) {
    wall_ = clock_.At(start);
    const int64_t week = FloorDivide(day() + 3, 7);  // 1970-01-01 was a Thursday.
    if (week == week_) return;
    week_ = week;
    const absl::Time begin = absl::FromUnixSeconds(start);
    has_minutes_ = availability_.HasMinutes({begin, begin + length_});
  }
  // Whether the week's budget has the minutes.
  bool has_minutes() const { return has_minutes_; }
  // The day on this wall clock, counted from 1970-01-01.
  int64_t day() const { return FloorDivide(wall_, kDaySeconds); }
  // Minutes since Monday 00:00 on this wall clock.
  int minute_of_week() const { return static_cast<int>((wall_ - (week_ * 7 - 3) * kDaySeconds) / 60); }

 private:
  const Availability& availability_;
  WallClock clock_;
  const absl::Duration length_;
  int64_t wall_ = 0;
  int64_t week_ = std::numeric_limits<int64_t>::min();
  bool has_minutes_ = false;
};

// A time that fits everybody.
struct Candidate {
  int64_t start = 0;  // Seconds since 1970.
  int64_t day = 0;    // On the organiser's wall clock.
  int price = 0;
  bool is_out = false;  // Chosen, or overlapping one that is.
};

// Chooses among candidates of one length, day by day: only the days that a choice touches are looked at again.
class Choice {
 public:
  // `candidates` by start.
  Choice(std::vector<Candidate> candidates, int64_t seconds) : candidates_(std::move(candidates)), seconds_(seconds) {
    for (size_t i = 0; i < candidates_.size(); ++i) {
      if (days_.empty() || candidates_[i].day != candidates_[days_.back().first].day) days_.push_back({i, i, nullptr});
      days_.back().end = i + 1;
    }
    for (Day& day : days_) FindBest(day);
  }

  // The cheapest, ties to the earlier, of all that overlap none taken so far; nothing when there is none. What it costs
  // the others is added to their price.
  std::optional<Candidate> TakeBest() {
    const Candidate* best = nullptr;
    for (const Day& day : days_) {
      if (day.best != nullptr && (best == nullptr || day.best->price < best->price)) best = day.best;
    }
    if (best == nullptr) return std::nullopt;
    const Candidate taken = *best;
    for (Day& day : days_) {
      const bool touches = candidates_[day.first].start < taken.start + seconds_ &&
                           taken.start < candidates_[day.end - 1].start + seconds_;
      if (!touches && candidates_[day.first].day != taken.day) continue;
      for (size_t i = day.first; i < day.end; ++i) Charge(taken, candidates_[i]);
      FindBest(day);
    }
    return taken;
  }

 private:
  struct Day {
    size_t first;
    size_t end;
    const Candidate* best;  // Not out; null when all are.
  };

  void Charge(const Candidate& taken, Candidate& other) const {
    const int64_t apart = std::abs(other.start - taken.start);
    other.is_out = other.is_out || apart < seconds_;
    if (other.day == taken.day) other.price += kSameDayPrice + (apart < kCloseBySeconds ? kCloseByPrice : 0);
  }
  void FindBest(Day& day) const {
    day.best = nullptr;
    for (size_t i = day.first; i < day.end; ++i) {
      const Candidate& candidate = candidates_[i];
      if (!candidate.is_out && (day.best == nullptr || candidate.price < day.best->price)) day.best = &candidate;
    }
  }

  std::vector<Candidate> candidates_;
  const int64_t seconds_;
  std::vector<Day> days_;
};

}  // namespace

absl::StatusOr<SlotFinder> SlotFinder::Make(std::vector<PersonTime> people, const Interval& window, absl::Time now) {
  if (people.size() < kFewestPeople || people.size() > kMostPeople) {
    return absl::InvalidArgumentError("a chat has 2 to 8 people");
  }
  if (window.IsEmpty() || window.end - window.start > kLongestWindow) {
    return absl::InvalidArgumentError("times are searched in at most 8 weeks, the end after the start");
  }
  return SlotFinder(std::move(people), window, now);
}

SlotFinder::SlotFinder(std::vector<PersonTime> people, const Interval& window, absl::Time now)
    : people_(std::move(people)),
      window_(window),
      now_(now),
      first_day_(people_.front().zone.At(std::max(window.start, now)).cs),
      common_({window}) {
  for (const PersonTime& person : people_) {
    availability_.emplace_back(person, window, now);
    common_ = Intersect(common_, availability_.back().open());
  }
}

// Inside the time that is open for everybody the weekly minutes are all that Availability::Fits asks for besides.
template <typename Visit>
void SlotFinder::ForEachFit(absl::Duration length, const Visit& visit) const {
  const int64_t seconds = absl::ToInt64Seconds(length);
  std::vector<Diary> diaries;
  for (size_t i = 0; i < people_.size(); ++i) {
    diaries.emplace_back(availability_[i], people_[i].zone, length);
  }
  for (const Interval& stretch : common_.intervals()) {
    const int64_t end = absl::ToUnixSeconds(stretch.end);
    for (int64_t start = NextOnGrid(stretch.start); start + seconds <= end; start += kGridSeconds) {
      bool fits = true;
      for (Diary& diary : diaries) {
        diary.TurnTo(start);
        fits = fits && diary.has_minutes();
      }
      if (fits && !visit(start, diaries)) return;
    }
  }
}

bool SlotFinder::AnyFits(absl::Duration length) const {
  bool any = false;
  ForEachFit(length, [&any](int64_t, const std::vector<Diary>&) {
    any = true;
    return false;
  });
  return any;
}

std::optional<Interval> SlotFinder::Best(absl::Duration length) const {
  const absl::StatusOr<std::vector<Slot>> slots = Find(length, 1);
  if (!slots.ok() || slots->empty()) return std::nullopt;
  return slots->front().when;
}

absl::StatusOr<std::vector<Slot>> SlotFinder::Find(absl::Duration length, size_t limit) const {
  if (length < kShortestChat || length > kLongestChat || length != absl::Trunc(length, absl::Minutes(1))) {
    return absl::InvalidArgumentError("a chat must last 10 to 240 full minutes");
  }
  const int64_t first_day = first_day_ - absl::CivilDay(1970, 1, 1);
  std::vector<PreferredHours> liked;
  for (const PersonTime& person : people_) {
    liked.emplace_back(person.preferred_hours, static_cast<int>(absl::ToInt64Minutes(length)));
  }
  std::vector<Candidate> candidates;
  ForEachFit(length, [&](int64_t start, const std::vector<Diary>& diaries) {
    Candidate candidate = {start, diaries.front().day()};
    int worst = 0;
    for (size_t i = 0; i < diaries.size(); ++i) {
      const int burden = liked[i].BurdenAt(diaries[i].minute_of_week());
      worst = std::max(worst, burden);
      candidate.price += burden;
    }
    candidate.price += 2 * worst + kLaterDayPrice * static_cast<int>(candidate.day - first_day);
    candidates.push_back(candidate);
    return true;
  });
  Choice choice(std::move(candidates), absl::ToInt64Seconds(length));
  std::vector<Slot> slots;
  while (slots.size() < std::min(limit, kMostSlots)) {
    const std::optional<Candidate> best = choice.TakeBest();
    if (!best.has_value()) break;
    const absl::Time start = absl::FromUnixSeconds(best->start);
    slots.push_back({{start, start + length}, best->price});
  }
  return slots;
}

std::optional<Relief> SlotFinder::WhatToDrop(absl::Duration length) const {
  for (absl::Duration shorter = absl::Ceil(length, kShorterStep) - kShorterStep; shorter >= kShortestChat;
       shorter -= kShorterStep) {
    if (AnyFits(shorter)) return Relief{Relief::Kind::kShorterChat, shorter, {}, 0, *Best(shorter)};
  }
  const Interval longer = {window_.start, window_.start + kLongestSearch};
  if (window_.end < longer.end) {
    const std::optional<Interval> when = SlotFinder(people_, longer, now_).Best(length);
    if (when.has_value()) return Relief{Relief::Kind::kLaterEnd, {}, longer.end, 0, *when};
  }
  for (size_t left_out = 1; left_out < people_.size() && people_.size() > kFewestPeople; ++left_out) {
    std::vector<PersonTime> fewer = people_;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
    const std::optional<Interval> when = SlotFinder(std::move(fewer), window_, now_).Best(length);
    if (when.has_value()) return Relief{Relief::Kind::kFewerPeople, {}, {}, left_out, *when};
  }
  return std::nullopt;
}

}  // namespace cortado::scheduling
