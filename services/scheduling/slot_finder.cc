#include "services/scheduling/slot_finder.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace cortado::scheduling {
namespace {

constexpr absl::Duration kGrid = absl::Minutes(15);
constexpr int kDayStartMinute = 9 * 60;
constexpr int kDayEndMinute = 17 * 60;
constexpr int kLaterDayPrice = 20;
constexpr int kSameDayPrice = 120;
constexpr int kCloseByPrice = 60;
constexpr absl::Duration kCloseBy = absl::Hours(2);
constexpr absl::Duration kShorterStep = absl::Minutes(5);

// The first instant from `time` on at which every wall clock shows :00, :15, :30 or :45: since 1972 all offsets in use
// are whole quarters of an hour, so all zones share one grid.
absl::Time NextOnGrid(absl::Time time) { return absl::UnixEpoch() + absl::Ceil(time - absl::UnixEpoch(), kGrid); }

// How many minutes the chat reaches out of 09:00 to 17:00 on the wall clock.
int Burden(const Interval& chat, absl::CivilSecond wall) {
  const int start = wall.hour() * 60 + wall.minute();
  const int end = start + ChatMinutes(chat);
  return std::max({0, kDayStartMinute - start, end - kDayEndMinute});
}

}  // namespace

struct SlotFinder::Candidate {
  Interval when;
  absl::CivilDay day;  // On the organiser's calendar.
  int price = 0;
  bool is_out = false;  // Chosen, or overlapping one that is.
};

absl::StatusOr<SlotFinder> SlotFinder::Make(std::vector<PersonTime> people, const Interval& window, absl::Time now) {
  if (people.size() < kFewestPeople || people.size() > kMostPeople) {
    return absl::InvalidArgumentError("a chat has 2 to 8 people");
  }
  if (window.IsEmpty() || window.end - window.start > kLongestSearch) {
    return absl::InvalidArgumentError("times are searched in at most 4 weeks, the end after the start");
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

template <typename Visit>
void SlotFinder::ForEachFit(absl::Duration length, const Visit& visit) const {
  for (const Interval& stretch : common_.intervals()) {
    for (absl::Time start = NextOnGrid(stretch.start); start + length <= stretch.end; start += kGrid) {
      const Interval chat = {start, start + length};
      const bool fits = std::all_of(availability_.begin(), availability_.end(),
                                    [&chat](const Availability& person) { return person.Fits(chat); });
      if (fits && !visit(chat)) return;
    }
  }
}

bool SlotFinder::AnyFits(absl::Duration length) const {
  bool any = false;
  ForEachFit(length, [&any](const Interval&) {
    any = true;
    return false;
  });
  return any;
}

SlotFinder::Candidate SlotFinder::Price(const Interval& chat) const {
  Candidate candidate = {chat, absl::CivilDay(people_.front().zone.At(chat.start).cs)};
  int worst = 0;
  int sum = 0;
  for (const PersonTime& person : people_) {
    const int burden = Burden(chat, person.zone.At(chat.start).cs);
    worst = std::max(worst, burden);
    sum += burden;
  }
  candidate.price = 2 * worst + sum + kLaterDayPrice * static_cast<int>(candidate.day - first_day_);
  return candidate;
}

absl::StatusOr<std::vector<Slot>> SlotFinder::Find(absl::Duration length, size_t limit) const {
  if (length < kShortestChat || length > kLongestChat || length != absl::Trunc(length, absl::Minutes(1))) {
    return absl::InvalidArgumentError("a chat must last 10 to 240 full minutes");
  }
  std::vector<Candidate> candidates;
  ForEachFit(length, [this, &candidates](const Interval& chat) {
    candidates.push_back(Price(chat));
    return true;
  });
  std::vector<Slot> slots;
  while (slots.size() < std::min(limit, kMostSlots)) {
    Candidate* best = nullptr;
    for (Candidate& candidate : candidates) {
      if (!candidate.is_out && (best == nullptr || candidate.price < best->price)) best = &candidate;
    }
    if (best == nullptr) break;
    slots.push_back({best->when, best->price});
    for (Candidate& other : candidates) {
      other.is_out = other.is_out || Overlap(other.when, best->when);
      if (other.day != best->day) continue;
      const bool close = absl::AbsDuration(other.when.start - best->when.start) < kCloseBy;
      other.price += kSameDayPrice + (close ? kCloseByPrice : 0);
    }
  }
  return slots;
}

std::optional<Relief> SlotFinder::WhatToDrop(absl::Duration length) const {
  for (absl::Duration shorter = absl::Ceil(length, kShorterStep) - kShorterStep; shorter >= kShortestChat;
       shorter -= kShorterStep) {
    if (AnyFits(shorter)) return Relief{Relief::Kind::kShorterChat, shorter, {}, 0};
  }
  const Interval longer = {window_.start, window_.start + kLongestSearch};
  if (window_.end < longer.end && SlotFinder(people_, longer, now_).AnyFits(length)) {
    return Relief{Relief::Kind::kLaterEnd, {}, longer.end, 0};
  }
  for (size_t left_out = 1; left_out < people_.size() && people_.size() > kFewestPeople; ++left_out) {
    std::vector<PersonTime> fewer = people_;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
    if (SlotFinder(std::move(fewer), window_, now_).AnyFits(length)) {
      return Relief{Relief::Kind::kFewerPeople, {}, {}, left_out};
    }
  }
  return std::nullopt;
}

}  // namespace cortado::scheduling
