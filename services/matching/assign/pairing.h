// Who meets whom, two by two, in a general graph: maximum weight matching (general_matching.h) of several numbers
// compared one after the other. Pure functions, safe from any thread; the same input gives the same result on every
// machine.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

namespace cortado::matching {

// What a pair is worth, the most important first: no sum of a later number outweighs an earlier one. Each 0 or more.
using Worth = std::array<int32_t, 4>;
using WorthSum = std::array<int64_t, 4>;

struct PairingEdge {
  int32_t a = 0;
  int32_t b = 0;
  Worth worth = {};
};

struct Pairing {
  std::vector<int32_t> partner;  // By person: who they meet, or -1.
  int32_t pairs = 0;
  WorthSum worth = {};
  bool proved = false;  // The dual solution proves that nothing is better.
};

// Returns the pairing of the most pairs and, of those, the one of the largest worth, compared number by number.
//
// INVALID_ARGUMENT: a person out of range, somebody with themselves, a negative worth, or so many people and so large
// worths that the sums leave 118 bits (200,000 people with 30 bits of worth do not). A pair given twice is no error.
absl::StatusOr<Pairing> PairUp(int32_t people, const std::vector<PairingEdge>& edges);

// Returns how many pairs there can be at most, whatever they are worth. The same errors.
absl::StatusOr<int32_t> CountMostPairs(int32_t people, const std::vector<PairingEdge>& edges);

}  // namespace cortado::matching
