#include "services/matching/program/publisher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/request_rules.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kOneStep = absl::Seconds(10);
constexpr int kAttempts = 5;
constexpr int kEverybody = 1 << 30;
constexpr size_t kDigits = 24;

// The match that a pair becomes: of the same name however often it is tried.
v1::Match MatchOf(const v1::Program& program, const v1::Round& round, const v1::Pair& pair, absl::Time now) {
  v1::Match match;
  const std::string key = absl::StrCat(round.name(), "/pairs/", PairId(pair));
  match.set_name(absl::StrCat("matches/", id::Sha256Hex(key).substr(0, kDigits)));
  match.mutable_mentee()->set_person(pair.people(0).person());
  match.mutable_mentor()->set_person(pair.people(1).person());
  for (int i = 2; i < pair.people_size(); ++i) match.add_others()->set_person(pair.people(i).person());
  match.set_state(v1::Match::STATE_ACTIVE);
  match.mutable_create_time()->set_seconds(absl::ToUnixSeconds(now));
  match.set_program(program.name());
  match.set_round(round.name());
  match.set_coffee(IsDraw(program));
  return match;
}

void SetTime(absl::Time time, google::protobuf::Timestamp& field) { field.set_seconds(absl::ToUnixSeconds(time)); }

absl::Status Cancelled() { return absl::CancelledError("the server stops"); }

}  // namespace

rpc::Call RoundCall(const std::string& organization) {
  return rpc::InternalCall(organization, "job:rounds.run", absl::Now() + kOneStep);
}

Task<absl::StatusOr<Publisher::Sifted>> Publisher::Sift(const v1::Program& program, v1::Round& round,
                                                        const LiveView& live, RoundProgress& progress,
                                                        std::string organization, std::vector<v1::Pair> pairs) {
  CO_ASSIGN_OR_RETURN(const RoundContext context,
                      co_await LoadRoundContext(sources_, RoundCall(organization), program, round, clock_.Now()));
  RoundRun run(executors_, progress, program, round);
  co_await executors_.OnWorkers();
  live.Read([&](const OrganizationView& view) { run.Take(view, context, absl::ToUnixSeconds(clock_.Now())); });
  CO_ASSIGN_OR_RETURN(const std::vector<bool> stands, co_await run.Stand(pairs));
  Sifted sifted;
  sifted.looking = run.Looking();
  std::vector<DroppedPair> dropped;
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (stands[i]) {
      sifted.pairs.push_back(std::move(pairs[i]));
      continue;
    }
    DroppedPair one;
    for (const type::v1::PersonCard& card : pairs[i].people()) {
      // Of a cohort the mentee looked for somebody; the mentor has their place again.
      const bool mentor = !IsDraw(program) && &card != &pairs[i].people(0);
      if (!mentor && sifted.looking.count(PersonId(card)) > 0) one.left.push_back(PersonId(card));
    }
    one.pair = std::move(pairs[i]);
    dropped.push_back(std::move(one));
  }
  for (size_t first = 0; first < dropped.size(); first += RoundStore::kPairsAtOnce) {
    const size_t last = std::min(dropped.size(), first + RoundStore::kPairsAtOnce);
    std::vector<DroppedPair> some(dropped.begin() + static_cast<int64_t>(first),
                                  dropped.begin() + static_cast<int64_t>(last));
    CO_RETURN_IF_ERROR(co_await sources_.rounds.Drop(RoundCall(organization), round, std::move(some)));
  }
  co_return sifted;
}

Task<absl::Status> Publisher::Publish(v1::Program program, v1::Round round, const LiveView& live,
                                      RoundProgress& progress, std::string organization) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::Pair> pairs, co_await LoadPairs(sources_.rounds, RoundCall(organization), round));
  const auto all = static_cast<int32_t>(pairs.size());
  pairs.erase(std::remove_if(pairs.begin(), pairs.end(), [](const v1::Pair& pair) { return pair.dropped(); }),
              pairs.end());
  CO_ASSIGN_OR_RETURN(Sifted sifted, co_await Sift(program, round, live, progress, organization, std::move(pairs)));
  pairs = std::move(sifted.pairs);
  if (pairs.empty()) {
    co_return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_ROUND_EMPTY, "no pair is left to publish");
  }
  if (progress.cancelled) co_return Cancelled();
  round.set_dropped_count(all - static_cast<int32_t>(pairs.size()));
  round.set_state(v1::Round::STATE_PUBLISHED);
  SetTime(clock_.Now(), *round.mutable_publish_time());
  SetTime(clock_.Now() + kGrace, *round.mutable_announce_time());
  co_return co_await sources_.publications.Publish(RoundCall(organization), std::move(round));
}

Task<absl::Status> Publisher::Announce(v1::Program program, v1::Round round, const LiveView& live,
                                       RoundProgress& progress, std::string organization) {
  CO_ASSIGN_OR_RETURN(std::vector<v1::Pair> pairs, co_await LoadPairs(sources_.rounds, RoundCall(organization), round));
  const size_t all = pairs.size();
  size_t settled = 0;
  std::vector<v1::Pair> open;
  std::vector<std::string> announced;  // Also by whoever began and died: they are looked at again below.
  for (v1::Pair& pair : pairs) {
    if (!pair.match().empty()) {
      ++settled;
      announced.push_back(pair.match());
    }
    if (pair.match().empty() && !pair.dropped()) open.push_back(std::move(pair));
  }
  CO_ASSIGN_OR_RETURN(Sifted sifted, co_await Sift(program, round, live, progress, organization, std::move(open)));
  open = std::move(sifted.pairs);
  settled += open.size();
  for (v1::Pair& pair : open) {
    if (progress.cancelled) co_return Cancelled();
    v1::Match match = MatchOf(program, round, pair, clock_.Now());
    pair.set_match(match.name());
    announced.push_back(match.name());
    CO_RETURN_IF_ERROR(co_await sources_.publications.AnnouncePair(RoundCall(organization), round, program,
                                                                   std::move(pair), std::move(match)));
  }
  for (const std::string& match : announced) CO_RETURN_IF_ERROR(co_await EndIfApart(live, organization, match));
  CO_RETURN_IF_ERROR(co_await AnnounceUnmatched(program, round, progress, organization, std::move(sifted.looking)));
  round.set_dropped_count(static_cast<int32_t>(all - settled));
  round.set_state(v1::Round::STATE_ANNOUNCED);
  co_return co_await sources_.publications.FinishAnnouncing(RoundCall(organization), std::move(round));
}

Task<absl::Status> Publisher::AnnounceUnmatched(const v1::Program& program, const v1::Round& round,
                                                RoundProgress& progress, std::string organization,
                                                std::set<std::string> looking) {
  CO_ASSIGN_OR_RETURN(const Page<UnmatchedPerson> all,
                      co_await sources_.rounds.ListUnmatched(RoundCall(organization), round, "", kEverybody));
  std::vector<std::string> some;
  for (const UnmatchedPerson& one : all.items) {
    // Whoever left meanwhile, or has found a mentor, is told nothing.
    if (looking.count(one.person) > 0) some.push_back(one.person);
    const bool is_last = &one == &all.items.back();
    if (some.size() < RoundStore::kPairsAtOnce && !is_last) continue;
    if (progress.cancelled) co_return Cancelled();
    CO_RETURN_IF_ERROR(
        co_await sources_.publications.AnnounceUnmatched(RoundCall(organization), round, program, std::move(some)));
    some.clear();
  }
  co_return absl::OkStatus();
}

// Somebody may have blocked the other between the last look and the match; what reacts to blocks found none then.
Task<absl::Status> Publisher::EndIfApart(const LiveView& live, std::string organization, std::string name) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<v1::Match> match = co_await matches_.GetMatch(RoundCall(organization), IdOf(name));
    if (absl::IsNotFound(match.status())) co_return absl::OkStatus();
    CO_RETURN_IF_ERROR(match.status());
    const bool may_stay = live.Read([&](const OrganizationView& view) { return MayStayMatched(view, *match); });
    if (may_stay || match->state() != v1::Match::STATE_ACTIVE) co_return absl::OkStatus();
    match->set_state(v1::Match::STATE_ENDED);
    SetTime(clock_.Now(), *match->mutable_end_time());
    const absl::StatusOr<v1::Match> ended =
        co_await matches_.End(RoundCall(organization), OwnStep(*std::move(match)), "system");
    if (!absl::IsAborted(ended.status())) co_return ended.status();
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Publisher::UndoMatch(const v1::Program& program, const v1::Round& round, std::string organization,
                                        std::string name) {
  absl::Status undone;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    absl::StatusOr<v1::Match> match = co_await matches_.GetMatch(RoundCall(organization), IdOf(name));
    if (absl::IsNotFound(match.status())) co_return absl::OkStatus();
    CO_RETURN_IF_ERROR(match.status());
    if (match->state() != v1::Match::STATE_ACTIVE) co_return absl::OkStatus();
    match->set_state(v1::Match::STATE_ENDED);
    SetTime(clock_.Now(), *match->mutable_end_time());
    undone = co_await sources_.publications.UndoMatch(RoundCall(organization), round, program, *std::move(match));
    if (!absl::IsAborted(undone)) break;
  }
  co_return undone;
}

Task<absl::Status> Publisher::Undo(v1::Program program, v1::Round round, RoundProgress& progress,
                                   std::string organization) {
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Pair> pairs,
                      co_await LoadPairs(sources_.rounds, RoundCall(organization), round));
  progress.total = static_cast<int32_t>(pairs.size());
  for (const v1::Pair& pair : pairs) {
    if (progress.cancelled) co_return Cancelled();
    if (!pair.match().empty()) {
      CO_RETURN_IF_ERROR(co_await UndoMatch(program, round, organization, pair.match()));
    }
    ++progress.done;
  }
  round.set_state(v1::Round::STATE_UNDONE);
  co_return co_await sources_.rounds.Finish(RoundCall(organization), std::move(round), "round.undone");
}

}  // namespace cortado::matching
