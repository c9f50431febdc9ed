#include "services/scheduling/instants.h"

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/availability/working_hours.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;

google::protobuf::Timestamp At(int64_t seconds, int32_t nanos = 0) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(nanos);
  return timestamp;
}

google::protobuf::Duration Lasting(int64_t seconds, int32_t nanos = 0) {
  google::protobuf::Duration duration;
  duration.set_seconds(seconds);
  duration.set_nanos(nanos);
  return duration;
}

TEST(InstantsTest, OnlyTheYears1970To2100AreRead) {
  EXPECT_THAT(ReadInstant("start_time", At(0)), IsOk());
  EXPECT_THAT(ReadInstant("start_time", At(4133980799)), IsOk());
  EXPECT_THAT(ReadInstant("start_time", At(-1)), RefusesField("start_time"));
  EXPECT_THAT(ReadInstant("start_time", At(4133980800)), RefusesField("start_time"));
  EXPECT_THAT(ReadInstant("start_time", At(0, -1)), RefusesField("start_time"));
  EXPECT_THAT(ReadInstant("start_time", At(0, 1000000000)), RefusesField("start_time"));
}

TEST(InstantsTest, AChatLengthIsWholeMinutes) {
  EXPECT_THAT(ReadChatLength("duration", Lasting(600)), IsOk());
  EXPECT_THAT(ReadChatLength("duration", Lasting(14400)), IsOk());
  EXPECT_THAT(ReadChatLength("duration", Lasting(601)), RefusesField("duration"));
  EXPECT_THAT(ReadChatLength("duration", Lasting(600, 1)), RefusesField("duration"));
  EXPECT_THAT(ReadChatLength("duration", Lasting(-600)), RefusesField("duration"));
  EXPECT_THAT(ReadChatLength("duration", Lasting(0)), RefusesField("duration"));
}

TEST(InstantsTest, AnHourThatComesTwiceShowsItsOffset) {
  const absl::TimeZone berlin = *LoadZone("Europe/Berlin");
  const absl::Time first = absl::FromUnixSeconds(1792888200);  // 2026-10-25T00:30:00Z
  EXPECT_EQ(ShowInstant(first, berlin, "en").text(), "Sun 25 Oct 2026, 02:30 (UTC+02:00)");
  EXPECT_EQ(ShowInstant(first + absl::Hours(1), berlin, "en").text(), "Sun 25 Oct 2026, 02:30 (UTC+01:00)");
  EXPECT_EQ(ShowInstant(first, berlin, "de").text(), "So 25. Okt 2026, 02:30 (UTC+02:00)");
  EXPECT_EQ(ShowInstant(first, berlin, "en").time_zone(), "Europe/Berlin");
}

}  // namespace
}  // namespace cortado::scheduling
