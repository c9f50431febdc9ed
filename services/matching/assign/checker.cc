#include "services/matching/assign/checker.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

absl::Status Broken(absl::string_view what) { return absl::FailedPreconditionError(what); }

// Adds up what the definitions say, mentee by mentee, and compares in the end. Sums have 128 bits: a wrong certificate
// may hold any number.
class Check {
 public:
  Check(const Cohort& cohort, const CohortAssignment& assignment) : cohort_(cohort), assignment_(assignment) {
    for (const CohortPair& pin : cohort.pinned) pins_[pin.mentee] = pin.candidate;
    for (const CohortPair& pair : cohort.forbidden) forbidden_.insert({pair.mentee, pair.candidate.mentor});
    free_ = cohort.places;
    least_.assign(cohort.places.size(), kMaxScore + 1);
  }

  absl::Status Run(const CandidatesOf& candidates_of, bool counts_blocking) {
    const CohortCertificate& certificate = assignment_.certificate;
    const size_t mentors = cohort_.places.size();
    const bool covers = cohort_.mode == CohortMode::kCoverage;
    if (assignment_.mentor_of.size() != static_cast<size_t>(cohort_.graph.mentees())) return Broken("mentees missing");
    if (certificate.prices.size() != mentors) return Broken("a mentor has no price");
    if (certificate.cover.size() != (covers ? mentors : 0)) return Broken("the cover is of another size");
    if (!covers && certificate.bonus != 0) return Broken("only coverage has a bonus");
    RETURN_IF_ERROR(LookAtPlaces());
    std::vector<Candidate> candidates;
    for (int32_t mentee = 0; mentee < cohort_.graph.mentees(); ++mentee) {
      candidates.clear();
      candidates_of(mentee, candidates);
      RETURN_IF_ERROR(LookAt(mentee, candidates));
    }
    RETURN_IF_ERROR(CompareTotals());
    RETURN_IF_ERROR(CompareBounds());
    if (!counts_blocking) return absl::OkStatus();
    return CompareBlocking(candidates_of);
  }

 private:
  absl::Status LookAtPlaces() {
    for (int32_t mentee = 0; mentee < cohort_.graph.mentees(); ++mentee) {
      const int32_t mentor = assignment_.mentor_of[mentee];
      if (mentor == kNobody) continue;
      if (mentor < 0 || mentor >= static_cast<int32_t>(free_.size())) return Broken("a mentor who does not exist");
      if (--free_[mentor] < 0) return Broken(absl::StrCat("mentor ", mentor, " has more mentees than places"));
      ++matched_;
    }
    const CohortCertificate& certificate = assignment_.certificate;
    std::vector<int32_t> open = cohort_.places;
    for (const auto& [mentee, candidate] : pins_) --open[candidate.mentor];
    for (size_t mentor = 0; mentor < open.size(); ++mentor) {
      if (certificate.prices[mentor] < 0) return Broken("a price is negative");
      bound_ += absl::int128(open[mentor]) * certificate.prices[mentor];
      if (certificate.cover.empty()) continue;
      if (certificate.cover[mentor] < 0) return Broken("a price of the cover is negative");
      cover_ += absl::int128(open[mentor]) * certificate.cover[mentor];
    }
    return absl::OkStatus();
  }

  absl::Status LookAt(int32_t mentee, const std::vector<Candidate>& candidates) {
    const int32_t mentor = assignment_.mentor_of[mentee];
    if (const auto pin = pins_.find(mentee); pin != pins_.end()) {
      if (mentor != pin->second.mentor) return Broken(absl::StrCat("the pin of mentee ", mentee, " is not kept"));
      total_ += pin->second.score;
      return absl::OkStatus();
    }
    const CohortCertificate& certificate = assignment_.certificate;
    absl::int128 price = 0, cover = 0;
    bool known = mentor == kNobody;
    for (const Candidate& candidate : candidates) {
      if (forbidden_.count({mentee, candidate.mentor}) != 0) continue;
      const absl::int128 worth = absl::int128(candidate.score) + certificate.bonus;
      price = std::max(price, worth - certificate.prices[candidate.mentor]);
      if (!certificate.cover.empty()) {
        cover = std::max(cover, absl::int128(1) - certificate.cover[candidate.mentor]);
      }
      if (candidate.mentor != mentor) continue;
      known = true;
      total_ += candidate.score;
      least_[mentor] = std::min(least_[mentor], candidate.liking);
    }
    if (!known) return Broken(absl::StrCat("mentee ", mentee, " has somebody who is no candidate"));
    bound_ += price;
    cover_ += cover;
    return absl::OkStatus();
  }

  absl::Status CompareTotals() const {
    if (total_ != assignment_.total) return Broken("the total is another");
    if (matched_ != assignment_.matched) return Broken("the number of people matched is another");
    if (assignment_.matched + assignment_.unmatched != cohort_.graph.mentees()) return Broken("people are missing");
    return absl::OkStatus();
  }

  absl::Status CompareBounds() const {
    const CohortCertificate& certificate = assignment_.certificate;
    absl::int128 bound = bound_;
    const auto pins = static_cast<int32_t>(pins_.size());
    if (cohort_.mode == CohortMode::kCoverage) {
      if (cover_ + pins != certificate.most_matched) return Broken("the cover proves another number of people");
      if (assignment_.matched != certificate.most_matched) return Broken("more people could be matched");
      bound -= absl::int128(certificate.bonus) * (assignment_.matched - pins);
    }
    for (const auto& [mentee, candidate] : pins_) bound += candidate.score;
    if (bound != certificate.bound) return Broken("the prices prove another bound");
    if (bound - total_ != certificate.gap) return Broken("the gap is another");
    return certificate.gap < 0 ? Broken("the bound is below the total") : absl::OkStatus();
  }

  absl::Status CompareBlocking(const CandidatesOf& candidates_of) const {
    int64_t blocking = 0;
    std::vector<Candidate> candidates;
    for (int32_t mentee = 0; mentee < cohort_.graph.mentees(); ++mentee) {
      if (pins_.count(mentee) != 0) continue;
      candidates.clear();
      candidates_of(mentee, candidates);
      int32_t has = 0;
      for (const Candidate& candidate : candidates) {
        if (candidate.mentor == assignment_.mentor_of[mentee]) has = candidate.score;
      }
      for (const Candidate& candidate : candidates) {
        if (forbidden_.count({mentee, candidate.mentor}) != 0 || candidate.score <= has) continue;
        // With nobody but pinned mentees, only a free place lets them in.
        const bool gives_way = least_[candidate.mentor] <= kMaxScore && candidate.liking > least_[candidate.mentor];
        blocking += free_[candidate.mentor] > 0 || gives_way;
      }
    }
    if (blocking != assignment_.certificate.blocking_pairs) return Broken("the blocking pairs are others");
    if (blocking != 0 && cohort_.mode == CohortMode::kStable) return Broken("the assignment is not stable");
    return absl::OkStatus();
  }

  const Cohort& cohort_;
  const CohortAssignment& assignment_;
  std::map<int32_t, Candidate> pins_;
  std::set<std::pair<int32_t, int32_t>> forbidden_;
  std::vector<int32_t> free_;
  std::vector<int32_t> least_;  // By mentor: the least liking among their unpinned mentees.
  int32_t matched_ = 0;
  absl::int128 total_ = 0;
  absl::int128 bound_ = 0;
  absl::int128 cover_ = 0;
};

}  // namespace

absl::Status CheckAssignment(const Cohort& cohort, const CohortAssignment& assignment) {
  const CandidatesOf of_graph = [&cohort](int32_t mentee, std::vector<Candidate>& candidates) {
    const CandidateGraph& graph = cohort.graph;
    for (int64_t edge = graph.first(mentee); edge < graph.last(mentee); ++edge) {
      candidates.push_back(graph.candidate(edge));
    }
  };
  return Check(cohort, assignment).Run(of_graph, true);
}

absl::Status CheckAssignmentOverAll(const Cohort& cohort, const CohortAssignment& assignment,
                                    const CandidatesOf& candidates_of) {
  return Check(cohort, assignment).Run(candidates_of, cohort.mode == CohortMode::kStable);
}

}  // namespace cortado::matching
