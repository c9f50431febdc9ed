// The working out of one round: from who is enrolled and what is known of them to pairs and figures. Touches no store.
// Thread-compatible; progress may be read and a run cancelled from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/status/error.h"
#include "common/task/executor.h"
#include "common/task/task.h"
#include "cortado/matching/v1/program.pb.h"
#include "cortado/matching/v1/round.pb.h"
#include "services/matching/organization_view.h"
#include "services/matching/program/candidate_graph.h"
#include "services/matching/program/cohort_scores.h"
#include "services/matching/program/round_context.h"
#include "services/matching/program/trial.h"

namespace cortado::matching {

struct RoundProgress {
  std::atomic<int32_t> done{0};
  std::atomic<int32_t> total{0};
  std::atomic<bool> cancelled{false};
};

// Pairs are named by their id alone: the id of the first of their people.
struct RoundResult {
  std::vector<v1::Pair> pairs;
  std::vector<UnmatchedPerson> unmatched;
  v1::RoundFigures figures;
};

// So many workers look at people at once.
inline constexpr int32_t kRunsAtOnce = 2;

// FAILED_PRECONDITION: ROUND_EMPTY; PIN_IMPOSSIBLE with the `pair`.
absl::Status RoundEmpty();
Error PinImpossible(const v1::PinnedPair& pair);

class RoundRun {
 public:
  // The executors and the progress outlive this.
  RoundRun(Executors& executors, RoundProgress& progress, v1::Program program, v1::Round round)
      : executors_(executors),
        progress_(progress),
        program_(WithTrial(std::move(program), round)),
        round_(std::move(round)) {}

  // Takes over what the view knows of the enrolled at `now` (Unix seconds); whoever is gone is left out, and in a
  // cohort whoever has a mentor already looks for none. Everything after works on this snapshot.
  void Take(const OrganizationView& view, const RoundContext& context, int64_t now);

  // Works it out on worker threads. FAILED_PRECONDITION: ROUND_EMPTY, PIN_IMPOSSIBLE with the `pair`. CANCELLED.
  Task<absl::StatusOr<RoundResult>> Solve();

  // Returns which of these pairs, of an earlier run, may be still, looked at one after the other: all are enrolled, may
  // be a pair under the rules, and the mentor has a place. On worker threads. CANCELLED.
  Task<absl::StatusOr<std::vector<bool>>> Stand(const std::vector<v1::Pair>& pairs);
  // Returns the ids of those who look for somebody.
  std::set<std::string> Looking() const;

  // What was taken over, for whoever looks at single pairs.
  const Organization& organization() const { return organization_; }
  const PairingTerms& terms() const { return terms_; }
  const CohortPeople& people() const { return people_; }
  // Returns the index of an enrolled person by their id, or nothing.
  std::optional<int32_t> FindEnrolled(absl::string_view person) const;
  // Returns how many times two people of one pair or group are of two departments.
  int32_t CountAcrossDepartments(absl::Span<const v1::Pair> pairs) const;

 private:
  bool MayBe(const v1::Pair& pair) const;
  void TakeHistory(const OrganizationView& view, const RoundContext& context);
  void AddPerson(const Enrollment& one, int32_t person, const RoundContext& context);
  Task<absl::StatusOr<RoundResult>> SolveCohort();
  Task<absl::StatusOr<RoundResult>> SolveDraw();
  absl::StatusOr<Draw> DrawTwos(const std::vector<int32_t>& people, std::vector<DrawEdge> edges) const;
  absl::StatusOr<Draw> DrawMore(const std::vector<int32_t>& people) const;
  absl::Status Pin(CohortPeople& people, Cohort& cohort) const;
  Task<absl::StatusOr<CohortAssignment>> Assign(const CohortPeople& people, Cohort& cohort);
  absl::StatusOr<std::vector<CohortPair>> Scan(const CohortPeople& people, const CohortGraph& graph,
                                               const PairPrices& prices) const;
  // Returns the index of `people/P` among the enrolled. FAILED_PRECONDITION (PIN_IMPOSSIBLE).
  absl::StatusOr<int32_t> Find(const v1::PinnedPair& pair, const std::string& person) const;
  v1::Pair PairOf(const std::vector<int32_t>& people, int64_t score, bool pinned) const;
  void TakeForbidden();

  Executors& executors_;
  RoundProgress& progress_;
  const v1::Program program_;
  const v1::Round round_;
  Organization organization_;
  PairingTerms terms_;
  CohortPeople people_;                                 // Of a draw: all are mentees.
  absl::flat_hash_map<std::string, int32_t> enrolled_;  // By id.
  absl::flat_hash_map<int32_t, std::string> ids_;
  absl::flat_hash_set<int32_t> looking_;
  absl::flat_hash_map<int32_t, int> passed_over_;
  std::vector<bool> has_candidates_;  // By mentee of a cohort.
};

}  // namespace cortado::matching
