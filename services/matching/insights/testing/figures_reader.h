// Somebody who asks for all figures there are, of every period, and works out what they leave open. Thread-compatible.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "services/matching/insights/figures.h"
#include "services/matching/insights/testing/leaves.h"
#include "services/matching/insights/testing/table_solver.h"

namespace cortado::matching::testing {

// Figures are asked for of the two years from here on.
inline constexpr int32_t kFirstMonth = 2026 * 12;

class FiguresReader {
 public:
  // Reads everything. `input` outlives it.
  explicit FiguresReader(const InsightInput& input);

  // Returns which numbers of 1 to 4 could have fewer than five values.
  std::vector<std::string> Learned();
  // How many numbers Learned looked at, and of how many an end of the range is no whole number: it may be less wide.
  int looked() const { return looked_; }
  int unproven() const { return unproven_; }

 private:
  using Terms = TableSolver::Terms;
  // One way to group people: by department, by site, by what they say.
  struct Way {
    std::string name;
    std::vector<std::string> groups;  // By the words of their rows.
    int32_t first = 0;                // The first number of the way.
  };

  // The number of the people of a group at a leaf, of those of two departments who were matched, and of those of a
  // group who have joined and may be suggested, or may not.
  int32_t Group(const Way& way, int32_t group, int32_t leaf) const;
  int32_t Pair(int32_t row, int32_t column) const;
  int32_t Offering(const Way& way, int32_t group, bool offers) const;
  Terms TermsOf(const Way& way, int32_t group, const Leaves::Set& set) const;
  const Way* FindWay(const std::string& table) const;
  int32_t departments() const { return static_cast<int32_t>(ways_[0].groups.size()); }

  void Number();
  void Count();
  void KnowWhatIsOneThing();
  void KnowWhoOffers();
  void KnowWhoCannotBe();
  std::map<std::string, Leaves::Set> Counts() const;

  void Read(const std::vector<InsightTableValues>& tables, const CalendarPeriod& period);
  void ReadGroups(const InsightTableValues& table, const std::vector<Leaves::Set>& columns, const Way& way);
  void ReadFairness(const std::vector<InsightTableValues>& tables);
  void ReadShare(const InsightTableValues& table, size_t column, const Way& way,
                 const std::function<Terms(int32_t)>& terms_of);
  void ReadLoad(const InsightTableValues& table);
  void ReadPairs(const InsightTableValues& table);
  void KnowColumns(const InsightTableValues& table);
  void Look(const Terms& terms, const std::string& name, std::vector<std::string>& learned);
  int64_t TruthOf(const Terms& terms) const;

  const InsightInput& input_;
  const Leaves leaves_;
  std::vector<Way> ways_;  // Departments, sites, then one for each question.
  int32_t first_pair_ = 0;
  int32_t first_offering_ = 0;
  std::vector<int64_t> truth_;
  TableSolver solver_;
  int looked_ = 0, unproven_ = 0;
  bool astray_ = false;
};

}  // namespace cortado::matching::testing
