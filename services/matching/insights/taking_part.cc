#include "services/matching/insights/taking_part.h"

#include <set>

#include "services/matching/insights/grouping.h"

namespace cortado::matching {

template <class Counts>
int32_t TakingPart::Add(int32_t parent, int32_t split, Counts counts) {
  GroupedCount count{parent, split, std::vector<int64_t>(grouping_.size())};
  for (const InsightPerson& person : input_.people) {
    count.by_group[grouping_.Of(person)] += counts(person) ? 1 : 0;
  }
  counts_.push_back(std::move(count));
  return static_cast<int32_t>(counts_.size()) - 1;
}

TakingPart::TakingPart(const InsightInput& input, const InsightGrouping& grouping, const CalendarPeriod& asked)
    : input_(input), grouping_(grouping) {
  using Person = InsightPerson;
  invited_ = Add(-1, 0, [](const Person&) { return true; });
  enrolled_ = Add(invited_, 0, [](const Person& person) { return person.enrolled; });
  Add(invited_, 0, [](const Person& person) { return !person.enrolled; });
  looking_ = Add(enrolled_, 0, [](const Person& person) { return person.looking; });
  Add(enrolled_, 0, [](const Person& person) { return person.enrolled && !person.looking; });
  offering_ = Add(enrolled_, 1, [](const Person& person) { return person.offers; });
  Add(enrolled_, 1, [](const Person& person) { return person.enrolled && !person.offers; });
  mentors_ = Add(enrolled_, 2, [](const Person& person) { return person.mentors; });
  Add(enrolled_, 2, [](const Person& person) { return person.enrolled && !person.mentors; });
  matched_ = Add(looking_, 0, [](const Person& person) { return person.matched_month.has_value(); });
  unmatched_ = Add(looking_, 0, [](const Person& person) { return person.looking && !person.matched_month; });
  chat_booked_ = Add(matched_, 0, [](const Person& person) { return person.matched_month && person.chat_booked; });
  Add(matched_, 0, [](const Person& person) { return person.matched_month && !person.chat_booked; });
  AddPeriods(asked);
  told_ = Protect(counts_);
}

int32_t TakingPart::AddPeriod(int32_t parent, int32_t split, const CalendarPeriod& period) {
  const auto [known, is_new] = periods_.try_emplace(period, 0);
  if (!is_new) return known->second;
  known->second = Add(parent, split, [&period](const InsightPerson& person) {
    return person.matched_month && PeriodOf(period.kind, *person.matched_month) == period;
  });
  return known->second;
}

void TakingPart::AddPeriods(const CalendarPeriod& asked) {
  std::set<int32_t> months = {asked.month};
  for (const InsightPerson& person : input_.people) {
    if (person.matched_month) months.insert(*person.matched_month);
  }
  for (const int32_t month : months) {
    const int32_t year = AddPeriod(matched_, 1, PeriodOf(PeriodKind::kYear, month));
    const int32_t quarter = AddPeriod(year, 0, PeriodOf(PeriodKind::kQuarter, month));
    AddPeriod(quarter, 0, PeriodOf(PeriodKind::kMonth, month));
  }
}

}  // namespace cortado::matching
