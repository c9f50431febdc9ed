// Who stands below whom: chains of parents, and what is wrong with them (a ring, a parent that does not exist).
// Cycles and Orphans take time linear in the number of links, but for sorting what they return.
// Thread contract: const members may be called by several threads at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace cortado::forest {

class ParentLinks {
 public:
  struct Orphan {
    std::string child;
    std::string parent;  // Nothing has this id.
    bool operator==(const Orphan&) const = default;
  };

  // Sets the parent of `child`, which thereby exists; an empty parent means it has none. The last word about a child
  // counts.
  void Set(absl::string_view child, absl::string_view parent);

  // Returns the parents of `child`, nearest first. Stops at a parent that does not exist (which is left out) and before
  // anything would come twice, so it ends in a ring too. Empty for a child that does not exist.
  std::vector<std::string> Chain(absl::string_view child) const;

  // Returns whether `child` would stand above itself, near or far, if `parent` stood above it.
  bool WouldClose(absl::string_view child, absl::string_view parent) const;

  // Returns every ring: each starts with the id that sorts first and goes upwards; rings sorted by that id. What is its
  // own parent is a ring of one. What hangs below a ring is not part of it.
  std::vector<std::vector<std::string>> Cycles() const;

  // Returns everything whose parent does not exist, sorted by child.
  std::vector<Orphan> Orphans() const;

 private:
  // The parent of `child` when both exist, else null.
  const std::string* ParentOf(absl::string_view child) const;

  absl::flat_hash_map<std::string, std::string> parent_of_;
};

}  // namespace cortado::forest
