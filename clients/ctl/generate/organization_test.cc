#include "clients/ctl/generate/organization.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/ctl/generate/career.h"
#include "clients/ctl/generate/dice.h"
#include "clients/ctl/import/people_csv.h"

namespace cortado::ctl {
namespace {

using google::protobuf::util::MessageDifferencer;
using profile::v1::JourneyStep;

// FNV-1a: a change of the bytes of a sample is to be noticed, and decided.
uint64_t HashOf(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 1099511628211u;
  return hash;
}

bool WantsSomethingNew(const profile::v1::Person& person) {
  return std::any_of(person.skills_wanted().begin(), person.skills_wanted().end(), [&](const auto& wanted) {
    return std::none_of(person.skills_held().begin(), person.skills_held().end(),
                        [&](const auto& held) { return held.skill() == wanted.skill(); });
  });
}

int Percent(const std::vector<ImportRow>& rows, const std::function<bool(const ImportRow&)>& holds) {
  return static_cast<int>(100 * std::count_if(rows.begin(), rows.end(), holds) / static_cast<int64_t>(rows.size()));
}

TEST(OrganizationTest, OneSeedMakesTheSameBytesEverywhere) {
  EXPECT_EQ(HashOf(WritePeople(GenerateOrganization(500, 1))), 6088229836525268403u);
}

TEST(OrganizationTest, AnotherSeedMakesAnotherOrganization) {
  EXPECT_NE(WritePeople(GenerateOrganization(50, 1)), WritePeople(GenerateOrganization(50, 2)));
}

class OrganizationSizeTest : public testing::TestWithParam<int> {};

TEST_P(OrganizationSizeTest, MakesAFileWithoutAProblem) {
  const std::vector<ImportRow> rows = GenerateOrganization(GetParam(), 7);
  const std::string csv = WritePeople(rows);
  absl::StatusOr<PeopleFile> file = ReadPeople(csv::StringSource(csv));
  ASSERT_TRUE(file.ok());
  for (const FileProblem& problem : file->problems) ADD_FAILURE() << FormatProblem("sample", problem);
  ASSERT_EQ(file->rows.size(), static_cast<size_t>(GetParam()));
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(MessageDifferencer::Equals(rows[i], file->rows[i]))
        << rows[i].DebugString() << file->rows[i].DebugString();
  }
}

TEST_P(OrganizationSizeTest, HasOneTopAndTeamsOfASizeOnePersonCanLead) {
  std::map<std::string, int> reports;
  int tops = 0;
  for (const ImportRow& row : GenerateOrganization(GetParam(), 11)) {
    tops += row.manager_external_id().empty() ? 1 : 0;
    if (!row.manager_external_id().empty()) ++reports[row.manager_external_id()];
  }
  EXPECT_EQ(tops, std::min(GetParam(), 1));
  for (const auto& [manager, count] : reports) EXPECT_LE(count, 15) << manager;
  if (GetParam() >= 500) {
    EXPECT_GT(GetParam() / static_cast<int>(reports.size()), 3);
  }
}

INSTANTIATE_TEST_SUITE_P(People, OrganizationSizeTest, testing::Values(0, 1, 2, 3, 17, 100, 500, 3000),
                         [](const auto& size) { return absl::StrCat(size.param); });

TEST(OrganizationTest, SpreadsOverDepartmentsSitesAndZones) {
  std::set<std::string> departments, zones, titles;
  for (const ImportRow& row : GenerateOrganization(500, 3)) {
    departments.insert(row.person().department());
    zones.insert(row.person().time_zone());
    titles.insert(row.person().title());
  }
  EXPECT_GE(departments.size(), 12u);
  EXPECT_GE(zones.size(), 10u);
  EXPECT_GE(titles.size(), 60u);
}

TEST(OrganizationTest, SomeJoinedAndSomeAreOnlyImported) {
  const std::vector<ImportRow> rows = GenerateOrganization(2000, 3);
  EXPECT_NEAR(Percent(rows, [](const ImportRow& row) { return row.has_offer(); }), 60, 5);
  EXPECT_NEAR(Percent(rows, [](const ImportRow& row) { return row.has_destination(); }), 62, 5);
}

TEST(OrganizationTest, MoreThanAQuarterWantNothingNew) {
  const int quiet =
      Percent(GenerateOrganization(2000, 3), [](const ImportRow& row) { return !WantsSomethingNew(row.person()); });
  EXPECT_GE(quiet, 25);
  EXPECT_LE(quiet, 45);
}

TEST(OrganizationTest, EveryDestinationKindAndEveryMoveIsThere) {
  std::set<int> kinds, moves;
  for (const ImportRow& row : GenerateOrganization(3000, 3)) {
    if (row.has_destination()) kinds.insert(row.destination().kind());
    for (const JourneyStep& step : row.person().journey()) moves.insert(step.move());
  }
  EXPECT_THAT(kinds, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(moves, testing::ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(OrganizationTest, JourneysRunForwardsAndEndInTheRoleOfToday) {
  for (const ImportRow& row : GenerateOrganization(2000, 5)) {
    const auto& journey = row.person().journey();
    ASSERT_FALSE(journey.empty());
    EXPECT_EQ(journey[journey.size() - 1].role(), row.person().title());
    EXPECT_EQ(journey[journey.size() - 1].to_year(), 0);
    EXPECT_EQ(journey[0].move(), profile::v1::MOVE_KIND_START);
    for (int i = 1; i < journey.size(); ++i) {
      EXPECT_EQ(journey[i].from_year(), journey[i - 1].to_year());
      EXPECT_GT(journey[i].from_year(), journey[i - 1].from_year());
    }
  }
}

TEST(OrganizationTest, NobodyStartsBeforeTheirCareer) {
  for (const ImportRow& row : GenerateOrganization(2000, 5)) {
    const int start = std::stoi(row.person().start_date().substr(0, 4));
    EXPECT_GE(start, kSampleYear - 1 - row.person().years_experience());
    EXPECT_LT(start, kSampleYear);
  }
}

TEST(DiceTest, ThrowsWhatThePaperThrows) {
  // The first numbers of SplitMix64 from the seed 0.
  Dice dice(0);
  EXPECT_EQ(dice.Next(), 0xE220A8397B1DCDAFu);
  EXPECT_EQ(dice.Next(), 0x6E789E6AA1B965F4u);
}

TEST(DiceTest, ASampleHoldsNothingTwice) {
  Dice dice(1);
  const std::vector<int> sample = dice.Sample(10, 20);
  EXPECT_EQ(std::set<int>(sample.begin(), sample.end()).size(), 10u);
}

}  // namespace
}  // namespace cortado::ctl
