// How good the suggestions of an organisation are, in figures. Pure functions, safe from any thread, as long as the
// Organization does not change.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/affinity/organization.h"
#include "services/matching/affinity/query.h"

namespace cortado::matching {

struct QualityOptions {
  int64_t now = 0;
  IsoWeek week;
  int32_t every = 1;  // Every so many-th active person is an asker.
  // People whose experience is not known count as beginners, in this measure alone.
  bool unknown_experience_is_none = false;
  Weights weights = kDefaultWeights;
};

// Shares are in thousandths.
struct MatchQuality {
  int64_t askers = 0;
  int64_t served = 0;    // Got somebody suggested.
  int64_t with_gap = 0;  // Lack something.
  // Of those with a gap: among their first three is somebody of another department who holds a skill they lack and has
  // at least two years more experience.
  int64_t well_served = 0;
  int64_t lists = 0;          // Lists of ten that name anybody.
  int64_t most_frequent = 0;  // Lists that hold the person whom most lists hold.
  int32_t most_frequent_person = kUnknown;
  int32_t gini = 0;  // Of appearances, over everybody who may be suggested: 0 all alike .. 1000 one has all.
  // Medians over those with a gap: how much of its weight is covered.
  int32_t best_one = 0;        // By the first suggestion.
  int32_t best_three = 0;      // By the best set of three.
  int32_t baseline_one = 0;    // By whoever holds most of the skills that are missing, whatever the levels.
  int32_t baseline_three = 0;  // By the three who hold most of them.
};

// Measures asker by asker, so that whoever holds a lock on the organisation can let go of it in between; it may change
// meanwhile, but a person keeps their index. Thread-compatible.
class QualityMeasure {
 public:
  explicit QualityMeasure(const QualityOptions& options) : options_(options) {}

  // Ranks for one active person.
  void Ask(const Organization& organization, int32_t asker);
  // Returns the figures of everybody asked for so far. Once only.
  MatchQuality Finish(const Organization& organization);

 private:
  void CompareWithBaseline(const Organization& organization, const Query& query);

  const QualityOptions options_;
  MatchQuality quality_;
  std::vector<int64_t> appearances_;  // By person.
  std::vector<int32_t> best_one_, best_three_, baseline_one_, baseline_three_;
};

// The active people, every so many-th of them: the askers of a sample.
std::vector<int32_t> EveryActive(const Organization& organization, int32_t every);

// Asks for every options.every-th active person.
MatchQuality MeasureQuality(const Organization& organization, const QualityOptions& options);

// Gini's coefficient of counts (Gini 1912), in thousandths; 0 for none or all zero.
int32_t Gini(std::vector<int64_t> counts);

}  // namespace cortado::matching
