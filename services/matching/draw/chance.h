// Chance that is the same on every machine: SplitMix64 (Steele, Lea and Flood 2014). Pure, safe from any thread.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace cortado::matching {

// Returns a number that looks random, by `seed` and `key`.
inline uint64_t ChanceOf(uint64_t seed, uint64_t key) {
  uint64_t z = seed + 0x9e3779b97f4a7c15u * (key + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// The same for two people, whichever is named first.
inline uint64_t ChanceOf(uint64_t seed, int32_t a, int32_t b) {
  const auto least = static_cast<uint64_t>(a < b ? a : b);
  const auto most = static_cast<uint64_t>(a < b ? b : a);
  return ChanceOf(ChanceOf(seed, least), most);
}

// Shuffles by Fisher and Yates.
inline void Shuffle(uint64_t seed, std::vector<int32_t>& values) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[ChanceOf(seed, i) % i]);
}

}  // namespace cortado::matching
