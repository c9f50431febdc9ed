#include "common/forest/shape.h"

#include <algorithm>

namespace cortado::forest {

Shape::Shape(const std::vector<std::pair<std::string, std::string>>& links) {
  absl::flat_hash_map<absl::string_view, int32_t> at;
  links_.reserve(links.size());
  for (const auto& [child, parent] : links) {
    at.emplace(child, static_cast<int32_t>(links_.size()));
    links_.push_back({child});
  }
  for (size_t i = 0; i < links.size(); ++i) {
    if (links[i].second.empty()) continue;
    const auto parent = at.find(links[i].second);
    links_[i].rootless = parent == at.end();
    if (parent == at.end()) continue;
    links_[i].parent = parent->second;
    ++links_[parent->second].children;
  }
  Count();
}

// Peels the leaves off, and theirs, adding to their parents as it goes (Kahn 1962): what is in a ring never comes off.
void Shape::Count() {
  std::vector<int32_t> waits, order;
  for (size_t i = 0; i < links_.size(); ++i) {
    waits.push_back(links_[i].children);
    if (links_[i].children == 0) order.push_back(static_cast<int32_t>(i));
  }
  for (size_t next = 0; next < order.size(); ++next) {
    const Node& node = links_[order[next]];
    if (node.parent < 0) continue;
    links_[node.parent].below += node.below + 1;
    if (--waits[node.parent] == 0) order.push_back(node.parent);
  }
  // Levels go down again, so parents come first; whatever hangs on a ring stays at level 0.
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    Node& node = links_[*at];
    const int32_t above = node.parent < 0 ? 0 : links_[node.parent].level;
    node.level = node.parent < 0 || above > 0 ? above + 1 : 0;
    depth_ = std::max(depth_, node.level);
  }
  std::vector<int32_t> children;
  for (const Node& node : links_) {
    if (node.children > 0) children.push_back(node.children);
  }
  branches_ = static_cast<int64_t>(children.size());
  if (children.empty()) return;
  const auto middle = children.begin() + static_cast<std::ptrdiff_t>((children.size() - 1) / 2);
  std::nth_element(children.begin(), middle, children.end());
  median_ = *middle;
}

std::vector<Branch> Shape::Sorted(bool roots, size_t most) const {
  std::vector<Branch> found;
  for (const Node& node : links_) {
    const bool counts = node.children > 0 && (!roots || (node.parent < 0 && !node.rootless));
    if (counts) found.push_back({node.id, node.children, node.below});
  }
  const auto comes_first = [roots](const Branch& a, const Branch& b) {
    const int32_t x = roots ? a.below : a.children, y = roots ? b.below : b.children;
    return x != y ? x > y : a.id < b.id;
  };
  const size_t count = std::min(most, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), found.end(), comes_first);
  found.resize(count);
  return found;
}

std::vector<Branch> Shape::Roots(size_t most) const { return Sorted(true, most); }

std::vector<Branch> Shape::Widest(size_t most) const { return Sorted(false, most); }

std::vector<std::string> Shape::Alone() const {
  std::vector<std::string> alone;
  for (const Node& node : links_) {
    if (node.children == 0 && node.parent < 0 && !node.rootless) alone.push_back(node.id);
  }
  std::sort(alone.begin(), alone.end());
  return alone;
}

}  // namespace cortado::forest
