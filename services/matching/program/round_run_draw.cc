// The part of a round's working out that is about draws: pairs, groups, and who is left out.
#include <algorithm>
#include <utility>

#include "common/status/status.h"
#include "common/task/for_each.h"
#include "services/matching/draw/groups.h"
#include "services/matching/program/program_rules.h"
#include "services/matching/program/round_run.h"

namespace cortado::matching {
namespace {

constexpr int32_t kCandidates = 20;
constexpr int32_t kDrawnTogether = 512;  // Groups are made among so many at once.
constexpr int32_t kUsualCooldown = 12;

v1::Unmatched::Reason ReasonOf(const LeftOut& one) {
  if (one.reason == LeftOutReason::kNobodyToMeet) return v1::Unmatched::REASON_NOBODY_TO_MEET;
  return one.reason == LeftOutReason::kMetRecently ? v1::Unmatched::REASON_MET_RECENTLY
                                                   : v1::Unmatched::REASON_NOBODY_LEFT;
}

}  // namespace

absl::StatusOr<Draw> RoundRun::DrawTwos(const std::vector<int32_t>& people, std::vector<DrawEdge> edges) const {
  DrawPool pool;
  pool.people = static_cast<int32_t>(people.size());
  pool.edges = std::move(edges);
  pool.cooldown_weeks = program_.has_cooldown_weeks() ? program_.cooldown_weeks() : kUsualCooldown;
  pool.seed = terms_.seed;
  for (int32_t person : people) {
    const auto passed = passed_over_.find(person);
    pool.passed_over.push_back(passed == passed_over_.end() ? 0 : passed->second);
  }
  return DrawPairs(pool);
}

absl::StatusOr<Draw> RoundRun::DrawMore(const std::vector<int32_t>& people) const {
  Draw all;
  all.cooldown_weeks = program_.has_cooldown_weeks() ? program_.cooldown_weeks() : kUsualCooldown;
  const size_t parts = people.size() / kDrawnTogether + 1;
  for (size_t part = 0; part < parts; ++part) {
    const size_t first = people.size() * part / parts;
    const size_t count = people.size() * (part + 1) / parts - first;
    if (progress_.cancelled) return absl::CancelledError("the run was cancelled");
    std::vector<Meeting> meetings(count * count);
    for (size_t a = 0; a < count; ++a) {
      const MenteeScores scores(organization_, terms_, people[first + a]);
      for (size_t b = 0; b < count; ++b) {
        const int32_t score = a == b ? 0 : scores.With(people[first + b]).score;
        const auto met = terms_.facts.met.find(std::minmax(people[first + a], people[first + b]));
        meetings[a * count + b] = {score > 0, score, met == terms_.facts.met.end() ? kNeverMet : met->second};
      }
    }
    GroupPool pool;
    pool.people = static_cast<int32_t>(count);
    pool.group_size = GroupSizeOf(program_);
    pool.cooldown_weeks = all.cooldown_weeks;
    pool.seed = terms_.seed;
    pool.meeting = [&meetings, count](int32_t a, int32_t b) {
      const Meeting& one = meetings[a * count + b];
      const Meeting& back = meetings[b * count + a];
      return Meeting{one.may_meet && back.may_meet, std::max(one.score, back.score), one.weeks_since};
    };
    ASSIGN_OR_RETURN(const Draw draw, DrawGroups(pool));
    for (std::vector<int32_t> group : draw.groups) {
      for (int32_t& member : group) member += static_cast<int32_t>(first);
      all.groups.push_back(std::move(group));
    }
    for (LeftOut one : draw.left_out) {
      one.person += static_cast<int32_t>(first);
      all.left_out.push_back(one);
    }
    all.first_meetings += draw.first_meetings;
    all.cooldown_weeks = std::min(all.cooldown_weeks, draw.cooldown_weeks);
  }
  return all;
}

Task<absl::StatusOr<RoundResult>> RoundRun::SolveDraw() {
  RoundResult result;
  std::vector<int32_t> people = people_.mentees;
  result.figures.set_people(static_cast<int32_t>(people.size()));
  for (const v1::PinnedPair& pair : round_.pinned()) {
    CO_ASSIGN_OR_RETURN(const int32_t person, Find(pair, pair.person()));
    CO_ASSIGN_OR_RETURN(const int32_t other, Find(pair, pair.other()));
    const size_t before = people.size();
    people.erase(std::remove_if(people.begin(), people.end(), [&](int32_t p) { return p == person || p == other; }),
                 people.end());
    const int32_t score = person == other ? 0 : MenteeScores(organization_, terms_, person).With(other).score;
    if (score == 0 || before - people.size() != 2) co_return PinImpossible(pair);
    result.pairs.push_back(PairOf({person, other}, score, true));
  }
  std::vector<std::vector<DrawEdge>> edges(people.size());
  const bool twos = GroupSizeOf(program_) < kSmallestGroup;
  const DrawGraph graph(organization_, terms_, people);
  co_await ForEachOnWorkers(executors_, static_cast<int32_t>(people.size()), kRunsAtOnce, [&](int32_t place) {
    if (twos && !progress_.cancelled) edges[place] = graph.Edges(place, kCandidates);
    ++progress_.done;
  });
  std::vector<DrawEdge> all;
  for (const std::vector<DrawEdge>& some : edges) all.insert(all.end(), some.begin(), some.end());
  if (progress_.cancelled) co_return absl::CancelledError("the run was cancelled");
  co_await executors_.OnWorkers();
  CO_ASSIGN_OR_RETURN(const Draw draw, twos ? DrawTwos(people, MergeDrawEdges(std::move(all))) : DrawMore(people));
  for (const std::vector<int32_t>& group : draw.groups) {
    std::vector<int32_t> members;
    for (int32_t place : group) members.push_back(people[place]);
    int64_t score = 0;
    for (size_t i = 1; i < members.size(); ++i) {
      score += MenteeScores(organization_, terms_, members[0]).With(members[i]).score;
    }
    result.pairs.push_back(PairOf(members, score, false));
  }
  for (const LeftOut& one : draw.left_out) result.unmatched.push_back({ids_.at(people[one.person]), ReasonOf(one)});
  if (result.pairs.empty()) co_return RoundEmpty();
  int32_t matched = 0;
  int64_t total = 0;
  for (const v1::Pair& pair : result.pairs) {
    matched += pair.people_size();
    total += pair.score();
  }
  result.figures.set_matched(matched);
  result.figures.set_unmatched(result.figures.people() - matched);
  result.figures.set_pairs(static_cast<int32_t>(result.pairs.size()));
  result.figures.set_total_score(total);
  result.figures.set_cooldown_weeks(draw.cooldown_weeks);
  result.figures.set_first_meetings(draw.first_meetings);
  co_return result;
}

}  // namespace cortado::matching
