#include "services/profile/search/word_tree.h"

#include <utility>

namespace cortado::profile {

WordTree::WordTree() : nodes_(1) {}

uint32_t WordTree::Child(uint32_t node, char32_t letter) const {
  uint32_t child = nodes_[node].first_child;
  while (child != kNone && nodes_[child].letter != letter) child = nodes_[child].next_sibling;
  return child;
}

uint32_t WordTree::AddChild(uint32_t node, char32_t letter) {
  uint32_t child = static_cast<uint32_t>(nodes_.size());
  if (free_nodes_.empty()) {
    nodes_.emplace_back();
  } else {
    child = free_nodes_.back();
    free_nodes_.pop_back();
  }
  nodes_[child] = {letter, kNone, nodes_[node].first_child, kNone};
  nodes_[node].first_child = child;
  return child;
}

uint32_t WordTree::Add(const Word& word) {
  uint32_t node = kRoot;
  for (const char32_t letter : word) {
    const uint32_t child = Child(node, letter);
    node = child != kNone ? child : AddChild(node, letter);
  }
  if (nodes_[node].number != kNone) return nodes_[node].number;
  if (free_numbers_.empty()) {
    nodes_[node].number = number_end_++;
  } else {
    nodes_[node].number = free_numbers_.back();
    free_numbers_.pop_back();
  }
  return nodes_[node].number;
}

std::optional<uint32_t> WordTree::Find(const Word& word) const {
  uint32_t node = kRoot;
  for (const char32_t letter : word) {
    node = Child(node, letter);
    if (node == kNone) return std::nullopt;
  }
  if (nodes_[node].number == kNone) return std::nullopt;
  return nodes_[node].number;
}

std::vector<uint32_t> WordTree::Pack() {
  std::vector<uint32_t> renumbered(number_end_, kNoWord);
  std::vector<Node> packed;
  packed.reserve(nodes_.size() - free_nodes_.size());
  number_end_ = 0;
  // What is still to be laid out: a node, and who points to it in the new layout.
  struct Pending {
    uint32_t node;
    uint32_t before;
    bool is_child;
  };
  std::vector<Pending> pending = {{kRoot, kNone, false}};
  while (!pending.empty()) {
    const Pending next = pending.back();
    pending.pop_back();
    const auto here = static_cast<uint32_t>(packed.size());
    const Node& node = nodes_[next.node];
    packed.push_back({node.letter, kNone, kNone, kNone});
    if (next.before != kNone)
      (next.is_child ? packed[next.before].first_child : packed[next.before].next_sibling) = here;
    if (node.number != kNone) packed[here].number = renumbered[node.number] = number_end_++;
    // The sibling is taken up after everything below this node.
    if (node.next_sibling != kNone) pending.push_back({node.next_sibling, here, false});
    if (node.first_child != kNone) pending.push_back({node.first_child, here, true});
  }
  nodes_ = std::move(packed);
  free_nodes_.clear();
  free_numbers_.clear();
  return renumbered;
}

void WordTree::Remove(const Word& word) {
  std::vector<uint32_t> path = {kRoot};
  for (const char32_t letter : word) {
    const uint32_t child = Child(path.back(), letter);
    if (child == kNone) return;
    path.push_back(child);
  }
  if (nodes_[path.back()].number == kNone) return;
  free_numbers_.push_back(std::exchange(nodes_[path.back()].number, kNone));
  // Letters that no other word needs go with it, from the last one up.
  while (path.size() > 1) {
    const uint32_t last = path.back();
    if (nodes_[last].number != kNone || nodes_[last].first_child != kNone) return;
    path.pop_back();
    uint32_t* link = &nodes_[path.back()].first_child;
    while (*link != last) link = &nodes_[*link].next_sibling;
    *link = nodes_[last].next_sibling;
    free_nodes_.push_back(last);
  }
}

}  // namespace cortado::profile
