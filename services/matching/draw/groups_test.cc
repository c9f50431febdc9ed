#include "services/matching/draw/groups.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::matching {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;

constexpr uint64_t kSeed = 20261126;

GroupPool Everybody(int32_t people, int32_t size) {
  GroupPool pool;
  pool.people = people;
  pool.group_size = size;
  pool.meeting = [](int32_t, int32_t) { return Meeting{true, 1, kNeverMet}; };
  return pool;
}

TEST(GroupsTest, WhereAllMayMeetNobodyIsLeftOutAndGroupsAreNearlyOfTheSizeAskedFor) {
  for (int32_t size = kSmallestGroup; size <= kLargestGroup; ++size) {
    for (int32_t people = kSmallestGroup; people < 60; ++people) {
      const Draw draw = *DrawGroups(Everybody(people, size));
      ASSERT_THAT(draw.left_out, IsEmpty()) << people << " people in groups of " << size;
      ASSERT_EQ(draw.groups.size(), GroupCount(people, size));
      for (const std::vector<int32_t>& group : draw.groups) {
        ASSERT_THAT(group.size(), AllOf(Ge(3u), Le(8u))) << people << " people in groups of " << size;
      }
    }
  }
}

TEST(GroupsTest, FewerThanThreeAreLeftOut) {
  EXPECT_EQ(DrawGroups(Everybody(2, 4))->left_out.size(), 2u);
  EXPECT_THAT(DrawGroups(Everybody(0, 4))->groups, IsEmpty());
}

TEST(GroupsTest, TheSameSeedDrawsTheSameAndAnotherSeedAnother) {
  GroupPool pool = Everybody(40, 4);
  const Draw first = *DrawGroups(pool);
  EXPECT_EQ(DrawGroups(pool)->groups, first.groups);
  pool.seed = 1;
  EXPECT_NE(DrawGroups(pool)->groups, first.groups);
}

TEST(GroupsTest, NobodyIsInAGroupWithSomebodyTheyMayNotMeet) {
  std::mt19937_64 random(kSeed);
  std::cout << "seed " << kSeed << std::endl;
  int64_t left_out = 0, relaxed = 0;
  for (int64_t i = cortado::testing::Scaled(300); i > 0; --i) {
    std::map<std::pair<int32_t, int32_t>, Meeting> meetings;
    GroupPool pool = Everybody(static_cast<int32_t>(random() % 40), 3 + static_cast<int32_t>(random() % 6));
    const uint64_t strangers = 1 + random() % 6;
    for (int32_t a = 0; a < pool.people; ++a) {
      for (int32_t b = a + 1; b < pool.people; ++b) {
        const auto weeks = static_cast<int32_t>(random() % 2 == 0 ? -1 : static_cast<int64_t>(random() % 14));
        meetings[{a, b}] = {random() % strangers != 0 || strangers == 1, static_cast<int32_t>(random() % 100), weeks};
      }
    }
    pool.least_cooldown_weeks = 2;
    pool.meeting = [&](int32_t a, int32_t b) { return meetings.at({std::min(a, b), std::max(a, b)}); };
    const Draw draw = *DrawGroups(pool);
    std::set<int32_t> seen;
    int32_t least = pool.cooldown_weeks;
    for (const std::vector<int32_t>& group : draw.groups) {
      ASSERT_THAT(group.size(), AllOf(Ge(3u), Le(8u)));
      for (size_t a = 0; a < group.size(); ++a) {
        ASSERT_TRUE(seen.insert(group[a]).second) << "somebody is in two groups";
        for (size_t b = a + 1; b < group.size(); ++b) {
          const Meeting& meeting = meetings.at({group[a], group[b]});
          ASSERT_TRUE(meeting.may_meet);
          if (meeting.weeks_since >= 0) least = std::min(least, meeting.weeks_since);
        }
      }
    }
    ASSERT_EQ(draw.cooldown_weeks, least);
    ASSERT_GE(least, 2);
    ASSERT_EQ(seen.size() + draw.left_out.size(), static_cast<size_t>(pool.people));
    left_out += static_cast<int64_t>(draw.left_out.size());
    relaxed += least < pool.cooldown_weeks;
  }
  EXPECT_GT(left_out, 0) << "nobody was ever left out";
  EXPECT_GT(relaxed, 0) << "no cooldown was ever relaxed";
}

// Two departments that all know one another inside: a group across is new to all.
TEST(GroupsTest, PeopleWhoNeverMetComeTogetherFirst) {
  GroupPool pool = Everybody(12, 3);
  pool.cooldown_weeks = 0;
  pool.meeting = [](int32_t a, int32_t b) { return Meeting{true, 0, a / 4 == b / 4 ? 5 : kNeverMet}; };
  const Draw draw = *DrawGroups(pool);
  EXPECT_EQ(draw.first_meetings, draw.meetings);
}

TEST(GroupsTest, RefusesWhatIsOutOfRange) {
  EXPECT_EQ(DrawGroups(Everybody(9, 2)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DrawGroups(Everybody(9, 9)).status().code(), absl::StatusCode::kInvalidArgument);
  GroupPool pool = Everybody(9, 3);
  pool.least_cooldown_weeks = 13;
  EXPECT_EQ(DrawGroups(pool).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cortado::matching
