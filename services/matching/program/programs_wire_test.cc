// Programmes and rounds over gRPC: who sees what, only one's own answer enrols, and what a round makes of the enrolled.
#include "services/matching/testing/programs_wire.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
using testing::Answer;

class ProgramsWireTest : public testing::ProgramsWire {};

TEST_F(ProgramsWireTest, AProgrammeIsSeenByHrItsOwnersAndTheInvited) {
  v1::Program program = Cohort();
  program.add_owners("people/cid");
  AddRule(program, "apart", v1::ProgramRule::KIND_SAME_DEPARTMENT, v1::ProgramRule::STRENGTH_FORBID);
  const v1::Program made = *Create(program);
  EXPECT_THAT(Get(As("ada"), made.name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Get(Owner("bob"), made.name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Listed(As("ada")), IsEmpty());
  EXPECT_THAT(Listed(Hr()), ElementsAre(made.name()));
  EXPECT_THAT(Listed(Owner("cid")), ElementsAre(made.name()));
  EXPECT_EQ(Get(Owner("cid"), made.name())->rules(0).text().text(), "Not both of the same department.");
  ASSERT_THAT(Invite(made.name(), {"ada"}), IsOk());
  EXPECT_THAT(Listed(As("ada")), ElementsAre(made.name()));
  const auto seen = Get(As("ada"), made.name());
  ASSERT_THAT(seen, IsOk());
  EXPECT_THAT(seen->rules(), IsEmpty());
  EXPECT_THAT(seen->owners(), IsEmpty());
}

TEST_F(ProgramsWireTest, RulesThatContradictAreRefusedByNameAndNothingChanges) {
  v1::Program program = Cohort();
  AddRule(program, "same", v1::ProgramRule::KIND_SAME_DEPARTMENT, v1::ProgramRule::STRENGTH_MUST);
  const v1::Program made = *Create(program);
  v1::Program changed = made;
  AddRule(changed, "other", v1::ProgramRule::KIND_SAME_DEPARTMENT, v1::ProgramRule::STRENGTH_FORBID);
  const auto refused = Update(changed, "rules");
  EXPECT_THAT(refused, FailsWith(kWrongState, "RULES_CONTRADICT"));
  EXPECT_EQ(MetadataOf(refused.status(), "rules"), "same, other");
  EXPECT_EQ(Get(Hr(), made.name())->etag(), made.etag());
  changed.mutable_rules(1)->set_amount(5);
  EXPECT_THAT(Update(changed, "rules"), RefusesField("program.rules"));
  EXPECT_THAT(Create(changed), RefusesField("program.rules"));
}

TEST_F(ProgramsWireTest, OnlyOnesOwnAnswerEnrols) {
  const v1::Program program = *Create(Cohort());
  EXPECT_THAT(Respond("ada", program.name(), Answer::ANSWER_JOIN),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(Invite(program.name(), {"ada", "bob"})->invited_count(), 2);
  EXPECT_EQ(Invite(program.name(), {"ada"})->invited_count(), 0);
  EXPECT_EQ(Participants(Hr(), program.name())->participants(0).state(), v1::Participant::STATE_INVITED);
  ASSERT_THAT(Respond("ada", program.name(), Answer::ANSWER_JOIN), IsOk());
  const auto people = Participants(Hr(), program.name());
  ASSERT_THAT(people, IsOk());
  EXPECT_EQ(people->participants(0).state(), v1::Participant::STATE_ENROLLED);
  EXPECT_EQ(people->participants(0).person().display_name(), "ada");
  EXPECT_TRUE(people->participants(0).mentee());
  EXPECT_EQ(people->participants(1).state(), v1::Participant::STATE_INVITED);
}

TEST_F(ProgramsWireTest, NotNowIsToldToNobodyAndWhoeverLeftIsNotThere) {
  const v1::Program program = *Create(Cohort());
  ASSERT_THAT(Invite(program.name(), {"ada", "bob"}), IsOk());
  EXPECT_EQ(Respond("ada", program.name(), Answer::ANSWER_NOT_NOW)->state(), v1::Participant::STATE_NOT_NOW);
  EXPECT_EQ(Participants(Hr(), program.name())->participants(0).state(), v1::Participant::STATE_INVITED);
  EXPECT_EQ(Respond("ada", program.name(), Answer::ANSWER_LEAVE)->state(), v1::Participant::STATE_LEFT);
  EXPECT_THAT(Participants(Hr(), program.name())->participants(), SizeIs(1));
  EXPECT_THAT(Participants(Owner("ada"), program.name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(ProgramsWireTest, AnArchivedProgrammeTakesNobodyAndNoRounds) {
  v1::Program program = *Create(Cohort());
  ASSERT_THAT(Invite(program.name(), {"ada"}), IsOk());
  const std::string round = CreateRound(program.name())->name();
  program.set_archived(true);
  ASSERT_THAT(Update(program, "archived"), IsOk());
  EXPECT_THAT(Invite(program.name(), {"bob"}), FailsWith(kWrongState, "PROGRAM_ARCHIVED"));
  EXPECT_THAT(Respond("ada", program.name(), Answer::ANSWER_JOIN), FailsWith(kWrongState, "PROGRAM_ARCHIVED"));
  EXPECT_THAT(Respond("ada", program.name(), Answer::ANSWER_LEAVE), IsOk());
  EXPECT_THAT(CreateRound(program.name()), FailsWith(kWrongState, "PROGRAM_ARCHIVED"));
  EXPECT_THAT(Run(round), FailsWith(kWrongState, "PROGRAM_ARCHIVED"));
}

TEST_F(ProgramsWireTest, ARoundPairsTheEnrolledBestAndProvesIt) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada", "eve"});
  Enrol(program.name(), {"bob", "cid"}, true);
  const v1::Round round = RunToTheEnd(program.name());
  EXPECT_EQ(round.state(), v1::Round::STATE_SUCCEEDED) << round.ShortDebugString();
  EXPECT_THAT(PairsOf(round), ElementsAre("ada-bob", "eve-cid"));
  EXPECT_EQ(round.figures().matched(), 2);
  EXPECT_EQ(round.figures().gap(), 0);
  EXPECT_FALSE(round.figures().bound_over_all());
  v1::Round over_all;
  over_all.set_over_all(true);
  EXPECT_TRUE(RunToTheEnd(program.name(), over_all).figures().bound_over_all());
}

TEST_F(ProgramsWireTest, WhoeverIsOnlyInvitedIsInNoRound) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada"});
  Enrol(program.name(), {"bob"}, true);
  ASSERT_THAT(Invite(program.name(), {"eve"}), IsOk());
  EXPECT_EQ(RunToTheEnd(program.name()).figures().people(), 1);
}

TEST_F(ProgramsWireTest, RulesOfDepartmentAndTagDecideWhoMayBeAPair) {
  v1::Program program = Cohort();
  program.set_goal(v1::COHORT_GOAL_COVERAGE);
  AddRule(program, "sales", v1::ProgramRule::KIND_MENTOR_DEPARTMENT, v1::ProgramRule::STRENGTH_MUST, "Sales");
  AddRule(program, "first", v1::ProgramRule::KIND_MENTEE_TAG, v1::ProgramRule::STRENGTH_MUST, "first-year");
  program = *Create(program);
  Enrol(program.name(), {"ada"}, false, "first-year");
  Enrol(program.name(), {"eve"}, false, "second-year");
  Enrol(program.name(), {"bob", "cid"}, true);
  EXPECT_THAT(PairsOf(RunToTheEnd(program.name())), ElementsAre("ada-cid"));
}

TEST_F(ProgramsWireTest, PinsAndForbiddenPairsAreKept) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada", "eve"});
  Enrol(program.name(), {"bob", "cid"}, true);
  v1::Round pinned;
  Add(pinned.add_pinned(), "ada", "cid");
  EXPECT_THAT(PairsOf(RunToTheEnd(program.name(), pinned)), ElementsAre("ada-cid", "eve-bob"));
  v1::Round forbidden;
  Add(forbidden.add_forbidden(), "ada", "bob");
  EXPECT_THAT(PairsOf(RunToTheEnd(program.name(), forbidden)), Contains("eve-cid"));
}

TEST_F(ProgramsWireTest, ARoundThatCannotBeFailsAndSaysWhy) {
  v1::Program program = Cohort();
  AddRule(program, "apart", v1::ProgramRule::KIND_MENTOR_DEPARTMENT, v1::ProgramRule::STRENGTH_FORBID, "Web");
  program = *Create(program);
  Enrol(program.name(), {"ada"});
  Enrol(program.name(), {"bob"}, true);
  const v1::Round empty = RunToTheEnd(program.name());
  EXPECT_EQ(empty.state(), v1::Round::STATE_FAILED);
  EXPECT_EQ(empty.failure(), "ROUND_EMPTY");
  v1::Round pinned;
  Add(pinned.add_pinned(), "ada", "bob");
  EXPECT_EQ(RunToTheEnd(program.name(), pinned).failure(), "PIN_IMPOSSIBLE");
  EXPECT_THAT(PairsOf(empty), IsEmpty());
}

TEST_F(ProgramsWireTest, ARepeatOfRunRoundBeginsNoSecondRun) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada"});
  Enrol(program.name(), {"bob"}, true);
  const std::string round = CreateRound(program.name())->name();
  ASSERT_THAT(Run(round, "run-once-1"), IsOk());
  matching_.rounds().WaitUntilIdle();
  const std::string etag = GetRound(round)->etag();
  EXPECT_EQ(Run(round, "run-once-1")->state(), v1::Round::STATE_SUCCEEDED);
  EXPECT_EQ(GetRound(round)->etag(), etag);
}

TEST_F(ProgramsWireTest, ACoffeeDrawLeavesNobodyOutAndTheSameSeedDrawsTheSame) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_COFFEE);
  program = *Create(program);
  std::vector<std::string> people = {"ada", "bob", "cid", "eve"};
  for (int i = 0; i < 9; ++i) {
    people.push_back(absl::StrCat("p", i));
    Put(Somebody(people.back()));
  }
  Enrol(program.name(), people);
  v1::Round seeded;
  seeded.set_seed(7);
  const v1::Round round = RunToTheEnd(program.name(), seeded);
  EXPECT_EQ(round.figures().matched(), 13);
  EXPECT_EQ(round.figures().pairs(), 6);
  EXPECT_EQ(PairsOf(RunToTheEnd(program.name(), seeded)), PairsOf(round));
  seeded.set_seed(8);
  EXPECT_NE(PairsOf(RunToTheEnd(program.name(), seeded)), PairsOf(round));
}

TEST_F(ProgramsWireTest, ADrawInGroupsOfFourPlacesAll) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_COFFEE);
  program.set_group_size(4);
  program = *Create(program);
  std::vector<std::string> people;
  for (int i = 0; i < 13; ++i) {
    people.push_back(absl::StrCat("p", i));
    Put(Somebody(people.back()));
  }
  Enrol(program.name(), people);
  const v1::Round round = RunToTheEnd(program.name());
  EXPECT_EQ(round.figures().matched(), 13);
  EXPECT_EQ(round.figures().pairs(), 3);
}

TEST_F(ProgramsWireTest, WhoeverIsErasedIsInNoProgramme) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada"});
  const rpc::Call call = rpc::InternalCall("acme", "erasure", absl::Now() + absl::Seconds(10));
  api::v1::CollectPersonRequest collect;
  collect.set_person("people/ada");
  const auto held = SyncWait(matching_.dossiers().Collect(call, collect));
  ASSERT_THAT(held, IsOk());
  EXPECT_THAT(held->ShortDebugString(), HasSubstr(program.name() + "/participants/ada"));
  api::v1::ErasePersonDataRequest erase;
  erase.set_person("people/ada");
  erase.set_erasure_id("erasure-1");
  ASSERT_THAT(SyncWait(matching_.dossiers().ErasePerson(call, erase)), IsOk());
  EXPECT_THAT(Participants(Hr(), program.name())->participants(), IsEmpty());
  EXPECT_THAT(Listed(As("ada")), IsEmpty());
}

// Another process began the run and died.
TEST_F(ProgramsWireTest, ARunWithoutLifeIsTakenOverAndFinished) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada"});
  Enrol(program.name(), {"bob"}, true);
  redis::Client client(redis_.address(), loop_);
  store::Store store(client, "matching", clock_);
  RoundStore rounds(store);
  const rpc::Call call = rpc::InternalCall("acme", "another", absl::Now() + absl::Seconds(10));
  v1::Round round = *CreateRound(program.name());
  round.set_state(v1::Round::STATE_RUNNING);
  bool replayed = false;
  const auto begun = SyncWait(rounds.Begin(call, round, "", "", &replayed));
  ASSERT_THAT(begun, IsOk());
  ASSERT_THAT(Run(round.name()), FailsWith(kWrongState, "ROUND_RUNNING"));
  ASSERT_EQ(SyncWait(matching_.rounds().Resume(call)), absl::OkStatus());
  EXPECT_EQ(GetRound(round.name())->state(), v1::Round::STATE_RUNNING);
  clock_.Advance(absl::Minutes(1));
  ASSERT_EQ(SyncWait(matching_.rounds().Resume(call)), absl::OkStatus());
  matching_.rounds().WaitUntilIdle();
  EXPECT_EQ(GetRound(round.name())->state(), v1::Round::STATE_SUCCEEDED);
  // Whoever was slow, and not dead, writes nothing any more.
  EXPECT_THAT(SyncWait(rounds.Finish(call, *begun, "round.succeeded")).code(), absl::StatusCode::kAborted);
  EXPECT_THAT(SyncWait(rounds.AddPairs(call, *begun, {}, false)).code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace cortado::matching
