#include "services/matching/insights/testing/figures_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/matching/insights/grouping.h"

namespace cortado::matching::testing {
namespace {

std::vector<std::string> WordsOf(const InsightGrouping& grouping) {
  std::vector<std::string> words;
  for (size_t group = 0; group < grouping.size(); ++group) words.push_back(grouping.label(group).words);
  return words;
}

std::vector<InsightGrouping> GroupingsOf(const InsightInput& input) {
  std::vector<InsightGrouping> groupings = {InsightGrouping::Departments(input), InsightGrouping::Sites(input)};
  for (size_t i = 0; i < input.questions.size(); ++i) groupings.push_back(InsightGrouping::Question(input, i));
  return groupings;
}

std::vector<CalendarPeriod> Periods() {
  std::set<CalendarPeriod> periods;
  for (int32_t month = kFirstMonth; month < kFirstMonth + 24; ++month) {
    for (const PeriodKind kind : {PeriodKind::kMonth, PeriodKind::kQuarter, PeriodKind::kYear}) {
      periods.insert(PeriodOf(kind, month));
    }
  }
  return {periods.begin(), periods.end()};
}

// Which groups a row is of: its own, all, or those that have no row.
std::vector<int32_t> GroupsOf(const std::vector<InsightLabel>& rows, const InsightLabel& row,
                              const std::vector<std::string>& groups) {
  std::vector<int32_t> members;
  for (size_t group = 0; group < groups.size(); ++group) {
    const bool has_row =
        std::any_of(rows.begin(), rows.end(), [&](const InsightLabel& label) { return label.words == groups[group]; });
    const bool is_other = row.words == "insights.word.other" && !has_row;
    if (row.words == "insights.word.all" || row.words == groups[group] || is_other) {
      members.push_back(static_cast<int32_t>(group));
    }
  }
  return members;
}

void Append(const TableSolver::Terms& more, TableSolver::Terms& terms) {
  terms.insert(terms.end(), more.begin(), more.end());
}

}  // namespace

FiguresReader::FiguresReader(const InsightInput& input) : input_(input), leaves_(input), solver_(0) {
  Number();
  Count();
  KnowWhatIsOneThing();
  KnowWhoCannotBe();
  KnowWhoOffers();
  for (const CalendarPeriod& period : Periods()) Read(InsightTables(input, period), period);
  ReadFairness(FairnessTables(input, Periods().front()));
  ReadFairness(GroupTables(input, Periods().front()));
}

void FiguresReader::Number() {
  const std::vector<InsightGrouping> groupings = GroupingsOf(input_);
  int32_t next = 0, groups = 0;
  for (size_t i = 0; i < groupings.size(); ++i) {
    const std::string name = i == 0 ? "department" : i == 1 ? "site" : "group." + input_.questions[i - 2].id;
    ways_.push_back({name, WordsOf(groupings[i]), groups});
    groups += static_cast<int32_t>(groupings[i].size());
  }
  next = groups * leaves_.size();
  first_pair_ = next;
  first_offering_ = next + departments() * departments();
  const int32_t numbers = first_offering_ + 2 * groups;
  solver_ = TableSolver(numbers);
  truth_.assign(numbers, 0);
}

void FiguresReader::Count() {
  const std::vector<InsightGrouping> groupings = GroupingsOf(input_);
  for (const InsightPerson& person : input_.people) {
    if (person.matched_month) ++truth_[Pair(person.department, person.partner_department)];
    for (size_t i = 0; i < ways_.size(); ++i) {
      ++truth_[Group(ways_[i], groupings[i].Of(person), leaves_.Of(person))];
      if (person.enrolled) ++truth_[Offering(ways_[i], groupings[i].Of(person), person.offers)];
    }
  }
}

int32_t FiguresReader::Group(const Way& way, int32_t group, int32_t leaf) const {
  return (way.first + group) * leaves_.size() + leaf;
}

int32_t FiguresReader::Pair(int32_t row, int32_t column) const { return first_pair_ + row * departments() + column; }

int32_t FiguresReader::Offering(const Way& way, int32_t group, bool offers) const {
  return first_offering_ + 2 * (way.first + group) + (offers ? 1 : 0);
}

TableSolver::Terms FiguresReader::TermsOf(const Way& way, int32_t group, const Leaves::Set& set) const {
  Terms terms;
  for (const int32_t leaf : set) terms.push_back({Group(way, group, leaf), 1});
  return terms;
}

const FiguresReader::Way* FiguresReader::FindWay(const std::string& table) const {
  const auto found = std::find_if(ways_.begin(), ways_.end(),
                                  [&table](const Way& way) { return absl::EndsWith(table, "_by_" + way.name); });
  return found == ways_.end() ? nullptr : &*found;
}

int64_t FiguresReader::TruthOf(const Terms& terms) const {
  int64_t value = 0;
  for (const auto& [number, times] : terms) value += times * truth_[number];
  return value;
}

std::vector<std::string> FiguresReader::Learned() {
  std::vector<std::string> learned;
  for (const Way& way : ways_) {
    for (const auto& [name, set] : Counts()) {
      Terms all;
      for (size_t group = 0; group < way.groups.size(); ++group) {
        const Terms terms = TermsOf(way, static_cast<int32_t>(group), set);
        Look(terms, absl::StrCat(name, " ", way.name, " ", group), learned);
        Append(terms, all);
      }
      Look(all, name, learned);
    }
    for (const bool offers : {false, true}) {
      for (size_t group = 0; group < way.groups.size(); ++group) {
        Look({{Offering(way, static_cast<int32_t>(group), offers), 1}},
             absl::StrCat(offers ? "offers " : "no offer ", way.name, " ", group), learned);
      }
    }
  }
  for (int32_t pair = 0; pair < departments() * departments(); ++pair) {
    Look({{Pair(pair / departments(), pair % departments()), 1}}, absl::StrCat("pair ", pair), learned);
  }
  return learned;
}

// Everything that there is a number of, and what is left of the whole without it.
std::map<std::string, Leaves::Set> FiguresReader::Counts() const {
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
    if (leaves_.In(period).empty()) continue;
    counts[NameOf(period)] = leaves_.In(period);
    counts["besides " + NameOf(period)] = leaves_.Besides(period);
  }
  return counts;
}

// However they are grouped, people are the same people, and so they are in pairs.
void FiguresReader::KnowWhatIsOneThing() {
  for (size_t i = 1; i < ways_.size(); ++i) {
    for (int32_t leaf = 0; leaf < leaves_.size(); ++leaf) {
      Terms terms;
      for (int32_t group = 0; group < departments(); ++group) terms.push_back({Group(ways_[0], group, leaf), 1});
      for (size_t group = 0; group < ways_[i].groups.size(); ++group) {
        terms.push_back({Group(ways_[i], static_cast<int32_t>(group), leaf), -1});
      }
      solver_.Know(terms, 0);
    }
  }
  for (int32_t row = 0; row < departments(); ++row) {
    Terms terms = TermsOf(ways_[0], row, leaves_.From(3));
    for (int32_t column = 0; column < departments(); ++column) terms.push_back({Pair(row, column), -1});
    solver_.Know(terms, 0);
  }
}

// Whoever may be suggested has joined, and is in a group of every way.
void FiguresReader::KnowWhoOffers() {
  for (const Way& way : ways_) {
    Terms same;
    for (int32_t group = 0; group < departments(); ++group) same.push_back({Offering(ways_[0], group, true), 1});
    for (int32_t group = 0; group < static_cast<int32_t>(way.groups.size()); ++group) {
      Terms terms = TermsOf(way, group, leaves_.From(1));
      for (const bool offers : {false, true}) terms.push_back({Offering(way, group, offers), -1});
      solver_.Know(terms, 0);
      same.push_back({Offering(way, group, true), -1});
    }
    if (&way != &ways_[0]) solver_.Know(same, 0);
  }
}

// Nobody mentors who is not enrolled, and nobody is enrolled for nothing.
void FiguresReader::KnowWhoCannotBe() {
  for (const Way& way : ways_) {
    for (int32_t group = 0; group < static_cast<int32_t>(way.groups.size()); ++group) {
      solver_.Know({{Group(way, group, 1), 1}, {Group(way, group, 2), 1}}, 0);
    }
  }
}

void FiguresReader::Read(const std::vector<InsightTableValues>& tables, const CalendarPeriod& period) {
  const std::vector<Leaves::Set> participation = {leaves_.From(0), leaves_.From(1), leaves_.From(2),
                                                  leaves_.From(3), leaves_.Only(2), leaves_.Chat(true)};
  for (const InsightTableValues& table : tables) {
    const Way* way = FindWay(table.id);
    if (way != nullptr && absl::StartsWith(table.id, "participation")) ReadGroups(table, participation, *way);
    if (way != nullptr && absl::StartsWith(table.id, "matched")) ReadGroups(table, {leaves_.In(period)}, *way);
    if (table.id == "reach") ReadPairs(table);
    if (table.id == "load") ReadLoad(table);
  }
}

void FiguresReader::ReadGroups(const InsightTableValues& table, const std::vector<Leaves::Set>& columns,
                               const Way& way) {
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const std::vector<int32_t> groups = GroupsOf(table.rows, table.rows[row], way.groups);
    for (size_t column = 0; column < columns.size(); ++column) {
      if (!table.at(row, column).value) continue;
      Terms terms;
      for (const int32_t group : groups) Append(TermsOf(way, group, columns[column]), terms);
      solver_.Know(terms, *table.at(row, column).value);
    }
  }
}

void FiguresReader::ReadFairness(const std::vector<InsightTableValues>& tables) {
  for (const InsightTableValues& table : tables) {
    const Way* way = FindWay(table.id);
    if (way == nullptr) continue;
    if (absl::StartsWith(table.id, "matched_share")) {
      for (const size_t column : {0, 1}) {
        const Leaves::Set set = leaves_.From(column == 0 ? 2 : 3);
        ReadShare(table, column, *way, [&](int32_t group) { return TermsOf(*way, group, set); });
      }
    } else if (absl::StartsWith(table.id, "suggested")) {
      ReadShare(table, 0, *way, [&](int32_t group) { return Terms{{Offering(*way, group, true), 1}}; });
    }
  }
}

// A share of so few people is as good as their number.
void FiguresReader::ReadShare(const InsightTableValues& table, size_t column, const Way& way,
                              const std::function<Terms(int32_t)>& terms_of) {
  const auto sum = [&](const std::vector<int32_t>& groups) {
    Terms terms;
    for (const int32_t group : groups) Append(terms_of(group), terms);
    return terms;
  };
  std::vector<int32_t> everybody(way.groups.size());
  std::iota(everybody.begin(), everybody.end(), 0);
  const Terms all = sum(everybody);
  const int64_t whole = TruthOf(all);
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const InsightValue& share = table.at(row, column);
    if (!share.value) continue;
    const Terms terms = sum(GroupsOf(table.rows, table.rows[row], way.groups));
    const int64_t part = TruthOf(terms);
    EXPECT_EQ(1000 * part / whole, *share.value);
    solver_.Know(terms, part);
    // Nothing is a share of what nobody may know.
    EXPECT_TRUE(IsTold(whole));
    solver_.Know(all, whole);
  }
}

// Who mentors is one of those with no match, one, two or more.
void FiguresReader::ReadLoad(const InsightTableValues& table) {
  int64_t mentors = 0;
  for (const InsightValue& cell : table.cells) {
    if (!cell.value) return;
    EXPECT_TRUE(IsTold(*cell.value));
    mentors += *cell.value;
  }
  Terms terms;
  for (int32_t group = 0; group < departments(); ++group) {
    Append(TermsOf(ways_[0], group, leaves_.Mentors(true, 1)), terms);
  }
  solver_.Know(terms, mentors);
}

void FiguresReader::ReadPairs(const InsightTableValues& table) {
  for (size_t row = 0; row < table.rows.size(); ++row) {
    for (size_t column = 0; column < table.columns.size(); ++column) {
      if (!table.at(row, column).value) continue;
      Terms terms;
      for (const int32_t from : GroupsOf(table.rows, table.rows[row], ways_[0].groups)) {
        for (const int32_t to : GroupsOf(table.columns, table.columns[column], ways_[0].groups)) {
          terms.push_back({Pair(from, to), 1});
        }
      }
      solver_.Know(terms, *table.at(row, column).value);
    }
  }
  KnowColumns(table);
}

// No table tells the sums of the columns, but somebody might know them.
void FiguresReader::KnowColumns(const InsightTableValues& table) {
  for (const InsightLabel& label : table.columns) {
    Terms terms;
    for (const int32_t to : GroupsOf(table.columns, label, ways_[0].groups)) {
      for (int32_t from = 0; from < departments(); ++from) terms.push_back({Pair(from, to), 1});
    }
    solver_.Know(terms, TruthOf(terms));
  }
}

void FiguresReader::Look(const Terms& terms, const std::string& name, std::vector<std::string>& learned) {
  const int64_t value = TruthOf(terms);
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

}  // namespace cortado::matching::testing
