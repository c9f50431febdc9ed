// Programmes with a calendar of their own, and kinds of programmes beside cohorts and coffee, over gRPC.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/programs_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;

class CadenceWireTest : public testing::ProgramsWire {
 protected:
  static v1::Program Weekly(absl::Time next) {
    v1::Program program = Cohort();
    program.set_kind(v1::PROGRAM_KIND_COFFEE);
    program.set_every_weeks(1);
    program.mutable_next_round_time()->set_seconds(absl::ToUnixSeconds(next));
    return program;
  }
  void RunCadence() {
    const rpc::Call call = rpc::InternalCall("acme", "job:programs.cadence", absl::Now() + absl::Seconds(10));
    ASSERT_THAT(SyncWait(matching_.cadence().Run(call)), IsOk());
    matching_.rounds().WaitUntilIdle();
  }
  std::vector<v1::Round> Rounds(const std::string& program) {
    v1::ListRoundsRequest request;
    request.set_program(program);
    const auto response = cortado::testing::Ask(*stub_, &Stub::ListRounds, Hr(), request);
    EXPECT_THAT(response, IsOk());
    return {response->rounds().begin(), response->rounds().end()};
  }
};

TEST_F(CadenceWireTest, ARoundIsAnnouncedBeforehandRunAndPublishedByItself) {
  const absl::Time first = clock_.Now() + absl::Hours(5 * 24);
  const v1::Program program = *Create(Weekly(first));
  Enrol(program.name(), {"ada", "eve", "bob", "cid"});
  RunCadence();
  EXPECT_THAT(Happened("round.upcoming"), IsEmpty());
  clock_.Advance(absl::Hours(2 * 24));
  RunCadence();
  RunCadence();
  EXPECT_THAT(Happened("round.upcoming"), SizeIs(4));
  v1::SkipRoundRequest skip;
  skip.set_program(program.name());
  skip.set_request_id(NextId());
  ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::SkipRound, As("ada"), skip), IsOk());
  EXPECT_THAT(Rounds(program.name()), IsEmpty());
  clock_.Advance(absl::Hours(3 * 24));
  RunCadence();
  RunCadence();
  const std::vector<v1::Round> rounds = Rounds(program.name());
  ASSERT_THAT(rounds, SizeIs(1));
  EXPECT_EQ(rounds[0].state(), v1::Round::STATE_PUBLISHED) << rounds[0].ShortDebugString();
  EXPECT_EQ(rounds[0].figures().people(), 3);
  EXPECT_EQ(Get(Hr(), program.name())->next_round_time().seconds(), absl::ToUnixSeconds(first + absl::Hours(7 * 24)));
  clock_.Advance(absl::Minutes(15));
  WorkOnRounds();
  EXPECT_EQ(Rounds(program.name())[0].state(), v1::Round::STATE_ANNOUNCED);
}

TEST_F(CadenceWireTest, WhatIsArchivedOrTakenBackRunsNoMore) {
  v1::Program program = *Create(Weekly(clock_.Now() + absl::Hours(24)));
  Enrol(program.name(), {"ada", "eve"});
  program.set_every_weeks(0);
  ASSERT_THAT(Update(program, "every_weeks"), IsOk());
  clock_.Advance(absl::Hours(48));
  RunCadence();
  EXPECT_THAT(Rounds(program.name()), IsEmpty());
}

TEST_F(CadenceWireTest, ACalendarThatCannotBeIsRefused) {
  EXPECT_THAT(Create(Weekly(clock_.Now() - absl::Seconds(1))), RefusesField("program.next_round_time"));
  v1::Program program = Weekly(clock_.Now() + absl::Hours(24));
  program.clear_next_round_time();
  EXPECT_THAT(Create(program), RefusesField("program.next_round_time"));
  program.set_time_zone("Nowhere/Here");
  EXPECT_THAT(Create(program), RefusesField("program.time_zone"));
}

TEST_F(CadenceWireTest, AnEvergreenProgrammeFindsMentorsForWhoeverHasNone) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_EVERGREEN);
  program.set_every_weeks(1);
  program.mutable_next_round_time()->set_seconds(absl::ToUnixSeconds(clock_.Now() + absl::Hours(24)));
  program = *Create(program);
  Enrol(program.name(), {"ada"});
  Enrol(program.name(), {"bob", "cid"}, true);
  clock_.Advance(absl::Hours(24));
  RunCadence();
  clock_.Advance(absl::Minutes(15));
  WorkOnRounds();
  Enrol(program.name(), {"eve"});
  clock_.Advance(absl::Hours(7 * 24));
  RunCadence();
  const std::vector<v1::Round> rounds = Rounds(program.name());
  ASSERT_THAT(rounds, SizeIs(2));
  EXPECT_THAT(PairsOf(rounds[0]), ElementsAre("eve-cid"));
  EXPECT_EQ(rounds[0].figures().people(), 1);
}

TEST_F(CadenceWireTest, InReverseMentoringThoseWithLessExperienceMentor) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_REVERSE);
  program = *Create(program);
  ASSERT_THAT(program.rules(), SizeIs(1));
  EXPECT_EQ(program.rules(0).kind(), v1::ProgramRule::KIND_MORE_EXPERIENCE);
  EXPECT_EQ(program.rules(0).strength(), v1::ProgramRule::STRENGTH_FORBID);
  EXPECT_NE(program.rules(0).text().text(), "");
}

TEST_F(CadenceWireTest, CirclesAreGroupsOfFiveUnlessSaidOtherwise) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_CIRCLES);
  program.set_group_size(2);
  EXPECT_THAT(Create(program), RefusesField("program.group_size"));
  program.set_group_size(0);
  program = *Create(program);
  std::vector<std::string> people;
  for (int i = 0; i < 10; ++i) {
    people.push_back(absl::StrCat("p", i));
    Put(Somebody(people.back()));
  }
  Enrol(program.name(), people);
  const v1::Round round = RunToTheEnd(program.name());
  EXPECT_EQ(round.figures().pairs(), 2);
  EXPECT_EQ(round.figures().matched(), 10);
}

}  // namespace
}  // namespace cortado::matching
