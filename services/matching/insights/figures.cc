#include "services/matching/insights/figures.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include "services/matching/insights/grouping.h"
#include "services/matching/insights/reach.h"
#include "services/matching/match_quality.h"

namespace cortado::matching {
namespace {

using Values = std::vector<InsightValue>;
using Node = TakingPart::Node;

constexpr int32_t kBuckets = 4;  // Mentors with no match, one, two, and three or more.
constexpr size_t kSkillRows = 20;

InsightLabel Word(const std::string& word) { return {"insights.word." + word, true}; }

InsightValue Hidden() { return {std::nullopt, true}; }
InsightValue Told(int64_t value) { return {value, false}; }

int64_t RestOf(const Node& node, const std::vector<bool>& own) {
  int64_t rest = 0;
  for (size_t group = 0; group < own.size(); ++group) rest += own[group] ? 0 : node.count.by_group[group];
  return rest;
}

bool HasAll(const std::vector<bool>& own, const std::vector<bool>& others) {
  for (size_t group = 0; group < own.size(); ++group) {
    if (others[group] && !own[group]) return false;
  }
  return true;
}

// A table with a row for each group that `rows` tells by itself and that the first column has anybody in, one for the
// rest, and one for all.
// A column tells a group that it tells by itself, and the rest where that is of whole pieces of its own.
InsightTableValues ByGroup(std::string id, const InsightGrouping& groups, const Node& rows,
                           const std::vector<Node>& columns, const std::vector<std::string>& words) {
  InsightTableValues table{std::move(id)};
  for (const std::string& word : words) table.columns.push_back(Word(word));
  const std::vector<bool> own = rows.told.told ? rows.told.own : std::vector<bool>(groups.size(), false);
  for (size_t group = 0; group < groups.size(); ++group) {
    if (!own[group] || columns.front().count.by_group[group] == 0) continue;
    Values values;
    for (const Node& column : columns) {
      const bool told = column.told.told && column.told.own[group];
      values.push_back(told ? Told(column.count.by_group[group]) : Hidden());
    }
    table.AddRow(groups.label(group), std::move(values));
  }
  if (rows.told.told && RestOf(columns.front(), own) > 0 && !table.rows.empty()) {
    Values values;
    for (const Node& column : columns) {
      const bool told = column.told.told && HasAll(column.told.own, own);
      values.push_back(told ? Told(RestOf(column, own)) : Hidden());
    }
    table.AddRow(Word("other"), std::move(values));
    table.note = "insights.note.merged";
  }
  Values all;
  for (const Node& column : columns) all.push_back(column.told.told ? Told(column.count.Total()) : Hidden());
  table.AddRow(Word("all"), std::move(all));
  return table;
}

InsightTableValues Participation(std::string id, const InsightInput& input, const InsightGrouping& groups,
                                 const TakingPart& part) {
  std::vector<Node> columns = {part.invited(), part.enrolled(),  part.looking(),
                               part.matched(), part.unmatched(), part.chat_booked()};
  std::vector<std::string> words = {"invited", "enrolled", "looking", "matched", "unmatched", "chat_booked"};
  if (input.organization) words = {"people", "joined", "looking", "matched", "unmatched", "chat_booked"};
  return ByGroup(std::move(id), groups, part.invited(), columns, words);
}

// The median, hidden below five.
InsightValue MedianOf(std::vector<int64_t> hours) {
  if (hours.empty()) return {};
  if (static_cast<int64_t>(hours.size()) < kInsightFloor) return Hidden();
  const auto middle = hours.begin() + static_cast<int64_t>(hours.size() / 2);
  std::nth_element(hours.begin(), middle, hours.end());
  return Told(*middle);
}

InsightTableValues Waiting(const InsightInput& input, const CalendarPeriod& period, const Node& matched,
                           const Node& chat_booked) {
  InsightTableValues table{"waiting", InsightUnit::kHours};
  table.columns = {Word("median")};
  std::vector<int64_t> to_yes, to_first, to_chat;
  for (const InsightPerson& person : input.people) {
    if (!person.matched_month || !(PeriodOf(period.kind, *person.matched_month) == period)) continue;
    if (person.hours_to_yes) to_yes.push_back(*person.hours_to_yes);
    if (person.hours_to_first) to_first.push_back(*person.hours_to_first);
    if (person.hours_to_chat) to_chat.push_back(*person.hours_to_chat);
  }
  // Whoever may not know how many there are may not know either that there are none.
  table.AddRow(Word("request_to_yes"), {matched.told.told ? MedianOf(std::move(to_yes)) : Hidden()});
  table.AddRow(Word("first_request_to_yes"), {matched.told.told ? MedianOf(std::move(to_first)) : Hidden()});
  const bool may_tell = matched.told.told && chat_booked.told.told;
  table.AddRow(Word("match_to_chat"), {may_tell ? MedianOf(std::move(to_chat)) : Hidden()});
  if (!input.organization) table.note = "insights.note.no_requests";
  return table;
}

// How many mentors have how many matches; empty where one of the numbers may not be told. Then none is: they add up to
// mentors and to matches at once, and could be worked out from the two. Neither is any where they would tell how many
// mentor, or do both, and that is hidden.
std::vector<int64_t> LoadCounts(const InsightInput& input, const TakingPart& part) {
  std::vector<int64_t> counts(kBuckets);
  int64_t both = 0;
  for (const InsightPerson& person : input.people) {
    if (!person.mentors) continue;
    ++counts[std::min(person.load, kBuckets - 1)];
    both += person.looking ? 1 : 0;
  }
  const bool told = part.mentors().told.told && IsTold(both) && std::all_of(counts.begin(), counts.end(), IsTold);
  if (!told) counts.clear();
  return counts;
}

InsightTableValues Load(const InsightInput& input, const TakingPart& part) {
  InsightTableValues table{"load"};
  table.columns = {Word("mentors")};
  const std::vector<int64_t> counts = LoadCounts(input, part);
  const std::array<std::string, kBuckets> words = {"no_match", "one_match", "two_matches", "more_matches"};
  for (int32_t i = 0; i < kBuckets; ++i) table.AddRow(Word(words[i]), {counts.empty() ? Hidden() : Told(counts[i])});
  return table;
}

// Skills are no parts of anything: a person may want several, so that each is told or not by itself.
InsightTableValues Skills(const InsightInput& input, const TakingPart& part) {
  InsightTableValues table{"skills"};
  table.columns = {Word("wanted"), Word("offered")};
  if (!input.organization) table.note = "insights.note.organization";
  const auto is_told = [](const Node& whole, int64_t count) {
    return whole.told.told && IsTold(count) && IsTold(whole.count.Total() - count);
  };
  std::vector<SkillFigures> skills;
  for (const SkillFigures& skill : input.skills) {
    if (skill.wanted > 0 && is_told(part.invited(), skill.wanted)) skills.push_back(skill);
  }
  std::sort(skills.begin(), skills.end(), [](const SkillFigures& a, const SkillFigures& b) {
    return a.wanted != b.wanted ? a.wanted > b.wanted : a.title < b.title;
  });
  skills.resize(std::min(skills.size(), kSkillRows));
  for (const SkillFigures& skill : skills) {
    const InsightValue offered = is_told(part.offering(), skill.offered) ? Told(skill.offered) : Hidden();
    table.AddRow({skill.title, false}, {Told(skill.wanted), offered});
  }
  return table;
}

InsightTableValues Gini(const InsightInput& input, const TakingPart& part) {
  InsightTableValues table{"load_evenness", InsightUnit::kPerMille};
  table.columns = {Word("gini")};
  std::vector<int64_t> loads;
  for (const InsightPerson& person : input.people) {
    if (person.mentors) loads.push_back(person.load);
  }
  const bool nobody = loads.empty() && part.mentors().told.told;
  const bool told = !LoadCounts(input, part).empty();
  InsightValue value = told ? Told(cortado::matching::Gini(std::move(loads))) : Hidden();
  if (nobody) value = {};
  table.AddRow(Word("load"), {value});
  return table;
}

InsightValue ShareOf(int64_t part, int64_t whole) { return whole == 0 ? InsightValue() : Told(1000 * part / whole); }

// Two shares of each group, of what `of` and `in` count; hidden where one of the two is.
InsightTableValues Shares(std::string id, const InsightGrouping& groups, const Node& of, const Node& in,
                          const std::vector<std::string>& words) {
  const InsightTableValues counts = ByGroup(id, groups, in, {of, in}, words);
  InsightTableValues table{std::move(id), InsightUnit::kPerMille};
  table.columns = counts.columns;
  table.note = counts.note;
  const size_t all = counts.rows.size() - 1;
  for (size_t row = 0; row < all; ++row) {
    const bool told = !counts.at(row, 0).hidden && !counts.at(row, 1).hidden;
    Values values = {Hidden(), Hidden()};
    for (size_t column = 0; told && column < 2; ++column) {
      values[column] = ShareOf(*counts.at(row, column).value, *counts.at(all, column).value);
    }
    table.AddRow(counts.rows[row], std::move(values));
  }
  return table;
}

// What share of the people who may be suggested a group is, and of the places in the lists. A place in a list says
// something of who may be suggested, and nothing of anybody's doing.
InsightTableValues Suggested(std::string id, const InsightInput& input, const InsightGrouping& groups,
                             const TakingPart& part) {
  if (!input.organization) {
    return {std::move(id),
            InsightUnit::kPerMille,
            {},
            {Word("share_of_offering"), Word("share_of_suggested")},
            {},
            "insights.note.organization"};
  }
  GroupedCount places{-1, 0, std::vector<int64_t>(groups.size())};
  for (const InsightPerson& person : input.people) {
    places.by_group[groups.Of(person)] += person.list_places;
  }
  const Node suggested{places, part.offering().told};
  return Shares(std::move(id), groups, part.offering(), suggested, {"share_of_offering", "share_of_suggested"});
}

InsightTableValues MatchedShare(std::string id, const InsightGrouping& groups, const TakingPart& part) {
  return Shares(std::move(id), groups, part.looking(), part.matched(), {"share_of_looking", "share_of_matched"});
}

}  // namespace

std::vector<InsightTableValues> InsightTables(const InsightInput& input, const CalendarPeriod& period) {
  const InsightGrouping by_department = InsightGrouping::Departments(input), by_site = InsightGrouping::Sites(input);
  const TakingPart departments(input, by_department, period);
  const TakingPart sites(input, by_site, period);
  std::vector<InsightTableValues> tables;
  tables.push_back(Participation("participation_by_department", input, by_department, departments));
  tables.push_back(Participation("participation_by_site", input, by_site, sites));
  const auto matched = [&](std::string id, const InsightGrouping& groups, const TakingPart& part) {
    const Node node = part.matched_in(period);
    return ByGroup(std::move(id), groups, node, {node}, {"matched_first"});
  };
  tables.push_back(matched("matched_by_department", by_department, departments));
  tables.push_back(matched("matched_by_site", by_site, sites));
  tables.push_back(Waiting(input, period, departments.matched_in(period), departments.chat_booked()));
  tables.push_back(Load(input, departments));
  tables.push_back(Skills(input, departments));
  tables.push_back(Reach(input, departments.matched()));
  return tables;
}

std::vector<InsightTableValues> FairnessTables(const InsightInput& input, const CalendarPeriod& period) {
  const InsightGrouping by_department = InsightGrouping::Departments(input), by_site = InsightGrouping::Sites(input);
  const TakingPart departments(input, by_department, period);
  const TakingPart sites(input, by_site, period);
  std::vector<InsightTableValues> tables;
  tables.push_back(Gini(input, departments));
  tables.push_back(Suggested("suggested_by_department", input, by_department, departments));
  tables.push_back(Suggested("suggested_by_site", input, by_site, sites));
  tables.push_back(MatchedShare("matched_share_by_department", by_department, departments));
  tables.push_back(MatchedShare("matched_share_by_site", by_site, sites));
  return tables;
}

std::vector<InsightTableValues> GroupTables(const InsightInput& input, const CalendarPeriod& period) {
  std::vector<InsightTableValues> tables;
  for (size_t i = 0; i < input.questions.size(); ++i) {
    const InsightGrouping groups = InsightGrouping::Question(input, i);
    const TakingPart part(input, groups, period);
    tables.push_back(Suggested(kSuggestedByGroup + input.questions[i].id, input, groups, part));
    tables.push_back(MatchedShare(kMatchedShareByGroup + input.questions[i].id, groups, part));
  }
  return tables;
}

}  // namespace cortado::matching
