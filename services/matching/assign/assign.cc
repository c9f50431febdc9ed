#include "services/matching/assign/assign.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/status/status.h"
#include "services/matching/assign/optimum.h"
#include "services/matching/assign/reduced_cohort.h"
#include "services/matching/assign/stable.h"

namespace cortado::matching {
namespace {

constexpr int64_t kNothingBeats = std::numeric_limits<int64_t>::max() / 4;

// One run: the cohort without its pins, solved, and solved again while the scan finds more.
class Run {
 public:
  Run(const Cohort& cohort, ReducedCohort reduced, const PairScan* scan)
      : cohort_(cohort), reduced_(std::move(reduced)), scan_(scan) {}

  absl::StatusOr<CohortAssignment> Solve() {
    if (cohort_.mode == CohortMode::kCoverage) RETURN_IF_ERROR(SolveCover());
    RETURN_IF_ERROR(SolveScores());
    result_.mentor_of = std::move(solution_.mentor_of);
    if (cohort_.mode == CohortMode::kStable) RETURN_IF_ERROR(SolveStably());
    Certify();
    AddPins();
    return std::move(result_);
  }

 private:
  const CandidateGraph& graph() const { return reduced_.graph; }
  const std::vector<int32_t>& places() const { return reduced_.places; }

  absl::Status SolveCover() {
    PairPrices prices{PairPrices::Kind::kCount, 0, {}, {}};
    do {
      Optimum most = FindMostMatched(graph(), places());
      result_.certificate.most_matched = most.matched;
      prices.mentor = most.prices;
      prices.mentee = MenteePrices(most.prices, 0, [](int64_t) { return 1; });
      result_.certificate.cover = std::move(most.prices);
    } while (Found(GrowBy(prices)));
    return scanned_;
  }

  absl::Status SolveScores() {
    PairPrices prices;
    const auto score = [this](int64_t edge) { return graph().score(edge); };
    do {
      solution_ = cohort_.mode == CohortMode::kCoverage
                      ? FindQualityOf(graph(), places(), result_.certificate.most_matched)
                      : FindQuality(graph(), places());
      prices.bonus = solution_.bonus;
      prices.mentor = solution_.prices;
      prices.mentee = MenteePrices(solution_.prices, solution_.bonus, score);
    } while (Found(GrowBy(prices)));
    return scanned_;
  }

  absl::Status SolveStably() {
    PairPrices prices{PairPrices::Kind::kBlocking, 0, {}, {}};
    do {
      result_.mentor_of = SolveStable(graph(), places());
      const Contentment contentment = ContentmentOf(graph(), places(), result_.mentor_of);
      prices.mentee.assign(contentment.mentee.begin(), contentment.mentee.end());
      prices.mentor.assign(contentment.mentor.begin(), contentment.mentor.end());
    } while (Found(GrowBy(prices)));
    return scanned_;
  }

  // Returns by mentee the largest of 0 and what their candidates are worth above the prices.
  template <typename Score>
  std::vector<int64_t> MenteePrices(const std::vector<int64_t>& mentor_prices, int64_t bonus, Score score) const {
    std::vector<int64_t> prices(graph().mentees(), 0);
    for (int32_t mentee = 0; mentee < graph().mentees(); ++mentee) {
      for (int64_t edge = graph().first(mentee); edge < graph().last(mentee); ++edge) {
        prices[mentee] = std::max(prices[mentee], score(edge) + bonus - mentor_prices[graph().mentor(edge)]);
      }
    }
    return prices;
  }

  // Adds to the graph what beats the prices; returns whether there was anything.
  absl::StatusOr<bool> GrowBy(PairPrices& prices) {
    if (scan_ == nullptr) return false;
    for (const CohortPair& pin : cohort_.pinned) prices.mentee[pin.mentee] = kNothingBeats;
    ASSIGN_OR_RETURN(std::vector<CohortPair> pairs, (*scan_)(prices));
    if (pairs.empty()) return false;
    ASSIGN_OR_RETURN(const int64_t added, reduced_.Grow(std::move(pairs), prices));
    if (added == 0) return absl::InternalError("the scan returned no pair that beats the prices");
    return true;
  }

  bool Found(absl::StatusOr<bool> grown) {
    scanned_ = grown.status();
    return grown.ok() && *grown;
  }

  void Certify() {
    CohortCertificate& certificate = result_.certificate;
    certificate.scope = scan_ == nullptr ? CertificateScope::kCandidateGraph : CertificateScope::kAllEligible;
    certificate.prices = std::move(solution_.prices);
    certificate.bonus = cohort_.mode == CohortMode::kCoverage ? solution_.bonus : 0;
    const auto score = [this](int64_t edge) { return graph().score(edge); };
    for (int64_t price : MenteePrices(certificate.prices, certificate.bonus, score)) certificate.bound += price;
    for (size_t mentor = 0; mentor < places().size(); ++mentor) {
      certificate.bound += places()[mentor] * certificate.prices[mentor];
    }
    certificate.bound -= certificate.bonus * certificate.most_matched;
    const Contentment contentment = ContentmentOf(graph(), places(), result_.mentor_of);
    certificate.blocking_pairs = CountBlockingPairs(graph(), contentment);
    for (int32_t mentee = 0; mentee < graph().mentees(); ++mentee) {
      result_.total += contentment.mentee[mentee];
      result_.matched += result_.mentor_of[mentee] != kNobody;
    }
  }

  void AddPins() {
    for (const CohortPair& pin : cohort_.pinned) {
      result_.mentor_of[pin.mentee] = pin.candidate.mentor;
      result_.total += pin.candidate.score;
      result_.certificate.bound += pin.candidate.score;
    }
    const auto pins = static_cast<int32_t>(cohort_.pinned.size());
    result_.matched += pins;
    if (cohort_.mode == CohortMode::kCoverage) result_.certificate.most_matched += pins;
    result_.unmatched = graph().mentees() - result_.matched;
    result_.certificate.gap = result_.certificate.bound - result_.total;
  }

  const Cohort& cohort_;
  ReducedCohort reduced_;
  const PairScan* scan_;
  absl::Status scanned_;
  Optimum solution_;
  CohortAssignment result_;
};

absl::StatusOr<CohortAssignment> Assign(const Cohort& cohort, const PairScan* scan) {
  ASSIGN_OR_RETURN(ReducedCohort reduced, ReducedCohort::Of(cohort));
  return Run(cohort, std::move(reduced), scan).Solve();
}

}  // namespace

bool PairPrices::Beats(const CohortPair& pair) const {
  const int64_t of_mentee = mentee[pair.mentee];
  const int64_t of_mentor = mentor[pair.candidate.mentor];
  switch (kind) {
    case Kind::kScore:
      return pair.candidate.score + bonus > of_mentee + of_mentor;
    case Kind::kCount:
      return 1 > of_mentee + of_mentor;
    case Kind::kBlocking:
      return pair.candidate.score > of_mentee && pair.candidate.liking > of_mentor;
  }
  return false;
}

absl::StatusOr<CohortAssignment> AssignCohort(const Cohort& cohort) { return Assign(cohort, nullptr); }

absl::StatusOr<CohortAssignment> AssignCohortOverAll(const Cohort& cohort, const PairScan& scan) {
  return Assign(cohort, &scan);
}

}  // namespace cortado::matching
