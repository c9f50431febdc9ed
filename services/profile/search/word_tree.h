// A set of words, kept as a tree of their letters, each with a number. Finds all words that begin as typed, or nearly
// so, by walking the tree once and turning back where no word below can be near enough any more (the walk of Schulz and
// Mihov 2002 over a dictionary automaton, with rows of the distance table in place of the automaton's states).
//
// A word that goes takes its letters along: the tree is never larger than what its words need.
// Thread contract: const members may be called by several threads at once, the others by one thread alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/profile/search/folding.h"
#include "services/profile/search/typing_error.h"

namespace cortado::profile {

class WordTree {
 public:
  WordTree();

  // Returns the number of a word of 1 to kLongestWord letters, adding it if it is new. Numbers are small: those of
  // words that went are given again.
  uint32_t Add(const Word& word);
  // Removes a word; one that is not there is not an error.
  void Remove(const Word& word);
  std::optional<uint32_t> Find(const Word& word) const;

  // Lays the tree out in the order in which it is walked, and numbers the words in that order, so that a walk over many
  // words reads memory from front to back. Returns the new number of each old one; kNoWord for those that were free.
  std::vector<uint32_t> Pack();
  static constexpr uint32_t kNoWord = 0xFFFFFFFF;

  // Numbers are below this.
  uint32_t number_end() const { return number_end_; }
  // How many words there are.
  size_t size() const { return number_end_ - free_numbers_.size(); }
  // How many letters the tree holds, for measuring what it takes.
  size_t letters() const { return nodes_.size() - free_nodes_.size() - 1; }

  // Calls visit(number, errors) once for each word with a beginning that is at most `most` (up to kMostErrors) errors
  // from `typed`; `errors` is the least of any beginning. In no promised order.
  template <class Visit>
  void Match(const Word& typed, int most, Visit visit) const;

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  static constexpr uint32_t kRoot = 0;

  struct Node {
    char32_t letter = 0;
    uint32_t first_child = kNone;
    uint32_t next_sibling = kNone;
    uint32_t number = kNone;  // Of the word that ends here.
  };

  // A walk under way: rows_[d] is of the letters on the path down to depth d.
  template <class Visit>
  struct Walk {
    const Word& typed;
    const int most;
    Visit& visit;
    std::array<ErrorRow, kLongestWord + kMostErrors + 2> rows;
  };

  uint32_t Child(uint32_t node, char32_t letter) const;
  uint32_t AddChild(uint32_t node, char32_t letter);
  template <class Visit>
  void Descend(Walk<Visit>& walk, uint32_t node, size_t depth, int errors) const;
  // Everything at and below `node`.
  template <class Visit>
  void VisitAll(uint32_t node, int errors, Visit& visit) const;

  std::vector<Node> nodes_;
  std::vector<uint32_t> free_nodes_;
  uint32_t number_end_ = 0;
  std::vector<uint32_t> free_numbers_;
};

template <class Visit>
void WordTree::VisitAll(uint32_t node, int errors, Visit& visit) const {
  if (nodes_[node].number != kNone) visit(nodes_[node].number, errors);
  for (uint32_t child = nodes_[node].first_child; child != kNone; child = nodes_[child].next_sibling) {
    VisitAll(child, errors, visit);
  }
}

// `errors` is the least distance of any beginning down to `node`.
template <class Visit>
void WordTree::Descend(Walk<Visit>& walk, uint32_t node, size_t depth, int errors) const {
  const size_t below = depth + 1;
  const ErrorRow& row = walk.rows[depth];
  for (uint32_t child = nodes_[node].first_child; child != kNone; child = nodes_[child].next_sibling) {
    ErrorRow& next = walk.rows[below];
    next = NextErrorRow(walk.typed, below, nodes_[child].letter, nodes_[node].letter, row,
                        walk.rows[depth > 0 ? depth - 1 : 0]);
    const int here = std::min<int>(errors, next.distance[walk.typed.size()]);
    // No row further down has anything less than the least of this one.
    if (next.least >= here || next.least > walk.most) {
      if (here <= walk.most) VisitAll(child, here, walk.visit);
      continue;
    }
    if (nodes_[child].number != kNone && here <= walk.most) walk.visit(nodes_[child].number, here);
    Descend(walk, child, below, here);
  }
}

template <class Visit>
void WordTree::Match(const Word& typed, int most, Visit visit) const {
  if (most == 0) {
    uint32_t node = kRoot;
    for (const char32_t letter : typed) {
      node = Child(node, letter);
      if (node == kNone) return;
    }
    return VisitAll(node, 0, visit);
  }
  Walk<Visit> walk{typed, most, visit, {}};
  walk.rows[0] = FirstErrorRow(typed.size());
  // Of no letters at all, nothing that was typed may be left.
  Descend(walk, kRoot, 0, static_cast<int>(typed.size()));
}

}  // namespace cortado::profile
