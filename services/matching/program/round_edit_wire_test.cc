// Rounds that are looked at and changed over gRPC: pins, exchanges, trials, the end of a run, and why somebody has no
// pair.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/programs_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::Somebody;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
constexpr auto kForbid = v1::ProgramRule::STRENGTH_FORBID;
constexpr auto kMentorIn = v1::ProgramRule::KIND_MENTOR_DEPARTMENT;

// Two mentees, each with a mentor who suits them best: ada and bob, eve and cid.
class RoundEditWireTest : public testing::ProgramsWire {
 protected:
  explicit RoundEditWireTest(bool with_people = true) : ProgramsWire(with_people) {}

  static v1::Program ProgramOf(v1::ProgramKind kind) {
    v1::Program program;
    program.set_display_name("Spring");
    program.set_kind(kind);
    return program;
  }
  static v1::ProgramRule RuleOf(const std::string& id, v1::ProgramRule::Kind kind, v1::ProgramRule::Strength strength,
                                const std::string& value = "") {
    v1::ProgramRule rule;
    rule.set_id(id);
    rule.set_kind(kind);
    rule.set_strength(strength);
    if (!value.empty()) rule.add_values(value);
    return rule;
  }
  static v1::PinnedPair PairOf(const std::string& person, const std::string& other) {
    v1::PinnedPair pair;
    pair.set_person("people/" + person);
    pair.set_other("people/" + other);
    return pair;
  }

  absl::StatusOr<v1::Round> Cancel(const std::string& name, const std::string& request_id = "") {
    v1::CancelRoundRequest request;
    request.set_name(name);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::CancelRound, Hr(), request);
  }

  template <class Request>
  using EditMethod = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, v1::Round*);
  template <class Request>
  absl::StatusOr<v1::Round> Edit(EditMethod<Request> method, const std::string& round, const v1::PinnedPair& pair,
                                 const std::string& etag = "", const std::string& request_id = "") {
    Request request;
    request.set_round(round);
    *request.mutable_pair() = pair;
    request.set_etag(etag);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, method, Hr(), request);
  }
  v1::SwapPairsRequest SwapOf(const std::string& round, const std::string& person, const std::string& other) {
    v1::SwapPairsRequest request;
    request.set_round(round);
    request.set_person("people/" + person);
    request.set_other("people/" + other);
    request.set_request_id(NextId());
    return request;
  }
  absl::StatusOr<v1::SwapPairsResponse> Swap(const v1::SwapPairsRequest& request) {
    return cortado::testing::Ask(*stub_, &Stub::SwapPairs, Hr(), request);
  }
  absl::StatusOr<v1::CompareRoundsResponse> Compare(const std::string& round, const std::string& other) {
    v1::CompareRoundsRequest request;
    request.set_round(round);
    request.set_other(other);
    return cortado::testing::Ask(*stub_, &Stub::CompareRounds, Hr(), request);
  }
  absl::StatusOr<v1::ExplainUnmatchedResponse> Why(const std::string& round, const std::string& person) {
    v1::ExplainUnmatchedRequest request;
    request.set_round(round);
    request.set_person("people/" + person);
    return cortado::testing::Ask(*stub_, &Stub::ExplainUnmatched, Hr(), request);
  }

  // "ada-bob", ...
  static std::string WordsOf(const v1::Pair& pair) {
    std::string names;
    for (const auto& card : pair.people()) absl::StrAppend(&names, names.empty() ? "" : "-", card.display_name());
    return names;
  }
  // Returns the name of a cohort of the four.
  std::string Spring(const std::vector<v1::ProgramRule>& rules = {}) {
    v1::Program program = ProgramOf(v1::PROGRAM_KIND_COHORT);
    for (const v1::ProgramRule& rule : rules) *program.add_rules() = rule;
    std::string name = Create(program)->name();
    Enrol(name, {"ada", "eve"});
    Enrol(name, {"bob", "cid"}, true);
    return name;
  }
  std::string RoundOf(const std::string& program) { return CreateRound(program)->name(); }
  // Returns the name of a round of Spring that was run.
  std::string RunRoundOf(const std::string& program) {
    const std::string round = RoundOf(program);
    EXPECT_EQ(Rerun(round).state(), v1::Round::STATE_SUCCEEDED);
    return round;
  }
};

TEST_F(RoundEditWireTest, WhoeverHasNoPairLearnsWhichRulesStandInTheWayOfHowMany) {
  const std::string program = Spring({RuleOf("no-web", kMentorIn, kForbid, "Web"),
                                      RuleOf("others", kMentorIn, v1::ProgramRule::STRENGTH_MUST, "Law"),
                                      RuleOf("apart", v1::ProgramRule::KIND_SAME_DEPARTMENT, kForbid)});
  const std::string round = RoundOf(program);
  EXPECT_THAT(Why(round, "ada"), FailsWith(kWrongState, "ROUND_NOT_READY"));
  ASSERT_EQ(Rerun(round).failure(), "ROUND_EMPTY");
  const auto why = Why(round, "ada");
  ASSERT_THAT(why, IsOk());
  EXPECT_EQ(why->considered_count(), 2);
  EXPECT_EQ(why->left_count(), 0);
  ASSERT_THAT(why->effects(), SizeIs(2));
  EXPECT_EQ(why->effects(0).rule(), "others");
  EXPECT_EQ(why->effects(0).removed_count(), 2);
  EXPECT_EQ(why->effects(0).freed_count(), 1);
  EXPECT_EQ(why->effects(1).freed_count(), 0);
  EXPECT_EQ(
      why->text().text(),
      "Rules stand in the way of everybody who could be considered (2). Loosening one rule would bring 1 person: " +
          why->effects(0).text().text());
}

TEST_F(RoundEditWireTest, OnlyWhoeverLooksForAPairHasAReason) {
  const std::string program = Spring();
  const std::string round = RunRoundOf(program);
  EXPECT_THAT(Why(round, "bob"), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Why(round, "nobody"), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Why(round, "ada")->text().text(), HasSubstr("suited others better"));
}

TEST_F(RoundEditWireTest, WhatPeopleChoseForThemselvesIsOneNumberFromFiveOn) {
  const std::string program = Spring();
  const std::string round = RunRoundOf(program);
  for (int i = 0; i < 4; ++i) {
    Put(Somebody(absl::StrCat("m", i)).Blocks("ada"));
    Enrol(program, {absl::StrCat("m", i)}, true);
  }
  EXPECT_EQ(Why(round, "ada")->left_count(), 6);
  EXPECT_EQ(Why(round, "ada")->personal_count(), 0);
  Put(Somebody("bob").Has("Go", 4).In("Web").Paused());
  EXPECT_EQ(Why(round, "ada")->personal_count(), 5);
}

TEST_F(RoundEditWireTest, APinCountsFromTheNextRunOnWhichSaysWhatItCosts) {
  const std::string round = RunRoundOf(Spring());
  const int64_t before = GetRound(round)->figures().total_score();
  const auto pinned = Edit(&Stub::PinPair, round, PairOf("ada", "cid"));
  ASSERT_THAT(pinned, IsOk());
  EXPECT_TRUE(pinned->edited());
  EXPECT_THAT(PairsOf(round), ElementsAre("ada-bob", "eve-cid"));
  const v1::Round again = Rerun(round);
  EXPECT_THAT(PairsOf(round), ElementsAre("ada-cid", "eve-bob"));
  EXPECT_FALSE(again.edited());
  EXPECT_EQ(again.figures().previous_total_score(), before);
  EXPECT_LT(again.figures().total_score(), before);
  ASSERT_THAT(Edit(&Stub::UnpinPair, round, PairOf("ada", "cid")), IsOk());
  EXPECT_EQ(Rerun(round).figures().total_score(), before);
}

TEST_F(RoundEditWireTest, AForbiddenPairIsNotMadeUntilItIsAllowedAgain) {
  const std::string round = RoundOf(Spring());
  EXPECT_FALSE(Edit(&Stub::ForbidPair, round, PairOf("ada", "bob"))->edited());
  Rerun(round);
  EXPECT_THAT(PairsOf(round), Not(Contains("ada-bob")));
  EXPECT_TRUE(Edit(&Stub::AllowPair, round, PairOf("ada", "bob"))->edited());
  Rerun(round);
  EXPECT_THAT(PairsOf(round), ElementsAre("ada-bob", "eve-cid"));
}

TEST_F(RoundEditWireTest, APinThatCannotBeIsRefusedWithItsRuleAndNothingChanges) {
  const std::string round = RoundOf(Spring({RuleOf("no-web", kMentorIn, kForbid, "Web")}));
  const std::string etag = GetRound(round)->etag();
  const auto broken = Edit(&Stub::PinPair, round, PairOf("ada", "bob"));
  EXPECT_THAT(broken, FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  EXPECT_EQ(MetadataOf(broken.status(), "pair"), "people/ada, people/bob");
  EXPECT_EQ(MetadataOf(broken.status(), "rule"), "no-web");
  const auto stranger = Edit(&Stub::PinPair, round, PairOf("ada", "zoe"));
  EXPECT_THAT(stranger, FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  EXPECT_EQ(MetadataOf(stranger.status(), "rule"), "");
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("bob", "ada")), FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "ada")), RefusesField("pair.other"));
  EXPECT_EQ(GetRound(round)->etag(), etag);
}

TEST_F(RoundEditWireTest, PinsBesideOneAnotherMustFit) {
  const std::string round = RoundOf(Spring());
  ASSERT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "cid")), IsOk());
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "bob")), FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("eve", "cid")), FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  EXPECT_THAT(Edit(&Stub::ForbidPair, round, PairOf("ada", "cid")), FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  ASSERT_THAT(Edit(&Stub::ForbidPair, round, PairOf("eve", "bob")), IsOk());
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("eve", "bob")), FailsWith(kWrongState, "PIN_IMPOSSIBLE"));
  EXPECT_THAT(GetRound(round)->pinned(), SizeIs(1));
}

TEST_F(RoundEditWireTest, WhatIsAsAskedAlreadyIsNoErrorAndARepeatChangesNothing) {
  const std::string round = RoundOf(Spring());
  const std::string etag = GetRound(round)->etag();
  EXPECT_EQ(Edit(&Stub::UnpinPair, round, PairOf("ada", "bob"))->etag(), etag);
  ASSERT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "bob"), etag, "pin-once-1"), IsOk());
  EXPECT_THAT(Edit(&Stub::UnpinPair, round, PairOf("ada", "bob"), etag),
              FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  ASSERT_THAT(Edit(&Stub::UnpinPair, round, PairOf("ada", "bob")), IsOk());
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "bob"), etag, "pin-once-1")->pinned(), IsEmpty());
}

TEST_F(RoundEditWireTest, ARoundHoldsAThousandForbiddenPairs) {
  const std::string program = Spring();
  v1::Round full;
  for (int i = 0; i < 1000; ++i) *full.add_forbidden() = PairOf(absl::StrCat("x", i), "bob");
  const std::string round = CreateRound(program, full)->name();
  EXPECT_THAT(Edit(&Stub::ForbidPair, round, PairOf("ada", "bob")), RefusesField("pair"));
  EXPECT_THAT(Edit(&Stub::AllowPair, round, PairOf("x7", "bob"))->forbidden(), SizeIs(999));
}

TEST_F(RoundEditWireTest, AnExchangeSaysItsEffectAndKeepsThePairsAndFiguresTogether) {
  const std::string round = RunRoundOf(Spring());
  const v1::Round before = *GetRound(round);
  EXPECT_EQ(before.figures().across_departments(), 2);
  v1::SwapPairsRequest request = SwapOf(round, "ada", "eve");
  request.set_validate_only(true);
  const auto told = Swap(request);
  ASSERT_THAT(told, IsOk());
  EXPECT_LT(told->score_change(), 0);
  EXPECT_EQ(GetRound(round)->etag(), before.etag());
  EXPECT_THAT(PairsOf(round), ElementsAre("ada-bob", "eve-cid"));
  request.set_validate_only(false);
  request.set_request_id("swap-once-1");
  const auto done = Swap(request);
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done->score_change(), told->score_change());
  EXPECT_EQ(WordsOf(done->pairs(0)), "ada-cid");
  EXPECT_EQ(done->pairs(0).name(), round + "/pairs/ada");
  EXPECT_THAT(PairsOf(round), ElementsAre("ada-cid", "eve-bob"));
  const v1::Round after = *GetRound(round);
  EXPECT_TRUE(after.edited());
  EXPECT_EQ(after.figures().total_score(), before.figures().total_score() + done->score_change());
  EXPECT_EQ(after.figures().gap(), -done->score_change());
  EXPECT_EQ(after.figures().blocking_pairs(), -1);
  EXPECT_EQ(Swap(request)->round().etag(), after.etag()) << "a repeat does not exchange them back";
  EXPECT_EQ(Swap(SwapOf(round, "eve", "ada"))->score_change(), -done->score_change());
  EXPECT_EQ(GetRound(round)->figures().gap(), 0);
}

TEST_F(RoundEditWireTest, AnExchangeThatCannotBeIsRefusedAndNothingChanges) {
  Put(Somebody("cid").Has("SQL", 4).In("Sales").Blocks("ada"));
  const std::string round = RunRoundOf(Spring());
  const std::string etag = GetRound(round)->etag();
  const auto refused = Swap(SwapOf(round, "eve", "ada"));
  EXPECT_THAT(refused, FailsWith(kWrongState, "SWAP_IMPOSSIBLE"));
  EXPECT_EQ(MetadataOf(refused.status(), "pair"), "people/ada, people/cid");
  EXPECT_THAT(Swap(SwapOf(round, "eve", "eve")), RefusesField("other"));
  EXPECT_THAT(Swap(SwapOf(round, "eve", "bob")), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Swap(SwapOf(RoundOf(Spring()), "eve", "ada")), FailsWith(kWrongState, "ROUND_NOT_READY"));
  EXPECT_EQ(GetRound(round)->etag(), etag);
}

TEST_F(RoundEditWireTest, APinnedPairIsNotExchanged) {
  const std::string round = RoundOf(Spring());
  ASSERT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "bob")), IsOk());
  Rerun(round);
  const auto refused = Swap(SwapOf(round, "eve", "ada"));
  EXPECT_THAT(refused, FailsWith(kWrongState, "SWAP_IMPOSSIBLE"));
  EXPECT_EQ(MetadataOf(refused.status(), "pair"), "people/ada, people/bob");
}

TEST_F(RoundEditWireTest, TwosOfADrawExchangePartnersAndEachIsInOnePair) {
  const std::string program = Create(ProgramOf(v1::PROGRAM_KIND_COFFEE))->name();
  Enrol(program, {"ada", "bob", "cid", "eve"});
  v1::Round apart;
  *apart.add_forbidden() = PairOf("ada", "bob");
  *apart.add_forbidden() = PairOf("ada", "eve");
  const std::string round = CreateRound(program, apart)->name();
  Rerun(round);
  const auto done = Swap(SwapOf(round, "cid", "bob"));
  EXPECT_THAT(done, FailsWith(kWrongState, "SWAP_IMPOSSIBLE")) << "ada may not meet bob";
  ASSERT_THAT(Edit(&Stub::AllowPair, round, PairOf("bob", "ada")), IsOk());
  ASSERT_THAT(Swap(SwapOf(round, "cid", "bob")), IsOk());
  std::set<std::string> people;
  for (const std::string& pair : PairsOf(round)) {
    people.insert(pair.substr(0, 3));
    people.insert(pair.substr(4));
  }
  EXPECT_THAT(PairsOf(round), SizeIs(2));
  EXPECT_THAT(people, SizeIs(4));
}

TEST_F(RoundEditWireTest, ATrialRunsByItsOwnTermsAndIsComparedWithTheRound) {
  const std::string program = Spring();
  const std::string round = RunRoundOf(program);
  v1::Round trial;
  *trial.mutable_trial()->add_rules() = RuleOf("no-web", kMentorIn, kForbid, "Web");
  trial.mutable_trial()->set_replaces_rules(true);
  const std::string other = CreateRound(program, trial)->name();
  EXPECT_EQ(Rerun(other).figures().matched(), 1);
  const auto compared = Compare(round, other);
  ASSERT_THAT(compared, IsOk());
  EXPECT_EQ(compared->same_pairs(), 1);
  EXPECT_EQ(compared->only_in_round_count(), 1);
  ASSERT_THAT(compared->only_in_round(), SizeIs(1));
  EXPECT_EQ(WordsOf(compared->only_in_round(0)), "ada-bob");
  EXPECT_THAT(compared->only_in_other(), IsEmpty());
  EXPECT_EQ(compared->matched_in_round_only(), 1);
  EXPECT_EQ(compared->matched_in_other_only(), 0);
  EXPECT_EQ(compared->other().figures().matched(), 1);
  EXPECT_EQ(Why(other, "ada")->effects(0).rule(), "no-web");
  EXPECT_THAT(Why(round, "ada")->effects(), IsEmpty());
}

TEST_F(RoundEditWireTest, ATrialOfImpossibleTermsIsRefused) {
  const std::string program = Spring();
  v1::Round trial;
  *trial.mutable_trial()->add_rules() = RuleOf("same", v1::ProgramRule::KIND_SAME_DEPARTMENT, kForbid);
  EXPECT_THAT(CreateRound(program, trial), RefusesField("round.trial.rules"));
  trial.mutable_trial()->set_replaces_rules(true);
  *trial.mutable_trial()->add_rules() =
      RuleOf("other", v1::ProgramRule::KIND_SAME_DEPARTMENT, v1::ProgramRule::STRENGTH_MUST);
  const auto refused = CreateRound(program, trial);
  EXPECT_THAT(refused, FailsWith(kWrongState, "RULES_CONTRADICT"));
  EXPECT_EQ(MetadataOf(refused.status(), "rules"), "same, other");
  trial.mutable_trial()->mutable_rules(1)->set_amount(7);
  EXPECT_THAT(CreateRound(program, trial), RefusesField("round.trial"));
}

TEST_F(RoundEditWireTest, ACopyOfAProgrammeHasItsTermsAndNobodyInIt) {
  const std::string program = Spring({RuleOf("no-web", kMentorIn, kForbid, "Web")});
  RunRoundOf(program);
  v1::CopyProgramRequest request;
  request.set_program(program);
  request.set_display_name("Autumn");
  request.set_request_id("copy-once-1");
  const auto copy = cortado::testing::Ask(*stub_, &Stub::CopyProgram, Hr(), request);
  ASSERT_THAT(copy, IsOk());
  EXPECT_NE(copy->name(), program);
  EXPECT_EQ(copy->display_name(), "Autumn");
  EXPECT_EQ(copy->rules(0).id(), "no-web");
  EXPECT_EQ(cortado::testing::Ask(*stub_, &Stub::CopyProgram, Hr(), request)->name(), copy->name());
  const std::string round = CreateRound(copy->name())->name();
  EXPECT_EQ(Rerun(round).failure(), "ROUND_EMPTY");
  request.set_program("programs/none");
  request.set_request_id("copy-once-2");
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::CopyProgram, Hr(), request),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(RoundEditWireTest, OnlyRoundsOfOneProgrammeThatHavePairsAreCompared) {
  const std::string program = Spring();
  const std::string round = RunRoundOf(program);
  const std::string created = RoundOf(program);
  const auto refused = Compare(round, created);
  EXPECT_THAT(refused, FailsWith(kWrongState, "ROUND_NOT_READY"));
  EXPECT_EQ(MetadataOf(refused.status(), "round"), created);
  EXPECT_THAT(Compare(round, RoundOf(Spring())), RefusesField("other"));
}

TEST_F(RoundEditWireTest, ARunIsStoppedWhereverItRuns) {
  const std::string round = RoundOf(Spring());
  EXPECT_THAT(Cancel(round), FailsWith(kWrongState, "ROUND_NOT_RUNNING"));
  redis::Client client(redis_.address(), loop_);
  store::Store store(client, "matching", clock_);
  RoundStore another(store);
  const rpc::Call call = rpc::InternalCall("acme", "another", absl::Now() + absl::Seconds(10));
  v1::Round running = *GetRound(round);
  running.set_state(v1::Round::STATE_RUNNING);
  bool replayed = false;
  const auto begun = SyncWait(another.Begin(call, running, "", "", &replayed));
  ASSERT_THAT(begun, IsOk());
  EXPECT_THAT(Edit(&Stub::PinPair, round, PairOf("ada", "bob")), FailsWith(kWrongState, "ROUND_RUNNING"));
  EXPECT_EQ(Cancel(round, "cancel-1")->failure(), "ROUND_CANCELLED");
  EXPECT_EQ(SyncWait(another.Touch(call, *begun)).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Cancel(round)->state(), v1::Round::STATE_FAILED);
  EXPECT_EQ(Rerun(round).state(), v1::Round::STATE_SUCCEEDED);
  EXPECT_EQ(Cancel(round, "cancel-1")->state(), v1::Round::STATE_SUCCEEDED) << "a repeat stops no other run";
}

// Of people who were never read.
class RoundCancelWireTest : public RoundEditWireTest {
 protected:
  RoundCancelWireTest() : RoundEditWireTest(/*with_people=*/false) {}
};

TEST_F(RoundCancelWireTest, ARoundRunsAgainAtOnceAfterItWasStopped) {
  feed_.Hold();  // So that the run waits for the people.
  const std::string round = CreateRound(Create(ProgramOf(v1::PROGRAM_KIND_COHORT))->name())->name();
  ASSERT_THAT(Run(round), IsOk());
  ASSERT_EQ(Cancel(round)->failure(), "ROUND_CANCELLED");
  EXPECT_EQ(Run(round)->state(), v1::Round::STATE_RUNNING);
  feed_.Release();
  matching_.rounds().WaitUntilIdle();
  EXPECT_EQ(GetRound(round)->failure(), "ROUND_EMPTY") << "it was worked out";
}

}  // namespace
}  // namespace cortado::matching
