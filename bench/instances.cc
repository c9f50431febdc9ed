#include "bench/instances.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

namespace cortado::bench {
namespace {

// SplitMix64 (Steele, Lea and Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  int32_t Below(uint32_t limit) { return static_cast<int32_t>((static_cast<unsigned __int128>(Next()) * limit) >> 64); }
  // Smaller numbers more often.
  int32_t Skewed(int32_t limit) { return std::min(limit - 1, static_cast<int32_t>(limit * std::pow(Fraction(), 1.5))); }

 private:
  uint64_t state_;
};

constexpr int32_t kGroupsOfEach = 6;
constexpr int32_t kRoundsBefore = 8;
using Groups = std::array<int32_t, kGroupsOfEach>;

uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t z = a * 0x9E3779B97F4A7C15u + b + 0x1234567;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

using Pairs = std::vector<std::pair<int32_t, int32_t>>;

// Returns who met in earlier rounds, the smaller first.
Pairs MetBefore(int32_t people, Random& random) {
  Pairs met;
  for (int32_t round = 0; round < kRoundsBefore; ++round) {
    std::vector<int32_t> order(people);
    std::iota(order.begin(), order.end(), 0);
    for (int32_t i = people - 1; i > 0; --i) std::swap(order[i], order[random.Below(i + 1)]);
    for (int32_t i = 0; i + 1 < people; i += 2) met.push_back(std::minmax(order[i], order[i + 1]));
  }
  std::sort(met.begin(), met.end());
  return met;
}

}  // namespace

matching::Cohort MakeCohort(const CohortShape& shape) {
  Random random(shape.seed);
  const int32_t mentors = std::max(shape.candidates + 1, static_cast<int32_t>(shape.mentees * shape.mentors));
  matching::Cohort cohort;
  for (int32_t i = 0; i < mentors; ++i) cohort.places.push_back(1 + random.Below(5));
  std::vector<int32_t> likes;
  for (int32_t i = 0; i < mentors; ++i) likes.push_back(random.Below(400));
  std::vector<int32_t> seen_by(mentors, -1);
  std::vector<matching::Candidate> list;
  for (int32_t mentee = 0; mentee < shape.mentees; ++mentee) {
    list.clear();
    while (static_cast<int32_t>(list.size()) < shape.candidates) {
      const int32_t mentor = random.Skewed(mentors);
      if (std::exchange(seen_by[mentor], mentee) == mentee) continue;
      const int32_t exact = 1 + likes[mentor] + random.Below(600);
      const int32_t score = (exact + shape.granularity - 1) / shape.granularity * shape.granularity;
      list.push_back({mentor, score, 1 + random.Below(1 << 16)});
    }
    std::sort(list.begin(), list.end(), [](const matching::Candidate& a, const matching::Candidate& b) {
      return a.score != b.score ? a.score > b.score : a.mentor < b.mentor;
    });
    cohort.graph.AddMentee(list);
  }
  return cohort;
}

DrawInstance MakeDraw(int32_t people, int32_t candidates, uint64_t seed) {
  Random random(seed);
  const int32_t groups = std::max(20, people / 50);
  std::vector<int32_t> department(people);
  std::vector<Groups> groups_of(people);
  std::vector<std::vector<int32_t>> members(groups);
  for (int32_t person = 0; person < people; ++person) {
    department[person] = random.Below(20);
    Groups& theirs = groups_of[person];
    for (auto next = theirs.begin(); next != theirs.end(); ++next) {
      do {
        *next = random.Skewed(groups);
      } while (std::find(theirs.begin(), next, *next) != next);
      members[*next].push_back(person);
    }
  }
  const Pairs met = MetBefore(people, random);
  Pairs pairs;
  for (int32_t person = 0; person < people; ++person) {
    for (int32_t i = 0; i < candidates; ++i) {
      const std::vector<int32_t>& group = members[groups_of[person][random.Below(kGroupsOfEach)]];
      const int32_t other = group[random.Below(static_cast<uint32_t>(group.size()))];
      if (other != person) pairs.push_back(std::minmax(person, other));
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  Pairs open;
  std::set_difference(pairs.begin(), pairs.end(), met.begin(), met.end(), std::back_inserter(open));
  DrawInstance draw;
  draw.people = people;
  for (const auto& [a, b] : open) {
    int32_t shared = 0;
    for (int32_t group : groups_of[a]) {
      shared += static_cast<int32_t>(std::count(groups_of[b].begin(), groups_of[b].end(), group));
    }
    const auto chance = static_cast<int32_t>(Mix(Mix(seed, a), b) % 200);
    draw.edges.push_back({a, b, 1 + (department[a] != department[b] ? 300 : 0) + 40 * shared + chance});
  }
  return draw;
}

}  // namespace cortado::bench
