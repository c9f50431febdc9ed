// Tries to recover what the figures hide: everything that anybody may ask for is asked, of every period, and what is
// left open is worked out. Without the parts, groups or cells that are hidden besides the small ones, it succeeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/scale.h"
#include "services/matching/insights/figures.h"
#include "services/matching/insights/testing/table_solver.h"

namespace cortado::matching {
namespace {

using ::cortado::matching::testing::TableSolver;
using Terms = TableSolver::Terms;

constexpr int32_t kFirstMonth = 2026 * 12;

// What somebody is, as far as the tables distinguish: not enrolled, not looking, unmatched, or matched in a month
// without and with a chat; and each with or without being a mentor.
class Leaves {
 public:
  explicit Leaves(const InsightInput& input) {
    for (const InsightPerson& person : input.people) {
      if (person.matched_month) months_.insert(*person.matched_month);
    }
  }
  int32_t Of(const InsightPerson& person) const { return 2 * StepOf(person) + (person.mentors ? 1 : 0); }
  int32_t size() const { return 2 * steps(); }

  using Set = std::vector<int32_t>;
  Set From(int32_t first) const {
    Set set;
    for (int32_t step = first; step < steps(); ++step) AddStep(step, set);
    return set;
  }
  static Set Only(int32_t step) {
    Set set;
    AddStep(step, set);
    return set;
  }
  Set Chat(bool booked) const {
    Set set;
    for (int32_t step = booked ? 4 : 3; step < steps(); step += 2) AddStep(step, set);
    return set;
  }
  // Who mentors, or does not, of those at that step and further.
  Set Mentors(bool mentors, int32_t first) const {
    Set set;
    for (int32_t step = first; step < steps(); ++step) set.push_back(2 * step + (mentors ? 1 : 0));
    return set;
  }
  Set In(const CalendarPeriod& period) const {
    Set set;
    int32_t step = 3;
    for (const int32_t month : months_) {
      for (int32_t with_chat = 0; with_chat < 2; ++with_chat, ++step) {
        if (PeriodOf(period.kind, month) == period) AddStep(step, set);
      }
    }
    return set;
  }

 private:
  int32_t StepOf(const InsightPerson& person) const {
    if (!person.enrolled) return 0;
    if (!person.looking) return 1;
    if (!person.matched_month) return 2;
    const auto before = std::distance(months_.begin(), months_.find(*person.matched_month));
    return 3 + 2 * static_cast<int32_t>(before) + (person.chat_booked ? 1 : 0);
  }
  int32_t steps() const { return 3 + 2 * static_cast<int32_t>(months_.size()); }
  static void AddStep(int32_t step, Set& set) { set.insert(set.end(), {2 * step, 2 * step + 1}); }

  std::set<int32_t> months_;
};

// Somebody who reads all there is.
class Reader {
 public:
  explicit Reader(const InsightInput& input)
      : input_(input),
        leaves_(input),
        departments_(static_cast<int32_t>(input.departments.size())),
        sites_(static_cast<int32_t>(input.sites.size())),
        solver_((departments_ + sites_) * (leaves_.size() + 2) + departments_ * departments_),
        truth_((departments_ + sites_) * (leaves_.size() + 2) + departments_ * departments_) {
    for (const InsightPerson& person : input.people) {
      ++truth_[Department(person.department, leaves_.Of(person))];
      ++truth_[Site(person.site, leaves_.Of(person))];
      if (person.matched_month) ++truth_[Pair(person.department, person.partner_department)];
      if (!person.enrolled) continue;
      ++truth_[Offering(false, person.department, person.offers)];
      ++truth_[Offering(true, person.site, person.offers)];
    }
    KnowWhatIsOneThing();
    KnowWhoCannotBe();
    KnowWhoOffers();
    for (const CalendarPeriod& period : Periods()) Read(InsightTables(input, period), period);
    ReadFairness(FairnessTables(input, Periods().front()));
  }

  // Returns which numbers of 1 to 4 could have fewer than five values.
  std::vector<std::string> Learned() {
    std::vector<std::string> learned;
    for (const bool by_site : {false, true}) {
      for (const auto& [name, set] : Counts()) {
        Terms all;
        for (int32_t group = 0; group < (by_site ? sites_ : departments_); ++group) {
          const Terms terms = TermsOf(by_site, group, set);
          Look(terms, absl::StrCat(name, by_site ? " site " : " department ", group), learned);
          all.insert(all.end(), terms.begin(), terms.end());
        }
        Look(all, name, learned);
      }
      for (const bool offers : {false, true}) {
        for (int32_t group = 0; group < (by_site ? sites_ : departments_); ++group) {
          Look({{Offering(by_site, group, offers), 1}}, absl::StrCat(offers ? "offers " : "no offer ", group), learned);
        }
      }
    }
    for (int32_t pair = 0; pair < departments_ * departments_; ++pair) {
      Look({{Pair(pair / departments_, pair % departments_), 1}}, absl::StrCat("pair ", pair), learned);
    }
    return learned;
  }
  // How many numbers Learned looked at, and of how many an end of the range is no whole number: it may be less wide.
  int looked() const { return looked_; }
  int unproven() const { return unproven_; }

 private:
  int32_t Department(int32_t group, int32_t leaf) const { return group * leaves_.size() + leaf; }
  int32_t Site(int32_t group, int32_t leaf) const { return (departments_ + group) * leaves_.size() + leaf; }
  int32_t Pair(int32_t row, int32_t column) const {
    return (departments_ + sites_) * leaves_.size() + row * departments_ + column;
  }
  // Who of a group has joined and may be suggested, or may not.
  int32_t Offering(bool by_site, int32_t group, bool offers) const {
    const int32_t before = (departments_ + sites_) * leaves_.size() + departments_ * departments_;
    return before + 2 * ((by_site ? departments_ : 0) + group) + (offers ? 1 : 0);
  }
  Terms TermsOf(bool by_site, int32_t group, const Leaves::Set& set) const {
    Terms terms;
    for (const int32_t leaf : set) terms.push_back({by_site ? Site(group, leaf) : Department(group, leaf), 1});
    return terms;
  }

  std::vector<CalendarPeriod> Periods() const {
    std::set<CalendarPeriod> periods;
    for (int32_t month = kFirstMonth; month < kFirstMonth + 24; ++month) {
      for (const PeriodKind kind : {PeriodKind::kMonth, PeriodKind::kQuarter, PeriodKind::kYear}) {
        periods.insert(PeriodOf(kind, month));
      }
    }
    return {periods.begin(), periods.end()};
  }

  // Everything that there is a number of, and what is left of the whole without it.
  std::map<std::string, Leaves::Set> Counts() const {
    std::map<std::string, Leaves::Set> counts = {{"people", leaves_.From(0)},
                                                 {"not enrolled", leaves_.Only(0)},
                                                 {"enrolled", leaves_.From(1)},
                                                 {"not looking", leaves_.Only(1)},
                                                 {"looking", leaves_.From(2)},
                                                 {"unmatched", leaves_.Only(2)},
                                                 {"matched", leaves_.From(3)},
                                                 {"chat", leaves_.Chat(true)},
                                                 {"no chat", leaves_.Chat(false)},
                                                 {"mentors", leaves_.Mentors(true, 1)},
                                                 {"no mentors", leaves_.Mentors(false, 1)},
                                                 {"both", leaves_.Mentors(true, 2)}};
    for (const CalendarPeriod& period : Periods()) {
      const Leaves::Set in = leaves_.In(period);
      if (in.empty()) continue;
      counts[NameOf(period)] = in;
      Leaves::Set besides;
      const Leaves::Set all = leaves_.From(3);
      std::set_difference(all.begin(), all.end(), in.begin(), in.end(), std::back_inserter(besides));
      counts["besides " + NameOf(period)] = besides;
    }
    return counts;
  }

  // By department, by site and in pairs, people are the same people.
  void KnowWhatIsOneThing() {
    for (int32_t leaf = 0; leaf < leaves_.size(); ++leaf) {
      Terms terms;
      for (int32_t group = 0; group < departments_; ++group) terms.push_back({Department(group, leaf), 1});
      for (int32_t group = 0; group < sites_; ++group) terms.push_back({Site(group, leaf), -1});
      solver_.Know(terms, 0);
    }
    for (int32_t row = 0; row < departments_; ++row) {
      Terms terms = TermsOf(false, row, leaves_.From(3));
      for (int32_t column = 0; column < departments_; ++column) terms.push_back({Pair(row, column), -1});
      solver_.Know(terms, 0);
    }
  }

  // Whoever may be suggested has joined, and is in a department and at a site.
  void KnowWhoOffers() {
    Terms same;
    for (const bool by_site : {false, true}) {
      for (int32_t group = 0; group < (by_site ? sites_ : departments_); ++group) {
        Terms terms = TermsOf(by_site, group, leaves_.From(1));
        for (const bool offers : {false, true}) terms.push_back({Offering(by_site, group, offers), -1});
        solver_.Know(terms, 0);
        same.push_back({Offering(by_site, group, true), by_site ? -1 : 1});
      }
    }
    solver_.Know(same, 0);
  }

  // Nobody mentors who is not enrolled, and nobody is enrolled for nothing.
  void KnowWhoCannotBe() {
    for (int32_t group = 0; group < departments_; ++group) {
      solver_.Know({{Department(group, 1), 1}, {Department(group, 2), 1}}, 0);
    }
    for (int32_t group = 0; group < sites_; ++group) solver_.Know({{Site(group, 1), 1}, {Site(group, 2), 1}}, 0);
  }

  void Read(const std::vector<InsightTableValues>& tables, const CalendarPeriod& period) {
    const std::vector<Leaves::Set> participation = {leaves_.From(0), leaves_.From(1), leaves_.From(2),
                                                    leaves_.From(3), leaves_.Only(2), leaves_.Chat(true)};
    for (const InsightTableValues& table : tables) {
      if (table.id == "participation_by_department") ReadGroups(table, participation, false);
      if (table.id == "participation_by_site") ReadGroups(table, participation, true);
      if (table.id == "matched_by_department") ReadGroups(table, {leaves_.In(period)}, false);
      if (table.id == "matched_by_site") ReadGroups(table, {leaves_.In(period)}, true);
      if (table.id == "reach") ReadPairs(table);
      if (table.id == "load") ReadLoad(table);
    }
  }

  // Which groups a row is of: its own, all, or those that have no row.
  std::vector<int32_t> GroupsOf(const std::vector<InsightLabel>& rows, const InsightLabel& row,
                                const std::vector<std::string>& groups) const {
    std::vector<int32_t> members;
    for (size_t group = 0; group < groups.size(); ++group) {
      const bool has_row = std::any_of(rows.begin(), rows.end(),
                                       [&](const InsightLabel& label) { return label.words == groups[group]; });
      const bool is_other = row.words == "insights.word.other" && !has_row;
      if (row.words == "insights.word.all" || row.words == groups[group] || is_other) {
        members.push_back(static_cast<int32_t>(group));
      }
    }
    return members;
  }

  void ReadGroups(const InsightTableValues& table, const std::vector<Leaves::Set>& columns, bool by_site) {
    for (size_t row = 0; row < table.rows.size(); ++row) {
      const std::vector<int32_t> groups =
          GroupsOf(table.rows, table.rows[row], by_site ? input_.sites : input_.departments);
      for (size_t column = 0; column < columns.size(); ++column) {
        if (!table.at(row, column).value) continue;
        Terms terms;
        for (const int32_t group : groups) {
          for (const auto& term : TermsOf(by_site, group, columns[column])) terms.push_back(term);
        }
        solver_.Know(terms, *table.at(row, column).value);
      }
    }
  }

  // A share of so few people is as good as their number.
  void ReadFairness(const std::vector<InsightTableValues>& tables) {
    for (const InsightTableValues& table : tables) {
      const bool by_site = table.id.find("by_site") != std::string::npos;
      if (table.id.rfind("matched_share", 0) == 0) {
        ReadShare(table, 0, by_site, [&](int32_t group) { return TermsOf(by_site, group, leaves_.From(2)); });
        ReadShare(table, 1, by_site, [&](int32_t group) { return TermsOf(by_site, group, leaves_.From(3)); });
      } else if (table.id.rfind("suggested", 0) == 0) {
        ReadShare(table, 0, by_site, [&](int32_t group) { return Terms{{Offering(by_site, group, true), 1}}; });
      }
    }
  }
  template <class TermsOfGroup>
  void ReadShare(const InsightTableValues& table, size_t column, bool by_site, TermsOfGroup terms_of) {
    const std::vector<std::string>& names = by_site ? input_.sites : input_.departments;
    const auto sum = [&](const std::vector<int32_t>& groups, Terms& terms) {
      int64_t value = 0;
      for (const int32_t group : groups) {
        for (const auto& term : terms_of(group)) {
          terms.push_back(term);
          value += truth_[term.first];
        }
      }
      return value;
    };
    std::vector<int32_t> everybody(names.size());
    std::iota(everybody.begin(), everybody.end(), 0);
    Terms all;
    const int64_t whole = sum(everybody, all);
    for (size_t row = 0; row < table.rows.size(); ++row) {
      const InsightValue& share = table.at(row, column);
      if (!share.value) continue;
      Terms terms;
      const int64_t part = sum(GroupsOf(table.rows, table.rows[row], names), terms);
      EXPECT_EQ(1000 * part / whole, *share.value);
      solver_.Know(terms, part);
      // Nothing is a share of what nobody may know.
      EXPECT_TRUE(IsTold(whole));
      solver_.Know(all, whole);
    }
  }

  // Who mentors is one of those with no match, one, two or more.
  void ReadLoad(const InsightTableValues& table) {
    int64_t mentors = 0;
    for (const InsightValue& cell : table.cells) {
      if (!cell.value) return;
      EXPECT_TRUE(IsTold(*cell.value));
      mentors += *cell.value;
    }
    Terms terms;
    for (int32_t group = 0; group < departments_; ++group) {
      for (const auto& term : TermsOf(false, group, leaves_.Mentors(true, 1))) terms.push_back(term);
    }
    solver_.Know(terms, mentors);
  }

  void ReadPairs(const InsightTableValues& table) {
    for (size_t row = 0; row < table.rows.size(); ++row) {
      for (size_t column = 0; column < table.columns.size(); ++column) {
        if (!table.at(row, column).value) continue;
        Terms terms;
        for (const int32_t from : GroupsOf(table.rows, table.rows[row], input_.departments)) {
          for (const int32_t to : GroupsOf(table.columns, table.columns[column], input_.departments)) {
            terms.push_back({Pair(from, to), 1});
          }
        }
        solver_.Know(terms, *table.at(row, column).value);
      }
    }
    KnowColumns(table);
  }

  // No table tells the sums of the columns, but somebody might know them.
  void KnowColumns(const InsightTableValues& table) {
    for (const InsightLabel& label : table.columns) {
      Terms terms;
      int64_t sum = 0;
      for (const int32_t to : GroupsOf(table.columns, label, input_.departments)) {
        for (int32_t from = 0; from < departments_; ++from) {
          terms.push_back({Pair(from, to), 1});
          sum += truth_[Pair(from, to)];
        }
      }
      solver_.Know(terms, sum);
    }
  }

  void Look(const Terms& terms, const std::string& name, std::vector<std::string>& learned) {
    int64_t value = 0;
    for (const auto& [number, times] : terms) value += times * truth_[number];
    if (IsTold(value)) return;
    ++looked_;
    const TableSolver::Range range = solver_.RangeOf(terms);
    // Where the truth itself is said to be impossible, rounding led the solver astray, for good: nothing is proved.
    const double truth = static_cast<double>(value);
    astray_ = astray_ || truth < range.low - 0.5 || truth > range.high + 0.5;
    if (astray_) {
      ++unproven_;
      return;
    }
    const bool is_open = range.high - range.low > kInsightFloor - 1.5;
    unproven_ += is_open && !range.is_whole;
    if (is_open) return;
    learned.push_back(absl::StrCat(name, " = ", value, ", of ", range.low, " to ", range.high));
  }

  const InsightInput& input_;
  const Leaves leaves_;
  const int32_t departments_, sites_;
  TableSolver solver_;
  std::vector<int64_t> truth_;
  int looked_ = 0, unproven_ = 0;
  bool astray_ = false;
};

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
    Reader reader(input);
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
