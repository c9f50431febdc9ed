// What a calendar program makes of a series: read by libical with the zone's rules that the invitation brings along.
#include <libical/ical.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::IsOk;
using ::testing::ElementsAreArray;
using ::testing::SizeIs;

struct Free {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};

// When the chats of the one event of a calendar begin, by libical alone.
std::vector<absl::Time> StartsIn(const std::string& object) {
  const std::unique_ptr<icalcomponent, Free> calendar(icalparser_parse_string(object.c_str()));
  if (calendar == nullptr || icalcomponent_count_errors(calendar.get()) != 0) return {};
  icalcomponent* event = icalcomponent_get_first_component(calendar.get(), ICAL_VEVENT_COMPONENT);
  icalproperty* start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
  const char* zone_id = icalparameter_get_tzid(icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER));
  icaltimezone* zone = icalcomponent_get_timezone(calendar.get(), zone_id);
  if (zone == nullptr) return {};
  const auto instant = [zone](const icaltimetype& time) {
    return absl::FromTimeT(icaltime_as_timet_with_zone(time, zone));
  };
  std::vector<absl::Time> starts;
  if (icalproperty* rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY); rule != nullptr) {
    icalrecur_iterator* each = icalrecur_iterator_new(icalproperty_get_rrule(rule), icalproperty_get_dtstart(start));
    for (icaltimetype time = icalrecur_iterator_next(each); !icaltime_is_null_time(time);
         time = icalrecur_iterator_next(each)) {
      starts.push_back(instant(time));
    }
    icalrecur_iterator_free(each);
    return starts;
  }
  starts.push_back(instant(icalproperty_get_dtstart(start)));
  for (icalproperty* other = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY); other != nullptr;
       other = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY)) {
    starts.push_back(instant(icalproperty_get_rdate(other).time));
  }
  return starts;
}

std::vector<absl::Time> StartsOf(const v1::Series& series) {
  std::vector<absl::Time> starts;
  for (const v1::Chat& chat : series.chats()) starts.push_back(ToTime(chat.start_time()));
  return starts;
}

struct Case {
  std::string zone;
  v1::Recurrence::Frequency frequency;
};

class SeriesInvitationTest : public ::testing::TestWithParam<Case> {
 protected:
  static Colleague In(const std::string& id, const std::string& zone) {
    return Colleague(id).Door(profile::v1::BOOKING_OPEN_DOOR).Works(0, 1440).WeeklyMinutes(600).In(zone);
  }
};

TEST_P(SeriesInvitationTest, IsReadAsTheTimesThatAreBooked) {
  const auto& [zone, frequency] = GetParam();
  Site site({In("ada", zone), In("bo", zone)});
  // Tuesday 30 June: the last one of its month.
  v1::BookSeriesRequest request = site.AskingWeekly("bo", Utc("2026-06-30 03:30"), 26);
  request.mutable_recurrence()->set_frequency(frequency);
  const absl::StatusOr<v1::Series> series = site.Send("ada", request);
  ASSERT_THAT(series, IsOk());
  ASSERT_THAT(series->chats(), SizeIs(26));
  EXPECT_THAT(StartsIn(series->invitation()), ElementsAreArray(StartsOf(*series))) << series->invitation();
}

INSTANTIATE_TEST_SUITE_P(Zones, SeriesInvitationTest,
                         ::testing::Values(Case{"Europe/Berlin", v1::Recurrence::FREQUENCY_WEEKLY},
                                           Case{"Europe/Berlin", v1::Recurrence::FREQUENCY_MONTHLY},
                                           Case{"America/New_York", v1::Recurrence::FREQUENCY_EVERY_TWO_WEEKS},
                                           Case{"Australia/Lord_Howe", v1::Recurrence::FREQUENCY_WEEKLY},
                                           Case{"Asia/Kathmandu", v1::Recurrence::FREQUENCY_MONTHLY},
                                           Case{"UTC", v1::Recurrence::FREQUENCY_WEEKLY}),
                         [](const auto& test) {
                           std::string name =
                               absl::StrCat(test.param.zone, v1::Recurrence::Frequency_Name(test.param.frequency));
                           name.erase(
                               std::remove_if(name.begin(), name.end(), [](char c) { return !absl::ascii_isalnum(c); }),
                               name.end());
                           return name;
                         });

TEST(SeriesInvitationTimesTest, TimesNamedOneByOneAreReadToo) {
  const auto open = [](const char* id) {
    return Colleague(id).Door(profile::v1::BOOKING_OPEN_DOOR).WeeklyMinutes(600).In("Europe/Berlin");
  };
  Site site({open("ada"), open("bo")});
  v1::BookSeriesRequest request = site.AskingWeekly("bo", Utc("2026-10-20 10:00"), 2);
  request.clear_recurrence();
  request.clear_start_time();
  for (const char* time : {"2026-10-20 10:00", "2026-10-27 13:00", "2027-03-30 09:15"}) {
    *request.add_start_times() = WriteInstant(Utc(time));
  }
  const absl::StatusOr<v1::Series> series = site.Send("ada", request);
  ASSERT_THAT(series, IsOk());
  EXPECT_THAT(StartsIn(series->invitation()), ElementsAreArray(StartsOf(*series))) << series->invitation();
}

}  // namespace
}  // namespace cortado::scheduling
