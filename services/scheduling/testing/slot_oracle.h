// The oracle of SlotFinder, for its test and its benchmark: tries every minute, asks everybody about that chat alone,
// and prices each time that remains from the words of slot_finder.h. Value; thread-compatible.
#pragma once

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/scheduling/availability/availability.h"

namespace cortado::scheduling {

class SlotOracle {
 public:
  SlotOracle(std::vector<PersonTime> people, Interval window, absl::Time now)
      : people_(std::move(people)), window_(window), now_(now) {}

  std::vector<Interval> Find(absl::Duration length, size_t limit) const {
    std::vector<Interval> fits;
    for (absl::Time start = window_.start; start + length <= window_.end; start += absl::Minutes(1)) {
      if (Wall(0, start).minute() % 15 == 0 && FitsAll({start, start + length}))
        fits.push_back({start, start + length});
    }
    std::vector<Interval> chosen;
    while (chosen.size() < limit) {
      const Interval* best = nullptr;
      for (const Interval& chat : fits) {
        const bool clear =
            std::none_of(chosen.begin(), chosen.end(), [&chat](const Interval& other) { return Overlap(chat, other); });
        if (clear && (best == nullptr || Price(chat, chosen) < Price(*best, chosen))) best = &chat;
      }
      if (best == nullptr) break;
      chosen.push_back(*best);
    }
    return chosen;
  }

 private:
  absl::CivilMinute Wall(size_t person, absl::Time time) const {
    return absl::CivilMinute(people_[person].zone.At(time).cs);
  }

  bool FitsAll(const Interval& chat) const {
    return std::all_of(people_.begin(), people_.end(), [&](const PersonTime& person) {
      return Availability(person, {chat.start, chat.end}, now_).Fits(chat);
    });
  }

  // Looks at each stretch of the days around the chat by itself. It expects of a person that no two of theirs touch.
  static int Burden(const PersonTime& person, absl::CivilMinute start, int minutes) {
    std::vector<WeeklyHours> liked = person.preferred_hours;
    for (int day = 0; day < 7 && person.preferred_hours.empty(); ++day) {
      liked.push_back({static_cast<absl::Weekday>(day), 540, 1020});
    }
    int burden = 480;
    for (absl::CivilDay day = absl::CivilDay(start) - 2; day <= absl::CivilDay(start) + 2; ++day) {
      for (const WeeklyHours& rule : liked) {
        if (rule.weekday != absl::GetWeekday(day)) continue;
        const absl::CivilMinute from = absl::CivilMinute(day) + rule.start_minute;
        const absl::CivilMinute to =
            absl::CivilMinute(day + (rule.end_minute <= rule.start_minute ? 1 : 0)) + rule.end_minute;
        burden =
            std::min(burden, std::max({0, static_cast<int>(from - start), static_cast<int>(start + minutes - to)}));
      }
    }
    return burden;
  }

  int Price(const Interval& chat, const std::vector<Interval>& chosen) const {
    std::multiset<int> burdens;
    for (size_t i = 0; i < people_.size(); ++i) {
      burdens.insert(Burden(people_[i], Wall(i, chat.start), static_cast<int>(absl::ToInt64Minutes(chat.Length()))));
    }
    int price = 2 * *burdens.rbegin();
    for (const int burden : burdens) price += burden;
    price += 20 * static_cast<int>(absl::CivilDay(Wall(0, chat.start)) -
                                   absl::CivilDay(Wall(0, std::max(window_.start, now_))));
    for (const Interval& other : chosen) {
      if (absl::CivilDay(Wall(0, other.start)) != absl::CivilDay(Wall(0, chat.start))) continue;
      price += absl::AbsDuration(other.start - chat.start) < absl::Hours(2) ? 180 : 120;
    }
    return price;
  }

  std::vector<PersonTime> people_;
  Interval window_;
  absl::Time now_;
};

}  // namespace cortado::scheduling
