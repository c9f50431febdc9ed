#include "services/scheduling/participant.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cortado::scheduling {
namespace {

using profile::v1::PersonSnapshot;

constexpr int kDefaultWeeklyMinutes = 60;
constexpr int kDefaultChatMinutes = 30;

std::vector<WeeklyHours> HoursOf(const google::protobuf::RepeatedPtrField<profile::v1::DayHours>& days) {
  std::vector<WeeklyHours> hours;
  for (const profile::v1::DayHours& day : days) {
    if (day.weekday() < 1 || day.weekday() > 7) continue;
    hours.push_back({static_cast<absl::Weekday>(day.weekday() - 1), day.start_minute(), day.end_minute()});
  }
  return ValidateHours(hours).ok() ? hours : std::vector<WeeklyHours>();
}

std::vector<WeeklyHours> NineToFive() {
  std::vector<WeeklyHours> hours;
  for (int day = 0; day < 5; ++day) hours.push_back({static_cast<absl::Weekday>(day), 9 * 60, 17 * 60});
  return hours;
}

bool HasBlocked(const Participant& one, const Participant& other) {
  const auto& blocks = one.snapshot.blocks();
  const std::string name = absl::StrCat("people/", other.id);
  return std::find(blocks.begin(), blocks.end(), name) != blocks.end();
}

}  // namespace

PersonSnapshot Keep(const PersonSnapshot& snapshot) {
  PersonSnapshot kept;
  const profile::v1::Person& from = snapshot.person();
  profile::v1::Person& person = *kept.mutable_person();
  person.set_name(from.name());
  person.set_display_name(from.display_name());
  person.set_email(from.email());
  person.set_title(from.title());
  person.set_department(from.department());
  person.set_time_zone(from.time_zone());
  *person.mutable_languages() = from.languages();
  person.set_active(from.active());
  person.set_slack_user(from.slack_user());
  kept.mutable_offer()->set_booking(snapshot.offer().booking());
  if (snapshot.offer().has_pause_end_time()) {
    *kept.mutable_offer()->mutable_pause_end_time() = snapshot.offer().pause_end_time();
  }
  if (snapshot.has_time()) {
    *kept.mutable_time() = snapshot.time();
    kept.mutable_time()->clear_etag();
  }
  *kept.mutable_blocks() = snapshot.blocks();
  return kept;
}

absl::TimeZone ZoneOf(const PersonSnapshot& snapshot) {
  absl::StatusOr<absl::TimeZone> zone = LoadZone(snapshot.person().time_zone());
  return zone.ok() ? *zone : absl::UTCTimeZone();
}

PersonTime TimeOf(const PersonSnapshot& snapshot) {
  PersonTime time;
  time.zone = ZoneOf(snapshot);
  if (!snapshot.has_time()) {
    time.working_hours = NineToFive();
    time.weekly_minutes = kDefaultWeeklyMinutes;
    return time;
  }
  const profile::v1::Time& said = snapshot.time();
  time.working_hours = HoursOf(said.working_hours());
  time.protected_blocks = HoursOf(said.protected_blocks());
  time.preferred_hours = HoursOf(said.preferred_hours());
  time.weekly_minutes = said.weekly_minutes();
  time.follow_up_minutes = said.follow_up_minutes();
  time.notice = absl::Seconds(said.notice().seconds());
  time.buffer = absl::Minutes(said.buffer_minutes());
  return time;
}

absl::Duration ChatLengthOf(const PersonSnapshot& snapshot) {
  const int minutes = snapshot.time().chat_minutes();
  return absl::Minutes(minutes == 0 ? kDefaultChatMinutes : minutes);
}

bool IsAway(const PersonSnapshot& snapshot, absl::Time time) {
  return !snapshot.person().active() || time < absl::FromUnixSeconds(snapshot.offer().pause_end_time().seconds());
}

bool IsBlocked(const Participant& one, const Participant& other) {
  return HasBlocked(one, other) || HasBlocked(other, one);
}

Consent ConsentOf(const Participant& caller, const Participant& other, bool is_matched, absl::Time now) {
  if (IsAway(caller.snapshot, now) || IsAway(other.snapshot, now) || IsBlocked(caller, other)) {
    return Consent::kNotAvailable;
  }
  if (is_matched || other.snapshot.offer().booking() == profile::v1::BOOKING_OPEN_DOOR) return Consent::kGiven;
  if (other.snapshot.offer().booking() == profile::v1::BOOKING_CLOSED) return Consent::kNotAvailable;
  return Consent::kRequired;
}

}  // namespace cortado::scheduling
