// Maximum weight matching in a general graph, one person at a time: Edmonds' search with blossoms (Edmonds 1965), as a
// single tree whose events come in the order of time, like Dijkstra's (Galil, Micali and Gabow 1986). It begins with
// a matching that is nearly the best and its dual values, so that few searches are left and each stays near.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "services/matching/assign/market.h"

namespace cortado::matching {

// People are both bidders and sellers of `market`: an edge of one to the other is there both ways with the same even
// worth. Everybody has a value, sets of an odd number of people (blossoms) have one too, and for each edge the values
// of its two and of the sets that hold both are at least its worth, and as much for pairs that are made.
template <typename Weight>
class OddSets {
 public:
  using Price = typename Market<Weight>::Price;

  // `partner` and `value` keep to the above without any sets; the values are 0 or more. Both outlive this.
  OddSets(const Market<Weight>& market, std::vector<int32_t>& partner, std::vector<Price>& value)
      : market_(market), people_(market.bidders()), partner_(partner), value_(value), nodes_(people_) {
    for (int32_t person = 0; person < people_; ++person) {
      nodes_[person].base = nodes_[person].block = person;
      block_.push_back(person);
      top_.push_back(person);
    }
    since_.assign(people_, 0);
  }

  // Makes `person`, who has nobody and a value above 0, content: gives them somebody, or lowers a value to 0 and leaves
  // that person out. All others who were content still are.
  void Settle(int32_t person);

  // Returns whether the values prove that no matching is worth more: none is negative, no edge is worth more than they
  // allow, and their sum, a set counting half its people but one, is what the matching is worth.
  bool IsProved() const;

 private:
  enum class Label : uint8_t { kNone, kOuter, kInner };  // By the parity of the way from the source.

  struct Link {
    int32_t from = kUnsold;
    int32_t to = kUnsold;
  };

  // A person, or an odd set of nodes in a circle that touch at tight edges.
  struct Node {
    int32_t base = kUnsold;         // The one person in it whose partner is not in it.
    int32_t parent = kUnsold;       // The set directly around it.
    Price value = 0;                // Of a set; those of people are in value_.
    std::vector<int32_t> children;  // The one with the base first; then pairs that have each other.
    std::vector<Link> links;        // By child: to the next.
    int32_t size = 1;               // People in it.
    int32_t block = 0;              // Of an outermost node: the block of its people.
    Label label = Label::kNone;
    Price since = 0;   // When it got its label.
    int64_t walk = 0;  // The last walk that came by.
    Link entry;        // Of an inner node: the edge it was reached by.
  };

  // Where a node lies in the sets around it.
  struct Nest {
    int32_t depth = 0;
    int32_t jump = 0;  // A set around it, or itself when there is none.
    Price values = 0;  // Sum of the values of it and of the sets around it; of a person none of their own.
  };

  struct Event {
    Price time;
    int32_t from;  // Of an edge, from an outer node; or alone: a person whose value is 0, a set whose value is 0.
    int32_t to;

    static bool Later(const Event& a, const Event& b) { return b.time < a.time; }
  };

  int32_t TopOf(int32_t person) const { return top_[block_[person]]; }
  bool IsSet(int32_t node) const { return node >= people_; }
  template <typename Visit>
  void ForEachPerson(int32_t node, Visit visit) const;
  Price ValueOf(int32_t person) const;
  Price SlackOf(int32_t a, int32_t b, Price worth) const { return ValueOf(a) + ValueOf(b) - worth; }
  Price WorthOf(int32_t a, int32_t b) const;
  void TakeLabel(int32_t node);
  void Stop(int32_t person, Label label);
  void Give(int32_t node, Label label);
  void PushEvent(Price time, int32_t from, int32_t to);
  void PushEdge(int32_t a, int32_t b, Price worth);
  void LookFrom(int32_t person);
  bool Handle(const Event& event);
  bool Cross(int32_t from, int32_t to);
  int32_t MeetingOf(int32_t a, int32_t b);
  void Contract(int32_t a, int32_t b);
  void Expand(int32_t set);
  void Rebase(int32_t node, int32_t person);
  int32_t ChildWith(int32_t set, int32_t person) const;
  void Flip(int32_t person, int32_t with);
  int32_t OuterAbove(int32_t node) const;
  void EndSearch();
  std::vector<Nest> Nests() const;
  Price SetsAround(const std::vector<Nest>& nests, int32_t a, int32_t b) const;

  const Market<Weight>& market_;
  const int32_t people_;
  std::vector<int32_t>& partner_;
  std::vector<Price>& value_;
  std::vector<Node> nodes_;     // People first.
  std::vector<int32_t> block_;  // By person. The people of one outermost node share a block ...
  std::vector<int32_t> top_;    // ... and by block, that node: so the largest of those made one keeps its block.
  std::vector<Price> since_;    // By person: since when their value changes.
  std::vector<int32_t> labelled_;
  int64_t walk_ = 0;
  std::vector<Event> events_;
  Price now_ = 0;
};

}  // namespace cortado::matching
