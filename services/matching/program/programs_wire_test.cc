// Programmes and rounds over gRPC: who sees what, only one's own answer enrols, and what a round makes of the enrolled.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/matching_wire.h"

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
using Answer = v1::RespondToInvitationRequest;

class ProgramsWireTest : public testing::MatchingWire {
 protected:
  ProgramsWireTest() {
    Put(Somebody("ada").Wants("Go").In("Data"));
    Put(Somebody("eve").Wants("SQL").In("Data"));
    Put(Somebody("bob").Has("Go", 4).In("Web"));
    Put(Somebody("cid").Has("SQL", 4).In("Sales"));
    Load();
  }

  cortado::testing::Caller Hr() { return cortado::testing::TokenOf(key_, "acme", "hr", {"HR_ADMIN"}); }
  cortado::testing::Caller Owner(const std::string& person) {
    return cortado::testing::TokenOf(key_, "acme", person, {"EMPLOYEE", "PROGRAM_OWNER"});
  }

  static v1::Program Cohort() {
    v1::Program program;
    program.set_display_name("Spring");
    program.set_kind(v1::PROGRAM_KIND_COHORT);
    return program;
  }
  static v1::ProgramRule& AddRule(v1::Program& program, const std::string& id, v1::ProgramRule::Kind kind,
                                  v1::ProgramRule::Strength strength, const std::string& value = "") {
    v1::ProgramRule& rule = *program.add_rules();
    rule.set_id(id);
    rule.set_kind(kind);
    rule.set_strength(strength);
    if (!value.empty()) rule.add_values(value);
    return rule;
  }
  absl::StatusOr<v1::Program> Create(const v1::Program& program) {
    v1::CreateProgramRequest request;
    *request.mutable_program() = program;
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::CreateProgram, Hr(), request);
  }
  absl::StatusOr<v1::Program> Get(const cortado::testing::Caller& caller, const std::string& name) {
    v1::GetProgramRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetProgram, caller, request);
  }
  std::vector<std::string> Listed(const cortado::testing::Caller& caller) {
    std::vector<std::string> names;
    const auto response = cortado::testing::Ask(*stub_, &Stub::ListPrograms, caller, v1::ListProgramsRequest());
    EXPECT_THAT(response, IsOk());
    for (const v1::Program& program : response->programs()) names.push_back(program.name());
    return names;
  }
  absl::StatusOr<v1::Program> Update(v1::Program program, const std::string& path) {
    v1::UpdateProgramRequest request;
    *request.mutable_program() = std::move(program);
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::UpdateProgram, Hr(), request);
  }
  absl::StatusOr<v1::InviteParticipantsResponse> Invite(const std::string& program,
                                                        const std::vector<std::string>& people, bool mentor = false,
                                                        const std::string& tag = "") {
    v1::InviteParticipantsRequest request;
    request.set_program(program);
    for (const std::string& person : people) request.add_people("people/" + person);
    request.mutable_participant()->set_mentor(mentor);
    if (!tag.empty()) request.mutable_participant()->add_tags(tag);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::InviteParticipants, Hr(), request);
  }
  absl::StatusOr<v1::Participant> Respond(const std::string& person, const std::string& program,
                                          Answer::Answer answer) {
    v1::RespondToInvitationRequest request;
    request.set_program(program);
    request.set_answer(answer);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::RespondToInvitation, As(person), request);
  }
  void Enrol(const std::string& program, const std::vector<std::string>& people, bool mentor = false,
             const std::string& tag = "") {
    ASSERT_THAT(Invite(program, people, mentor, tag), IsOk());
    for (const std::string& person : people) ASSERT_THAT(Respond(person, program, Answer::ANSWER_JOIN), IsOk());
  }
  absl::StatusOr<v1::ListParticipantsResponse> Participants(const cortado::testing::Caller& caller,
                                                            const std::string& program) {
    v1::ListParticipantsRequest request;
    request.set_program(program);
    return cortado::testing::Ask(*stub_, &Stub::ListParticipants, caller, request);
  }

  absl::StatusOr<v1::Round> CreateRound(const std::string& program, const v1::Round& round = {}) {
    v1::CreateRoundRequest request;
    request.set_program(program);
    *request.mutable_round() = round;
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::CreateRound, Hr(), request);
  }
  absl::StatusOr<v1::Round> GetRound(const std::string& name) {
    v1::GetRoundRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetRound, Hr(), request);
  }
  absl::StatusOr<v1::Round> Run(const std::string& name, const std::string& request_id = "") {
    v1::RunRoundRequest request;
    request.set_name(name);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::RunRound, Hr(), request);
  }
  // Makes a round, runs it, and returns what came of it.
  v1::Round RunToTheEnd(const std::string& program, const v1::Round& round = {}) {
    const auto made = CreateRound(program, round);
    EXPECT_THAT(made, IsOk());
    EXPECT_THAT(Run(made->name()), IsOk());
    matching_.rounds().WaitUntilIdle();
    return *GetRound(made->name());
  }
  // "ada-bob", ...
  std::set<std::string> PairsOf(const v1::Round& round) {
    v1::ListRoundPairsRequest request;
    request.set_round(round.name());
    const auto response = cortado::testing::Ask(*stub_, &Stub::ListRoundPairs, Hr(), request);
    EXPECT_THAT(response, IsOk());
    std::set<std::string> pairs;
    for (const v1::Pair& pair : response->pairs()) {
      std::string names;
      for (const auto& card : pair.people()) absl::StrAppend(&names, names.empty() ? "" : "-", card.display_name());
      pairs.insert(names);
    }
    return pairs;
  }
  static v1::PinnedPair& Add(v1::PinnedPair* pair, const std::string& person, const std::string& other) {
    pair->set_person("people/" + person);
    pair->set_other("people/" + other);
    return *pair;
  }
};

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
  EXPECT_THAT(SyncWait(rounds.Finish(call, *begun)).code(), absl::StatusCode::kAborted);
  EXPECT_THAT(SyncWait(rounds.AddPairs(call, *begun, {})).code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace cortado::matching
