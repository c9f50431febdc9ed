#include "clients/ctl/import/people_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "clients/ctl/import/people_csv.h"
#include "clients/ctl/import/people_file.h"

namespace cortado::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

PeopleFile Read(absl::string_view text, const PeopleMapping& mapping) {
  absl::StatusOr<PeopleFile> file = ReadPeople(csv::StringSource(text), mapping);
  EXPECT_TRUE(file.ok()) << file.status();
  for (const FileProblem& problem : file->problems) ADD_FAILURE() << FormatProblem("file", problem);
  return *std::move(file);
}

std::string Refusal(absl::string_view text) { return std::string(PeopleMapping::Parse(text).status().message()); }

TEST(PeopleMappingTest, ForeignNamesStandForOurs) {
  const auto mapping = PeopleMapping::Parse(
      R"({"columns": {"Employee no.": "id", "Full name": "display_name", "Reports to": "manager_id"}})");
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  const PeopleFile file = Read("employee NO.,Full-Name,Reports to,title\nE1,Ada,,Engineer\nE2,Bo,E1,\n", *mapping);
  ASSERT_THAT(file.rows, SizeIs(2));
  EXPECT_EQ(file.rows[0].person().title(), "Engineer");
  EXPECT_EQ(file.rows[1].person().external_id(), "E2");
  EXPECT_EQ(file.rows[1].person().display_name(), "Bo");
  EXPECT_EQ(file.rows[1].manager_external_id(), "E1");
}

TEST(PeopleMappingTest, WhatIsIgnoredIsPassedOver) {
  const auto some = PeopleMapping::Parse(R"({"ignore": ["Salary grade", "title"]})");
  EXPECT_EQ(Read("id,display_name,salary_grade,title\n1,Ada,9,Boss\n", *some).rows[0].person().title(), "");
  const auto others = PeopleMapping::Parse(R"({"ignore_others": true})");
  EXPECT_THAT(Read("id,display_name,shoe size\n1,Ada,40\n", *others).rows, SizeIs(1));
}

TEST(PeopleMappingTest, DefaultsStandInForEmptyCells) {
  const auto mapping = PeopleMapping::Parse(R"({"defaults": {"time_zone": "Europe/Berlin", "languages": "de;en"}})");
  const PeopleFile file = Read("id,display_name,time_zone\n1,Ada,\n2,Bo,Europe/Paris\n", *mapping);
  EXPECT_EQ(file.rows[0].person().time_zone(), "Europe/Berlin");
  EXPECT_EQ(file.rows[0].person().languages_size(), 2);
  EXPECT_EQ(file.rows[1].person().time_zone(), "Europe/Paris");
}

TEST(PeopleMappingTest, SaysWhatIsWrongWithIt) {
  EXPECT_THAT(Refusal("no"), HasSubstr("one JSON object"));
  EXPECT_THAT(Refusal(R"({"column": {}})"), HasSubstr("\"column\" is none of"));
  EXPECT_THAT(Refusal(R"({"columns": []})"), HasSubstr("must be an object"));
  EXPECT_THAT(Refusal(R"({"columns": {"X": "titel"}})"), HasSubstr("did you mean title?"));
  EXPECT_THAT(Refusal(R"({"columns": {"X": "id", "Y": "id"}})"), HasSubstr("both stand for id"));
  EXPECT_THAT(Refusal(R"({"defaults": {"title": 1}})"), HasSubstr("must be a text"));
}

TEST(PeopleMappingTest, AnUnknownPresetNamesThoseThereAre) {
  EXPECT_THAT(std::string(PeopleMapping::Preset("workweek").status().message()),
              HasSubstr("hr_adventureworks, hr_chicago"));
}

TEST(PeopleMappingTest, ADepartmentLeftBehindIsAStepThatNobodyConfirmed) {
  const PeopleFile file =
      Read("id,display_name,department_history\n1,Ada,2007-12-05 Engineering > 2010-05-31 Tools\n", {});
  const auto& journey = file.rows[0].person().journey();
  ASSERT_EQ(journey.size(), 1);
  EXPECT_EQ(journey[0].role(), "Engineering");
  EXPECT_EQ(journey[0].from_year(), 2007);
  EXPECT_EQ(journey[0].to_year(), 2010);
  EXPECT_FALSE(journey[0].confirmed());
}

PeopleFile ReadReal(const std::string& name, const std::string& preset) {
  absl::StatusOr<csv::ByteSource> source = OpenPeopleFile("../shared/data/" + name);
  EXPECT_TRUE(source.ok());
  return *ReadPeople(*std::move(source), *PeopleMapping::Preset(preset));
}

TEST(PeopleMappingTest, PresetsReadRealFilesWholeWhereTheyArePresent) {
  if (!std::filesystem::exists("../shared/data/hr_adventureworks.csv"))
    GTEST_SKIP() << "the company is not on this machine";
  const PeopleFile company = ReadReal("hr_adventureworks.csv", "hr_adventureworks");
  EXPECT_THAT(company.problems, IsEmpty());
  EXPECT_THAT(company.rows, SizeIs(290));
  EXPECT_EQ(company.rows[0].person().start_date(), "2009-01-14");
  EXPECT_EQ(company.rows[3].person().journey(0).role(), "Engineering");
  const PeopleFile city = ReadReal("hr_chicago_titles_departments.csv.gz", "hr_chicago");
  EXPECT_THAT(city.problems, IsEmpty());
  EXPECT_GT(city.rows.size(), 30'000u);
  EXPECT_THAT(ReadReal("org_so.csv.gz", "org_so").rows, SizeIs(14'261));
}

}  // namespace
}  // namespace cortado::ctl
