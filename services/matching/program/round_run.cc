#include "services/matching/program/round_run.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/status/status.h"
#include "common/task/for_each.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/draw/chance.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/readers.h"

namespace cortado::matching {
namespace {

constexpr int32_t kCandidates = 50;  // The best of everybody, with which a cohort begins.
constexpr int32_t kBeating = 8;      // New ones of everybody, each time the whole is looked at.

CohortMode ModeOf(v1::CohortGoal goal) {
  if (goal == v1::COHORT_GOAL_COVERAGE) return CohortMode::kCoverage;
  return goal == v1::COHORT_GOAL_STABLE ? CohortMode::kStable : CohortMode::kQuality;
}

template <typename List, typename Is>
int32_t PlaceIn(const List& list, Is is) {
  const auto found = std::find_if(list.begin(), list.end(), is);
  return found == list.end() ? kNobody : static_cast<int32_t>(found - list.begin());
}

void AddFigures(const CohortAssignment& assignment, v1::RoundFigures& figures) {
  figures.set_matched(assignment.matched);
  figures.set_unmatched(assignment.unmatched);
  figures.set_pairs(assignment.matched);
  figures.set_total_score(assignment.total);
  figures.set_bound(assignment.certificate.bound);
  figures.set_gap(assignment.certificate.gap);
  figures.set_blocking_pairs(assignment.certificate.blocking_pairs);
  figures.set_bound_over_all(assignment.certificate.scope == CertificateScope::kAllEligible);
}

}  // namespace

absl::Status RoundEmpty() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ROUND_EMPTY, "nobody could be paired with anybody");
}

Error PinImpossible(const v1::PinnedPair& pair) {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_PIN_IMPOSSIBLE, "a pinned pair cannot be")
      .Metadata("pair", absl::StrCat(pair.person(), ", ", pair.other()));
}

void RoundRun::AddPerson(const Enrollment& one, int32_t person, const RoundContext& context) {
  enrolled_[one.person] = person;
  ids_[person] = one.person;
  const auto passed = context.passed_over.find(one.person);
  if (passed != context.passed_over.end()) passed_over_[person] = passed->second;
  const bool draw = IsDraw(program_);
  const bool has_mentor = !draw && context.have_mentor.count(one.person) > 0;
  if (draw || (one.participant.mentee() && !has_mentor)) {
    people_.mentees.push_back(person);
    looking_.insert(person);
  }
  if (draw || !one.participant.mentor()) return;
  const auto used = context.places_taken.find(one.person);
  const int32_t places = std::max(1, one.participant.places());
  people_.mentors.push_back({person, std::max(0, places - (used == context.places_taken.end() ? 0 : used->second))});
}

void RoundRun::Take(const OrganizationView& view, const RoundContext& context, int64_t now) {
  organization_ = view.organization();
  terms_.now = now;
  terms_.seed = round_.seed();
  std::map<std::string, int32_t> tags;
  const auto number_of = [&](ValueKind kind, const std::string& value) {
    if (kind == ValueKind::kTag) return tags.try_emplace(value, static_cast<int32_t>(tags.size())).first->second;
    const int32_t known = kind == ValueKind::kSite ? view.FindSite(value) : view.FindDepartment(value);
    return known == kUnknown ? Filter::kNobodys : known;
  };
  terms_.rules = RulesOf(program_, number_of);
  if (!program_.has_weights()) terms_.rules.weights = view.weights();
  terms_.facts.tags.resize(organization_.size());
  for (const Enrollment& one : context.enrolled) {
    const std::optional<int32_t> person = FindActive(view, one.person);
    if (!person) continue;
    // By saying nothing, where that is no longer allowed.
    if (one.participant.state() != v1::Participant::STATE_ENROLLED && !view.allows_opt_out()) continue;
    for (const std::string& tag : one.participant.tags()) {
      terms_.facts.tags[*person].push_back(number_of(ValueKind::kTag, tag));
    }
    AddPerson(one, *person, context);
  }
  // What the round keeps of somebody does not count against them in the same round.
  for (const auto& [mentor, places] : context.kept) {
    const std::optional<int32_t> index = view.Find(mentor);
    if (!index) continue;
    const Person& person = organization_.people()[*index];
    organization_.SetLoad(*index, std::max(0, person.active_matches - places), person.open_requests, person.unanswered);
  }
  TakeHistory(view, context);
  TakeForbidden();
}

void RoundRun::TakeHistory(const OrganizationView& view, const RoundContext& context) {
  for (size_t i = 0; i < context.enrolled.size() && i < context.histories.size(); ++i) {
    const auto person = enrolled_.find(context.enrolled[i].person);
    if (person == enrolled_.end()) continue;
    for (const auto& [id, when] : context.histories[i].met) {
      const std::optional<int32_t> other = view.Find(id);
      if (!other) continue;
      const auto weeks = (terms_.now - absl::ToUnixSeconds(when)) / absl::ToInt64Seconds(absl::Hours(7 * 24));
      terms_.facts.met[std::minmax(person->second, *other)] =
          static_cast<int32_t>(std::clamp<int64_t>(weeks, 0, kMaxWeeks));
    }
    if (IsDraw(program_)) continue;
    for (const std::string& id : context.histories[i].partners) {
      const std::optional<int32_t> other = view.Find(id);
      if (!other) continue;
      // They have each other already.
      terms_.forbidden.insert({person->second, *other});
      terms_.forbidden.insert({*other, person->second});
    }
  }
}

void RoundRun::TakeForbidden() {
  for (const v1::PinnedPair& pair : round_.forbidden()) {
    const auto person = enrolled_.find(IdOf(pair.person()));
    const auto other = enrolled_.find(IdOf(pair.other()));
    if (person == enrolled_.end() || other == enrolled_.end()) continue;
    terms_.forbidden.insert({person->second, other->second});
    if (IsDraw(program_)) terms_.forbidden.insert({other->second, person->second});
  }
}

Task<absl::StatusOr<RoundResult>> RoundRun::Solve() {
  progress_.total = static_cast<int32_t>(people_.mentees.size());
  // Numbers decide between equals, so chance decides who has which.
  Shuffle(terms_.seed, people_.mentees);
  if (IsDraw(program_)) co_return co_await SolveDraw();
  co_return co_await SolveCohort();
}

absl::StatusOr<int32_t> RoundRun::Find(const v1::PinnedPair& pair, const std::string& person) const {
  const auto found = enrolled_.find(IdOf(person));
  if (found == enrolled_.end()) return PinImpossible(pair);
  return found->second;
}

absl::Status RoundRun::Pin(CohortPeople& people, Cohort& cohort) const {
  for (const v1::PinnedPair& pair : round_.pinned()) {
    ASSIGN_OR_RETURN(const int32_t person, Find(pair, pair.person()));
    ASSIGN_OR_RETURN(const int32_t other, Find(pair, pair.other()));
    const int32_t mentee = PlaceIn(people.mentees, [&](int32_t one) { return one == person; });
    const int32_t mentor = PlaceIn(people.mentors, [&](const CohortMentor& one) { return one.person == other; });
    const bool twice = std::any_of(cohort.pinned.begin(), cohort.pinned.end(),
                                   [&](const CohortPair& pin) { return pin.mentee == mentee; });
    if (mentee == kNobody || mentor == kNobody || person == other || twice) return PinImpossible(pair);
    const int32_t score = MenteeScores(organization_, terms_, person).With(other).score;
    const auto taken = std::count_if(cohort.pinned.begin(), cohort.pinned.end(),
                                     [&](const CohortPair& pin) { return pin.candidate.mentor == mentor; });
    if (score == 0 || taken >= people.mentors[mentor].places) return PinImpossible(pair);
    cohort.pinned.push_back({mentee, {mentor, score, score}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<CohortPair>> RoundRun::Scan(const CohortPeople& people, const CohortGraph& graph,
                                                       const PairPrices& prices) const {
  std::vector<CohortPair> found;
  for (int32_t mentee = 0; mentee < static_cast<int32_t>(people.mentees.size()); ++mentee) {
    if (progress_.cancelled) return absl::CancelledError("the run was cancelled");
    const std::vector<CohortPair> pairs = graph.Beating(prices, mentee, kBeating);
    found.insert(found.end(), pairs.begin(), pairs.end());
  }
  return found;
}

Task<absl::StatusOr<CohortAssignment>> RoundRun::Assign(const CohortPeople& people, Cohort& cohort) {
  const CohortGraph graph(organization_, terms_, people);
  std::vector<std::vector<Candidate>> candidates(people.mentees.size());
  co_await ForEachOnWorkers(executors_, static_cast<int32_t>(candidates.size()), kRunsAtOnce, [&](int32_t mentee) {
    if (progress_.cancelled) return;
    candidates[mentee] = graph.Best(mentee, kCandidates);
    ++progress_.done;
  });
  has_candidates_.clear();
  for (const std::vector<Candidate>& list : candidates) has_candidates_.push_back(!list.empty());
  if (progress_.cancelled) co_return absl::CancelledError("the run was cancelled");
  for (const std::vector<Candidate>& list : candidates) cohort.graph.AddMentee(list);
  if (cohort.graph.edges() == 0 && cohort.pinned.empty()) co_return RoundEmpty();
  co_await executors_.OnWorkers();
  if (!round_.over_all()) co_return AssignCohort(cohort);
  const PairScan scan = [&](const PairPrices& prices) { return Scan(people, graph, prices); };
  co_return AssignCohortOverAll(cohort, scan);
}

Task<absl::StatusOr<RoundResult>> RoundRun::SolveCohort() {
  Cohort cohort;
  cohort.mode = ModeOf(program_.goal());
  for (const CohortMentor& mentor : people_.mentors) cohort.places.push_back(mentor.places);
  CO_RETURN_IF_ERROR(Pin(people_, cohort));
  CO_ASSIGN_OR_RETURN(const CohortAssignment assignment, co_await Assign(people_, cohort));
  RoundResult result;
  for (size_t mentee = 0; mentee < assignment.mentor_of.size(); ++mentee) {
    const int32_t mentor = assignment.mentor_of[mentee];
    const int32_t person = people_.mentees[mentee];
    if (mentor == kNobody) {
      result.unmatched.push_back({ids_.at(person), has_candidates_[mentee] ? v1::Unmatched::REASON_NOBODY_LEFT
                                                                           : v1::Unmatched::REASON_NOBODY_TO_MEET});
      continue;
    }
    const int32_t other = people_.mentors[mentor].person;
    const bool pinned = std::any_of(cohort.pinned.begin(), cohort.pinned.end(),
                                    [&](const CohortPair& pin) { return pin.mentee == static_cast<int32_t>(mentee); });
    result.pairs.push_back(
        PairOf({person, other}, MenteeScores(organization_, terms_, person).With(other).score, pinned));
  }
  result.figures.set_people(static_cast<int32_t>(people_.mentees.size()));
  AddFigures(assignment, result.figures);
  co_return result;
}

std::set<std::string> RoundRun::Looking() const {
  std::set<std::string> ids;
  for (int32_t person : looking_) ids.insert(ids_.at(person));
  return ids;
}

bool RoundRun::MayBe(const v1::Pair& pair) const {
  std::vector<int32_t> people;
  for (const type::v1::PersonCard& card : pair.people()) {
    const auto found = enrolled_.find(PersonId(card));
    if (found == enrolled_.end()) return false;
    people.push_back(found->second);
  }
  const bool draw = IsDraw(program_);
  if (!draw) {
    return looking_.contains(people[0]) && MenteeScores(organization_, terms_, people[0]).With(people[1]).score > 0;
  }
  for (size_t a = 0; a < people.size(); ++a) {
    const MenteeScores scores(organization_, terms_, people[a]);
    for (size_t b = a + 1; b < people.size(); ++b) {
      const PairScore there = scores.With(people[b]);
      const bool back = there.score > 0 || MenteeScores(organization_, terms_, people[b]).With(people[a]).score > 0;
      if (!back) return false;
    }
  }
  return true;
}

Task<absl::StatusOr<std::vector<bool>>> RoundRun::Stand(const std::vector<v1::Pair>& pairs) {
  std::vector<char> may_be(pairs.size());
  progress_.total = static_cast<int32_t>(pairs.size());
  co_await ForEachOnWorkers(executors_, static_cast<int32_t>(pairs.size()), kRunsAtOnce, [&](int32_t i) {
    if (!progress_.cancelled) may_be[i] = MayBe(pairs[i]) ? 1 : 0;
    ++progress_.done;
  });
  if (progress_.cancelled) co_return absl::CancelledError("the work was cancelled");
  absl::flat_hash_map<std::string, int32_t> places;
  for (const CohortMentor& mentor : people_.mentors) places[ids_.at(mentor.person)] = mentor.places;
  std::vector<bool> stands;
  for (size_t i = 0; i < pairs.size(); ++i) {
    bool is_fine = may_be[i] != 0;
    if (is_fine && !IsDraw(program_)) is_fine = --places[PersonId(pairs[i].people(1))] >= 0;
    stands.push_back(is_fine);
  }
  co_return stands;
}

std::optional<int32_t> RoundRun::FindEnrolled(absl::string_view person) const {
  const auto found = enrolled_.find(person);
  if (found == enrolled_.end()) return std::nullopt;
  return found->second;
}

int32_t RoundRun::CountAcrossDepartments(absl::Span<const v1::Pair> pairs) const {
  const auto department_of = [this](const type::v1::PersonCard& card) {
    const std::optional<int32_t> person = FindEnrolled(PersonId(card));
    return person ? organization_.people()[*person].department : kUnknown;
  };
  int32_t across = 0;
  for (const v1::Pair& pair : pairs) {
    for (int a = 0; a < pair.people_size(); ++a) {
      for (int b = a + 1; b < pair.people_size(); ++b) {
        const int32_t one = department_of(pair.people(a));
        const int32_t other = department_of(pair.people(b));
        across += one != kUnknown && other != kUnknown && one != other;
      }
    }
  }
  return across;
}

v1::Pair RoundRun::PairOf(const std::vector<int32_t>& people, int64_t score, bool pinned) const {
  v1::Pair pair;
  pair.set_name(ids_.at(people[0]));
  for (int32_t person : people) pair.add_people()->set_person("people/" + ids_.at(person));
  pair.set_score(score);
  pair.set_pinned(pinned);
  return pair;
}

}  // namespace cortado::matching
