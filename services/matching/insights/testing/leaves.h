// What somebody is, as far as the figures distinguish: not enrolled, not looking, unmatched, or matched in a month
// without and with a chat; and each with or without being a mentor. Values only: no thread contract.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <vector>

#include "services/matching/insights/calendar.h"
#include "services/matching/insights/taking_part.h"

namespace cortado::matching::testing {

class Leaves {
 public:
  using Set = std::vector<int32_t>;

  explicit Leaves(const InsightInput& input) {
    for (const InsightPerson& person : input.people) {
      if (person.matched_month) months_.insert(*person.matched_month);
    }
  }
  int32_t Of(const InsightPerson& person) const { return 2 * StepOf(person) + (person.mentors ? 1 : 0); }
  int32_t size() const { return 2 * steps(); }

  // At a step and all further ones: 0 everybody, 1 enrolled, 2 looking, 3 matched.
  Set From(int32_t first) const {
    Set set;
    for (int32_t step = first; step < steps(); ++step) AddStep(step, set);
    return set;
  }
  static Set Only(int32_t step) {
    Set set;
    AddStep(step, set);
    return set;
  }
  Set Chat(bool booked) const {
    Set set;
    for (int32_t step = booked ? 4 : 3; step < steps(); step += 2) AddStep(step, set);
    return set;
  }
  // Who mentors, or does not, of those at that step and further.
  Set Mentors(bool mentors, int32_t first) const {
    Set set;
    for (int32_t step = first; step < steps(); ++step) set.push_back(2 * step + (mentors ? 1 : 0));
    return set;
  }
  Set In(const CalendarPeriod& period) const {
    Set set;
    int32_t step = 3;
    for (const int32_t month : months_) {
      for (int32_t with_chat = 0; with_chat < 2; ++with_chat, ++step) {
        if (PeriodOf(period.kind, month) == period) AddStep(step, set);
      }
    }
    return set;
  }
  // Matched at any time but in the period.
  Set Besides(const CalendarPeriod& period) const {
    const Set all = From(3), in = In(period);
    Set besides;
    std::set_difference(all.begin(), all.end(), in.begin(), in.end(), std::back_inserter(besides));
    return besides;
  }

 private:
  int32_t StepOf(const InsightPerson& person) const {
    if (!person.enrolled) return 0;
    if (!person.looking) return 1;
    if (!person.matched_month) return 2;
    const auto before = std::distance(months_.begin(), months_.find(*person.matched_month));
    return 3 + 2 * static_cast<int32_t>(before) + (person.chat_booked ? 1 : 0);
  }
  int32_t steps() const { return 3 + 2 * static_cast<int32_t>(months_.size()); }
  static void AddStep(int32_t step, Set& set) { set.insert(set.end(), {2 * step, 2 * step + 1}); }

  std::set<int32_t> months_;
};

}  // namespace cortado::matching::testing
