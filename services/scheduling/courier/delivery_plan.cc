#include "services/scheduling/courier/delivery_plan.h"

#include <algorithm>
#include <optional>

namespace cortado::scheduling {
namespace {

// Longer than any stretch without work that weekly hours can make.
constexpr absl::Duration kTwoWeeks = absl::Hours(14 * 24);

std::optional<absl::Time> FirstWorkFrom(const Hearer& hearer, absl::Time from) {
  const IntervalSet work = ExpandHours(hearer.working_hours, hearer.zone, {from, from + kTwoWeeks});
  if (work.intervals().empty()) return std::nullopt;
  return work.intervals().front().start;
}

}  // namespace

absl::Time NextWorkingInstant(const Hearer& hearer, absl::Time now) { return FirstWorkFrom(hearer, now).value_or(now); }

absl::Time NextDigest(const Hearer& hearer, absl::Time now) {
  const absl::CivilDay tomorrow = absl::ToCivilDay(now, hearer.zone) + 1;
  return FirstWorkFrom(hearer, ResolveLocal(absl::CivilSecond(tomorrow), hearer.zone)).value_or(now);
}

std::vector<Leg> PlanDelivery(const Hearer& hearer, const Tidings& tidings, absl::Time now) {
  std::vector<Leg> legs;
  const bool by_slack = hearer.has_slack && !(hearer.wants_mail && hearer.has_mail);
  const bool calendar = tidings.has_calendar && hearer.has_mail;
  if (tidings.is_own_doing) {
    if (calendar) legs.push_back({Way::kCalendar, now});
    return legs;
  }
  absl::Time due = now;
  if (hearer.wants_digest && !tidings.is_soon) {
    due = NextDigest(hearer, now);
  } else if (!hearer.any_time && !tidings.is_soon) {
    due = NextWorkingInstant(hearer, now);
  }
  if (by_slack) {
    legs.push_back({Way::kSlack, due});
    if (calendar) legs.push_back({Way::kCalendar, now});
  } else if (hearer.has_mail) {
    legs.push_back({Way::kMail, calendar ? now : due});
  }
  return legs;
}

absl::Duration RetryDelay(int attempts, double random) {
  const absl::Duration doubled = absl::Seconds(30) * (int64_t{1} << std::clamp(attempts - 1, 0, 10));
  return std::min(doubled, absl::Hours(1)) * (1 + random / 4);
}

}  // namespace cortado::scheduling
