// What each part of a score weighs, as one types and reads it: gap=40 journey=25. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cortado/profile/v1/catalog.pb.h"

namespace cortado::ctl {

// A part by its option, what it speaks of, and what it weighs in an organisation that said nothing.
struct WeightPart {
  const char* option;
  const char* meaning;
  int usual;
  int32_t (profile::v1::MatchWeights::*get)() const;
  void (profile::v1::MatchWeights::*set)(int32_t);
};

// Returns all parts, always in the same order.
absl::Span<const WeightPart> WeightParts();

// Returns what each part usually weighs.
profile::v1::MatchWeights UsualWeights();

// Returns the usual weights with those given as PART=WEIGHT. INVALID_ARGUMENT names what is wrong; the range is the
// server's to check.
absl::StatusOr<profile::v1::MatchWeights> ParseWeights(const std::vector<std::string>& given);

// Returns all parts as ParseWeights takes them, separated by spaces.
std::string WeightWords(const profile::v1::MatchWeights& weights);

}  // namespace cortado::ctl
