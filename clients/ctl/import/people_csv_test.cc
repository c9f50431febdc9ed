#include "clients/ctl/import/people_csv.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/import/people_file.h"

namespace cortado::ctl {
namespace {

using profile::v1::HeldSkill;
using profile::v1::JourneyStep;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Property;
using ::testing::SizeIs;

PeopleFile Read(absl::string_view text) {
  absl::StatusOr<PeopleFile> file = ReadPeople(csv::StringSource(text));
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

// The one good row of a file of one.
ImportRow ReadOne(absl::string_view header, absl::string_view row) {
  const PeopleFile file = Read(absl::StrCat(header, "\n", row, "\n"));
  for (const FileProblem& problem : file.problems) ADD_FAILURE() << FormatProblem("file", problem);
  return file.rows.empty() ? ImportRow() : file.rows[0];
}

auto Problem(int64_t line, const std::string& column, const std::string& what, const std::string& fix) {
  return AllOf(Field(&FileProblem::line, line), Field(&FileProblem::column, column),
               Field(&FileProblem::what, HasSubstr(what)), Field(&FileProblem::fix, HasSubstr(fix)));
}

std::vector<std::string> IdsOf(const PeopleFile& file) {
  std::vector<std::string> ids;
  for (const ImportRow& row : file.rows) ids.push_back(row.person().external_id());
  return ids;
}

TEST(PeopleCsvTest, ReadsTheLayoutOfTheSurveys) {
  const ImportRow row = ReadOne(
      "id,display_name,title,department,country,time_zone,years_experience,people_manager,work_mode,org_size,industry,"
      "skills_held,skills_wanted,interests,manager_id,source",
      "so24-2,Bea Both,Full-stack developer,Web,Spain,Europe/Madrid,1.5,yes,Remote,,,Go;C#,Go;Rust,,,Survey");
  const profile::v1::Person& person = row.person();
  EXPECT_EQ(person.external_id(), "so24-2");
  EXPECT_EQ(person.display_name(), "Bea Both");
  EXPECT_EQ(person.location(), "Spain");
  EXPECT_EQ(person.time_zone(), "Europe/Madrid");
  EXPECT_EQ(person.years_experience(), 1);
  EXPECT_TRUE(person.people_manager());
  EXPECT_TRUE(person.active());
  EXPECT_THAT(person.skills_held(), ElementsAre(Property(&HeldSkill::skill, "Go"), Property(&HeldSkill::skill, "C#")));
  EXPECT_FALSE(row.has_offer());
  EXPECT_EQ(row.line(), 2);
}

TEST(PeopleCsvTest, ReadsTheTemplate) {
  const ImportRow row = ReadOne(
      "id,display_name,email,location,country,languages,start_date,skills_held,skills_wanted,journey,destination,"
      "destination_kind,destination_motives,destination_audience,offer,offer_places,offer_topics,offer_booking",
      "1,Ada,ada@example.org,Porto,Portugal,pt;en,2021-03-15,Go:4,K8s:3:5,"
      "Tester|Quality|2015|2018|outside|start|confirmed;Developer||2018||inside|new_field,Engineering "
      "manager,next_level,"
      "mastery;purpose,everyone,mentor;coffee,3,Go,open_door");
  EXPECT_EQ(row.person().location(), "Porto");
  EXPECT_EQ(row.person().skills_held(0).level(), 4);
  EXPECT_EQ(row.person().skills_wanted(0).skill(), "K8s");
  EXPECT_EQ(row.person().skills_wanted(0).level(), 3);
  EXPECT_EQ(row.person().skills_wanted(0).importance(), 5);
  EXPECT_THAT(row.person().journey(),
              ElementsAre(AllOf(Property(&JourneyStep::role, "Tester"), Property(&JourneyStep::outside, true),
                                Property(&JourneyStep::confirmed, true)),
                          AllOf(Property(&JourneyStep::from_year, 2018), Property(&JourneyStep::to_year, 0),
                                Property(&JourneyStep::confirmed, false))));
  EXPECT_EQ(row.destination().kind(), profile::v1::DESTINATION_KIND_NEXT_LEVEL);
  EXPECT_EQ(row.destination().motives_size(), 2);
  EXPECT_EQ(row.offer().places(), 3);
  EXPECT_EQ(row.offer().booking(), profile::v1::BOOKING_OPEN_DOOR);
}

TEST(PeopleCsvTest, ColumnsMayComeInAnyOrderAndCase) {
  EXPECT_EQ(ReadOne("Display Name,ID", "Ada,1").person().display_name(), "Ada");
}

TEST(PeopleCsvTest, WithoutNamesTheIdStandsIn) { EXPECT_EQ(ReadOne("id", "so19-2").person().display_name(), "so19-2"); }

TEST(PeopleCsvTest, PlacesWithoutAnOfferAreNoConsent) {
  EXPECT_FALSE(ReadOne("id,offer,offer_places,offer_topics", "1,,3,Go").has_offer());
}

TEST(PeopleCsvTest, AMentorWhoDoesNotSayTakesTwo) { EXPECT_EQ(ReadOne("id,offer", "1,mentor").offer().places(), 2); }

TEST(PeopleCsvTest, AnUnknownColumnIsNamedWithTheNearestKnownOne) {
  const PeopleFile file = Read("id,departement,shoe size\n1,Web,42\n");
  EXPECT_THAT(file.problems, ElementsAre(Problem(1, "departement", "no such column", "rename it to department"),
                                         Problem(1, "shoe size", "no such column", "remove it")));
  EXPECT_THAT(file.rows, IsEmpty());
}

TEST(PeopleCsvTest, AHeaderNeedsTheIdAndEachColumnOnce) {
  EXPECT_THAT(Read("title,Title\nx,y\n").problems,
              ElementsAre(Problem(1, "Title", "there twice", "remove one"), Problem(1, "id", "missing", "add it")));
}

TEST(PeopleCsvTest, AnEmptyFileIsAProblem) {
  EXPECT_THAT(Read("").problems, ElementsAre(Problem(1, "id", "empty", "begin it")));
}

TEST(PeopleCsvTest, AMalformedRowIsNamedAndTheOthersAreKept) {
  const PeopleFile file = Read("id,title\n1,a\n2\n3,\xFF\n4,d\n");
  EXPECT_THAT(file.problems, ElementsAre(Problem(3, "1", "1 cells", "commas"), Problem(4, "3", "not UTF-8", "UTF-8")));
  EXPECT_THAT(IdsOf(file), ElementsAre("1", "4"));
  EXPECT_EQ(file.row_count, 4);
}

TEST(PeopleCsvTest, ARepeatedIdIsNamedWithItsFirstLine) {
  const PeopleFile file = Read("id,title\n1,a\n2,b\n1,c\n");
  EXPECT_THAT(file.problems, ElementsAre(Problem(4, "id", "line 2 has the id \"1\"", "remove one")));
  EXPECT_THAT(IdsOf(file), ElementsAre("1", "2"));
}

TEST(PeopleCsvTest, ARepeatedAddressIsNamedWhateverItsCase) {
  EXPECT_THAT(Read("id,email\n1,a@x.org\n2,A@X.org\n").problems,
              ElementsAre(Problem(3, "email", "line 2", "their own")));
}

TEST(PeopleCsvTest, AnUnknownManagerIsNamed) {
  const PeopleFile file = Read("id,manager_id\n1,\n2,9\n");
  EXPECT_THAT(file.problems, ElementsAre(Problem(3, "manager_id", "the id \"9\"", "correct the id")));
  EXPECT_EQ(file.problems[0].stranger, "9");
  EXPECT_THAT(IdsOf(file), ElementsAre("1", "2"));
}

TEST(PeopleCsvTest, ARingOfManagersIsNamedInFullAndCutOnce) {
  const PeopleFile file = Read("id,manager_id\n1,3\n2,1\n3,2\n4,3\n");
  EXPECT_THAT(file.problems, ElementsAre(Problem(2, "manager_id", "1 -> 3 -> 2 -> 1", "empty the manager")));
  ASSERT_THAT(file.rows, SizeIs(4));
  EXPECT_EQ(file.rows[0].manager_external_id(), "");
  EXPECT_EQ(file.rows[1].manager_external_id(), "1");
}

TEST(PeopleCsvTest, AManagerInABadRowIsNotUnknown) {
  EXPECT_THAT(Read("id,manager_id,start_date\n1,,tomorrow\n2,1,\n").problems,
              ElementsAre(Problem(2, "start_date", "not a date", "2024-12-31")));
}

TEST(PeopleCsvTest, EveryBadCellOfARowIsNamed) {
  const PeopleFile file = Read("id,display_name,time_zone,years_experience,offer\n1,,Europe/Atlantis,-1,money\n");
  EXPECT_THAT(
      file.problems,
      ElementsAre(Problem(2, "time_zone", "Europe/Atlantis", "IANA"), Problem(2, "years_experience", "-1", "0 to 80"),
                  Problem(2, "offer", "money", "mentor"), Problem(2, "display_name", "empty", "a name")));
  EXPECT_THAT(file.rows, IsEmpty());
}

struct BadCell {
  const char* name;
  const char* column;
  std::string cell;
};

class PeopleCsvCellTest : public testing::TestWithParam<BadCell> {};

TEST_P(PeopleCsvCellTest, IsRefused) {
  const PeopleFile file = Read(absl::StrCat("id,", GetParam().column, "\n1,", GetParam().cell, "\n"));
  EXPECT_THAT(file.problems, testing::Contains(Field(&FileProblem::column, testing::StartsWith(GetParam().column))));
  EXPECT_THAT(file.rows, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Bad, PeopleCsvCellTest,
                         testing::ValuesIn(std::vector<BadCell>{
                             {"ThirtiethOfFebruary", "start_date", "2024-02-30"},
                             {"DateWithoutZeros", "start_date", "2024-2-3"},
                             {"AddressWithoutAt", "email", "ada.example.org"},
                             {"AddressWithTwoAts", "email", "a@b@c"},
                             {"AddressWithSpace", "email", "a b@c.org"},
                             {"LanguageInWords", "languages", "Portuguese (Brazil)"},
                             {"Maybe", "people_manager", "maybe"},
                             {"NotANumber", "years_experience", "nan"},
                             {"NoPlaces", "offer_places", "0"},
                             {"ManyPlaces", "offer_places", "21"},
                             {"StepWithoutRole", "journey", "|Web|2015|2018|inside|up"},
                             {"StepThatEndsFirst", "journey", "Tester|Web|2018|2015|inside|up"},
                             {"StepWithUnknownMove", "journey", "Tester|Web|2015|2018|inside|jump"},
                             {"StepMaybeConfirmed", "journey", "Tester|Web|2015|2018|inside|up|maybe"},
                             {"DestinationWithoutKind", "destination", "Manager"},
                             {"UnknownKind", "destination_kind", "unspecified"},
                             {"UnknownMotive", "destination_motives", "fame"},
                             {"LongSkill", "skills_held", std::string(101, 'x')},
                             {"LongTitle", "title", std::string(201, 'x')},
                         }),
                         [](const auto& cell) { return cell.param.name; });

TEST(PeopleCellsTest, ANumberAfterAColonIsALevelOnlyFromZeroToFive) {
  EXPECT_EQ(ParseSkill("Go:5").level, 5);
  EXPECT_EQ(ParseSkill("Go").level, 0);
  EXPECT_EQ(ParseSkill("ISO:9").name, "ISO:9");
  EXPECT_EQ(ParseSkill("C++:3:4").importance, 4);
  for (const char* name : {"Go", "Go:4", "a:1:2", ":3"}) {
    const SkillCell back = ParseSkill(FormatSkill(name, 0, 0));
    EXPECT_EQ(back.level, 0) << name;
    EXPECT_EQ(back.name, name);
  }
}

TEST(PeopleCellsTest, WhatStandsBehindTheLastAtSignIsAnAudienceOrPartOfTheWords) {
  const auto read = [](absl::string_view piece) {
    const profile::v1::Audience audience = TakeAudience(piece);
    return std::make_pair(std::string(piece), audience);
  };
  EXPECT_EQ(read("chess@only_me"), std::make_pair(std::string("chess"), profile::v1::AUDIENCE_ONLY_ME));
  EXPECT_EQ(read("chess @ Only me"), std::make_pair(std::string("chess"), profile::v1::AUDIENCE_ONLY_ME));
  EXPECT_EQ(read("me@home"), std::make_pair(std::string("me@home"), profile::v1::AUDIENCE_UNSPECIFIED));
  EXPECT_EQ(read("a@everyone@only_me"), std::make_pair(std::string("a@everyone"), profile::v1::AUDIENCE_ONLY_ME));
  // Words that end like an audience come back as they were.
  EXPECT_EQ(WithAudience("a@only_me", profile::v1::AUDIENCE_UNSPECIFIED), "a@only_me@everyone");
  EXPECT_EQ(WithAudience("chess", profile::v1::AUDIENCE_UNSPECIFIED), "chess");
}

TEST(PeopleCellsTest, AStepMayEndInItsAudience) {
  const auto step = ParseJourneyStep("Tester|Quality|2015|2018|inside|start|confirmed@only_me");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->audience(), profile::v1::AUDIENCE_ONLY_ME);
  EXPECT_TRUE(step->confirmed());
  EXPECT_EQ(FormatJourneyStep(*step), "Tester|Quality|2015|2018|inside|start|confirmed@only_me");
  EXPECT_EQ(ParseJourneyStep("Cook@only_me")->role(), "Cook");
}

TEST(PeopleCsvTest, TheReadmeDocumentsEveryColumn) {
  std::ifstream file("clients/ctl/import/README.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (const Column& column : PeopleColumns()) EXPECT_THAT(text, HasSubstr(absl::StrCat("`", column.name, "`")));
}

TEST(PeopleCsvTest, WritesWhatItReads) {
  const PeopleFile file = Read(
      "id,display_name,title,skills_held,offer,journey,destination,destination_kind,active\n"
      "1,\"Okafor, \"\"Ada\"\"\",\"two\nlines\",\"Go:4;Linode, now "
      "Akamai\",mentor,Tester|Q|2015||inside|side|confirmed,x,sideways,no\n");
  ASSERT_THAT(file.rows, SizeIs(1));
  PeopleFile again = Read(WritePeople(file.rows));
  ASSERT_THAT(again.rows, SizeIs(1));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(file.rows[0], again.rows[0]))
      << again.rows[0].DebugString();
}

class PeopleFileTest : public testing::Test {
 protected:
  PeopleFileTest() : folder_(testing::TempDir() + "people_file_test_" + std::to_string(getpid())) {
    std::filesystem::create_directory(folder_);
  }
  ~PeopleFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(absl::string_view text, const char* mode) {
    std::string path = folder_ + "/people";
    gzFile file = gzopen(path.c_str(), mode);
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path;
  }

  const std::string folder_;
};

TEST_F(PeopleFileTest, ReadsPlainAndGzipAlike) {
  for (const char* mode : {"wbT", "wb"}) {
    absl::StatusOr<csv::ByteSource> source = OpenPeopleFile(Write("id\n1\n", mode));
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_THAT(IdsOf(*ReadPeople(*source)), ElementsAre("1"));
  }
}

TEST_F(PeopleFileTest, AGzipFileCutShortIsDataLoss) {
  std::string text = "id\n";
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&text, i * 7919, "\n");
  const std::string path = Write(text, "wb");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 10);
  absl::StatusOr<csv::ByteSource> source = OpenPeopleFile(path);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(ReadPeople(*source).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(PeopleFileTest, AFileThatIsNotThereIsNotFound) {
  EXPECT_EQ(OpenPeopleFile(folder_ + "/none").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(OpenPeopleFile(folder_).status().code(), absl::StatusCode::kInvalidArgument);
}

struct RealFile {
  const char* name;
  size_t people;
};

class RealPeopleTest : public testing::TestWithParam<RealFile> {};

TEST_P(RealPeopleTest, IsReadWholeWhereItIsPresent) {
  const std::string path = absl::StrCat("../shared/data/", GetParam().name, ".csv.gz");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not on this machine";
  absl::StatusOr<csv::ByteSource> source = OpenPeopleFile(path);
  ASSERT_TRUE(source.ok());
  absl::StatusOr<PeopleFile> file = ReadPeople(*source);
  ASSERT_TRUE(file.ok());
  for (const FileProblem& problem : file->problems) ADD_FAILURE() << FormatProblem(path, problem);
  EXPECT_EQ(file->rows.size(), GetParam().people);
}

INSTANTIATE_TEST_SUITE_P(Survey, RealPeopleTest,
                         testing::Values(RealFile{"org_so", 14261}, RealFile{"org_so2016", 34363},
                                         RealFile{"org_so2019_no_titles", 61484}),
                         [](const auto& file) { return std::string(file.param.name); });

}  // namespace
}  // namespace cortado::ctl
