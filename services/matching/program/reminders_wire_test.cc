// Who of a programme is reminded, and who is in a coffee draw without a yes, over gRPC.
#include <set>
#include <string>
#include <vector>

#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/programs_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using testing::Answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;
using ::testing::UnorderedElementsAre;
using Nudge = v1::NudgeParticipantsRequest;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;

class RemindersWireTest : public testing::ProgramsWire {
 protected:
  absl::StatusOr<v1::NudgeParticipantsResponse> Remind(const std::string& program, Nudge::Audience audience,
                                                       bool validate_only = false) {
    Nudge request;
    request.set_program(program);
    request.set_audience(audience);
    request.set_validate_only(validate_only);
    request.set_request_id(NextId());
    return Ask(*stub_, &Stub::NudgeParticipants, Hr(), request);
  }
  std::set<std::string> Heard(const std::string& kind) {
    std::set<std::string> people;
    for (const api::v1::Event& event : Happened(kind)) people.insert(event.attributes().at("person"));
    return people;
  }
  void Announce(const std::string& round) {
    v1::PublishRoundRequest request;
    request.set_name(round);
    request.set_request_id(NextId());
    ASSERT_THAT(Ask(*stub_, &Stub::PublishRound, Hr(), request), IsOk());
    matching_.rounds().WaitUntilIdle();
    clock_.Advance(absl::Minutes(15));
    WorkOnRounds();
  }
  std::vector<v1::Match> MatchesOf(const std::string& person) {
    const auto response = Ask(*stub_, &Stub::ListMatches, As(person), v1::ListMatchesRequest());
    EXPECT_THAT(response, IsOk());
    return {response->matches().begin(), response->matches().end()};
  }
  void RecordChat(const std::string& match) {
    v1::RecordChatRequest request;
    request.set_match(match);
    request.set_chat("chats/c1");
    request.mutable_book_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    ASSERT_THAT(
        Ask(*stub_, &Stub::RecordChat, cortado::testing::TokenOf(key_, "acme", "scheduling", {"SERVICE"}), request),
        IsOk());
  }
  void DoWhatIsDue() {
    const rpc::Call call = rpc::InternalCall("acme", "job:requests.due", absl::Now() + absl::Seconds(10));
    ASSERT_THAT(SyncWait(matching_.life_cycle_job().Run(call)), IsOk());
  }
  v1::Participant Of(const std::string& program, const std::string& person) {
    const auto all = Participants(Hr(), program);
    EXPECT_THAT(all, IsOk());
    for (const v1::Participant& one : all->participants()) {
      if (one.person().person() == "people/" + person) return one;
    }
    return {};
  }

  // As they see themselves.
  v1::Participant Own(const std::string& program, const std::string& person) {
    v1::SkipRoundRequest request;
    request.set_program(program);
    request.set_take_part(true);
    request.set_request_id(NextId());
    const auto own = Ask(*stub_, &Stub::SkipRound, As(person), request);
    EXPECT_THAT(own, IsOk());
    return *own;
  }

  static v1::Program Coffee() {
    v1::Program program = Cohort();
    program.set_kind(v1::PROGRAM_KIND_COFFEE);
    return program;
  }
  void AllowOptOut(bool allowed) {
    profile::v1::PeopleChange change;
    change.mutable_organization()->set_coffee_opt_out(allowed);
    feed_.Add(change);
    feed_.WaitUntilTaken();
  }
};

TEST_F(RemindersWireTest, WhoeverDidNotAnswerIsRemindedOnceAWeek) {
  const v1::Program program = *Create(Cohort());
  ASSERT_THAT(Invite(program.name(), {"ada", "eve", "bob"}), IsOk());
  ASSERT_THAT(Respond("eve", program.name(), Answer::ANSWER_JOIN), IsOk());
  const auto preview = Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED, true);
  ASSERT_THAT(preview, IsOk());
  EXPECT_EQ(preview->nudged_count(), 2);
  EXPECT_THAT(preview->text().text(), HasSubstr("Spring"));
  EXPECT_THAT(Heard("participant.answer_awaited"), IsEmpty());

  EXPECT_EQ(Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED)->nudged_count(), 2);
  EXPECT_THAT(Heard("participant.answer_awaited"), UnorderedElementsAre("ada", "bob"));
  const auto again = Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED);
  EXPECT_EQ(again->nudged_count(), 0);
  EXPECT_EQ(again->waiting_count(), 2);
  EXPECT_THAT(Happened("participant.answer_awaited"), SizeIs(2));
  clock_.Advance(absl::Hours(7 * 24));
  EXPECT_EQ(Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED)->nudged_count(), 2);
  EXPECT_THAT(Happened("participant.answer_awaited"), SizeIs(4));
}

TEST_F(RemindersWireTest, NotNowIsCountedAndHearsNothing) {
  const v1::Program program = *Create(Cohort());
  ASSERT_THAT(Invite(program.name(), {"ada", "eve"}), IsOk());
  ASSERT_THAT(Respond("ada", program.name(), Answer::ANSWER_NOT_NOW), IsOk());
  EXPECT_EQ(Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED)->nudged_count(), 2);
  EXPECT_THAT(Heard("participant.answer_awaited"), ElementsAre("eve"));
  EXPECT_EQ(Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED)->waiting_count(), 2);
}

TEST_F(RemindersWireTest, WhoeverBookedNothingIsReminded) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada", "eve"});
  Enrol(program.name(), {"bob", "cid"}, true);
  Announce(RunToTheEnd(program.name()).name());
  ASSERT_THAT(MatchesOf("ada"), SizeIs(1));
  RecordChat(MatchesOf("ada")[0].name());
  EXPECT_TRUE(Of(program.name(), "ada").chat_booked());
  EXPECT_TRUE(Of(program.name(), "bob").chat_booked());
  EXPECT_FALSE(Of(program.name(), "eve").chat_booked());

  EXPECT_EQ(Remind(program.name(), Nudge::AUDIENCE_NO_CHAT)->nudged_count(), 2);
  EXPECT_THAT(Heard("participant.chat_awaited"), UnorderedElementsAre("cid", "eve"));
  const api::v1::Event told = Happened("participant.chat_awaited")[0];
  EXPECT_EQ(told.subject(), MatchesOf("eve")[0].name());
  EXPECT_NE(told.attributes().at("partner"), told.attributes().at("person"));
}

TEST_F(RemindersWireTest, WhoeverLeftAProgrammeOrTakesABreakHearsNothingOfIt) {
  const v1::Program program = *Create(Cohort());
  Enrol(program.name(), {"ada", "eve"});
  Enrol(program.name(), {"bob", "cid"}, true);
  Announce(RunToTheEnd(program.name()).name());
  ASSERT_THAT(Respond("ada", program.name(), Answer::ANSWER_LEAVE), IsOk());
  Put(Somebody("eve").Wants("SQL").In("Data").Paused());
  EXPECT_EQ(Remind(program.name(), Nudge::AUDIENCE_NO_CHAT)->nudged_count(), 3);
  EXPECT_THAT(Heard("participant.chat_awaited"), UnorderedElementsAre("bob", "cid"));
}

TEST_F(RemindersWireTest, OnlyThoseWhoRunAProgrammeRemindAndNotOnceItIsArchived) {
  v1::Program program = *Create(Cohort());
  Nudge request;
  request.set_program(program.name());
  request.set_audience(Nudge::AUDIENCE_NO_CHAT);
  request.set_request_id(NextId());
  EXPECT_THAT(Ask(*stub_, &Stub::NudgeParticipants, Owner("ada"), request),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  program.set_archived(true);
  ASSERT_THAT(Update(program, "archived"), IsOk());
  EXPECT_THAT(Remind(program.name(), Nudge::AUDIENCE_NO_CHAT), FailsWith(kWrongState, "PROGRAM_ARCHIVED"));
}

TEST_F(RemindersWireTest, NewTimesComeOnceAfterThreeDaysThenSilence) {
  const v1::Program program = *Create(Coffee());
  Enrol(program.name(), {"ada", "eve", "bob", "cid"});
  Announce(RunToTheEnd(program.name()).name());
  RecordChat(MatchesOf("ada")[0].name());
  clock_.Advance(absl::Hours(71));
  DoWhatIsDue();
  EXPECT_THAT(Happened("match.times_offered"), IsEmpty());
  clock_.Advance(absl::Hours(1));
  DoWhatIsDue();
  DoWhatIsDue();
  EXPECT_THAT(Happened("match.times_offered"), SizeIs(1));
  clock_.Advance(absl::Hours(10 * 24));
  DoWhatIsDue();
  EXPECT_THAT(Happened("match.times_offered"), SizeIs(1));
}

TEST_F(RemindersWireTest, ACoffeeIsOverByItselfInSilence) {
  const v1::Program program = *Create(Coffee());
  Enrol(program.name(), {"ada", "eve"});
  Announce(RunToTheEnd(program.name()).name());
  clock_.Advance(absl::Hours(8 * 7 * 24) - absl::Minutes(1));
  DoWhatIsDue();
  EXPECT_EQ(MatchesOf("ada")[0].state(), v1::Match::STATE_ACTIVE);
  clock_.Advance(absl::Minutes(1));
  DoWhatIsDue();
  EXPECT_EQ(MatchesOf("ada")[0].state(), v1::Match::STATE_ENDED);
  EXPECT_THAT(Happened("match.ended"), IsEmpty());
}

TEST_F(RemindersWireTest, OptOutIsForCoffeeDrawsAloneWhereTheOrganisationChoseIt) {
  v1::Program program = Coffee();
  program.set_opt_out(true);
  EXPECT_THAT(Create(program), FailsWith(kWrongState, "OPT_OUT_NOT_ALLOWED"));
  AllowOptOut(true);
  EXPECT_THAT(Create(program), IsOk());
  v1::Program cohort = Cohort();
  cohort.set_opt_out(true);
  EXPECT_THAT(Create(cohort), FailsWith(kWrongState, "OPT_OUT_NOT_ALLOWED"));
}

TEST_F(RemindersWireTest, WhoeverSaysNothingIsInAfterThreeWorkingDays) {
  AllowOptOut(true);
  Put(Somebody("new").NotJoined());
  v1::Program program = Coffee();
  program.set_opt_out(true);
  program = *Create(program);
  ASSERT_THAT(Invite(program.name(), {"ada", "eve", "bob", "new"}), IsOk());
  EXPECT_THAT(Heard("participant.enrolling"), UnorderedElementsAre("ada", "eve", "bob"));
  EXPECT_THAT(Happened("participant.invited"), IsEmpty());
  ASSERT_THAT(Respond("bob", program.name(), Answer::ANSWER_NOT_NOW), IsOk());
  EXPECT_EQ(RunToTheEnd(program.name()).state(), v1::Round::STATE_FAILED);
  // Three working days of her own: Monday to Wednesday.
  const absl::Time enrolls = absl::FromUnixSeconds(Own(program.name(), "ada").enroll_time().seconds());
  EXPECT_EQ(absl::ToUnixSeconds(enrolls), 1'800'000'000 - 8 * 3600 + 6 * 24 * 3600);
  clock_.Set(enrolls);
  // Whoever says nothing looks like whoever said no.
  for (const char* person : {"ada", "bob", "new"}) {
    EXPECT_EQ(Of(program.name(), person).state(), v1::Participant::STATE_INVITED) << person;
    EXPECT_FALSE(Of(program.name(), person).has_enroll_time()) << person;
  }
  EXPECT_THAT(PairsOf(RunToTheEnd(program.name())), SizeIs(1));
  // Whoever is in without an answer owes none; who cannot be told is counted.
  EXPECT_THAT(Remind(program.name(), Nudge::AUDIENCE_NOT_ANSWERED), IsOk());
  EXPECT_THAT(Heard("participant.answer_awaited"), IsEmpty());

  AllowOptOut(false);
  EXPECT_EQ(RunToTheEnd(program.name()).state(), v1::Round::STATE_FAILED);
}

}  // namespace
}  // namespace cortado::matching
