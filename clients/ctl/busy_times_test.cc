#include "clients/ctl/busy_times.h"

#include <string>

#include "clients/ctl/render/words.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using cortado::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::SizeIs;

absl::StatusOr<std::vector<scheduling::v1::BusyTime>> InBerlin(absl::string_view text) {
  absl::TimeZone berlin;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  return ParseBusyTimes(text, berlin);
}

std::string Problem(absl::string_view text) { return std::string(InBerlin(text).status().message()); }

std::string InUtc(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", ToTime(time), absl::UTCTimeZone());
}

TEST(BusyTimesTest, ReadsCsvInOnesOwnZoneUnlessItSaysAnother) {
  const auto times =
      InBerlin("title,end,start\nDentist,2026-06-09 11:00,2026-06-09 10:00\n,2026-06-10T11:00:00Z,2026-06-10T10:00Z\n");
  ASSERT_THAT(times, IsOk());
  ASSERT_THAT(*times, SizeIs(2));
  EXPECT_EQ(InUtc(times->at(0).start_time()), "2026-06-09 08:00");
  EXPECT_EQ(InUtc(times->at(0).end_time()), "2026-06-09 09:00");
  EXPECT_EQ(InUtc(times->at(1).start_time()), "2026-06-10 10:00");
}

TEST(BusyTimesTest, ReadsJsonLines) {
  const auto times =
      InBerlin("{\"start\": \"2026-06-09 10:00\", \"end\": \"2026-06-09 11:00\", \"uid\": \"c1@x\"}\n\n");
  ASSERT_THAT(times, IsOk());
  ASSERT_THAT(*times, SizeIs(1));
  EXPECT_EQ(times->at(0).uid(), "c1@x");
}

TEST(BusyTimesTest, AHeaderAloneIsACalendarWithNothingInIt) {
  const auto times = InBerlin("start,end\n");
  ASSERT_THAT(times, IsOk());
  EXPECT_THAT(*times, SizeIs(0));
}

TEST(BusyTimesTest, WhatIsWrongNamesItsLine) {
  EXPECT_THAT(Problem(""), HasSubstr("start,end"));
  EXPECT_THAT(Problem("from,to\n"), HasSubstr("line 1: the columns start and end are needed"));
  EXPECT_THAT(Problem("start,end\n2026-06-09 10:00,soon\n"), HasSubstr("line 2: \"soon\" is no time"));
  EXPECT_THAT(Problem("start,end\n2026-06-09 10:00,2026-06-09 09:00\n"), HasSubstr("line 2: the end lies before"));
  EXPECT_THAT(Problem("start,end\n2026-06-09 10:00\n"), HasSubstr("line 2: "));
  EXPECT_THAT(Problem("{\"start\": \"2026-06-09 10:00\"}\n"), HasSubstr("line 1: end must be a text"));
  EXPECT_THAT(Problem("{\"start\": 7, \"end\": 8}\n"), HasSubstr("line 1: start must be a text"));
  EXPECT_THAT(Problem("{\n"), HasSubstr("line 1: this is no JSON object"));
}

}  // namespace
}  // namespace cortado::ctl
