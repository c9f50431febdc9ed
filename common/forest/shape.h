// The shape of a forest of parent links: how deep it is, who has how many below, and who hangs on nothing.
//
//   const Shape shape(links);   // Links of those who count, see ParentLinks.
//   shape.depth();
//   shape.Widest(10);
//
// A ring hangs on nothing: its members have their children counted, but stand below nobody, and depth leaves them out.
// Takes time linear in the number of links, but for sorting. Thread contract: const members may be called by several
// threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace cortado::forest {

// One that others hang on.
struct Branch {
  std::string id;
  int32_t children = 0;  // Directly.
  int32_t below = 0;     // In all.
  bool operator==(const Branch&) const = default;
};

class Shape {
 public:
  // Pairs of child and parent, an empty parent where there is none; each child once. A parent that is no child itself
  // does not exist: whoever names it hangs on nothing.
  explicit Shape(const std::vector<std::pair<std::string, std::string>>& links);

  // How many there are.
  int64_t size() const { return static_cast<int64_t>(links_.size()); }
  // Levels from a root to the lowest, the root counted; 0: nobody is there.
  int32_t depth() const { return depth_; }
  // How many have at least one child.
  int64_t branch_count() const { return branches_; }
  // Children of the median branch, the lower of two; 0 without branches.
  int32_t median_children() const { return median_; }

  // Roots (whoever has no parent) with children, the most below first, then by id; at most `most`.
  std::vector<Branch> Roots(size_t most) const;
  // Those with the most children first, then by id; at most `most`.
  std::vector<Branch> Widest(size_t most) const;
  // Whoever has neither parent nor children, by id.
  std::vector<std::string> Alone() const;

 private:
  struct Node {
    std::string id;
    int32_t parent = -1;
    bool rootless = false;  // Names a parent that does not exist.
    int32_t children = 0;
    int32_t below = 0;
    int32_t level = 0;  // 1 for a root; 0 in and below a ring.
  };

  void Count();
  std::vector<Branch> Sorted(bool roots, size_t most) const;

  std::vector<Node> links_;
  int32_t depth_ = 0;
  int64_t branches_ = 0;
  int32_t median_ = 0;
};

}  // namespace cortado::forest
