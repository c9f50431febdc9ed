// One's own calendar from the command line, over the real services.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/e2e/ctl_installation.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kPeople[] =
    "id,display_name,email,title,department,location,time_zone,languages,skills_held,skills_wanted,offer,offer_places\n"
    "ada,Ada Okafor,ada@example.org,Engineer,Platform,Berlin,Europe/Berlin,en,Go:2,Rust:3,mentee,\n"
    "ben,Ben Ota,ben@example.org,Engineer,Operations,Berlin,Europe/Berlin,en,Rust:5,,mentor,4\n";

// The first Tuesday that is more than a week ahead, in Berlin.
std::string SomeTuesday() {
  const absl::CivilDay ahead = absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + 7;
  return absl::FormatCivilTime(absl::NextWeekday(ahead, absl::Weekday::tuesday));
}

class CtlCalendarTest : public ::testing::Test {
 protected:
  CtlCalendarTest() {
    EXPECT_EQ(Ctl({"people", "import", cortado_.File("people.csv", kPeople)}).code, 0);
    EXPECT_EQ(Ctl({"offer", "set", "--booking", "open-door", "--as", "ben"}).code, 0);
  }
  Said Ctl(const std::vector<std::string>& arguments) { return cortado_.Ctl(arguments); }

  CtlInstallation cortado_;
};

TEST_F(CtlCalendarTest, WhatIsHandedInIsShownCountsAndIsForgotten) {
  EXPECT_THAT(Ctl({"calendar", "show", "--as", "ben"}).out, HasSubstr("not connected"));
  EXPECT_THAT(Ctl({"chat", "times", "ben", "--as", "ada"}).out, HasSubstr("Calendar not connected: ada, ben."));
  const std::string at = SomeTuesday() + " 10:00";
  const std::string busy = cortado_.File("busy.csv", absl::StrCat("start,end\n", at, ",", SomeTuesday(), " 11:00\n"));
  const Said put = Ctl({"calendar", "put", busy, "--as", "ben"});
  EXPECT_THAT(put.out, HasSubstr("1 time")) << put.err;
  EXPECT_THAT(Ctl({"chat", "book", "ben", "--at", at, "--as", "ada"}).err, HasSubstr("SLOT_TAKEN"));
  EXPECT_THAT(Ctl({"chat", "times", "ben", "--as", "ada"}).out, HasSubstr("Calendar not connected: ada."));
  EXPECT_EQ(Ctl({"calendar", "forget", "--as", "ben"}).code, 0);
  EXPECT_THAT(Ctl({"chat", "book", "ben", "--at", at, "--as", "ada"}).out, HasSubstr("booked"));
}

TEST_F(CtlCalendarTest, AnOldReadingIsSaidToBeOldAndItsOwnerDecides) {
  const std::string busy = cortado_.File("busy.csv", "start,end\n");
  const std::string long_ago = absl::FormatTime("%Y-%m-%dT%H:%MZ", absl::Now() - absl::Hours(30), absl::UTCTimeZone());
  EXPECT_THAT(Ctl({"calendar", "put", busy, "--read", long_ago, "--as", "ben"}).out, HasSubstr("outdated"));
  EXPECT_THAT(Ctl({"chat", "times", "ben", "--as", "ada"}).out, HasSubstr("The calendar of ben was last read 30h"));
  const std::string at = SomeTuesday() + " 10:00";
  EXPECT_THAT(Ctl({"chat", "book", "ben", "--at", at, "--as", "ada"}).err, HasSubstr("SLOT_TAKEN"));
  EXPECT_THAT(Ctl({"calendar", "offer-anyway", "on", "--as", "ben"}).out, HasSubstr("as you said"));
  EXPECT_THAT(Ctl({"chat", "book", "ben", "--at", at, "--as", "ada"}).out, HasSubstr("booked"));
  EXPECT_EQ(cortado_.Json({"calendar", "show", "--as", "ben"})["offerAnyway"], true);
}

TEST_F(CtlCalendarTest, WhatIsWrongIsSaidWithWhatToDo) {
  const std::string wrong = cortado_.File("busy.csv", "start,end\n2026-06-09 10:00,soon\n");
  const Said said = Ctl({"calendar", "put", wrong, "--as", "ben"});
  EXPECT_NE(said.code, 0);
  EXPECT_THAT(said.err, HasSubstr("line 2"));
  EXPECT_THAT(Ctl({"calendar", "offer-anyway", "on", "--as", "ben"}).err, HasSubstr("calendar put"));
  EXPECT_THAT(Ctl({"calendar", "forget", "--as", "ben"}).err, HasSubstr("NOT_FOUND"));
}

}  // namespace
}  // namespace cortado::testing
