#include "clients/ctl/hours_text.h"

#include <string>

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using cortado::testing::IsOk;
using ::testing::HasSubstr;

std::string ThereAndBack(absl::string_view text) {
  const auto days = ParseHours(text);
  if (!days.ok()) return std::string(days.status().message());
  google::protobuf::RepeatedPtrField<profile::v1::DayHours> hours;
  for (const auto& day : *days) *hours.Add() = day;
  return FormatHours(hours);
}

TEST(HoursTextTest, ReadsDaysAndRangesOfDays) {
  EXPECT_EQ(ThereAndBack("mon-fri 09:00-17:00"), "Mon-Fri 09:00-17:00");
  EXPECT_EQ(ThereAndBack("Tue 12-13:30"), "Tue 12:00-13:30");
  EXPECT_EQ(ThereAndBack("sat 22:00-24:00"), "Sat 22:00-24:00");
}

TEST(HoursTextTest, HoursMayRunPastMidnight) { EXPECT_EQ(ThereAndBack("fri 22:00-06:00"), "Fri 22:00-06:00"); }

TEST(HoursTextTest, RefusesWhatIsNoHours) {
  for (const char* text :
       {"", "mon", "mon 9", "fri-mon 9-17", "xyz 9-17", "mon 9-25", "mon 9:60-10", "mon 24:00-01:00"}) {
    EXPECT_THAT(ThereAndBack(text), HasSubstr("are no hours")) << text;
  }
}

TEST(HoursTextTest, DaysWithOtherHoursStandAlone) {
  google::protobuf::RepeatedPtrField<profile::v1::DayHours> hours;
  const auto add = [&](int day, int start) {
    auto* added = hours.Add();
    added->set_weekday(day);
    added->set_start_minute(start);
    added->set_end_minute(1020);
  };
  add(1, 540);
  add(2, 540);
  add(4, 600);
  add(6, 600);
  EXPECT_EQ(FormatHours(hours), "Mon-Tue 09:00-17:00, Thu 10:00-17:00, Sat 10:00-17:00");
}

absl::TimeZone Berlin() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  return zone;
}

TEST(InstantTest, AWallClockIsThatOfTheZone) {
  const auto time = ParseInstant("2026-11-24 15:00", Berlin());
  ASSERT_THAT(time, IsOk());
  EXPECT_EQ(absl::FormatTime(absl::RFC3339_sec, *time, absl::UTCTimeZone()), "2026-11-24T14:00:00+00:00");
}

TEST(InstantTest, AnOffsetIsMeantAsItStands) {
  for (const char* text : {"2026-11-24T15:00:00+01:00", "2026-11-24T14:00Z", "2026-11-24T14:00:00Z"}) {
    const auto time = ParseInstant(text, absl::UTCTimeZone());
    ASSERT_THAT(time, IsOk()) << text;
    EXPECT_EQ(absl::ToUnixSeconds(*time), 1795528800) << text;
  }
}

TEST(InstantTest, AnHourThatTheClocksSkipIsRefused) {
  EXPECT_THAT(ParseInstant("2026-03-29 02:30", Berlin()).status().message(), HasSubstr("skip"));
  EXPECT_THAT(ParseInstant("tomorrow", Berlin()).status().message(), HasSubstr("is no time"));
}

// Case 29 of the edge cases of scheduling.
TEST(InstantTest, ALeapSecondIsTheSecondBeforeIt) {
  for (const char* text : {"2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "2017-01-01 00:59:60"}) {
    const auto time = ParseInstant(text, Berlin());
    ASSERT_THAT(time, IsOk()) << text;
    EXPECT_EQ(absl::FormatTime("%H:%M:%S", *time, absl::UTCTimeZone()), "23:59:59") << text;
  }
  EXPECT_FALSE(ParseInstant("2026-11-24 15:60", Berlin()).ok());
  EXPECT_FALSE(ParseInstant("15:", Berlin()).ok());
}

TEST(SpanTest, ReadsMinutesHoursDaysAndWeeks) {
  EXPECT_EQ(*ParseSpan("30"), absl::Minutes(30));
  EXPECT_EQ(*ParseSpan("1h30m"), absl::Minutes(90));
  EXPECT_EQ(*ParseSpan("90m"), absl::Minutes(90));
  EXPECT_EQ(*ParseSpan("3d"), absl::Hours(72));
  EXPECT_EQ(*ParseSpan("2w"), absl::Hours(14 * 24));
  EXPECT_EQ(*ParseSpan("-3d"), -absl::Hours(72));
  EXPECT_EQ(*ParseSpan("100000000d"), 100'000'000 * absl::Hours(24));
}

TEST(SpanTest, WhatIsNoSpanIsRefusedWithAnExample) {
  for (const char* text : {"soon", "d", "w", "1.5d", "3dd", "d3", "9999999999d"}) {
    EXPECT_THAT(ParseSpan(text).status().message(), HasSubstr("is no span of time: write 30m")) << text;
  }
  EXPECT_THAT(ParseSpan("").status().message(), HasSubstr("no span of time is given"));
}

}  // namespace
}  // namespace cortado::ctl
