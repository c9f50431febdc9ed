// What becomes of a round over gRPC: published after a second look, announced after the grace, taken back silently or
// kindly, and what the next round makes of all that.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/programs_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using testing::Answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::Somebody;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;

class PublicationsWireTest : public testing::ProgramsWire {
 protected:
  absl::StatusOr<v1::Round> Publish(const std::string& name, const std::string& request_id = "",
                                    const std::string& etag = "") {
    v1::PublishRoundRequest request;
    request.set_name(name);
    request.set_etag(etag);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return Ask(*stub_, &Stub::PublishRound, Hr(), request);
  }
  absl::StatusOr<v1::Round> Undo(const std::string& name) {
    v1::UndoRoundRequest request;
    request.set_name(name);
    request.set_request_id(NextId());
    return Ask(*stub_, &Stub::UndoRound, Hr(), request);
  }
  absl::StatusOr<v1::Participant> Skip(const std::string& person, const std::string& program, bool take_part = false) {
    v1::SkipRoundRequest request;
    request.set_program(program);
    request.set_take_part(take_part);
    request.set_request_id(NextId());
    return Ask(*stub_, &Stub::SkipRound, As(person), request);
  }
  // "eve: REASON_NOBODY_LEFT", ...
  std::vector<std::string> Unmatched(const std::string& round) {
    v1::ListUnmatchedRequest request;
    request.set_round(round);
    const auto response = Ask(*stub_, &Stub::ListUnmatched, Hr(), request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> people;
    for (const v1::Unmatched& one : response->unmatched()) {
      EXPECT_THAT(one.text().text(), Not(IsEmpty()));
      people.push_back(absl::StrCat(one.person().display_name(), ": ", v1::Unmatched::Reason_Name(one.reason())));
    }
    return people;
  }
  std::vector<v1::Match> MatchesOf(const std::string& person) {
    const auto response = Ask(*stub_, &Stub::ListMatches, As(person), v1::ListMatchesRequest());
    EXPECT_THAT(response, IsOk());
    return {response->matches().begin(), response->matches().end()};
  }
  // Publishes a round, and returns it as it then is.
  v1::Round Published(const std::string& name) {
    EXPECT_THAT(Publish(name), IsOk());
    matching_.rounds().WaitUntilIdle();
    return *GetRound(name);
  }
  v1::Round Announced(const std::string& name) {
    Published(name);
    clock_.Advance(absl::Minutes(15));
    WorkOnRounds();
    return *GetRound(name);
  }
  v1::Program TwoPairs() {
    v1::Program program = *Create(Cohort());
    Enrol(program.name(), {"ada", "eve"});
    Enrol(program.name(), {"bob", "cid"}, true);
    return program;
  }
  int ActiveOf(const std::string& mentor) {
    redis::Client client(redis_.address(), loop_);
    store::Store store(client, "matching", clock_);
    const rpc::Call call = rpc::InternalCall("acme", "test", absl::Now() + absl::Seconds(10));
    std::vector<std::string> command = {"HGET", store.Key("acme", "active"), mentor};
    const auto reply = SyncWait(store.Read(call, std::move(command)));
    EXPECT_THAT(reply, IsOk());
    return reply->IsNil() ? 0 : std::stoi(reply->text);
  }
};

TEST_F(PublicationsWireTest, NobodyIsToldWithinTheGraceAndEverybodyOnceAfterIt) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  const v1::Round published = Published(round.name());
  EXPECT_EQ(published.state(), v1::Round::STATE_PUBLISHED) << published.ShortDebugString();
  EXPECT_EQ(published.announce_time().seconds() - published.publish_time().seconds(), 15 * 60);
  clock_.Advance(absl::Minutes(15) - absl::Seconds(1));
  WorkOnRounds();
  EXPECT_THAT(MatchesOf("ada"), IsEmpty());
  EXPECT_THAT(Happened("match.paired"), IsEmpty());
  clock_.Advance(absl::Seconds(1));
  WorkOnRounds();
  WorkOnRounds();
  EXPECT_EQ(GetRound(round.name())->state(), v1::Round::STATE_ANNOUNCED);
  const std::vector<v1::Match> matches = MatchesOf("ada");
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_EQ(matches[0].mentor().display_name(), "bob");
  EXPECT_EQ(matches[0].program(), program.name());
  EXPECT_EQ(matches[0].round(), round.name());
  EXPECT_FALSE(matches[0].coffee());
  EXPECT_THAT(MatchesOf("bob"), SizeIs(1));
  const std::vector<api::v1::Event> told = Happened("match.paired");
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].attributes().at("title"), "Spring");
}

TEST_F(PublicationsWireTest, AnUndoWithinTheGraceIsSilent) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  Published(round.name());
  const auto undone = Undo(round.name());
  ASSERT_THAT(undone, IsOk());
  EXPECT_EQ(undone->state(), v1::Round::STATE_SUCCEEDED);
  EXPECT_FALSE(undone->has_announce_time());
  clock_.Advance(absl::Hours(1));
  WorkOnRounds();
  EXPECT_THAT(MatchesOf("ada"), IsEmpty());
  EXPECT_THAT(Happened("match.paired"), IsEmpty());
  EXPECT_THAT(Happened("match.undone"), IsEmpty());
  EXPECT_THAT(Undo(round.name()), FailsWith(kWrongState, "ROUND_NOT_PUBLISHED"));
  // It may be published again.
  EXPECT_EQ(Announced(round.name()).state(), v1::Round::STATE_ANNOUNCED);
  EXPECT_THAT(MatchesOf("ada"), SizeIs(1));
}

TEST_F(PublicationsWireTest, ALaterUndoEndsTheMatchesAndTellsKindly) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  Announced(round.name());
  EXPECT_EQ(ActiveOf("bob"), 1);
  ASSERT_THAT(Undo(round.name()), IsOk());
  matching_.rounds().WaitUntilIdle();
  EXPECT_EQ(GetRound(round.name())->state(), v1::Round::STATE_UNDONE);
  EXPECT_EQ(MatchesOf("ada")[0].state(), v1::Match::STATE_ENDED);
  EXPECT_EQ(ActiveOf("bob"), 0);
  EXPECT_THAT(Happened("match.undone"), SizeIs(2));
  EXPECT_THAT(Happened("match.ended"), IsEmpty());
  // The two may be brought together anew.
  EXPECT_THAT(PairsOf(RunToTheEnd(program.name())), ElementsAre("ada-bob", "eve-cid"));
}

TEST_F(PublicationsWireTest, PublishingDropsThePairsThatCannotBeAnyMore) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  ASSERT_THAT(Respond("bob", program.name(), Answer::ANSWER_LEAVE), IsOk());
  const v1::Round published = Published(round.name());
  EXPECT_EQ(published.state(), v1::Round::STATE_PUBLISHED);
  EXPECT_EQ(published.dropped_count(), 1);
  EXPECT_THAT(Unmatched(round.name()), ElementsAre("ada: REASON_DROPPED"));
  EXPECT_EQ(ActiveOf("bob"), 0);
  // Somebody blocks within the grace.
  Put(Somebody("eve").Wants("SQL").In("Data").Blocks("cid"));
  clock_.Advance(absl::Minutes(15));
  WorkOnRounds();
  EXPECT_EQ(GetRound(round.name())->dropped_count(), 2);
  EXPECT_THAT(MatchesOf("eve"), IsEmpty());
  EXPECT_THAT(Happened("match.paired"), IsEmpty());
  ASSERT_THAT(Happened("round.left_out"), SizeIs(2));
}

TEST_F(PublicationsWireTest, WhoeverLeftMeanwhileIsNotToldThatThereIsNobody) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  Published(round.name());
  ASSERT_THAT(Respond("ada", program.name(), Answer::ANSWER_LEAVE), IsOk());
  clock_.Advance(absl::Minutes(15));
  WorkOnRounds();
  EXPECT_EQ(GetRound(round.name())->dropped_count(), 1);
  EXPECT_THAT(Happened("match.paired"), SizeIs(1));
  EXPECT_THAT(Happened("round.left_out"), IsEmpty());
}

TEST_F(PublicationsWireTest, AnArchivedProgrammeKeepsNobodysPlace) {
  v1::Program program = TwoPairs();
  ASSERT_EQ(RunToTheEnd(program.name()).state(), v1::Round::STATE_SUCCEEDED);
  EXPECT_EQ(ActiveOf("bob"), 1);
  program.set_archived(true);
  ASSERT_THAT(Update(program, "archived"), IsOk());
  EXPECT_EQ(ActiveOf("bob"), 0);
}

TEST_F(PublicationsWireTest, ARoundOfWhichNothingIsLeftIsNotPublished) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada"});
  Enrol(program.name(), {"bob"}, true);
  const v1::Round round = RunToTheEnd(program.name());
  ASSERT_THAT(Respond("ada", program.name(), Answer::ANSWER_LEAVE), IsOk());
  const v1::Round published = Published(round.name());
  EXPECT_EQ(published.state(), v1::Round::STATE_FAILED);
  EXPECT_EQ(published.failure(), "ROUND_EMPTY");
  EXPECT_EQ(ActiveOf("bob"), 0);
}

TEST_F(PublicationsWireTest, PlacesAreKeptFromTheRunOnAndByTheLastDraftAlone) {
  const v1::Program program = TwoPairs();
  const v1::Round first = RunToTheEnd(program.name());
  EXPECT_EQ(ActiveOf("bob"), 1);
  const v1::Round second = RunToTheEnd(program.name());
  EXPECT_EQ(ActiveOf("bob"), 1);
  // The draft without places takes them anew.
  EXPECT_EQ(Announced(first.name()).state(), v1::Round::STATE_ANNOUNCED);
  EXPECT_THAT(MatchesOf("ada"), SizeIs(1));
  // Whoever has a mentor now is not given another by the other draft.
  EXPECT_EQ(Published(second.name()).failure(), "ROUND_EMPTY");
  EXPECT_EQ(ActiveOf("bob"), 1);
  ASSERT_THAT(End("ada", MatchesOf("ada")[0].name()), IsOk());
  EXPECT_EQ(ActiveOf("bob"), 0);
}

TEST_F(PublicationsWireTest, OnlyARoundThatSucceededCanBePublishedAndOnce) {
  const v1::Program program = TwoPairs();
  const v1::Round made = *CreateRound(program.name());
  EXPECT_THAT(Publish(made.name()), FailsWith(kWrongState, "ROUND_NOT_READY"));
  EXPECT_EQ(GetRound(made.name())->etag(), made.etag());
  const v1::Round round = RunToTheEnd(program.name());
  EXPECT_THAT(Publish(round.name(), "", "1"), FailsWith(absl::StatusCode::kAborted, "ETAG_MISMATCH"));
  ASSERT_THAT(Publish(round.name(), "publish-it-once"), IsOk());
  matching_.rounds().WaitUntilIdle();
  EXPECT_EQ(Publish(round.name(), "publish-it-once")->state(), v1::Round::STATE_PUBLISHED);
  EXPECT_THAT(Publish(round.name()), FailsWith(kWrongState, "ROUND_NOT_READY"));
  EXPECT_THAT(Run(round.name()), FailsWith(kWrongState, "ROUND_PUBLISHED"));
}

TEST_F(PublicationsWireTest, WhoeverSkipsSitsOutOnceAndMayTakeThatBack) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_COFFEE);
  program = *Create(program);
  Enrol(program.name(), {"ada", "eve", "bob", "cid"});
  EXPECT_THAT(Skip("zoe", program.name()), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(Skip("ada", program.name())->skips_next_round());
  EXPECT_TRUE(Participants(Hr(), program.name())->participants(0).skips_next_round());
  v1::Round round = RunToTheEnd(program.name());
  EXPECT_EQ(round.figures().people(), 3);
  EXPECT_FALSE(Skip("ada", program.name(), true)->skips_next_round());
  EXPECT_EQ(RunToTheEnd(program.name()).figures().people(), 4);
  EXPECT_TRUE(Skip("ada", program.name())->skips_next_round());
  round = RunToTheEnd(program.name());
  Announced(round.name());
  EXPECT_FALSE(Participants(Hr(), program.name())->participants(0).skips_next_round());
  EXPECT_EQ(RunToTheEnd(program.name()).figures().people(), 4);
}

TEST_F(PublicationsWireTest, ADrawRemembersWhoMetAcrossProgrammes) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_COFFEE);
  const std::string first = Create(program)->name();
  const std::string second = Create(program)->name();
  for (const std::string& one : {first, second}) Enrol(one, {"ada", "eve", "bob", "cid"});
  std::set<std::string> met;
  for (int i = 0; i < 3; ++i) {
    const v1::Round round = Announced(RunToTheEnd(i == 1 ? second : first).name());
    EXPECT_EQ(round.figures().first_meetings(), 2);
    for (const std::string& pair : PairsOf(round)) EXPECT_TRUE(met.insert(pair).second) << pair << " met again";
  }
  // All have met all: the cooldown is relaxed, and the round says so.
  const v1::Round last = RunToTheEnd(first);
  EXPECT_EQ(last.figures().first_meetings(), 0);
  EXPECT_LT(last.figures().cooldown_weeks(), 12);
  EXPECT_TRUE(MatchesOf("ada")[0].coffee());
  EXPECT_EQ(ActiveOf("ada"), 0);
}

TEST_F(PublicationsWireTest, AGroupIsOneMatchForAllOfThem) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_COFFEE);
  program = *Create(program);
  Enrol(program.name(), {"ada", "eve", "bob"});
  Announced(RunToTheEnd(program.name()).name());
  for (const char* person : {"ada", "eve", "bob"}) {
    ASSERT_THAT(MatchesOf(person), SizeIs(1)) << person;
    EXPECT_THAT(MatchesOf(person)[0].others(), SizeIs(1));
  }
  EXPECT_EQ(Happened("match.paired")[0].attributes().at("count"), "1");
  const std::string match = MatchesOf("eve")[0].name();
  EXPECT_THAT(Rate("eve", match, v1::Match::FIT_GOOD), RefusesField("name"));
  ASSERT_THAT(End("eve", match), IsOk());
  EXPECT_EQ(MatchesOf("ada")[0].state(), v1::Match::STATE_ENDED);
}

TEST_F(PublicationsWireTest, WhoeverWasLeftOutIsNotTheNextTime) {
  v1::Program program = Cohort();
  program.set_kind(v1::PROGRAM_KIND_COFFEE);
  // Only one pair at a time: everybody else is left out.
  AddRule(program, "one", v1::ProgramRule::KIND_MENTOR_TAG, v1::ProgramRule::STRENGTH_MUST, "host");
  program = *Create(program);
  Enrol(program.name(), {"ada", "eve"});
  Enrol(program.name(), {"bob"}, false, "host");
  program.set_cooldown_weeks(0);
  ASSERT_THAT(Update(program, "cooldown_weeks"), IsOk());
  std::string left_out;
  for (int round = 0; round < 4; ++round) {
    const std::string name = RunToTheEnd(program.name()).name();
    const std::vector<std::string> unmatched = Unmatched(name);
    if (unmatched.empty()) GTEST_FAIL() << "three made a pair and nobody was left";
    EXPECT_NE(unmatched[0], left_out);
    left_out = unmatched[0];
    Announced(name);
  }
}

TEST_F(PublicationsWireTest, PairsSayWhyWithoutSayingWhatAnybodyWants) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  v1::ListRoundPairsRequest request;
  request.set_round(round.name());
  const auto pairs = Ask(*stub_, &Stub::ListRoundPairs, Hr(), request);
  ASSERT_THAT(pairs, IsOk());
  ASSERT_THAT(pairs->pairs(0).reasons(), Not(IsEmpty()));
  EXPECT_THAT(pairs->pairs(0).reasons(0).text(), HasSubstr("Skills one is looking for"));
  EXPECT_THAT(pairs->ShortDebugString(), Not(HasSubstr("Go")));
  EXPECT_EQ(round.figures().across_departments(), 2);
}

TEST_F(PublicationsWireTest, WeightsOfAProgrammeCountInItAloneAndAreItsOwnersBusiness) {
  v1::Program program = TwoPairs();
  program.mutable_weights()->set_elsewhere(100);
  program.mutable_weights()->set_gap_coverage(1);
  ASSERT_THAT(Update(program, "weights"), IsOk());
  EXPECT_TRUE(Get(Hr(), program.name())->has_weights());
  EXPECT_FALSE(Get(As("ada"), program.name())->has_weights());
  const v1::Round heavy = RunToTheEnd(program.name());
  const v1::Round usual = RunToTheEnd(TwoPairs().name());
  EXPECT_NE(heavy.figures().total_score(), usual.figures().total_score());
  program = *Get(Hr(), program.name());
  program.clear_weights();
  ASSERT_THAT(Update(program, "weights"), IsOk());
  EXPECT_FALSE(Get(Hr(), program.name())->has_weights());
  program = *Get(Hr(), program.name());
  program.mutable_weights()->set_gap_coverage(101);
  EXPECT_THAT(Update(program, "weights"), Not(IsOk()));
}

TEST_F(PublicationsWireTest, AnInvitationIsTold) {
  const v1::Program program = *Create(Cohort());
  ASSERT_THAT(Invite(program.name(), {"ada"}), IsOk());
  ASSERT_THAT(Invite(program.name(), {"ada"}), IsOk());
  const std::vector<api::v1::Event> invited = Happened("participant.invited");
  ASSERT_THAT(invited, SizeIs(1));
  EXPECT_EQ(invited[0].attributes().at("title"), "Spring");
}

// Another process began, did a part, and died.
TEST_F(PublicationsWireTest, AnnouncingThatDiedIsFinishedAndNobodyIsToldTwice) {
  const v1::Program program = TwoPairs();
  const v1::Round round = RunToTheEnd(program.name());
  Published(round.name());
  clock_.Advance(absl::Minutes(15));
  redis::Client client(redis_.address(), loop_);
  store::Store store(client, "matching", clock_);
  RoundStore rounds(store);
  PublicationStore publications(store);
  const rpc::Call call = rpc::InternalCall("acme", "another", absl::Now() + absl::Seconds(10));
  bool replayed = false;
  const auto begun = SyncWait(rounds.Begin(call, *GetRound(round.name()), "", "", &replayed));
  ASSERT_THAT(begun, IsOk());
  auto pairs = SyncWait(rounds.ListPairs(call, *begun, "", 10));
  ASSERT_THAT(pairs, IsOk());
  v1::Match match;
  match.set_name("matches/of-the-other");
  match.mutable_mentee()->set_person(pairs->items[0].people(0).person());
  match.mutable_mentor()->set_person(pairs->items[0].people(1).person());
  match.set_state(v1::Match::STATE_ACTIVE);
  pairs->items[0].set_match(match.name());
  ASSERT_THAT(SyncWait(publications.AnnouncePair(call, *begun, program, pairs->items[0], match)), IsOk());
  ASSERT_THAT(SyncWait(publications.AnnouncePair(call, *begun, program, pairs->items[0], match)), IsOk());
  EXPECT_THAT(Undo(round.name()), FailsWith(kWrongState, "ROUND_RUNNING"));
  WorkOnRounds();
  EXPECT_EQ(GetRound(round.name())->state(), v1::Round::STATE_PUBLISHED);
  clock_.Advance(absl::Minutes(1));
  WorkOnRounds();
  EXPECT_EQ(GetRound(round.name())->state(), v1::Round::STATE_ANNOUNCED);
  EXPECT_THAT(Happened("match.paired"), SizeIs(2));
  EXPECT_THAT(MatchesOf("ada"), SizeIs(1));
  EXPECT_THAT(MatchesOf("eve"), SizeIs(1));
  EXPECT_THAT(SyncWait(publications.AnnouncePair(call, *begun, program, pairs->items[1], match)).code(),
              absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace cortado::matching
