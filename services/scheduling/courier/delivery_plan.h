// When and how somebody hears of something (product rules 5): once, by one channel, inside their working hours, in a
// digest where they like it so; calendars at once, for they are to be true at night too. Pure: time is an argument.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {

// The ways out, as v1::Channel.
enum class Way { kSlack, kMail, kCalendar };

// What a Slack message that nobody fetched waits before a mail goes instead.
inline constexpr absl::Duration kMailInsteadAfter = absl::Minutes(10);

// Who is told.
struct Hearer {
  bool has_slack = false;   // Linked.
  bool has_mail = false;    // An address that takes mail.
  bool wants_mail = false;  // Rather than Slack.
  bool wants_digest = false;
  bool any_time = false;  // Outside working hours too.
  absl::TimeZone zone;
  std::vector<WeeklyHours> working_hours;  // Valid; none: every hour is as good as another.
};

// What is told.
struct Tidings {
  bool has_calendar = false;  // A chat: there is an invitation, its update or its cancellation to send.
  bool is_own_doing = false;  // They did it themselves: their calendar hears of it, they do not.
  bool is_soon = false;       // About today or tomorrow: no digest, no waiting for morning.
};

struct Leg {
  Way way = Way::kMail;
  absl::Time due;

  friend bool operator==(const Leg&, const Leg&) = default;
};

// The first instant from `now` on at which the hearer works; `now` when they never do.
absl::Time NextWorkingInstant(const Hearer& hearer, absl::Time now);

// The beginning of the first working day after the one of `now`, on the hearer's clock; `now` when they never work.
absl::Time NextDigest(const Hearer& hearer, absl::Time now);

// How the hearer is told, at most two ways: of which at most one speaks to them. None: there is no way to them, or
// nothing to tell; it still stands in their list. A mail about a chat holds the invitation, and goes at once.
std::vector<Leg> PlanDelivery(const Hearer& hearer, const Tidings& tidings, absl::Time now);

// How long to wait after try number `attempts` (from 1) failed: 30 s, doubled each time, at most an hour, with up to a
// quarter more by `random` in [0, 1), so that what failed together does not come back together.
absl::Duration RetryDelay(int attempts, double random);

}  // namespace cortado::scheduling
