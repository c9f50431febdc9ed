#include "services/scheduling/preferred_hours.h"

#include <algorithm>
#include <cstddef>

namespace cortado::scheduling {
namespace {

// In minutes from Monday 00:00.
struct Stretch {
  int start = 0;
  int end = 0;
};

// The stretches of a period and of the ones before and after, because Sunday night is near to Monday morning: sorted,
// and those that touch as one.
std::vector<Stretch> StretchesOf(const std::vector<WeeklyHours>& hours, int period) {
  std::vector<Stretch> all;
  for (const WeeklyHours& rule : hours) {
    const int day = static_cast<int>(rule.weekday) * kMinutesPerDay;  // absl::Weekday counts from Monday.
    const bool overnight = rule.end_minute <= rule.start_minute;
    for (const int shift : {-period, 0, period}) {
      const int midnight = day + shift;
      all.push_back({midnight + rule.start_minute, midnight + rule.end_minute + (overnight ? kMinutesPerDay : 0)});
    }
  }
  std::sort(all.begin(), all.end(), [](const Stretch& a, const Stretch& b) { return a.start < b.start; });
  std::vector<Stretch> apart;
  for (const Stretch& stretch : all) {
    if (apart.empty() || apart.back().end < stretch.start) {
      apart.push_back(stretch);
    } else {
      apart.back().end = std::max(apart.back().end, stretch.end);
    }
  }
  return apart;
}

}  // namespace

PreferredHours::PreferredHours(const std::vector<WeeklyHours>& hours, int minutes) {
  const int period = hours.empty() ? kMinutesPerDay : kMinutesPerWeek;
  const std::vector<WeeklyHours> nine_to_five = {{absl::Weekday::monday, 9 * 60, 17 * 60}};
  const std::vector<Stretch> stretches = StretchesOf(hours.empty() ? nine_to_five : hours, period);
  burdens_.reserve(static_cast<size_t>(period / kMinutesPerQuarter));
  size_t begun = 0;  // The last stretch that begins no later than the chat: those before it end sooner.
  for (int start = 0; start < period; start += kMinutesPerQuarter) {
    while (begun + 1 < stretches.size() && stretches[begun + 1].start <= start) ++begun;
    int burden = kHeaviestBurden;
    for (size_t i = begun; i < stretches.size() && stretches[i].start - start < burden; ++i) {
      burden = std::min(burden, std::max({0, stretches[i].start - start, start + minutes - stretches[i].end}));
    }
    burdens_.push_back(burden);
  }
}

}  // namespace cortado::scheduling
