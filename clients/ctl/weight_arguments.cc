#include "clients/ctl/weight_arguments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cortado::ctl {
namespace {

using profile::v1::MatchWeights;

constexpr WeightPart kParts[] = {
    {"gap", "skills one lacks and they have", 40, &MatchWeights::gap_coverage, &MatchWeights::set_gap_coverage},
    {"journey", "from where one is to where one wants to go", 25, &MatchWeights::journey, &MatchWeights::set_journey},
    {"interests", "interests both show", 15, &MatchWeights::interests, &MatchWeights::set_interests},
    {"motives", "moved by the same", 5, &MatchWeights::motives, &MatchWeights::set_motives},
    {"deepening", "further in what one holds and keeps", 10, &MatchWeights::deepening, &MatchWeights::set_deepening},
    {"elsewhere", "far in the organisation", 12, &MatchWeights::elsewhere, &MatchWeights::set_elsewhere},
    {"hours", "working hours in common", 8, &MatchWeights::common_hours, &MatchWeights::set_common_hours},
    {"room", "room for another", 5, &MatchWeights::headroom, &MatchWeights::set_headroom},
};

}  // namespace

absl::Span<const WeightPart> WeightParts() { return kParts; }

MatchWeights UsualWeights() {
  MatchWeights usual;
  for (const WeightPart& part : kParts) (usual.*part.set)(part.usual);
  return usual;
}

absl::StatusOr<MatchWeights> ParseWeights(const std::vector<std::string>& given) {
  MatchWeights weights = UsualWeights();
  for (const std::string& text : given) {
    const std::pair<std::string, std::string> sides = absl::StrSplit(text, absl::MaxSplits('=', 1));
    const auto part = std::find_if(std::begin(kParts), std::end(kParts),
                                   [&](const WeightPart& one) { return one.option == sides.first; });
    int32_t weight = 0;
    if (part == std::end(kParts) || !absl::SimpleAtoi(sides.second, &weight)) {
      const auto name = [](std::string* out, const WeightPart& one) { out->append(one.option); };
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" must be PART=WEIGHT, where PART is one of ", absl::StrJoin(kParts, ", ", name)));
    }
    (weights.*part->set)(weight);
  }
  return weights;
}

std::string WeightWords(const MatchWeights& weights) {
  return absl::StrJoin(kParts, " ", [&weights](std::string* out, const WeightPart& part) {
    absl::StrAppend(out, part.option, "=", (weights.*part.get)());
  });
}

}  // namespace cortado::ctl
