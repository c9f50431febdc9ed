// Random numbers that are the same on every machine and in every version of the library, which those of <random>'s
// distributions are not.
// Thread contract: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

namespace cortado::ctl {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // From 0 to `count` - 1; `count` is at least 1. The bias of the remainder is far below what a sample can show.
  int Below(int count) { return static_cast<int>(Next() % static_cast<uint64_t>(count)); }
  // From `low` to `high`, both included.
  int Between(int low, int high) { return low + Below(high - low + 1); }
  bool Chance(int percent) { return Below(100) < percent; }

  template <typename List>
  const auto& Pick(const List& list) {
    return *(std::begin(list) + Below(static_cast<int>(std::size(list))));
  }

  // The index of one of the weights, each as likely as it is heavy. Their sum is at least 1.
  template <typename Weights>
  int Weighted(const Weights& weights) {
    int sum = 0;
    for (const int weight : weights) sum += weight;
    int left = Below(sum);
    int index = 0;
    for (const int weight : weights) {
      if (left < weight) break;
      left -= weight;
      ++index;
    }
    return index;
  }
  int Weighted(std::initializer_list<int> weights) { return Weighted(std::vector<int>(weights)); }

  // Up to `count` different indices below `size`, in random order.
  std::vector<int> Sample(int size, int count) {
    std::vector<int> indices(size);
    for (int i = 0; i < size; ++i) indices[i] = i;
    if (count > size) count = size;
    for (int i = 0; i < count; ++i) std::swap(indices[i], indices[i + Below(size - i)]);
    indices.resize(count);
    return indices;
  }

 private:
  uint64_t state_;
};

}  // namespace cortado::ctl
