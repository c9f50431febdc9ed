// Which counts of people may be told, and by which groups, so that nobody learns a number of 1 to 4 from them all
// together. Pure functions, safe from any thread.
//
// The counts form a tree: a count is split into parts that add up to it (enrolled and not; years, and these into
// quarters and months), and it may be split in several ways. Every count is also known by group (department or site).
//
// Told is what the rule of five allows (product rules 2.5): 0, or at least five, and as much for all the rest. Instead
// of hiding single cells between shown ones, small ones are put together until every number told is a sum of whole
// pieces, each of nobody or of at least five:
//  - Among the parts of a count, those of 1 to 4 are hidden, with so many others that at least two stay hidden and
//    have five people together. When one has to be hidden, so are the empty ones: a hidden part may be nobody's.
//    What lies below a hidden part is hidden.
//  - Groups with a piece of 1 to 4 are merged into "other", with those that have nobody there, and with so many more
//    (the smallest first) that "other" has none. The parts of a count are told by the same groups, all of them groups,
//    or merged groups, of the count itself. So one can never subtract a period from a longer one, or one grouping from
//    another, and find less than a piece.
// Whoever sees all of it is left with a table of which they know the sums of rows and columns alone, each of at least
// five with at least five besides: every cell of it could then have any of at least six values (Fréchet's bounds: from
// max(0, r + c - n) to min(r, c)). The idea of suppressing in a nested structure from the top down is that of
// hierarchical tables, as Fischetti and Salazar-González, "Solving the cell suppression problem on tabular data with
// linear constraints" (Management Science 47, 2001), treat them exactly; merging hides more than their optimum, and
// needs no solver to be believed. Rounding to multiples was weighed: it narrows sums of a few small cells to one or two
// values, and figures that do not add up are read as mistakes.
#pragma once

#include <cstdint>
#include <vector>

namespace cortado::matching {

// Numbers below it are not told, unless they are 0.
inline constexpr int64_t kInsightFloor = 5;

// Whether a number may be told by itself.
inline bool IsTold(int64_t count) { return count == 0 || count >= kInsightFloor; }

// One count of people, by group.
struct GroupedCount {
  int32_t parent = -1;            // Index of the count it is a part of; -1 for the first, which comes before its parts.
  int32_t split = 0;              // Parts of one parent and split add up to the parent, in all and for every group.
  std::vector<int64_t> by_group;  // As many for every count.

  int64_t Total() const;
};

// What may be told of one count.
struct ToldCount {
  bool told = false;      // The total, and each group of `own`; if not, nothing is.
  std::vector<bool> own;  // Groups told by themselves; the others are told together.
};

// Returns what may be told of each of `counts`. Which totals are told does not depend on the grouping, so that the same
// counts by another grouping may be told as well.
std::vector<ToldCount> Protect(const std::vector<GroupedCount>& counts);

// Merges groups of 1 to 4 for one list of numbers that is told in all. Returns which are told by themselves; of 0 none
// is.
std::vector<bool> OwnGroups(const std::vector<int64_t>& by_group);

}  // namespace cortado::matching
