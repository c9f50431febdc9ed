#include "services/matching/assign/odd_sets.h"

#include <algorithm>

namespace cortado::matching {

template <typename Weight>
template <typename Visit>
void OddSets<Weight>::ForEachPerson(int32_t node, Visit visit) const {
  if (!IsSet(node)) return visit(node);
  for (int32_t child : nodes_[node].children) ForEachPerson(child, visit);
}

// While the search goes on, the values of outer people fall with time and those of inner ones rise.
template <typename Weight>
typename OddSets<Weight>::Price OddSets<Weight>::ValueOf(int32_t person) const {
  const Node& node = nodes_[TopOf(person)];
  if (node.label == Label::kNone) return value_[person];
  const Price change = now_ - since_[person];
  return node.label == Label::kOuter ? value_[person] - change : value_[person] + change;
}

template <typename Weight>
typename OddSets<Weight>::Price OddSets<Weight>::WorthOf(int32_t a, int32_t b) const {
  for (int64_t e = market_.begin[a]; e < market_.begin[a + 1]; ++e) {
    if (market_.edges[e].seller == b) return market_.worth(e);
  }
  return -1;
}

// Writes down what a label did to the value of a person so far.
template <typename Weight>
void OddSets<Weight>::Stop(int32_t person, Label label) {
  const Price change = now_ - since_[person];
  value_[person] += label == Label::kOuter ? -change : change;
  since_[person] = now_;
}

// The same for an outermost node and everybody in it, and takes its label away.
template <typename Weight>
void OddSets<Weight>::TakeLabel(int32_t index) {
  Node& node = nodes_[index];
  if (node.label == Label::kNone) return;
  ForEachPerson(index, [&](int32_t person) { Stop(person, node.label); });
  if (IsSet(index)) node.value += 2 * (node.label == Label::kOuter ? now_ - node.since : node.since - now_);
  node.label = Label::kNone;
}

template <typename Weight>
void OddSets<Weight>::Give(int32_t index, Label label) {
  Node& node = nodes_[index];
  node.label = label;
  node.since = now_;
  labelled_.push_back(index);
  ForEachPerson(index, [this](int32_t person) { since_[person] = now_; });
  if (label == Label::kOuter) {
    ForEachPerson(index, [this](int32_t person) { LookFrom(person); });
  } else if (IsSet(index)) {
    PushEvent(now_ + node.value / 2, index, kUnsold);
  }
}

template <typename Weight>
void OddSets<Weight>::PushEvent(Price time, int32_t from, int32_t to) {
  events_.push_back({time, from, to});
  std::push_heap(events_.begin(), events_.end(), Event::Later);
}

// Plans when the edge from `a`, an outer person, to `b` becomes tight, if it will.
template <typename Weight>
void OddSets<Weight>::PushEdge(int32_t a, int32_t b, Price worth) {
  if (TopOf(a) == TopOf(b)) return;
  const Label label = nodes_[TopOf(b)].label;
  if (label == Label::kInner) return;
  const Price slack = SlackOf(a, b, worth);
  PushEvent(now_ + (label == Label::kOuter ? slack / 2 : slack), a, b);
}

template <typename Weight>
void OddSets<Weight>::LookFrom(int32_t person) {
  PushEvent(now_ + ValueOf(person), person, kUnsold);
  for (int64_t e = market_.begin[person]; e < market_.begin[person + 1]; ++e) {
    PushEdge(person, market_.edges[e].seller, market_.worth(e));
  }
}

template <typename Weight>
void OddSets<Weight>::Settle(int32_t person) {
  now_ = 0;
  Give(TopOf(person), Label::kOuter);
  for (;;) {
    // The source's own value falls to 0 in the end, so there is always an event.
    std::pop_heap(events_.begin(), events_.end(), Event::Later);
    const Event event = events_.back();
    events_.pop_back();
    now_ = event.time;
    if (Handle(event)) break;
  }
  EndSearch();
}

// Returns whether the search is over.
template <typename Weight>
bool OddSets<Weight>::Handle(const Event& event) {
  const int32_t from = event.from;
  if (event.to != kUnsold) return Cross(from, event.to);
  if (IsSet(from)) {
    // A set that was inner may have been taken apart or into another since.
    const Node& set = nodes_[from];
    const bool is_due = set.parent == kUnsold && set.label == Label::kInner && set.value == 2 * (now_ - set.since);
    if (is_due && !set.children.empty()) Expand(from);
    return false;
  }
  if (nodes_[TopOf(from)].label != Label::kOuter || ValueOf(from) != 0) return false;
  Flip(from, kUnsold);
  return true;
}

template <typename Weight>
bool OddSets<Weight>::Cross(int32_t from, int32_t to) {
  const int32_t there = TopOf(to);
  if (TopOf(from) == there || nodes_[TopOf(from)].label != Label::kOuter) return false;
  const Label label = nodes_[there].label;
  if (label == Label::kInner) return false;
  const Price worth = WorthOf(from, to);
  if (SlackOf(from, to, worth) != 0) {
    PushEdge(from, to, worth);  // Planned under other labels.
    return false;
  }
  if (label == Label::kOuter) {
    Contract(from, to);
    return false;
  }
  const int32_t partner = partner_[nodes_[there].base];
  if (partner == kUnsold) {
    Flip(from, to);
    return true;
  }
  nodes_[there].entry = {from, to};
  Give(there, Label::kInner);
  Give(TopOf(partner), Label::kOuter);
  return false;
}

// Returns the outer node from which the inner one above this outer node was reached, or kUnsold from the source.
template <typename Weight>
int32_t OddSets<Weight>::OuterAbove(int32_t outer) const {
  const int32_t partner = partner_[nodes_[outer].base];
  return partner == kUnsold ? kUnsold : TopOf(nodes_[TopOf(partner)].entry.from);
}

// Returns the outer node where the ways from two outer nodes to the source meet, in as many steps as the longer takes.
template <typename Weight>
int32_t OddSets<Weight>::MeetingOf(int32_t a, int32_t b) {
  ++walk_;
  for (;; std::swap(a, b)) {
    if (a == kUnsold) continue;
    if (nodes_[a].walk == walk_) return a;
    nodes_[a].walk = walk_;
    a = OuterAbove(a);
  }
}

// Makes one set of the circle that the tight edge between two outer people closes.
template <typename Weight>
void OddSets<Weight>::Contract(int32_t a, int32_t b) {
  const int32_t meeting = MeetingOf(TopOf(a), TopOf(b));
  Node set;
  set.base = nodes_[meeting].base;
  // From the meeting down to `a`, written upwards and turned round.
  std::vector<Link> links;
  for (int32_t node = TopOf(a); node != meeting; node = OuterAbove(node)) {
    const int32_t partner = partner_[nodes_[node].base];
    const int32_t inner = TopOf(partner);
    set.children.insert(set.children.end(), {node, inner});
    links.insert(links.end(), {{partner, nodes_[node].base}, nodes_[inner].entry});
  }
  set.children.push_back(meeting);
  std::reverse(set.children.begin(), set.children.end());
  set.links.assign(links.rbegin(), links.rend());
  set.links.push_back({a, b});
  for (int32_t node = TopOf(b); node != meeting; node = OuterAbove(node)) {
    const int32_t partner = partner_[nodes_[node].base];
    const Link entry = nodes_[TopOf(partner)].entry;
    set.children.insert(set.children.end(), {node, TopOf(partner)});
    set.links.insert(set.links.end(), {{nodes_[node].base, partner}, {entry.to, entry.from}});
  }

  const auto index = static_cast<int32_t>(nodes_.size());
  set.label = Label::kOuter;
  set.since = now_;
  std::vector<int32_t> were_inner;
  int32_t largest = meeting;
  for (int32_t child : set.children) {
    if (nodes_[child].size > nodes_[largest].size) largest = child;
    // Whoever was outer stays so, and their value goes on falling.
    if (nodes_[child].label == Label::kInner) {
      TakeLabel(child);
      ForEachPerson(child, [&](int32_t person) { were_inner.push_back(person); });
    } else if (IsSet(child)) {
      nodes_[child].value += 2 * (now_ - nodes_[child].since);
    }
    nodes_[child].label = Label::kNone;
    nodes_[child].parent = index;
  }
  set.block = nodes_[largest].block;
  set.size = 0;
  for (int32_t child : set.children) {
    set.size += nodes_[child].size;
    if (child != largest) ForEachPerson(child, [&](int32_t person) { block_[person] = set.block; });
  }
  top_[set.block] = index;
  nodes_.push_back(std::move(set));
  labelled_.push_back(index);
  for (int32_t person : were_inner) {
    since_[person] = now_;
    LookFrom(person);
  }
}

// Takes an inner set apart whose value is 0. From the child it was entered by to that of its base they are inner and
// outer in turn; the others are free.
template <typename Weight>
void OddSets<Weight>::Expand(int32_t index) {
  TakeLabel(index);
  const std::vector<int32_t> children = std::move(nodes_[index].children);
  const std::vector<Link> links = std::move(nodes_[index].links);
  nodes_[index].children.clear();
  const Link entry = nodes_[index].entry;
  for (int32_t child : children) {
    Node& node = nodes_[child];
    node.parent = kUnsold;
    node.block = node.base;  // Of all blocks there may be of its people, one that no other node has.
    top_[node.block] = child;
    ForEachPerson(child, [&](int32_t person) { block_[person] = node.block; });
  }
  const size_t count = children.size();
  size_t at = static_cast<size_t>(std::find(children.begin(), children.end(), TopOf(entry.to)) - children.begin());
  const bool forward = at % 2 == 1;  // Towards its partner.
  const auto next = [&](size_t i) { return forward ? (i + 1) % count : i - 1; };
  const auto link = [&](size_t i) { return forward ? links[i] : Link{links[i - 1].to, links[i - 1].from}; };
  std::vector<std::pair<int32_t, Label>> labels;
  Link reached = entry;
  for (;;) {
    nodes_[children[at]].entry = reached;
    labels.push_back({children[at], Label::kInner});
    if (at == 0) break;
    at = next(at);
    labels.push_back({children[at], Label::kOuter});
    reached = link(at);
    at = next(at);
  }
  // First all inner ones, so that outer ones plan no edge to them.
  for (const auto& [node, label] : labels) {
    if (label == Label::kInner) Give(node, label);
  }
  for (const auto& [node, label] : labels) {
    if (label == Label::kOuter) Give(node, label);
  }
  for (int32_t child : children) {
    if (nodes_[child].label != Label::kNone) continue;
    ForEachPerson(child, [this](int32_t person) {
      for (int64_t e = market_.begin[person]; e < market_.begin[person + 1]; ++e) {
        const int32_t other = market_.edges[e].seller;
        if (nodes_[TopOf(other)].label == Label::kOuter) PushEdge(other, person, market_.worth(e));
      }
    });
  }
}

template <typename Weight>
int32_t OddSets<Weight>::ChildWith(int32_t set, int32_t person) const {
  int32_t node = person;
  while (nodes_[node].parent != set) node = nodes_[node].parent;
  return node;
}

// Makes `person` the base of a node: the circle is turned until their child is first, and the others pair up.
template <typename Weight>
void OddSets<Weight>::Rebase(int32_t index, int32_t person) {
  if (nodes_[index].base == person) return;
  const int32_t child = ChildWith(index, person);
  Rebase(child, person);
  Node& node = nodes_[index];
  const auto turn = std::find(node.children.begin(), node.children.end(), child) - node.children.begin();
  std::rotate(node.children.begin(), node.children.begin() + turn, node.children.end());
  std::rotate(node.links.begin(), node.links.begin() + turn, node.links.end());
  node.base = person;
  for (size_t i = 1; i < node.children.size(); i += 2) {
    const Link link = node.links[i];
    Rebase(node.children[i], link.from);
    Rebase(node.children[i + 1], link.to);
    partner_[link.from] = link.to;
    partner_[link.to] = link.from;
  }
}

// Changes partners all the way from the source to `person`, an outer one, who gets `with`, or nobody.
template <typename Weight>
void OddSets<Weight>::Flip(int32_t person, int32_t with) {
  std::vector<Link> entries;  // Of the inner nodes on the way up.
  for (int32_t outer = TopOf(person);;) {
    const int32_t partner = partner_[nodes_[outer].base];
    if (partner == kUnsold) break;
    entries.push_back(nodes_[TopOf(partner)].entry);
    outer = TopOf(entries.back().from);
  }
  Rebase(TopOf(person), person);
  for (const Link& entry : entries) {
    Rebase(TopOf(entry.to), entry.to);
    Rebase(TopOf(entry.from), entry.from);
    partner_[entry.to] = entry.from;
    partner_[entry.from] = entry.to;
  }
  partner_[person] = with;
  if (with == kUnsold) return;
  Rebase(TopOf(with), with);
  partner_[with] = person;
}

template <typename Weight>
void OddSets<Weight>::EndSearch() {
  for (int32_t node : labelled_) {
    if (nodes_[node].parent == kUnsold) TakeLabel(node);
  }
  labelled_.clear();
  events_.clear();
}

// Sets lie in one another many deep: with jumps of growing length the smallest that holds two people is found in
// logarithmic time (Myers 1983). A set has a larger number than those within it, so the outer come first.
template <typename Weight>
std::vector<typename OddSets<Weight>::Nest> OddSets<Weight>::Nests() const {
  std::vector<Nest> nests(nodes_.size());
  for (auto node = static_cast<int32_t>(nodes_.size()); node-- > 0;) {
    const int32_t parent = nodes_[node].parent;
    Nest& nest = nests[node];
    nest.jump = node;
    if (IsSet(node)) nest.values = nodes_[node].value;
    if (parent == kUnsold) continue;
    const Nest& around = nests[parent];
    const Nest& beyond = nests[around.jump];
    nest.depth = around.depth + 1;
    nest.values += around.values;
    nest.jump = around.depth - beyond.depth == beyond.depth - nests[beyond.jump].depth ? beyond.jump : parent;
  }
  return nests;
}

// Returns the sum of the values of all sets that hold both.
template <typename Weight>
typename OddSets<Weight>::Price OddSets<Weight>::SetsAround(const std::vector<Nest>& nests, int32_t a,
                                                            int32_t b) const {
  if (TopOf(a) != TopOf(b)) return 0;
  if (nests[a].depth < nests[b].depth) std::swap(a, b);
  while (nests[a].depth > nests[b].depth) {
    a = nests[nests[a].jump].depth >= nests[b].depth ? nests[a].jump : nodes_[a].parent;
  }
  while (a != b) {
    const bool apart = nests[a].jump != nests[b].jump;
    a = apart ? nests[a].jump : nodes_[a].parent;
    b = apart ? nests[b].jump : nodes_[b].parent;
  }
  return nests[a].values;
}

template <typename Weight>
bool OddSets<Weight>::IsProved() const {
  const std::vector<Nest> nests = Nests();
  Price doubled = 0;  // Twice what is left of the values' sum without the matching's worth.
  for (int32_t person = 0; person < people_; ++person) {
    if (value_[person] < 0) return false;
    doubled += 2 * value_[person];
    for (int64_t e = market_.begin[person]; e < market_.begin[person + 1]; ++e) {
      const int32_t other = market_.edges[e].seller;
      const Price missing = market_.worth(e) - value_[person] - value_[other];
      if (missing > 0 && missing > SetsAround(nests, person, other)) return false;
      if (partner_[person] == other) doubled -= market_.worth(e);
    }
  }
  for (auto set = people_; set < static_cast<int32_t>(nodes_.size()); ++set) {
    if (nodes_[set].children.empty()) continue;
    if (nodes_[set].value < 0) return false;
    doubled += nodes_[set].value * (nodes_[set].size - 1);
  }
  return doubled == 0;
}

template class OddSets<int32_t>;
template class OddSets<__int128>;

}  // namespace cortado::matching
