// The tables of insights: what stands where, and what they keep to themselves.
#include "services/matching/insights/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cortado::matching {
namespace {

using ::testing::ElementsAre;

constexpr int32_t kNovember = 2026 * 12 + 10;
constexpr CalendarPeriod kQuarter = {PeriodKind::kQuarter, 2026 * 12 + 9};

class InsightFiguresTest : public ::testing::Test {
 protected:
  InsightFiguresTest() {
    input_.departments = {"Data", "Web", "Law"};
    input_.sites = {"Berlin"};
  }

  // People of a department who look for somebody; some were matched with somebody of `partner`.
  void Add(int32_t department, int32_t looking, int32_t matched, int32_t partner = 0) {
    for (int32_t i = 0; i < looking; ++i) {
      InsightPerson person;
      person.department = department;
      person.enrolled = person.looking = true;
      if (i < matched) person.matched_month = kNovember;
      person.partner_department = partner;
      input_.people.push_back(person);
    }
  }
  void AddMentors(int32_t count, int32_t load) {
    for (int32_t i = 0; i < count; ++i) {
      InsightPerson person;
      person.enrolled = person.mentors = true;
      person.load = load;
      input_.people.push_back(person);
    }
  }
  static InsightTableValues Table(const std::vector<InsightTableValues>& tables, const std::string& id) {
    for (const InsightTableValues& table : tables) {
      if (table.id == id) return table;
    }
    ADD_FAILURE() << "no table " << id;
    return {};
  }
  // A row as it would be read.
  static std::vector<std::string> Row(const InsightTableValues& table, const std::string& label) {
    std::vector<std::string> cells;
    for (size_t row = 0; row < table.rows.size(); ++row) {
      if (table.rows[row].words != label) continue;
      for (size_t column = 0; column < table.columns.size(); ++column) {
        const InsightValue& cell = table.at(row, column);
        cells.push_back(cell.hidden ? "hidden" : cell.value ? std::to_string(*cell.value) : "-");
      }
    }
    return cells;
  }
  InsightTableValues Insight(const std::string& id) { return Table(InsightTables(input_, kQuarter), id); }
  InsightTableValues Fairness(const std::string& id) { return Table(FairnessTables(input_, kQuarter), id); }

  InsightInput input_;
};

TEST_F(InsightFiguresTest, ParticipationTellsDepartmentsAndMergesSmallOnes) {
  Add(0, 20, 10);
  Add(1, 30, 30);
  Add(2, 3, 3);
  const InsightTableValues table = Insight("participation_by_department");
  EXPECT_THAT(Row(table, "Law"), ElementsAre()) << "three people";
  EXPECT_THAT(Row(table, "Data"), ElementsAre()) << "the smallest joins them, else they would be told";
  EXPECT_THAT(Row(table, "Web"), ElementsAre("30", "30", "30", "30", "0", "0"));
  EXPECT_THAT(Row(table, "insights.word.other"), ElementsAre("23", "23", "23", "13", "10", "0"));
  EXPECT_THAT(Row(table, "insights.word.all"), ElementsAre("53", "53", "53", "43", "10", "0"));
}

TEST_F(InsightFiguresTest, FewUnmatchedHideHowManyAreMatched) {
  Add(0, 40, 37);
  EXPECT_THAT(Row(Insight("participation_by_department"), "insights.word.all"),
              ElementsAre("40", "40", "40", "hidden", "hidden", "hidden"));
}

TEST_F(InsightFiguresTest, APeriodWithoutAnybodySaysSo) {
  Add(0, 20, 10);
  const InsightTableValues other = Table(InsightTables(input_, {PeriodKind::kMonth, 0}), "matched_by_department");
  EXPECT_THAT(Row(other, "insights.word.all"), ElementsAre("0"));
  EXPECT_THAT(Row(Insight("matched_by_department"), "insights.word.all"), ElementsAre("10"));
}

TEST_F(InsightFiguresTest, ReachTellsWhoseMentorsAreElsewhere) {
  Add(0, 12, 12, 1);
  Add(1, 12, 12, 0);
  const InsightTableValues reach = Insight("reach");
  EXPECT_THAT(Row(reach, "Data"), ElementsAre("0", "12"));
  EXPECT_THAT(Row(reach, "Web"), ElementsAre("12", "0"));
}

TEST_F(InsightFiguresTest, LoadIsToldAsAWholeOrNotAtAll) {
  AddMentors(6, 0);
  AddMentors(7, 1);
  EXPECT_THAT(Row(Insight("load"), "insights.word.one_match"), ElementsAre("7"));
  EXPECT_THAT(Row(Fairness("load_evenness"), "insights.word.load"), ElementsAre("461"));
  AddMentors(1, 3);
  EXPECT_THAT(Row(Insight("load"), "insights.word.one_match"), ElementsAre("hidden"));
  EXPECT_THAT(Row(Fairness("load_evenness"), "insights.word.load"), ElementsAre("hidden"));
}

TEST_F(InsightFiguresTest, LoadDoesNotTellHowManyMentor) {
  AddMentors(6, 0);
  Add(0, 3, 0);
  EXPECT_THAT(Row(Insight("load"), "insights.word.no_match"), ElementsAre("hidden")) << "three of nine do not";
}

TEST_F(InsightFiguresTest, SkillsThatFewWantAreNotNamed) {
  input_.organization = true;
  Add(0, 20, 0);
  for (int32_t i = 0; i < 15; ++i) input_.people[i].offers = true;
  input_.skills = {{"Go", 8, 3}, {"SQL", 4, 9}, {"Rust", 9, 6}, {"Talking", 18, 6}, {"Law", 5, 12}};
  const InsightTableValues skills = Insight("skills");
  EXPECT_THAT(Row(skills, "Rust"), ElementsAre("9", "6"));
  EXPECT_THAT(Row(skills, "Go"), ElementsAre("8", "hidden"));
  EXPECT_THAT(Row(skills, "Law"), ElementsAre("5", "hidden")) << "all but three of those who offer anything";
  EXPECT_EQ(skills.rows.size(), 3u) << "two people want no talking: that is told of nobody";
}

TEST_F(InsightFiguresTest, WaitingIsHiddenBelowFive) {
  input_.organization = true;
  Add(0, 20, 10);
  for (int32_t i = 0; i < 4; ++i) input_.people[i].hours_to_yes = 10 * i;
  EXPECT_THAT(Row(Insight("waiting"), "insights.word.request_to_yes"), ElementsAre("hidden"));
  input_.people[4].hours_to_yes = 40;
  EXPECT_THAT(Row(Insight("waiting"), "insights.word.request_to_yes"), ElementsAre("20"));
}

TEST_F(InsightFiguresTest, TheWayToTheFirstChatIsToldFromFiveChatsOn) {
  Add(0, 20, 10);
  for (int32_t i = 0; i < 4; ++i) {
    input_.people[i].chat_booked = true;
    input_.people[i].hours_to_chat = 24 * i;
  }
  EXPECT_THAT(Row(Insight("waiting"), "insights.word.match_to_chat"), ElementsAre("hidden"));
  input_.people[4].chat_booked = true;
  input_.people[4].hours_to_chat = 100;
  EXPECT_THAT(Row(Insight("waiting"), "insights.word.match_to_chat"), ElementsAre("48"));
}

TEST_F(InsightFiguresTest, SharesTellWhoIsMatchedAndSuggested) {
  input_.organization = true;
  Add(0, 10, 5);
  Add(1, 30, 15);
  EXPECT_THAT(Row(Fairness("matched_share_by_department"), "Data"), ElementsAre("250", "250"));
  for (InsightPerson& person : input_.people) person.offers = true;
  for (int32_t i = 0; i < 10; ++i) input_.people[i].list_places = 3;
  for (int32_t i = 10; i < 40; ++i) input_.people[i].list_places = 1;
  EXPECT_THAT(Row(Fairness("suggested_by_department"), "Data"), ElementsAre("250", "500"));
}

}  // namespace
}  // namespace cortado::matching
