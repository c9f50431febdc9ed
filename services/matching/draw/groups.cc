#include "services/matching/draw/groups.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <utility>

#include "common/status/status.h"
#include "services/matching/draw/chance.h"

namespace cortado::matching {
namespace {

// A new acquaintance is worth more than any score.
constexpr int64_t kFirstMeeting = 8 * int64_t{kMaxDrawScore};

// How many of those still without a group are looked at for each seat, and how often anybody is offered an exchange.
constexpr int32_t kWindow = 64;
constexpr int32_t kExchanges = 24;

class Grouping {
 public:
  Grouping(const GroupPool& pool, int32_t cooldown) : pool_(pool), cooldown_(cooldown), group_of_(pool.people, -1) {}

  Draw Run() {
    Fill();
    Settle();
    Exchange();
    return Tell();
  }

 private:
  // Returns what the meeting is worth, or nothing when the two may not be in one group.
  std::optional<int64_t> WorthOf(int32_t a, int32_t b) const {
    const Meeting meeting = pool_.meeting(a, b);
    const bool never = meeting.weeks_since == kNeverMet;
    if (!meeting.may_meet || (!never && meeting.weeks_since < cooldown_)) return std::nullopt;
    return (never ? kFirstMeeting : 0) + meeting.score;
  }

  // The same for a person and a whole group, without `except`.
  std::optional<int64_t> WorthOf(int32_t person, const std::vector<int32_t>& group, int32_t except = -1) const {
    int64_t sum = 0;
    for (int32_t member : group) {
      if (member == except) continue;
      const std::optional<int64_t> worth = WorthOf(person, member);
      if (!worth) return std::nullopt;
      sum += *worth;
    }
    return sum;
  }

  // Opens one group after the other and gives every seat to the best of the next few without a group.
  void Fill() {
    std::vector<int32_t> waiting(pool_.people);
    std::iota(waiting.begin(), waiting.end(), 0);
    Shuffle(pool_.seed, waiting);
    const int32_t count = GroupCount(pool_.people, pool_.group_size);
    for (int32_t i = 0; i < count; ++i) {
      const int32_t size = pool_.people / count + (i < pool_.people % count ? 1 : 0);
      for (size_t first = 0; first < std::min<size_t>(waiting.size(), kWindow); ++first) {
        if (Open(waiting, first, size)) break;
      }
    }
  }

  bool Open(std::vector<int32_t>& waiting, size_t first, int32_t size) {
    std::vector<int32_t> group = {waiting[first]};
    std::vector<int32_t> rest = waiting;
    rest.erase(rest.begin() + static_cast<int64_t>(first));
    while (static_cast<int32_t>(group.size()) < size) {
      std::optional<std::pair<int64_t, size_t>> best;
      for (size_t i = 0; i < std::min<size_t>(rest.size(), kWindow); ++i) {
        const std::optional<int64_t> worth = WorthOf(rest[i], group);
        if (worth && (!best || *worth > best->first)) best = {*worth, i};
      }
      if (!best) break;
      group.push_back(rest[best->second]);
      rest.erase(rest.begin() + static_cast<int64_t>(best->second));
    }
    if (static_cast<int32_t>(group.size()) < kSmallestGroup) return false;
    for (int32_t member : group) group_of_[member] = static_cast<int32_t>(groups_.size());
    groups_.push_back(std::move(group));
    waiting = std::move(rest);
    return true;
  }

  // Seats whoever has no group where they may meet everybody, smaller groups first.
  void Settle() {
    for (int32_t person = 0; person < pool_.people; ++person) {
      if (group_of_[person] >= 0) continue;
      std::optional<std::pair<int64_t, int32_t>> best;  // Size (negative) and then worth decide.
      for (size_t i = 0; i < groups_.size(); ++i) {
        if (static_cast<int32_t>(groups_[i].size()) >= kLargestGroup) continue;
        const std::optional<int64_t> worth = WorthOf(person, groups_[i]);
        if (!worth) continue;
        const int64_t rank = *worth - static_cast<int64_t>(groups_[i].size()) * kFirstMeeting * kLargestGroup * 2;
        if (!best || rank > best->first) best = {rank, static_cast<int32_t>(i)};
      }
      if (!best) continue;
      group_of_[person] = best->second;
      groups_[best->second].push_back(person);
    }
  }

  // Lets two people of different groups change places while both groups together gain by it.
  void Exchange() {
    for (int32_t round = 0; round < kExchanges; ++round) {
      for (int32_t person = 0; person < pool_.people; ++person) {
        const auto other = static_cast<int32_t>(ChanceOf(pool_.seed + static_cast<uint64_t>(round), 0, person + 1) %
                                                static_cast<uint64_t>(pool_.people));
        if (group_of_[person] >= 0 && group_of_[other] >= 0 && group_of_[person] != group_of_[other]) {
          TryExchange(person, other);
        }
      }
    }
  }

  void TryExchange(int32_t a, int32_t b) {
    std::vector<int32_t>& of_a = groups_[group_of_[a]];
    std::vector<int32_t>& of_b = groups_[group_of_[b]];
    const std::optional<int64_t> a_there = WorthOf(a, of_b, b);
    if (!a_there) return;
    const std::optional<int64_t> b_there = WorthOf(b, of_a, a);
    if (!b_there) return;
    if (*a_there + *b_there <= *WorthOf(a, of_a, a) + *WorthOf(b, of_b, b)) return;
    *std::find(of_a.begin(), of_a.end(), a) = b;
    *std::find(of_b.begin(), of_b.end(), b) = a;
    std::swap(group_of_[a], group_of_[b]);
  }

  Draw Tell() {
    Draw draw;
    draw.groups = std::move(groups_);
    draw.cooldown_weeks = pool_.cooldown_weeks;
    for (std::vector<int32_t>& group : draw.groups) {
      std::sort(group.begin(), group.end());
      for (size_t i = 0; i < group.size(); ++i) {
        for (size_t j = i + 1; j < group.size(); ++j) Count(pool_.meeting(group[i], group[j]), draw);
      }
    }
    std::sort(draw.groups.begin(), draw.groups.end());
    for (int32_t person = 0; person < pool_.people; ++person) {
      if (group_of_[person] < 0) draw.left_out.push_back({person, ReasonOf(person)});
    }
    return draw;
  }

  static void Count(const Meeting& meeting, Draw& draw) {
    ++draw.meetings;
    draw.first_meetings += meeting.weeks_since == kNeverMet;
    if (meeting.weeks_since != kNeverMet) draw.cooldown_weeks = std::min(draw.cooldown_weeks, meeting.weeks_since);
  }

  LeftOutReason ReasonOf(int32_t person) const {
    LeftOutReason reason = LeftOutReason::kNobodyToMeet;
    for (int32_t other = 0; other < pool_.people; ++other) {
      const Meeting meeting = other == person ? Meeting{} : pool_.meeting(person, other);
      if (!meeting.may_meet) continue;
      const bool kept = meeting.weeks_since == kNeverMet || meeting.weeks_since >= pool_.least_cooldown_weeks;
      reason = std::max(reason, kept ? LeftOutReason::kNobodyLeft : LeftOutReason::kMetRecently);
    }
    return reason;
  }

  const GroupPool& pool_;
  const int32_t cooldown_;
  std::vector<int32_t> group_of_;
  std::vector<std::vector<int32_t>> groups_;
};

}  // namespace

int32_t GroupCount(int32_t people, int32_t size) {
  int32_t best = 0;
  for (int32_t count = 1; count * kSmallestGroup <= people; ++count) {
    if ((people + count - 1) / count > kLargestGroup) continue;
    const auto off = [&](int32_t groups) { return std::abs(people - groups * size); };
    if (best == 0 || off(count) < off(best)) best = count;
  }
  return best;
}

absl::StatusOr<Draw> DrawGroups(const GroupPool& pool) {
  if (pool.group_size < kSmallestGroup || pool.group_size > kLargestGroup) {
    return absl::InvalidArgumentError("a group has 3 to 8 people");
  }
  if (pool.least_cooldown_weeks < 0 || pool.least_cooldown_weeks > pool.cooldown_weeks ||
      pool.cooldown_weeks > kMaxWeeks) {
    return absl::InvalidArgumentError("a cooldown is 0 to 520 weeks, and the least no more than the one asked for");
  }
  std::optional<Draw> best;
  for (int32_t quarter = 4; quarter >= 0; --quarter) {
    const int32_t span = pool.cooldown_weeks - pool.least_cooldown_weeks;
    Draw draw = Grouping(pool, pool.least_cooldown_weeks + span * quarter / 4).Run();
    if (!best || draw.left_out.size() < best->left_out.size()) best = std::move(draw);
    if (best->left_out.empty() || span == 0) break;
  }
  return *std::move(best);
}

}  // namespace cortado::matching
