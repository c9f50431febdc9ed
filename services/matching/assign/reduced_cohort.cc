#include "services/matching/assign/reduced_cohort.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

bool IsIn(int32_t value, int64_t least, int64_t most) { return value >= least && value <= most; }

absl::Status ValidatePair(int32_t mentees, size_t mentors, const CohortPair& pair) {
  if (!IsIn(pair.mentee, 0, mentees - 1)) return absl::InvalidArgumentError("there is no such mentee");
  if (!IsIn(pair.candidate.mentor, 0, static_cast<int64_t>(mentors) - 1)) {
    return absl::InvalidArgumentError("there is no such mentor");
  }
  if (!IsIn(pair.candidate.score, 1, kMaxScore) || !IsIn(pair.candidate.liking, 1, kMaxScore)) {
    return absl::InvalidArgumentError(absl::StrCat("scores and likings are 1 to ", kMaxScore));
  }
  return absl::OkStatus();
}

absl::Status ValidateGraph(const Cohort& cohort) {
  if (cohort.graph.mentees() > kMaxSide || cohort.places.size() > kMaxSide) {
    return absl::InvalidArgumentError(absl::StrCat("at most ", kMaxSide, " mentees and as many mentors"));
  }
  for (int32_t places : cohort.places) {
    if (!IsIn(places, 0, kMaxSide)) return absl::InvalidArgumentError(absl::StrCat("places are 0 to ", kMaxSide));
  }
  const int32_t mentees = cohort.graph.mentees();
  std::vector<int32_t> seen_by(cohort.places.size(), kNobody);
  for (int32_t mentee = 0; mentee < mentees; ++mentee) {
    for (int64_t edge = cohort.graph.first(mentee); edge < cohort.graph.last(mentee); ++edge) {
      RETURN_IF_ERROR(ValidatePair(mentees, cohort.places.size(), {mentee, cohort.graph.candidate(edge)}));
      int32_t& seen = seen_by[cohort.graph.mentor(edge)];
      if (seen == mentee) return absl::InvalidArgumentError("a mentor is twice among the candidates of one mentee");
      seen = mentee;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ReducedCohort> ReducedCohort::Of(const Cohort& cohort) {
  RETURN_IF_ERROR(ValidateGraph(cohort));
  ReducedCohort reduced;
  reduced.places = cohort.places;
  for (CohortPair pair : cohort.forbidden) {
    pair.candidate.score = pair.candidate.liking = 1;
    RETURN_IF_ERROR(ValidatePair(cohort.graph.mentees(), cohort.places.size(), pair));
    reduced.forbidden.insert({pair.mentee, pair.candidate.mentor});
  }
  std::vector<uint8_t> pinned(cohort.graph.mentees(), 0);
  for (const CohortPair& pin : cohort.pinned) {
    RETURN_IF_ERROR(ValidatePair(cohort.graph.mentees(), cohort.places.size(), pin));
    if (pinned[pin.mentee]++ != 0) return absl::InvalidArgumentError("a mentee is pinned twice");
    if (reduced.forbidden.contains({pin.mentee, pin.candidate.mentor})) {
      return absl::FailedPreconditionError("a pair is both pinned and forbidden");
    }
    if (--reduced.places[pin.candidate.mentor] < 0) {
      return absl::FailedPreconditionError("a mentor has more pins than places");
    }
  }
  if (cohort.pinned.empty() && cohort.forbidden.empty()) {
    reduced.graph = cohort.graph;
    return reduced;
  }
  std::vector<Candidate> candidates;
  for (int32_t mentee = 0; mentee < cohort.graph.mentees(); ++mentee) {
    candidates.clear();
    for (int64_t edge = cohort.graph.first(mentee); edge < cohort.graph.last(mentee); ++edge) {
      const bool open = pinned[mentee] == 0 && !reduced.forbidden.contains({mentee, cohort.graph.mentor(edge)});
      if (open) candidates.push_back(cohort.graph.candidate(edge));
    }
    reduced.graph.AddMentee(candidates);
  }
  return reduced;
}

absl::StatusOr<int64_t> ReducedCohort::Grow(std::vector<CohortPair> pairs, const PairPrices& prices) {
  for (const CohortPair& pair : pairs) {
    RETURN_IF_ERROR(ValidatePair(graph.mentees(), places.size(), pair));
    if (forbidden.contains({pair.mentee, pair.candidate.mentor})) {
      return absl::InvalidArgumentError("the scan returned a forbidden pair");
    }
  }
  absl::flat_hash_set<std::pair<int32_t, int32_t>> seen;
  const auto superfluous = [&](const CohortPair& pair) {
    return !prices.Beats(pair) || !seen.insert({pair.mentee, pair.candidate.mentor}).second;
  };
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), superfluous), pairs.end());
  const auto added = static_cast<int64_t>(pairs.size());
  if (added > 0) graph = graph.With(std::move(pairs));
  return added;
}

}  // namespace cortado::matching
