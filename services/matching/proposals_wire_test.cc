// From a match to its first chat over gRPC: proposed by one, confirmed by another, and what is told of it.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/auth/answer_link.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/programs_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::Ask;
using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kWrongState = absl::StatusCode::kFailedPrecondition;

class ProposalsWireTest : public testing::ProgramsWire {
 protected:
  ProposalsWireTest() {
    match_ = AcceptAt("bob", AskFor("ada", "bob")->name(), 0)->name();
    bookings_.Free({kSoon, kLater});
  }

  // Ada asked, Bob said yes, without a time.
  absl::StatusOr<v1::Match> AcceptAt(const std::string& caller, const std::string& name, int64_t) {
    v1::AcceptMatchRequest request;
    request.set_request(name);
    request.set_request_id(NextId());
    return Ask(*stub_, &Stub::AcceptMatch, As(caller), request);
  }
  absl::StatusOr<v1::Match> Propose(const std::string& caller, int64_t start, const std::string& match = "",
                                    const std::string& request_id = "") {
    v1::ProposeTimeRequest request;
    request.set_match(match.empty() ? match_ : match);
    request.mutable_start_time()->set_seconds(start);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return Ask(*stub_, &Stub::ProposeTime, As(caller), request);
  }
  absl::StatusOr<v1::Match> WithTimes(const cortado::testing::Caller& caller) {
    v1::GetMatchRequest request;
    request.set_name(match_);
    request.set_with_times(true);
    return Ask(*stub_, &Stub::GetMatch, caller, request);
  }
  cortado::testing::Caller Service() { return cortado::testing::TokenOf(key_, "acme", "scheduling", {"SERVICE"}); }
  absl::Status RecordChat(const std::string& chat, const std::string& match = "") {
    v1::RecordChatRequest request;
    request.set_match(match.empty() ? match_ : match);
    request.set_chat(chat);
    request.mutable_book_time()->set_seconds(kSoon);
    return Ask(*stub_, &Stub::RecordChat, Service(), request).status();
  }
  void DoWhatIsDue() {
    const rpc::Call call = rpc::InternalCall("acme", "job:requests.due", absl::Now() + absl::Seconds(10));
    ASSERT_THAT(SyncWait(matching_.life_cycle_job().Run(call)), IsOk());
  }

  std::string match_;
};

TEST_F(ProposalsWireTest, WhoTapsFirstProposesAndTheSecondBooks) {
  const auto proposed = Propose("ada", kSoon);
  ASSERT_THAT(proposed, IsOk());
  EXPECT_TRUE(proposed->chat().empty());
  ASSERT_THAT(proposed->proposals(), SizeIs(1));
  EXPECT_EQ(proposed->proposals(0).person(), "people/ada");
  ASSERT_THAT(Happened("match.time_proposed"), SizeIs(1));
  const auto told = Happened("match.time_proposed")[0];
  EXPECT_EQ(told.attributes().at("by"), "ada");
  EXPECT_EQ(told.attributes().at("people"), "ada,bob");
  EXPECT_EQ(told.attributes().at("start"), absl::StrCat(kSoon));
  EXPECT_THAT(bookings_.booked(), IsEmpty());

  const auto booked = Propose("bob", kSoon);
  ASSERT_THAT(booked, IsOk());
  EXPECT_FALSE(booked->chat().empty());
  EXPECT_TRUE(booked->has_first_chat_time());
  EXPECT_THAT(booked->proposals(), IsEmpty());
  ASSERT_THAT(bookings_.booked(), SizeIs(1));
  const scheduling::v1::BookChatRequest chat = bookings_.booked().begin()->second;
  EXPECT_EQ(chat.host(), "people/bob");
  EXPECT_THAT(chat.attendees(), ElementsAre("people/ada"));
  EXPECT_EQ(chat.start_time().seconds(), kSoon);
  EXPECT_EQ(chat.match(), match_);
}

TEST_F(ProposalsWireTest, WhoeverWantsAnotherTimeProposesThat) {
  ASSERT_THAT(Propose("ada", kSoon), IsOk());
  const auto other = Propose("bob", kLater);
  ASSERT_THAT(other, IsOk());
  EXPECT_TRUE(other->chat().empty());
  EXPECT_THAT(other->proposals(), SizeIs(2));
  EXPECT_FALSE(Propose("ada", kLater)->chat().empty());
  EXPECT_EQ(bookings_.booked().begin()->second.start_time().seconds(), kLater);
}

TEST_F(ProposalsWireTest, TheSameAgainTellsNobodyTwiceAndATapTooLateShowsTheChat) {
  ASSERT_THAT(Propose("ada", kSoon, "", "twice-twice"), IsOk());
  ASSERT_THAT(Propose("ada", kSoon, "", "twice-twice"), IsOk());
  ASSERT_THAT(Propose("ada", kSoon), IsOk());
  EXPECT_THAT(Happened("match.time_proposed"), SizeIs(1));
  const std::string chat = Propose("bob", kSoon)->chat();
  EXPECT_EQ(Propose("ada", kLater)->chat(), chat);
  EXPECT_THAT(bookings_.booked(), SizeIs(1));
}

TEST_F(ProposalsWireTest, ATimeThatIsGoneComesBackWithOthers) {
  bookings_.Free({kLater});
  const auto gone = Propose("ada", kSoon);
  ASSERT_THAT(gone, IsOk());
  EXPECT_EQ(gone->note().code(), "match.time_taken");
  ASSERT_THAT(gone->free_times(), SizeIs(1));
  EXPECT_EQ(gone->free_times(0).seconds(), kLater);
  EXPECT_THAT(gone->proposals(), IsEmpty());
  EXPECT_THAT(Happened("match.time_proposed"), IsEmpty());

  ASSERT_THAT(Propose("ada", kLater), IsOk());
  bookings_.Answer(absl::AlreadyExistsError("taken"));
  const auto taken = Propose("bob", kLater);
  ASSERT_THAT(taken, IsOk());
  EXPECT_EQ(taken->note().code(), "match.time_taken");
  EXPECT_FALSE(taken->has_chosen_time());
  EXPECT_THAT(Happened("match.time_taken"), SizeIs(1));
  // Another time may follow.
  bookings_.Answer(absl::OkStatus());
  bookings_.Free({kSoon});
  ASSERT_THAT(Propose("ada", kSoon), IsOk());
  EXPECT_FALSE(Propose("bob", kSoon)->chat().empty());
}

TEST_F(ProposalsWireTest, AConfirmedTimeIsBookedAlsoWhenSchedulingWasAway) {
  ASSERT_THAT(Propose("ada", kSoon), IsOk());
  bookings_.Answer(absl::UnavailableError("away"));
  const auto waiting = Propose("bob", kSoon);
  ASSERT_THAT(waiting, IsOk());
  EXPECT_EQ(waiting->note().code(), "match.booking_later");
  bookings_.Answer(absl::OkStatus());
  DoWhatIsDue();
  EXPECT_FALSE(GetMatch(As("ada"), match_)->chat().empty());
}

TEST_F(ProposalsWireTest, OnlyThePeopleOfAMatchProposeAndOnlyWhatCanBe) {
  EXPECT_THAT(Propose("eve", kSoon), FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Propose("ada", kSoon + 60), RefusesField("start_time"));
  EXPECT_THAT(Propose("ada", kSoon - 7 * 24 * 3600), RefusesField("start_time"));
  v1::EndMatchRequest end;
  end.set_name(match_);
  end.set_request_id(NextId());
  ASSERT_THAT(Ask(*stub_, &Stub::EndMatch, As("ada"), end), IsOk());
  EXPECT_THAT(Propose("ada", kSoon), FailsWith(kWrongState, "MATCH_ENDED"));
}

TEST_F(ProposalsWireTest, AChatThatWasCancelledLeavesTheWayOpen) {
  ASSERT_THAT(RecordChat("chats/c1"), IsOk());
  bookings_.CancelChats();
  EXPECT_THAT(WithTimes(As("ada"))->free_times(), SizeIs(2));
  const auto proposed = Propose("ada", kSoon);
  ASSERT_THAT(proposed, IsOk());
  EXPECT_THAT(proposed->proposals(), SizeIs(1));
  ASSERT_THAT(Propose("bob", kSoon), IsOk());
  EXPECT_THAT(bookings_.booked(), SizeIs(1));
}

TEST_F(ProposalsWireTest, WhoeverWantsMoreTimeProposesAndBooksNothing) {
  ASSERT_THAT(Propose("ada", kSoon), IsOk());
  v1::ProposeTimeRequest longer;
  longer.set_match(match_);
  longer.mutable_start_time()->set_seconds(kSoon);
  longer.mutable_duration()->set_seconds(7200);
  longer.set_request_id(NextId());
  const auto proposed = Ask(*stub_, &Stub::ProposeTime, As("bob"), longer);
  ASSERT_THAT(proposed, IsOk());
  EXPECT_THAT(proposed->proposals(), SizeIs(2));
  EXPECT_THAT(bookings_.booked(), IsEmpty());
  longer.mutable_duration()->set_seconds(601);
  longer.set_request_id(NextId());
  EXPECT_THAT(Ask(*stub_, &Stub::ProposeTime, As("bob"), longer), RefusesField("duration"));
}

TEST_F(ProposalsWireTest, TenProposalsAreEnough) {
  std::vector<int64_t> starts;
  for (int i = 0; i <= 10; ++i) starts.push_back(kSoon + i * 900);
  bookings_.Free(starts);
  for (int i = 0; i < 10; ++i) ASSERT_THAT(Propose("ada", starts[i]), IsOk());
  EXPECT_THAT(Propose("ada", starts[10]), FailsWith(kWrongState, "TOO_MANY_PROPOSALS"));
  // Confirming is no proposal.
  ASSERT_THAT(Propose("bob", kSoon), IsOk());
  EXPECT_FALSE(Propose("ada", kSoon)->chat().empty());
}

TEST_F(ProposalsWireTest, TimesThatSuitAllStandBesideAMatchUntilOneIsBooked) {
  EXPECT_THAT(GetMatch(As("ada"), match_)->free_times(), IsEmpty());
  EXPECT_THAT(WithTimes(As("ada"))->free_times(), SizeIs(2));
  EXPECT_THAT(WithTimes(Service())->free_times(), SizeIs(2));
  ASSERT_THAT(RecordChat("chats/c1"), IsOk());
  EXPECT_THAT(WithTimes(As("ada"))->free_times(), IsEmpty());
}

TEST_F(ProposalsWireTest, TheFirstChatIsKeptWhoeverBookedIt) {
  ASSERT_THAT(RecordChat("chats/c1"), IsOk());
  ASSERT_THAT(RecordChat("chats/c2"), IsOk());
  EXPECT_EQ(GetMatch(As("bob"), match_)->chat(), "chats/c1");
  EXPECT_EQ(GetMatch(As("bob"), match_)->first_chat_time().seconds(), kSoon);
  EXPECT_THAT(RecordChat("chats/c1", "matches/gone"), IsOk());
  v1::RecordChatRequest request;
  request.set_match(match_);
  request.set_chat("chats/c3");
  request.mutable_book_time()->set_seconds(kSoon);
  EXPECT_THAT(Ask(*stub_, &Stub::RecordChat, As("ada"), request),
              FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(ProposalsWireTest, ALinkIsForItsOwnMatchAlone) {
  const auto with = [&](const std::string& name) {
    auth::Claims claims;
    claims.organization = "acme";
    claims.subject = "ada";
    claims.roles.push_back("EMPLOYEE");
    claims.issued_at = absl::Now();
    claims.scope = auth::FormatAnswerScope({name, auth::kAnyVersion});
    claims.expires = absl::Now() + absl::Minutes(5);
    return cortado::testing::Caller{auth::Mint(key_, claims)};
  };
  v1::ProposeTimeRequest request;
  request.set_match(match_);
  request.mutable_start_time()->set_seconds(kSoon);
  request.set_request_id(NextId());
  EXPECT_THAT(Ask(*stub_, &Stub::ProposeTime, with("matches/other"), request),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Ask(*stub_, &Stub::ProposeTime, with(match_), request), IsOk());
}

}  // namespace
}  // namespace cortado::matching
