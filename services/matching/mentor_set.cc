#include "services/matching/mentor_set.h"

#include <algorithm>
#include <set>
#include <utility>

namespace cortado::matching {
namespace {

using Levels = std::vector<int8_t>;

int64_t Worth(const std::vector<GapSkill>& gap, const Levels& levels) {
  int64_t worth = 0;
  for (size_t i = 0; i < gap.size(); ++i) worth += levels[i] * gap[i].importance;
  return worth;
}

int64_t Gain(const std::vector<GapSkill>& gap, const Levels& covered, const Levels& more) {
  int64_t gain = 0;
  for (size_t i = 0; i < gap.size(); ++i) gain += std::max(0, more[i] - covered[i]) * gap[i].importance;
  return gain;
}

void Join(const Levels& more, Levels& covered) {
  for (size_t i = 0; i < covered.size(); ++i) covered[i] = std::max(covered[i], more[i]);
}

// The search over the candidates that cover something, the first of those that cover the same.
class Search {
 public:
  Search(const std::vector<GapSkill>& gap, const std::vector<Coverage>& candidates, int size, int64_t most_looks)
      : gap_(gap), size_(size), looks_(most_looks) {
    std::set<Levels> seen;
    for (const Coverage& one : candidates) {
      if (Worth(gap, one.levels) > 0 && seen.insert(one.levels).second) candidates_.push_back(&one);
    }
  }

  void Greedy() {
    Levels covered(gap_.size(), 0);
    std::vector<int32_t> set;
    while (static_cast<int>(set.size()) < size_) {
      int64_t most = 0;
      int32_t next = -1;
      for (size_t i = 0; i < candidates_.size(); ++i) {
        const int64_t gain = Gain(gap_, covered, candidates_[i]->levels);
        if (gain > most) {
          most = gain;
          next = static_cast<int32_t>(i);
        }
      }
      if (next < 0) break;
      set.push_back(next);
      Join(candidates_[next]->levels, covered);
    }
    Keep(set, Worth(gap_, covered));
  }

  // Returns whether it came to its end.
  bool Exact() {
    std::vector<int32_t> set;
    Extend(0, Levels(gap_.size(), 0), 0, set);
    return looks_ > 0;
  }

  const std::vector<int32_t>& best() const { return best_; }
  const Coverage& candidate(int32_t index) const { return *candidates_[index]; }

 private:
  // Sets are made of ascending indices. What follows `from` can add at most the sum of its largest single gains.
  void Extend(size_t from, const Levels& covered, int64_t worth, std::vector<int32_t>& set) {
    Keep(set, worth);
    const int left = size_ - static_cast<int>(set.size());
    if (left == 0 || looks_ <= 0) return;
    std::vector<int64_t> gains;
    for (size_t i = from; i < candidates_.size(); ++i) gains.push_back(Gain(gap_, covered, candidates_[i]->levels));
    looks_ -= static_cast<int64_t>(gains.size());
    const std::vector<int64_t> bounds = SuffixBounds(gains, left);
    for (size_t i = 0; i < gains.size() && looks_ > 0; ++i) {
      if (worth + bounds[i] < best_worth_) return;  // Bounds only fall from here.
      if (gains[i] == 0) continue;
      Levels more = covered;
      Join(candidates_[from + i]->levels, more);
      set.push_back(static_cast<int32_t>(from + i));
      Extend(from + i + 1, more, worth + gains[i], set);
      set.pop_back();
    }
  }

  // By position: the sum of the `left` largest gains from there on.
  static std::vector<int64_t> SuffixBounds(const std::vector<int64_t>& gains, int left) {
    std::vector<int64_t> bounds(gains.size());
    std::vector<int64_t> largest;  // Ascending.
    for (size_t i = gains.size(); i-- > 0;) {
      largest.insert(std::lower_bound(largest.begin(), largest.end(), gains[i]), gains[i]);
      if (static_cast<int>(largest.size()) > left) largest.erase(largest.begin());
      for (const int64_t gain : largest) bounds[i] += gain;
    }
    return bounds;
  }

  void Keep(std::vector<int32_t> set, int64_t worth) {
    std::sort(set.begin(), set.end());
    const bool better = worth > best_worth_ || (worth == best_worth_ && Before(set, best_));
    if (!better) return;
    best_worth_ = worth;
    best_ = std::move(set);
  }

  // Fewer people first, then those who come first.
  static bool Before(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }

  const std::vector<GapSkill>& gap_;
  const int size_;
  int64_t looks_;
  std::vector<const Coverage*> candidates_;
  std::vector<int32_t> best_;
  int64_t best_worth_ = 0;
};

}  // namespace

MentorSet ChooseMentorSet(const std::vector<GapSkill>& gap, const std::vector<Coverage>& candidates, int size,
                          int64_t most_looks) {
  MentorSet chosen;
  chosen.levels.assign(gap.size(), 0);
  for (const GapSkill& skill : gap) chosen.whole += skill.Weight();
  Search search(gap, candidates, std::clamp(size, 1, kLargestSet), most_looks);
  search.Greedy();
  chosen.is_best = search.Exact();
  // Whoever adds most comes first.
  std::vector<int32_t> left = search.best();
  while (!left.empty()) {
    auto next = left.begin();
    for (auto at = left.begin(); at != left.end(); ++at) {
      const int64_t more = Gain(gap, chosen.levels, search.candidate(*at).levels);
      if (more > Gain(gap, chosen.levels, search.candidate(*next).levels)) next = at;
    }
    Join(search.candidate(*next).levels, chosen.levels);
    chosen.people.push_back(search.candidate(*next).person);
    left.erase(next);
  }
  chosen.covered = Worth(gap, chosen.levels);
  return chosen;
}

}  // namespace cortado::matching
