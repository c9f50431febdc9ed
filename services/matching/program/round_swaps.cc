#include "services/matching/program/round_swaps.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/draw/draw.h"
#include "services/matching/program/program_rules.h"

namespace cortado::matching {
namespace {

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
constexpr int64_t kNotCounted = -1;

struct TwoPairs {
  v1::Pair one;
  v1::Pair other;
};

absl::Status SwapImpossible(const std::string& person, const std::string& other) {
  return Error(kWrongState, v1::REASON_SWAP_IMPOSSIBLE, "the two cannot be exchanged")
      .Metadata("pair", PairWords(person, other));
}

absl::Status CheckState(const FoundRound& found, const v1::SwapPairsRequest& request) {
  if (found.program.archived()) return ProgramArchived();
  RETURN_IF_ERROR(CheckMayChange(found.round));
  if (found.round.state() != v1::Round::STATE_SUCCEEDED) {
    return Error(kWrongState, v1::REASON_ROUND_NOT_READY, "the round has no pairs yet: run it first");
  }
  return CheckEtag(found.round, request.etag());
}

// Returns the pair of somebody: in a cohort as the mentee. NOT_FOUND.
absl::StatusOr<v1::Pair> PairOf(const std::vector<v1::Pair>& pairs, const v1::Program& program,
                                const std::string& person) {
  const bool cohort = !IsDraw(program);
  const auto is_in = [&](const v1::Pair& pair) {
    const auto end = cohort ? pair.people().begin() + 1 : pair.people().end();
    return std::any_of(pair.people().begin(), end, [&](const auto& card) { return card.person() == person; });
  };
  const auto found = std::find_if(pairs.begin(), pairs.end(), is_in);
  if (found == pairs.end()) return NotFound();
  return *found;
}

absl::StatusOr<TwoPairs> PairsOf(const std::vector<v1::Pair>& pairs, const v1::Program& program,
                                 const v1::SwapPairsRequest& request) {
  TwoPairs two;
  ASSIGN_OR_RETURN(two.one, PairOf(pairs, program, request.person()));
  ASSIGN_OR_RETURN(two.other, PairOf(pairs, program, request.other()));
  if (two.one.name() == two.other.name()) return InvalidField("other", "must be of another pair");
  for (const v1::Pair* pair : {&two.one, &two.other}) {
    if (pair->pinned() || pair->people_size() != 2) {
      return SwapImpossible(pair->people(0).person(), pair->people(1).person());
    }
  }
  if (!IsDraw(program) && two.one.people(1).person() == two.other.people(1).person()) {
    return InvalidField("other", "must have another mentor");
  }
  return two;
}

const std::string& PartnerOf(const v1::Pair& pair, const std::string& person) {
  return pair.people(pair.people(0).person() == person ? 1 : 0).person();
}

// Returns how well the second is for the first, as a run scores them; 0 when the two cannot be a pair.
int32_t ScoreOf(const RoundRun& run, const std::string& person, const std::string& other) {
  const std::optional<int32_t> first = run.FindEnrolled(IdOf(person));
  const std::optional<int32_t> second = run.FindEnrolled(IdOf(other));
  if (!first || !second || first == second) return 0;
  return MenteeScores(run.organization(), run.terms(), *first).With(*second).score;
}

// Returns `pair` with these two people, named by its id alone. In a draw whoever is better served goes first.
absl::StatusOr<v1::Pair> PairWith(const RoundRun& run, const v1::Program& program, v1::Pair pair, std::string person,
                                  std::string other) {
  int32_t score = ScoreOf(run, person, other);
  if (IsDraw(program)) {
    const int32_t back = ScoreOf(run, other, person);
    if (back > score) std::swap(person, other);
    score = std::max(score, back);
  }
  if (score == 0) return SwapImpossible(person, other);
  pair.set_name(IdOf(person));
  pair.mutable_people(0)->set_person(person);
  pair.mutable_people(1)->set_person(other);
  pair.set_score(score);
  return pair;
}

// Returns the weeks since the two met, or kNeverMet.
int32_t WeeksSince(const RoundRun& run, const v1::Pair& pair) {
  const std::optional<int32_t> one = run.FindEnrolled(PersonId(pair.people(0)));
  const std::optional<int32_t> other = run.FindEnrolled(PersonId(pair.people(1)));
  if (!one || !other) return kNeverMet;
  const auto met = run.terms().facts.met.find(std::minmax(*one, *other));
  return met == run.terms().facts.met.end() ? kNeverMet : met->second;
}

// Puts the exchange into the figures, and returns by how much the total changes.
int64_t Account(const RoundRun& run, const TwoPairs& before, const TwoPairs& after, v1::Round& round) {
  v1::RoundFigures& figures = *round.mutable_figures();
  const int64_t change = after.one.score() + after.other.score() - before.one.score() - before.other.score();
  figures.set_total_score(figures.total_score() + change);
  const int32_t across =
      run.CountAcrossDepartments({after.one, after.other}) - run.CountAcrossDepartments({before.one, before.other});
  figures.set_across_departments(std::max(0, figures.across_departments() + across));
  if (figures.bound() > 0) {  // Of a cohort: the bound is one of all pairs there could be, and stands.
    figures.set_gap(figures.bound() - figures.total_score());
    figures.set_blocking_pairs(kNotCounted);
    return change;
  }
  const auto is_first = [&run](const v1::Pair& pair) { return WeeksSince(run, pair) == kNeverMet ? 1 : 0; };
  figures.set_first_meetings(figures.first_meetings() + is_first(after.one) + is_first(after.other) -
                             is_first(before.one) - is_first(before.other));
  for (const v1::Pair* pair : {&after.one, &after.other}) {
    const int32_t weeks = WeeksSince(run, *pair);
    if (weeks != kNeverMet) figures.set_cooldown_weeks(std::min(figures.cooldown_weeks(), weeks));
  }
  return change;
}

std::string IdOfPair(const v1::Pair& pair) { return pair.name().substr(pair.name().rfind('/') + 1); }

}  // namespace

Task<absl::StatusOr<v1::SwapPairsResponse>> RoundSwaps::Repeat(rpc::Call call, v1::SwapPairsRequest request,
                                                               v1::Round round) {
  CO_ASSIGN_OR_RETURN(const FoundRound found, co_await looks_.Find(call, request.round()));
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Pair> pairs, co_await looks_.Pairs(call, round));
  std::vector<v1::Pair> two;
  for (const std::string& person : {request.person(), request.other()}) {
    absl::StatusOr<v1::Pair> pair = PairOf(pairs, found.program, person);
    if (pair.ok()) two.push_back(*std::move(pair));
  }
  CO_ASSIGN_OR_RETURN(two, co_await looks_.WithCards(call, std::move(two)));
  v1::SwapPairsResponse response;
  *response.mutable_round() = std::move(round);
  for (v1::Pair& pair : two) *response.add_pairs() = std::move(pair);
  co_return response;
}

Task<absl::StatusOr<v1::SwapPairsResponse>> RoundSwaps::Swap(rpc::Call call, const v1::SwapPairsRequest& request) {
  CO_ASSIGN_OR_RETURN(FoundRound found, co_await looks_.Find(call, request.round()));
  const std::string fingerprint = store::Fingerprint(call, request);
  CO_ASSIGN_OR_RETURN(std::optional<v1::Round> done, co_await store_.FindDone(call, request.request_id(), fingerprint));
  if (done) co_return co_await Repeat(call, request, *std::move(done));
  CO_RETURN_IF_ERROR(CheckState(found, request));
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Pair> pairs, co_await looks_.Pairs(call, found.round));
  CO_ASSIGN_OR_RETURN(const TwoPairs before, PairsOf(pairs, found.program, request));
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<const RoundScene> scene, co_await looks_.Look(call, found));
  const RoundRun& run = scene->run();
  TwoPairs after;
  CO_ASSIGN_OR_RETURN(
      after.one, PairWith(run, found.program, before.one, request.person(), PartnerOf(before.other, request.other())));
  CO_ASSIGN_OR_RETURN(after.other, PairWith(run, found.program, before.other, request.other(),
                                            PartnerOf(before.one, request.person())));
  v1::SwapPairsResponse response;
  response.set_score_change(Account(run, before, after, found.round));
  found.round.set_edited(true);
  std::vector<v1::Pair> added = {after.one, after.other};
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Pair> shown, co_await looks_.WithCards(call, added));
  for (const v1::Pair& pair : shown) {
    *response.add_pairs() = pair;
    response.mutable_pairs()->rbegin()->set_name(absl::StrCat(found.round.name(), "/pairs/", pair.name()));
  }
  if (!request.validate_only()) {
    std::vector<std::string> taken = {IdOfPair(before.one), IdOfPair(before.other)};
    CO_ASSIGN_OR_RETURN(found.round, co_await store_.Edit(call, std::move(found.round), std::move(taken),
                                                          std::move(added), request.request_id(), fingerprint));
  }
  *response.mutable_round() = std::move(found.round);
  co_return response;
}

}  // namespace cortado::matching
