// What becomes of a request over gRPC, from the asking to the end of the match: as the two people meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "cortado/scheduling/v1/reason.pb.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Somebody;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kDenied = absl::StatusCode::kPermissionDenied;
constexpr absl::Duration kDay = absl::Hours(24);

class LifeCycleWireTest : public testing::MatchingWire {
 protected:
  LifeCycleWireTest() {
    Put(Somebody("ada").Wants("Go").At("Europe/Berlin"));
    for (const char* id : {"bob", "cyd", "dan"}) Put(Somebody(id).Has("Go").At("Europe/Berlin"));
    Load();
  }
  v1::Request Read(const std::string& name) {
    const absl::StatusOr<v1::Request> request = GetRequest(As("ada"), name);
    EXPECT_THAT(request, IsOk());
    return request.ok() ? *request : v1::Request();
  }
  v1::Request::State StateOf(const std::string& name) { return Read(name).state(); }
  // The request to the next choice.
  v1::Request NextOf(const std::string& name) { return Read(Read(name).next_request()); }
};

TEST_F(LifeCycleWireTest, AYesWithATimeBooksIt) {
  const std::string name = AskFor("ada", "bob")->name();
  const absl::StatusOr<v1::Match> match = AcceptAt("bob", name, kSoon);
  ASSERT_THAT(match, IsOk());
  EXPECT_THAT(match->chat(), ::testing::StartsWith("chats/accept-"));
  EXPECT_FALSE(match->has_note());
  ASSERT_THAT(bookings_.booked(), SizeIs(1));
  const scheduling::v1::BookChatRequest booked = bookings_.booked().begin()->second;
  EXPECT_EQ(booked.host(), "people/bob");
  EXPECT_EQ(booked.attendees(0), "people/ada");
  EXPECT_EQ(booked.match(), match->name());
  EXPECT_EQ(booked.start_time().seconds(), kSoon);
  EXPECT_EQ(booked.duration().seconds(), 30 * 60);
  EXPECT_EQ(GetMatch(As("ada"), match->name())->chat(), match->chat());
}

TEST_F(LifeCycleWireTest, WhenTheTimeIsGoneTheMatchStandsAndFreeTimesComeBack) {
  bookings_.Answer(Error(absl::StatusCode::kAlreadyExists, scheduling::v1::REASON_SLOT_TAKEN, "taken")
                       .Metadata("times", "2027-01-18T09:00:00Z,2027-01-18T10:00:00Z,2027-01-18T11:00:00Z"));
  const absl::StatusOr<v1::Match> match = AcceptAt("bob", AskFor("ada", "bob")->name(), kSoon);
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(match->state(), v1::Match::STATE_ACTIVE);
  EXPECT_EQ(match->chat(), "");
  EXPECT_FALSE(match->has_chosen_time());
  EXPECT_THAT(match->free_times(), SizeIs(3));
  EXPECT_EQ(match->note().code(), "match.time_taken");
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(GetMatch(As("ada"), match->name())->chat(), "");
}

TEST_F(LifeCycleWireTest, ATimeThatCouldNotBeBookedIsBookedByTheJob) {
  bookings_.Answer(absl::UnavailableError("away"));
  const absl::StatusOr<v1::Match> match = AcceptAt("bob", AskFor("ada", "bob")->name(), kSoon);
  ASSERT_THAT(match, IsOk());
  EXPECT_EQ(match->note().code(), "match.booking_later");
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(RunDue().code(), absl::StatusCode::kUnavailable);
  bookings_.Answer(absl::OkStatus());
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_NE(GetMatch(As("ada"), match->name())->chat(), "");
}

TEST_F(LifeCycleWireTest, ABookingWhoseAnswerWasLostIsNotBookedTwice) {
  bookings_.LoseAnswers(true);
  const std::string match = AcceptAt("bob", AskFor("ada", "bob")->name(), kSoon)->name();
  bookings_.LoseAnswers(false);
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_NE(GetMatch(As("ada"), match)->chat(), "");
  EXPECT_THAT(bookings_.booked(), SizeIs(1));
}

TEST_F(LifeCycleWireTest, ARepeatOfAYesReturnsTheMatchThoughItsTimeHasPassed) {
  const std::string name = AskFor("ada", "bob")->name();
  const absl::StatusOr<v1::Match> first = AcceptAt("bob", name, kSoon, "accept-it-once");
  ASSERT_THAT(first, IsOk());
  clock_.Advance(3 * kDay);
  const absl::StatusOr<v1::Match> again = AcceptAt("bob", name, kSoon, "accept-it-once");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), first->name());
  EXPECT_EQ(again->chat(), first->chat());
}

TEST_F(LifeCycleWireTest, AChosenTimeLiesAheadOnAFullMinute) {
  const std::string name = AskFor("ada", "bob")->name();
  EXPECT_THAT(AcceptAt("bob", name, 1'700'000'040), RefusesField("chosen_time"));
  EXPECT_THAT(AcceptAt("bob", name, kSoon + 1), RefusesField("chosen_time"));
  EXPECT_EQ(StateOf(name), v1::Request::STATE_OPEN);
}

TEST_F(LifeCycleWireTest, ANoAsksTheNextChoiceWithWhatIsStillAhead) {
  const v1::Request asked = *AskInOrder("ada", {"bob", "cyd", "dan"});
  clock_.Advance(2 * kDay);
  ASSERT_THAT(Decline("bob", asked.name()), IsOk());
  EXPECT_EQ(StateOf(asked.name()), v1::Request::STATE_CLOSED);
  const v1::Request next = NextOf(asked.name());
  EXPECT_EQ(next.mentor().person(), "people/cyd");
  EXPECT_EQ(next.message(), asked.message());
  EXPECT_THAT(next.proposed_times(), SizeIs(1));
  EXPECT_THAT(next.next_choices(), ::testing::ElementsAre("people/dan"));
}

TEST_F(LifeCycleWireTest, NobodyElseLearnsOfOtherChoices) {
  const v1::Request asked = *AskInOrder("ada", {"bob", "cyd", "dan"});
  EXPECT_THAT(asked.next_choices(), SizeIs(2));
  EXPECT_THAT(GetRequest(As("bob"), asked.name())->next_choices(), IsEmpty());
  EXPECT_THAT(ListRequests("bob", v1::SIDE_MENTOR)->requests(0).next_choices(), IsEmpty());
  EXPECT_THAT(GetRequest(cortado::testing::ServiceFor(key_, "acme"), asked.name())->next_choices(), IsEmpty());
  const absl::StatusOr<v1::Request> declined = Decline("bob", asked.name());
  EXPECT_EQ(declined->next_request(), "");
  EXPECT_THAT(declined->next_choices(), IsEmpty());
  EXPECT_THAT(GetRequest(As("cyd"), NextOf(asked.name()).name())->next_choices(), IsEmpty());
}

TEST_F(LifeCycleWireTest, AChoiceWhoCannotBeAskedIsPassedOver) {
  const v1::Request asked = *AskInOrder("ada", {"bob", "cyd", "dan"});
  Put(Somebody("cyd").Paused());
  ASSERT_THAT(Decline("bob", asked.name()), IsOk());
  EXPECT_EQ(NextOf(asked.name()).mentor().person(), "people/dan");
}

TEST_F(LifeCycleWireTest, AnAnswerThatDoesNotComeInThreeWorkingDaysIsANo) {
  const v1::Request asked = *AskInOrder("ada", {"bob", "cyd"});
  // Asked on a Friday morning: Monday to Wednesday, by the clock in Berlin.
  EXPECT_EQ(absl::FromUnixSeconds(asked.expire_time().seconds()),
            absl::FromCivil(absl::CivilHour(2027, 1, 20, 23), absl::UTCTimeZone()));
  clock_.Set(absl::FromUnixSeconds(asked.expire_time().seconds()) - absl::Seconds(1));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(StateOf(asked.name()), v1::Request::STATE_OPEN);
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(StateOf(asked.name()), v1::Request::STATE_CLOSED);
  EXPECT_EQ(NextOf(asked.name()).mentor().person(), "people/cyd");
  EXPECT_THAT(Accept("bob", asked.name()), FailsWith(kWrongState, "REQUEST_ANSWERED"));
}

TEST_F(LifeCycleWireTest, AQuestionStopsTheClockOfTheOneAskedAndStartsTheRequesters) {
  const std::string name = AskFor("ada", "bob")->name();
  clock_.Advance(4 * kDay);
  const absl::StatusOr<v1::Request> question = Question("bob", name);
  ASSERT_THAT(question, IsOk());
  EXPECT_TRUE(question->waits_for_requester());
  EXPECT_THAT(Question("bob", name), FailsWith(kWrongState, "QUESTION_PENDING"));
  clock_.Advance(3 * kDay);
  EXPECT_THAT(RunDue(), IsOk());
  const absl::StatusOr<v1::Request> reply = Reply("ada", name);
  ASSERT_THAT(reply, IsOk());
  EXPECT_FALSE(reply->waits_for_requester());
  EXPECT_EQ(reply->questions(0).details(), "A course, and two projects.");
  EXPECT_GT(reply->expire_time().seconds(), question->expire_time().seconds());
  EXPECT_THAT(Reply("ada", name), FailsWith(kWrongState, "NO_QUESTION"));
  EXPECT_THAT(Accept("bob", name), IsOk());
}

TEST_F(LifeCycleWireTest, ARequesterWhoDoesNotReplyInThreeWorkingDaysOfTheirsGetsANo) {
  const std::string name = AskFor("ada", "bob")->name();
  const v1::Request question = *Question("bob", name);
  clock_.Set(absl::FromUnixSeconds(question.expire_time().seconds()));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(StateOf(name), v1::Request::STATE_CLOSED);
}

TEST_F(LifeCycleWireTest, FiveQuestionsAreEnough) {
  const std::string name = AskFor("ada", "bob")->name();
  for (int i = 0; i < kQuestions; ++i) {
    ASSERT_THAT(Question("bob", name), IsOk());
    ASSERT_THAT(Reply("ada", name), IsOk());
  }
  EXPECT_THAT(Question("bob", name), FailsWith(kWrongState, "TOO_MANY_QUESTIONS"));
}

TEST_F(LifeCycleWireTest, EachStepIsForOneSideOnly) {
  const std::string name = AskFor("ada", "bob")->name();
  EXPECT_THAT(Question("ada", name), FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Reply("bob", name), FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Postpone("ada", name, kDay), FailsWith(kDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Withdraw("bob", name), FailsWith(kDenied, "ACCESS_DENIED"));
  for (const char* stranger : {"cyd", "zoe"}) {
    EXPECT_THAT(Question(stranger, name), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
    EXPECT_THAT(Withdraw(stranger, name), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  }
}

TEST_F(LifeCycleWireTest, NotNowOpensAgainOnItsDate) {
  const std::string name = AskFor("ada", "bob")->name();
  const absl::StatusOr<v1::Request> postponed = Postpone("bob", name, 20 * kDay);
  ASSERT_THAT(postponed, IsOk());
  EXPECT_EQ(GetRequest(As("ada"), name)->postpone_end_time().seconds(), postponed->postpone_end_time().seconds());
  clock_.Advance(20 * kDay - absl::Seconds(1));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(StateOf(name), v1::Request::STATE_POSTPONED);
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(RunDue(), IsOk());
  const v1::Request open = *GetRequest(As("ada"), name);
  EXPECT_EQ(open.state(), v1::Request::STATE_OPEN);
  EXPECT_GT(absl::FromUnixSeconds(open.expire_time().seconds()), clock_.Now() + 2 * kDay);
  EXPECT_THAT(Accept("bob", name), IsOk());
}

TEST_F(LifeCycleWireTest, NotNowClosesOnItsDateWhenThereIsNoRoom) {
  Put(Somebody("bob").WithPlaces(1));
  const std::string name = AskInOrder("ada", {"bob", "cyd"})->name();
  ASSERT_THAT(Postpone("bob", name, 20 * kDay), IsOk());
  ASSERT_THAT(Accept("bob", AskFor("dan", "bob")->name()), IsOk());
  clock_.Advance(20 * kDay);
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(StateOf(name), v1::Request::STATE_CLOSED);
  EXPECT_EQ(NextOf(name).mentor().person(), "people/cyd");
}

TEST_F(LifeCycleWireTest, NotNowNamesADateWithinAYear) {
  const std::string name = AskFor("ada", "bob")->name();
  EXPECT_THAT(Postpone("bob", name, absl::ZeroDuration()), RefusesField("postpone_end_time"));
  EXPECT_THAT(Postpone("bob", name, 367 * kDay), RefusesField("postpone_end_time"));
  EXPECT_EQ(StateOf(name), v1::Request::STATE_OPEN);
}

TEST_F(LifeCycleWireTest, WhatIsTakenBackIsAskedOfNobodyElse) {
  const std::string name = AskInOrder("ada", {"bob", "cyd"})->name();
  ASSERT_THAT(Withdraw("ada", name), IsOk());
  EXPECT_EQ(StateOf(name), v1::Request::STATE_WITHDRAWN);
  EXPECT_THAT(ListRequests("cyd", v1::SIDE_MENTOR)->requests(), IsEmpty());
  EXPECT_THAT(Withdraw("ada", name), FailsWith(kWrongState, "REQUEST_ANSWERED"));
  EXPECT_THAT(Accept("bob", name), FailsWith(kWrongState, "REQUEST_ANSWERED"));
  EXPECT_THAT(AskFor("ada", "bob"), FailsWith(kWrongState, "ASKED_RECENTLY"));
}

TEST_F(LifeCycleWireTest, WhatWasPutOffIsStillAnsweredOrTakenBack) {
  const std::string to_bob = AskFor("ada", "bob")->name();
  const std::string to_cyd = AskFor("ada", "cyd")->name();
  const std::string to_dan = AskFor("ada", "dan")->name();
  for (const auto& [mentor, name] : {std::pair{"bob", to_bob}, {"cyd", to_cyd}, {"dan", to_dan}}) {
    ASSERT_THAT(Postpone(mentor, name, kDay), IsOk());
  }
  EXPECT_THAT(Question("bob", to_bob), FailsWith(kWrongState, "REQUEST_ANSWERED"));
  EXPECT_THAT(Accept("bob", to_bob), IsOk());
  EXPECT_THAT(Decline("cyd", to_cyd), IsOk());
  EXPECT_THAT(Withdraw("ada", to_dan), IsOk());
}

TEST_F(LifeCycleWireTest, WhoeverTakesABreakOrClosesTheDoorAnswersAtOnce) {
  const std::string to_bob = AskInOrder("ada", {"bob", "dan"})->name();
  const std::string to_cyd = AskFor("ada", "cyd")->name();
  Put(Somebody("bob").Paused());
  EXPECT_EQ(StateOf(to_bob), v1::Request::STATE_CLOSED);
  EXPECT_EQ(NextOf(to_bob).mentor().person(), "people/dan");
  EXPECT_EQ(StateOf(to_cyd), v1::Request::STATE_OPEN);
  Put(Somebody("cyd").Closed());
  EXPECT_EQ(StateOf(to_cyd), v1::Request::STATE_CLOSED);
}

TEST_F(LifeCycleWireTest, AfterARestartABreakAnswersThoughNobodyCalls) {
  const std::string name = AskFor("ada", "bob")->name();
  matching_.Stop();
  Matching restarted{Dependencies{redis_.address(), loop_, executors_, clock_, peer_, scheduling_peer_}};
  restarted.Start();
  EXPECT_THAT(SyncWait(restarted.life_cycle_job().Run(
                  rpc::InternalCall("acme", "job:requests.due", absl::Now() + absl::Seconds(10)))),
              IsOk());
  Put(Somebody("bob").Paused());
  EXPECT_EQ(StateOf(name), v1::Request::STATE_CLOSED);
  feed_.EndWaits();
}

TEST_F(LifeCycleWireTest, WhoeverLeavesHasNobodyAskedInTheirName) {
  const std::string name = AskInOrder("ada", {"bob", "cyd"})->name();
  Put(Somebody("ada").Gone());
  EXPECT_EQ(GetRequest(As("bob"), name)->state(), v1::Request::STATE_CLOSED);
  EXPECT_THAT(ListRequests("cyd", v1::SIDE_MENTOR)->requests(), IsEmpty());
}

TEST_F(LifeCycleWireTest, EitherOfTheTwoEndsAMatchWithoutAReason) {
  const std::string match = Accept("bob", AskFor("ada", "bob")->name())->name();
  EXPECT_THAT(End("cyd", match), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  const absl::StatusOr<v1::Match> ended = End("ada", match);
  ASSERT_THAT(ended, IsOk());
  EXPECT_EQ(ended->state(), v1::Match::STATE_ENDED);
  EXPECT_EQ(GetMatch(As("bob"), match)->state(), v1::Match::STATE_ENDED);
  EXPECT_THAT(End("bob", match), FailsWith(kWrongState, "MATCH_ENDED"));
}

TEST_F(LifeCycleWireTest, AFitIsPrivateAndNotKeepsTheTwoApart) {
  const std::string match = Accept("bob", AskFor("ada", "bob")->name())->name();
  ASSERT_THAT(Rate("ada", match, v1::Match::FIT_GOOD), IsOk());
  EXPECT_EQ(GetMatch(As("ada"), match)->fit(), v1::Match::FIT_GOOD);
  EXPECT_EQ(GetMatch(As("bob"), match)->fit(), v1::Match::FIT_UNSPECIFIED);
  EXPECT_THAT(Rate("ada", match, v1::Match::FIT_GOOD, /*end_match=*/true), RefusesField("end_match"));
  const absl::StatusOr<v1::Match> left = Rate("ada", match, v1::Match::FIT_NOT, /*end_match=*/true);
  ASSERT_THAT(left, IsOk());
  EXPECT_EQ(left->state(), v1::Match::STATE_ENDED);
  EXPECT_THAT(Suggested("ada"), ::testing::UnorderedElementsAre("people/cyd", "people/dan"));
  clock_.Advance(kApart);
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_THAT(Suggested("ada"), SizeIs(3));
}

TEST_F(LifeCycleWireTest, WhatCameToNothingIsForgottenAfterNinetyDaysAndNotBefore) {
  const std::string name = AskFor("ada", "bob")->name();
  ASSERT_THAT(Decline("bob", name), IsOk());
  clock_.Advance(90 * kDay - absl::Seconds(1));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_EQ(StateOf(name), v1::Request::STATE_CLOSED);
  clock_.Advance(absl::Seconds(3));
  EXPECT_THAT(RunDue(), IsOk());
  EXPECT_THAT(GetRequest(As("ada"), name), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(AskFor("ada", "bob"), IsOk());
}

TEST_F(LifeCycleWireTest, BadInputIsRefusedByItsFieldAndNothingChanges) {
  v1::RequestMatchRequest request;
  request.set_mentor("people/bob");
  request.set_request_id("request-bad");
  const auto ask = [&] { return cortado::testing::Ask(*stub_, &Stub::RequestMatch, As("ada"), request); };
  for (int i = 0; i < 4; ++i) request.add_proposed_times()->set_seconds(kSoon);
  EXPECT_THAT(ask(), RefusesField("proposed_times"));
  request.clear_proposed_times();
  request.set_message(std::string(2001, 'x'));
  EXPECT_THAT(ask(), RefusesField("message"));
  request.set_message("");
  for (const char* id : {"cyd", "dan", "eve", "fay", "gus"}) request.add_next_choices(absl::StrCat("people/", id));
  EXPECT_THAT(ask(), RefusesField("next_choices"));
  for (const char* wrong : {"people/bob", "people/ada", "people/cyd", "people/nobody"}) {
    request.clear_next_choices();
    request.add_next_choices("people/cyd");
    request.add_next_choices(wrong);
    EXPECT_THAT(ask(), RefusesField("next_choices[1]")) << wrong;
  }
  EXPECT_THAT(ListRequests("ada", v1::SIDE_MENTEE)->requests(), IsEmpty());
}

TEST_F(LifeCycleWireTest, AFourthOpenRequestIsRefused) {
  Put(Somebody("eve").Has("Go"));
  for (const char* mentor : {"bob", "cyd", "dan"}) ASSERT_THAT(AskFor("ada", mentor), IsOk());
  EXPECT_THAT(AskFor("ada", "eve"), FailsWith(kWrongState, "TOO_MANY_REQUESTS"));
  EXPECT_THAT(ListRequests("eve", v1::SIDE_MENTOR)->requests(), IsEmpty());
}

// Everybody asks at once, the one asked says yes to whatever arrives, until all have been answered.
TEST_F(LifeCycleWireTest, OfTwoHundredWhoRaceForThreePlacesThreeAreAccepted) {
  constexpr int kAskers = 200;
  Put(Somebody("zoe").WithPlaces(3));
  for (int i = 0; i < kAskers; ++i) feed_.Put(Somebody(absl::StrCat("a", i)));
  feed_.WaitUntilTaken();
  std::vector<std::thread> askers;
  std::atomic<int> refused{0};
  std::atomic<int> accepted{0};
  for (int i = 0; i < kAskers; ++i) {
    askers.emplace_back([&, i] {
      const absl::StatusOr<v1::Request> asked = AskFor(absl::StrCat("a", i), "zoe", absl::StrCat("race-ask-", i));
      if (!asked.ok()) {
        EXPECT_THAT(asked, FailsWith(kWrongState, "NO_PLACE_LEFT"));
        ++refused;
        return;
      }
      if (Accept("zoe", asked->name(), absl::StrCat("race-yes-", i)).ok()) ++accepted;
    });
  }
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(accepted, 3);
  EXPECT_EQ(refused, kAskers - 3);
  v1::ListMatchesRequest list;
  EXPECT_THAT(cortado::testing::Ask(*stub_, &Stub::ListMatches, As("zoe"), list)->matches(), SizeIs(3));
}

}  // namespace
}  // namespace cortado::matching
