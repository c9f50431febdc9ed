// Tries to recover what the figures hide: everything that anybody may ask for is asked, of every period, and what is
// left open is worked out. Without the parts, groups or cells that are hidden besides the small ones, it succeeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/scale.h"
#include "services/matching/insights/figures.h"
#include "services/matching/insights/testing/figures_reader.h"
#include "services/matching/insights/testing/table_solver.h"

namespace cortado::matching {
namespace {

using ::cortado::matching::testing::FiguresReader;
using ::cortado::matching::testing::kFirstMonth;
using ::cortado::matching::testing::TableSolver;

InsightInput RandomOrganization(std::mt19937& random) {
  const auto up_to = [&random](int32_t most) { return static_cast<int32_t>(random() % (most + 1)); };
  InsightInput input;
  input.organization = up_to(1) == 0;
  for (int32_t i = 0; i <= 1 + up_to(2); ++i) input.departments.push_back(absl::StrCat("D", i));
  for (int32_t i = 0; i <= up_to(2); ++i) input.sites.push_back(absl::StrCat("S", i));
  const int32_t people = 5 + up_to(up_to(1) == 0 ? 45 : 145), enrolling = up_to(10), looking = up_to(10),
                matching = up_to(10);
  const int32_t booking = up_to(10), skewed = up_to(2), mentoring = up_to(10), carrying = up_to(3),
                offering = up_to(10);
  for (int32_t i = 0; input.organization && i < up_to(2); ++i) {
    input.questions.push_back({absl::StrCat("q", i), "Which?", {}});
    for (int32_t c = 0; c <= 1 + up_to(2); ++c) input.questions.back().choices.push_back(absl::StrCat("C", i, c));
  }
  std::vector<int32_t> months;
  for (int32_t i = 0; i <= up_to(3); ++i) months.push_back(kFirstMonth + (up_to(2) == 0 ? up_to(23) : up_to(5)));
  const auto group_of = [&](size_t groups) {
    int32_t group = up_to(static_cast<int32_t>(groups) - 1);
    for (int32_t i = 0; i < skewed; ++i) group = std::min(group, up_to(static_cast<int32_t>(groups) - 1));
    return group;
  };
  for (int32_t i = 0; i < people; ++i) {
    InsightPerson person;
    person.department = group_of(input.departments.size());
    person.site = group_of(input.sites.size());
    person.partner_department = up_to(2) == 0 ? group_of(input.departments.size()) : person.department;
    person.enrolled = up_to(9) < enrolling;
    person.looking = person.enrolled && up_to(9) < looking;
    if (person.looking && up_to(9) < matching) person.matched_month = months[random() % months.size()];
    person.mentors = person.enrolled && (!person.looking || up_to(9) < mentoring);
    person.offers = person.enrolled && up_to(9) < offering;
    person.list_places = person.offers ? up_to(5) : 0;
    person.load = person.mentors ? up_to(carrying) : 0;
    person.chat_booked = person.matched_month && up_to(9) < booking;
    for (const InsightQuestion& question : input.questions) {
      person.answers.push_back(group_of(question.choices.size() + 1) - 1);
    }
    input.people.push_back(person);
  }
  return input;
}

TEST(InsightRecoveryTest, NothingOfFewerThanFiveCanBeWorkedOut) {
  constexpr uint32_t kSeed = 20261122;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937 random(kSeed);
  int with_rows = 0, looked = 0, unproven = 0;
  const int64_t rounds = cortado::testing::Scaled(250);
  for (int64_t round = 0; round < rounds; ++round) {
    const InsightInput input = RandomOrganization(random);
    with_rows += InsightTables(input, {PeriodKind::kYear, kFirstMonth})[0].rows.size() > 1;
    FiguresReader reader(input);
    const std::vector<std::string> learned = reader.Learned();
    looked += reader.looked();
    unproven += reader.unproven();
    EXPECT_TRUE(learned.empty()) << "round " << round << ": " << learned.front();
  }
  std::cout << looked << " numbers of 1 to 4, " << unproven << " not proved" << std::endl;
  EXPECT_LE(unproven, looked / 100);
  EXPECT_GT(with_rows, rounds / 3) << "figures that tell nothing hide everything";
}

TEST(TableSolverTest, FindsALoneHiddenCellAndLeavesTwoOpen) {
  TableSolver solver(3);
  solver.Know({{0, 1}, {1, 1}, {2, 1}}, 12);
  EXPECT_EQ(solver.RangeOf({{1, 1}}).high, 12);
  solver.Know({{0, 1}}, 5);
  EXPECT_EQ(solver.RangeOf({{1, 1}}).high, 7);
  EXPECT_EQ(solver.RangeOf({{1, 1}}).low, 0);
  solver.Know({{2, 1}}, 4);
  EXPECT_EQ(solver.RangeOf({{1, 1}}).high, 3);
  EXPECT_EQ(solver.RangeOf({{1, 1}}).low, 3);
}

TEST(TableSolverTest, TakesDifferencesIntoAccount) {
  TableSolver solver(3);
  solver.Know({{0, 1}, {1, -1}}, 3);
  EXPECT_EQ(solver.RangeOf({{0, 1}}).low, 3);
  EXPECT_EQ(solver.RangeOf({{0, 1}}).high, 1e9);
  solver.Know({{0, 1}, {1, 1}, {2, 1}}, 9);
  EXPECT_EQ(solver.RangeOf({{0, 1}}).high, 6);
}

}  // namespace
}  // namespace cortado::matching
