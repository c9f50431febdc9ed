#include "common/forest/parent_links.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace cortado::forest {

void ParentLinks::Set(absl::string_view child, absl::string_view parent) {
  parent_of_.insert_or_assign(std::string(child), std::string(parent));
}

const std::string* ParentLinks::ParentOf(absl::string_view child) const {
  const auto found = parent_of_.find(child);
  if (found == parent_of_.end() || !parent_of_.contains(found->second)) return nullptr;
  return &found->second;
}

std::vector<std::string> ParentLinks::Chain(absl::string_view child) const {
  std::vector<std::string> chain;
  absl::flat_hash_set<absl::string_view> seen = {child};
  for (const std::string* parent = ParentOf(child); parent != nullptr && seen.insert(*parent).second;
       parent = ParentOf(*parent)) {
    chain.push_back(*parent);
  }
  return chain;
}

bool ParentLinks::WouldClose(absl::string_view child, absl::string_view parent) const {
  if (child == parent) return true;
  const std::vector<std::string> chain = Chain(parent);
  return std::find(chain.begin(), chain.end(), child) != chain.end();
}

std::vector<std::vector<std::string>> ParentLinks::Cycles() const {
  // Walks upwards from everything; a walk that meets itself has found a ring, one that meets an earlier walk has not.
  absl::flat_hash_map<absl::string_view, size_t> walk_of;
  std::vector<std::vector<std::string>> cycles;
  size_t walk = 0;
  for (const auto& [start, unused] : parent_of_) {
    ++walk;
    const std::string* child = &start;
    while (child != nullptr && walk_of.emplace(*child, walk).second) child = ParentOf(*child);
    if (child == nullptr || walk_of[*child] != walk) continue;
    std::vector<std::string> cycle;
    for (const std::string* at = child; cycle.empty() || *at != *child; at = ParentOf(*at)) cycle.push_back(*at);
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    cycles.push_back(std::move(cycle));
  }
  std::sort(cycles.begin(), cycles.end());
  return cycles;
}

std::vector<ParentLinks::Orphan> ParentLinks::Orphans() const {
  std::vector<Orphan> orphans;
  for (const auto& [child, parent] : parent_of_) {
    if (!parent.empty() && !parent_of_.contains(parent)) orphans.push_back({child, parent});
  }
  std::sort(orphans.begin(), orphans.end(), [](const Orphan& a, const Orphan& b) { return a.child < b.child; });
  return orphans;
}

}  // namespace cortado::forest
