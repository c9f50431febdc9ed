#include "services/matching/program/round_edits.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/program/program_rules.h"

namespace cortado::matching {
namespace {

using PinnedPairs = google::protobuf::RepeatedPtrField<v1::PinnedPair>;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
constexpr int kTriesToCancel = 3;

// In a draw it does not matter who is named first.
auto IsSame(const v1::Program& program, const v1::PinnedPair& pair) {
  const bool either = IsDraw(program);
  return [&pair, either](const v1::PinnedPair& one) {
    return (one.person() == pair.person() && one.other() == pair.other()) ||
           (either && one.person() == pair.other() && one.other() == pair.person());
  };
}

template <class Is>
bool Has(const PinnedPairs& pairs, Is is) {
  return std::any_of(pairs.begin(), pairs.end(), is);
}

// The first rule of a programme among the bits of RefusedBy.
std::string FirstRule(const RuleSet& rules, uint32_t refused) {
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if ((refused >> i & 1) != 0) return rules.rules[i].id;
  }
  return "";
}

// Whether the places of a cohort, or the one pair that each of a draw is in, leave room for another pin.
bool LeavesRoom(const RoundRun& run, const FoundRound& found, const v1::PinnedPair& pair, int32_t other) {
  const PinnedPairs& pinned = found.round.pinned();
  const auto names = [](const std::string& person) {
    return [&person](const v1::PinnedPair& one) { return one.person() == person || one.other() == person; };
  };
  if (IsDraw(found.program)) {
    return !Has(pinned, names(pair.person())) && !Has(pinned, names(pair.other()));
  }
  const auto& mentors = run.people().mentors;
  const auto mentor =
      std::find_if(mentors.begin(), mentors.end(), [other](const CohortMentor& one) { return one.person == other; });
  const auto taken = std::count_if(pinned.begin(), pinned.end(),
                                   [&](const v1::PinnedPair& one) { return one.other() == pair.other(); });
  return mentor != mentors.end() && taken < mentor->places &&
         !Has(pinned, [&](const v1::PinnedPair& one) { return one.person() == pair.person(); });
}

// Whether `run` could keep the pin beside those there are.
absl::Status CheckPinIn(const RoundRun& run, const FoundRound& found, const v1::PinnedPair& pair) {
  const std::optional<int32_t> person = run.FindEnrolled(IdOf(pair.person()));
  const std::optional<int32_t> other = run.FindEnrolled(IdOf(pair.other()));
  if (!person || !other) return PinImpossible(pair);
  const std::vector<int32_t>& mentees = run.people().mentees;
  if (std::find(mentees.begin(), mentees.end(), *person) == mentees.end()) return PinImpossible(pair);
  if (!LeavesRoom(run, found, pair, *other)) return PinImpossible(pair);
  const PairScore score = MenteeScores(run.organization(), run.terms(), *person).With(*other);
  if (score.obstacles.rules != 0) {
    return PinImpossible(pair).Metadata("rule", FirstRule(run.terms().rules, score.obstacles.rules));
  }
  if (score.score == 0) return PinImpossible(pair);
  return absl::OkStatus();
}

// Adds the pair, or takes it out. INVALID_ARGUMENT for one too many.
absl::Status Put(const v1::PinnedPair& pair, bool is_in, PinnedPairs& pairs, const v1::Program& program) {
  if (!is_in) {
    pairs.erase(std::remove_if(pairs.begin(), pairs.end(), IsSame(program, pair)), pairs.end());
    return absl::OkStatus();
  }
  if (pairs.size() >= RoundEdits::kMostPairs)
    return InvalidField("pair", "is one more than 1,000: take one back first");
  *pairs.Add() = pair;
  return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<v1::Round>> RoundEdits::Cancel(rpc::Call call, const v1::CancelRoundRequest& request) {
  const std::string fingerprint = store::Fingerprint(call, request);
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(FoundRound found, co_await looks_.Find(call, request.name()));
    CO_ASSIGN_OR_RETURN(std::optional<v1::Round> done,
                        co_await store_.FindDone(call, request.request_id(), fingerprint));
    v1::Round& round = found.round;
    const std::string cancelled = v1::Reason_Name(v1::REASON_ROUND_CANCELLED).substr(sizeof("REASON_") - 1);
    if (round.state() == v1::Round::STATE_FAILED && round.failure() == cancelled) {
      // Whoever stopped it may have died before its places were free.
      const absl::Status freed = co_await store_.GivePlacesBack(call, round);
      if (!absl::IsAborted(freed)) CO_RETURN_IF_ERROR(freed);
      co_return done ? *std::move(done) : round;
    }
    if (done) co_return *std::move(done);
    if (round.state() != v1::Round::STATE_RUNNING) {
      co_return Error(kWrongState, v1::REASON_ROUND_NOT_RUNNING, "the round is not being worked out");
    }
    round.set_state(v1::Round::STATE_FAILED);
    round.set_failure(cancelled);
    round.mutable_end_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    absl::StatusOr<v1::Round> ended = co_await store_.Cancel(call, round, request.request_id(), fingerprint);
    // It ended, or another took it over, in between.
    if (absl::IsAborted(ended.status()) && attempt < kTriesToCancel) continue;
    if (ended.ok()) {
      rounds_.Abandon(call, *ended);
      const absl::Status freed = co_await store_.GivePlacesBack(call, *ended);
      if (!absl::IsAborted(freed)) CO_RETURN_IF_ERROR(freed);
    }
    co_return ended;
  }
}

template <class Request>
RoundEdits::EditOf RoundEdits::Of(const rpc::Call& call, const Request& request, Change change) {
  return {change,         request.round(),      request.pair(),
          request.etag(), request.request_id(), store::Fingerprint(call, request)};
}

Task<absl::StatusOr<v1::Round>> RoundEdits::Pin(rpc::Call call, const v1::PinPairRequest& request) {
  return Edit(call, Of(call, request, Change::kPin));
}

Task<absl::StatusOr<v1::Round>> RoundEdits::Unpin(rpc::Call call, const v1::UnpinPairRequest& request) {
  return Edit(call, Of(call, request, Change::kUnpin));
}

Task<absl::StatusOr<v1::Round>> RoundEdits::Forbid(rpc::Call call, const v1::ForbidPairRequest& request) {
  return Edit(call, Of(call, request, Change::kForbid));
}

Task<absl::StatusOr<v1::Round>> RoundEdits::Allow(rpc::Call call, const v1::AllowPairRequest& request) {
  return Edit(call, Of(call, request, Change::kAllow));
}

Task<absl::Status> RoundEdits::CheckPin(rpc::Call call, FoundRound found, v1::PinnedPair pair) {
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<const RoundScene> scene, co_await looks_.Look(call, found));
  co_return CheckPinIn(scene->run(), found, pair);
}

Task<absl::StatusOr<v1::Round>> RoundEdits::Edit(rpc::Call call, EditOf edit) {
  const v1::PinnedPair& pair = edit.pair;
  CO_ASSIGN_OR_RETURN(FoundRound found, co_await looks_.Find(call, edit.round));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Round> done, co_await store_.FindDone(call, edit.request_id, edit.fingerprint));
  if (done) co_return *std::move(done);
  v1::Round& round = found.round;
  if (pair.person() == pair.other()) co_return InvalidField("pair.other", "must be somebody else");
  if (found.program.archived()) co_return ProgramArchived();
  CO_RETURN_IF_ERROR(CheckMayChange(round));
  CO_RETURN_IF_ERROR(CheckEtag(round, edit.etag));
  const auto is_same = IsSame(found.program, pair);
  const bool of_pins = edit.change == Change::kPin || edit.change == Change::kUnpin;
  const bool shall_be_in = edit.change == Change::kPin || edit.change == Change::kForbid;
  PinnedPairs& pairs = of_pins ? *round.mutable_pinned() : *round.mutable_forbidden();
  if (Has(pairs, is_same) == shall_be_in) co_return round;
  if (edit.change == Change::kForbid && Has(round.pinned(), is_same)) co_return PinImpossible(pair);
  if (edit.change == Change::kPin) {
    CO_RETURN_IF_ERROR(co_await CheckPin(call, found, pair));
  }
  CO_RETURN_IF_ERROR(Put(pair, shall_be_in, pairs, found.program));
  round.set_edited(round.state() != v1::Round::STATE_CREATED);
  std::vector<std::string> taken;
  std::vector<v1::Pair> added;
  co_return co_await store_.Edit(call, std::move(round), std::move(taken), std::move(added), std::move(edit.request_id),
                                 std::move(edit.fingerprint));
}

}  // namespace cortado::matching
