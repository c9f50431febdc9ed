// Every sentence of a suggestion against the answers of real people it speaks of; without their file there is nothing
// to look at, and the tests pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/testing/scale.h"
#include "common/text/catalog.h"
#include "services/matching/affinity/related.h"
#include "services/matching/index/ranking.h"
#include "services/matching/reasons.h"
#include "services/matching/testing/real_people.h"

namespace cortado::matching {
namespace {

using testing::Row;

constexpr int32_t kAskers = 1000;

std::set<std::string> Items(const std::string& cell) {
  std::set<std::string> items;
  for (absl::string_view item : absl::StrSplit(cell, ';', absl::SkipEmpty())) items.emplace(item);
  return items;
}

int Years(const Row& row) {
  int years = 0;
  return absl::SimpleAtoi(row.at("years_experience"), &years) ? years : 0;
}

class RealReasonsTest : public ::testing::Test {
 protected:
  RealReasonsTest() : rows_(testing::ReadRealPeople()), view_(absl::CivilDay(2026, 11, 23)) {
    for (const auto& [id, row] : rows_) view_.Apply(testing::ChangeOf(row));
    view_.TakeRelated(LearnRelated(view_.organization()));
  }

  std::vector<v1::Suggestion> Suggest(int32_t asker, const std::string& language, int limit) const {
    Query query;
    query.asker = asker;
    query.now = absl::ToUnixSeconds(now_);
    query.week = {2026, 48};
    query.limit = limit;
    const Organization& organization = view_.organization();
    const Reporting reporting(organization, asker);
    const AffinityQuery affinities(organization, query, reporting);
    std::vector<v1::Suggestion> suggestions;
    for (const RankedPerson& one : SuggestExact(organization, query).people) {
      const Explanation explanation = Explain(organization, query, reporting, affinities, one.person);
      suggestions.push_back(MakeSuggestion({view_, language, now_}, query, one.person, one.affinity,
                                           affinities.PossibleEvidence(), explanation));
    }
    return suggestions;
  }

  const Row& RowOf(const v1::Suggestion& suggestion) const {
    return rows_.at(suggestion.person().person().substr(std::string("people/").size()));
  }

  // Checks one sentence; `asked` is the asker's row, `other` that of the one suggested.
  void Check(const type::v1::Text& reason, const Row& asked, const Row& other) const;

  const std::map<std::string, Row> rows_;
  OrganizationView view_;
  const absl::Time now_ = absl::FromCivil(absl::CivilHour(2026, 11, 23, 9), absl::UTCTimeZone());
};

void RealReasonsTest::Check(const type::v1::Text& reason, const Row& asked, const Row& other) const {
  const std::set<std::string> held = Items(asked.at("skills_held")), wanted = Items(asked.at("skills_wanted"));
  const std::set<std::string> theirs = Items(other.at("skills_held"));
  const auto parameter = [&](const char* name) { return reason.parameters().at(name); };
  if (reason.code() == "reason.gap_covered" || reason.code() == "reason.deepening") {
    const bool gap = reason.code() == "reason.gap_covered";
    std::vector<std::string> true_skills;
    for (const std::string& skill : wanted) {
      if (theirs.count(skill) > 0 && (held.count(skill) > 0) != gap) true_skills.push_back(skill);
    }
    if (gap) {
      EXPECT_EQ(parameter("count"), absl::StrCat(true_skills.size()));
    } else {
      EXPECT_GT(Years(other), Years(asked));
    }
    std::string rest = parameter("skills");
    int named = 0;
    std::sort(true_skills.begin(), true_skills.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    for (const std::string& skill : true_skills) {
      const size_t at = rest.find(skill);
      if (at == std::string::npos) continue;
      rest.erase(at, skill.size());
      ++named;
    }
    EXPECT_GE(named, 1) << reason.text();
    for (const char* glue : {", and ", " and ", ", "}) {
      for (size_t at = rest.find(glue); at != std::string::npos; at = rest.find(glue))
        rest.erase(at, std::string(glue).size());
    }
    if (true_skills.size() > 5) {
      EXPECT_EQ(rest, absl::StrCat(true_skills.size() - 5, " more")) << reason.text();
      return;
    }
    EXPECT_EQ(rest, "") << "names what is not true: " << reason.text();
  } else if (reason.code() == "reason.related_skill") {
    EXPECT_EQ(theirs.count(parameter("held")), 1u) << reason.text();
    EXPECT_EQ(wanted.count(parameter("wanted")), 1u);
    EXPECT_EQ(held.count(parameter("wanted")) + theirs.count(parameter("wanted")), 0u);
  } else if (reason.code() == "reason.elsewhere") {
    EXPECT_EQ(parameter("department"), other.at("department"));
    EXPECT_NE(asked.at("department"), other.at("department"));
    if (!parameter("site").empty()) {
      EXPECT_EQ(parameter("site"), other.at("country"));
      EXPECT_NE(asked.at("country"), other.at("country"));
    }
  } else if (reason.code() == "reason.common_hours") {
    // Nine to five on both walls, this week: no zone of the survey changes its clocks in it.
    absl::TimeZone mine, their;
    ASSERT_TRUE(absl::LoadTimeZone(asked.at("time_zone"), &mine) && absl::LoadTimeZone(other.at("time_zone"), &their));
    const int apart = std::abs(mine.At(now_).offset - their.At(now_).offset) / 60;
    // Beyond twelve hours the end of one's day meets the beginning of the other's next, four times a week.
    const int weekly = 5 * std::max(0, 8 * 60 - apart) + 4 * std::max(0, 8 * 60 - (24 * 60 - apart));
    EXPECT_EQ(parameter("hours"), absl::StrCat(weekly / 60 / 5)) << reason.text();
  } else {
    // Nobody of the survey has a request, a match, an interest, a journey or a motive.
    EXPECT_TRUE(reason.code() == "reason.headroom" || reason.code() == "reason.unknown") << reason.code();
  }
}

TEST_F(RealReasonsTest, EverySentenceIsTrueOfTheAnswersAndThePartsSumToTheScore) {
  if (rows_.empty()) GTEST_SKIP() << "the survey is not on this machine";
  const int32_t step = std::max(1, view_.organization().size() / kAskers);
  int64_t sentences = 0;
  std::map<std::string, int> by_code;
  for (int32_t asker = 0; asker < view_.organization().size(); asker += step) {
    const Row& asked = rows_.at(view_.person_id(asker));
    for (const v1::Suggestion& suggestion : Suggest(asker, "en", 10)) {
      int64_t points = 0;
      for (const v1::ScorePart& part : suggestion.parts()) {
        points += part.points();
        EXPECT_EQ(part.points(), int64_t{part.value()} * part.weight());
        if (!part.has_reason()) continue;
        ++sentences;
        ++by_code[part.reason().code()];
        Check(part.reason(), asked, RowOf(suggestion));
      }
      EXPECT_EQ(points, suggestion.score());
      if (::testing::Test::HasFailure()) FAIL() << asked.at("id") << " and " << suggestion.person().person();
    }
  }
  for (const auto& [code, count] : by_code) std::cout << count << " of " << code << "\n";
  EXPECT_GT(sentences, kAskers * 10);
}

TEST_F(RealReasonsTest, WhoeverTickedAHundredSkillsDoesNotDominate) {
  if (rows_.empty()) GTEST_SKIP() << "the survey is not on this machine";
  const auto most = std::max_element(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) {
    return Items(a.second.at("skills_held")).size() < Items(b.second.at("skills_held")).size();
  });
  ASSERT_EQ(Items(most->second.at("skills_held")).size(), 146u);
  const std::string name = "people/" + most->first;
  int lists = 0, named = 0;
  const int32_t step = std::max(1, static_cast<int32_t>(40 / cortado::testing::Scale()));
  for (int32_t asker = 0; asker < view_.organization().size(); asker += step) {
    const std::vector<v1::Suggestion> found = Suggest(asker, "en", 10);
    lists += !found.empty();
    named += std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.person().person() == name; });
  }
  std::cout << "in " << named << " of " << lists << " lists\n";
  EXPECT_LE(named * 100, lists);
}

TEST_F(RealReasonsTest, TenAreShownToWhoeverReads) {
  if (rows_.empty()) GTEST_SKIP() << "the survey is not on this machine";
  for (int i = 0; i < 10; ++i) {
    const int32_t asker = i * 1400 + 7;
    const std::string language = i % 2 == 0 ? "en" : "de";
    const Row& row = rows_.at(view_.person_id(asker));
    std::cout << "\n"
              << row.at("title") << ", " << row.at("country") << ", " << row.at("years_experience")
              << " years, wants: " << row.at("skills_wanted") << "\n";
    for (const v1::Suggestion& suggestion : Suggest(asker, language, 3)) {
      std::cout << "  " << RowOf(suggestion).at("title") << ", " << RowOf(suggestion).at("years_experience")
                << " years: " << suggestion.reason().text() << "\n";
      for (const v1::ScorePart& part : suggestion.parts()) {
        if (part.points() > 0 && part.has_reason() && part.reason().text() != suggestion.reason().text()) {
          std::cout << "    " << part.reason().text() << "\n";
        }
      }
    }
  }
}

}  // namespace
}  // namespace cortado::matching
