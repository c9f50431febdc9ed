// Mail about matches and programmes: reasons, times, and links, as things are when it is sent; and what matching hears
// of chats.
#include "services/scheduling/courier/chat_reports.h"
#include "services/scheduling/courier/testing/courier_fixture.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::IsOk;
using cortado::testing::ReceivedMail;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class MatchCourierTest : public CourierTest {
 protected:
  MatchCourierTest() {
    matching::v1::Match& match = matches_["matches/m1"];
    match.set_name("matches/m1");
    match.mutable_mentee()->set_person("people/ada");
    match.mutable_mentor()->set_person("people/bo");
    match.set_state(matching::v1::Match::STATE_ACTIVE);
    for (const char* time : {"2026-06-09 12:00", "2026-06-10 12:00", "2026-06-11 08:00"}) {
      *match.add_free_times() = WriteInstant(Utc(time));
    }
  }
  void Pairs() { Happens("match.paired", "matches/m1", {{"people", "ada,bo"}, {"title", "Spring"}, {"count", "0"}}); }
  // What was sent to somebody, as plain text.
  std::vector<std::string> SentTo(const std::string& address) {
    Collect();
    Drain();
    std::vector<std::string> texts;
    for (const ReceivedMail& mail : mail_server_.Mails()) {
      if (mail.recipients.front() == address) texts.push_back(mail.Part("text/plain").text);
    }
    return texts;
  }
};

TEST_F(MatchCourierTest, APairIsToldWhyAndThreeTimes) {
  Pairs();
  const std::vector<std::string> ada = SentTo("ada@example.com");
  ASSERT_THAT(ada, SizeIs(1));
  EXPECT_THAT(ada[0], HasSubstr("Spring"));
  EXPECT_THAT(ada[0], HasSubstr("Bo knows Go, which you want to learn."));
  EXPECT_THAT(ada[0], HasSubstr("Times that suit you all"));
  EXPECT_THAT(ada[0], HasSubstr("9 Jun 2026"));
  EXPECT_THAT(ada[0], HasSubstr("11 Jun 2026"));
  // What a mentee wants to learn is theirs to tell.
  const std::vector<std::string> bo = SentTo("bo@example.com");
  ASSERT_THAT(bo, SizeIs(1));
  EXPECT_THAT(bo[0], Not(HasSubstr("want to learn")));
  EXPECT_THAT(bo[0], HasSubstr("9. Juni 2026"));
}

TEST_F(MatchCourierTest, WhatIsOverNeedsNoMail) {
  Pairs();
  matches_["matches/m1"].set_state(matching::v1::Match::STATE_ENDED);
  EXPECT_THAT(SentTo("ada@example.com"), IsEmpty());
}

TEST_F(MatchCourierTest, AProposalComesWithItsTimeAndNotOnceAChatIsBooked) {
  const std::string start = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-09 12:00")));
  matching::v1::Match::Proposal& proposal = *matches_["matches/m1"].add_proposals();
  proposal.set_person("people/bo");
  *proposal.mutable_start_time() = WriteInstant(Utc("2026-06-09 12:00"));
  const std::string end = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-09 12:30")));
  Happens("match.time_proposed", "matches/m1", {{"people", "ada,bo"}, {"by", "bo"}, {"start", start}, {"end", end}});
  const std::vector<std::string> ada = SentTo("ada@example.com");
  ASSERT_THAT(ada, SizeIs(1));
  EXPECT_THAT(ada[0], HasSubstr("Bo Ågren proposes"));
  EXPECT_THAT(ada[0], HasSubstr("12:00"));
  EXPECT_THAT(SentTo("bo@example.com"), IsEmpty());
  matches_["matches/m1"].set_chat("chats/c1");
  Happens("match.time_proposed", "matches/m1", {{"people", "ada,bo"}, {"by", "ada"}, {"start", start}, {"end", end}});
  EXPECT_THAT(SentTo("bo@example.com"), IsEmpty());
}

TEST_F(MatchCourierTest, AProposalThatWasTakenBackOrHasPassedIsNotMailed) {
  const std::string start = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-09 12:00")));
  const std::string end = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-09 12:30")));
  Happens("match.time_proposed", "matches/m1", {{"people", "ada,bo"}, {"by", "bo"}, {"start", start}, {"end", end}});
  EXPECT_THAT(SentTo("ada@example.com"), IsEmpty());
  matching::v1::Match::Proposal& proposal = *matches_["matches/m1"].add_proposals();
  proposal.set_person("people/bo");
  *proposal.mutable_start_time() = WriteInstant(Utc("2026-06-08 09:00"));
  const std::string past = absl::StrCat(absl::ToUnixSeconds(Utc("2026-06-08 09:00")));
  Happens("match.time_proposed", "matches/m1", {{"people", "ada,bo"}, {"by", "bo"}, {"start", past}, {"end", start}});
  EXPECT_THAT(SentTo("ada@example.com"), IsEmpty());
}

TEST_F(MatchCourierTest, NewTimesAreNotPromisedWhereThereAreNone) {
  matches_["matches/m1"].clear_free_times();
  Happens("match.times_offered", "matches/m1", {{"people", "ada,bo"}});
  EXPECT_THAT(SentTo("ada@example.com"), IsEmpty());
}

TEST_F(MatchCourierTest, SittingOutIsForTheRoundThatWasToldOf) {
  const std::string past = absl::StrCat(absl::ToUnixMillis(Utc("2026-06-08 09:00")));
  Happens("round.upcoming", "programs/p1", {{"person", "ada"}, {"title", "Coffee"}, {"until", past}});
  EXPECT_THAT(SentTo("ada@example.com"), IsEmpty());
}

TEST_F(MatchCourierTest, ADrawThatTakesPeopleInSaysFromWhen) {
  const std::string until = absl::StrCat(absl::ToUnixMillis(Utc("2026-06-11 00:00")));
  Happens("participant.enrolling", "programs/p1", {{"person", "ada"}, {"title", "Coffee"}, {"until", until}});
  const std::vector<std::string> ada = SentTo("ada@example.com");
  ASSERT_THAT(ada, SizeIs(1));
  EXPECT_THAT(ada[0], HasSubstr("11 Jun 2026"));
  EXPECT_THAT(ada[0], HasSubstr("Coffee"));
}

class ChatReportsTest : public ::testing::Test {
 protected:
  ChatReportsTest() {
    site_.clock.Set(Utc("2026-06-08 10:00"));
    matching::v1::Match& match = site_.matches["matches/m1"];
    match.set_name("matches/m1");
    match.mutable_mentee()->set_person("people/ada");
    match.mutable_mentor()->set_person("people/bo");
    match.set_state(matching::v1::Match::STATE_ACTIVE);
    site_.Tell({Ada().Door(profile::v1::BOOKING_OPEN_DOOR), Bo().Door(profile::v1::BOOKING_OPEN_DOOR)});
  }
  static rpc::Call System() { return rpc::InternalCall("acme", "courier", absl::Now() + absl::Seconds(60)); }
  // Says that these were booked.
  void Hear(const std::vector<std::string>& names) {
    Collector::Events events;
    for (const std::string& name : names) {
      events.emplace_back();
      events.back().set_kind("chat.booked");
      events.back().set_subject(name);
    }
    ASSERT_THAT(SyncWait(reports_.Hear(System(), events)), IsOk());
  }
  std::string Book(const std::string& match) {
    v1::BookChatRequest request;
    request.add_attendees("people/bo");
    *request.mutable_start_time() = WriteInstant(Utc("2026-06-09 12:00") + absl::Hours(booked_));
    request.mutable_duration()->set_seconds(1800);
    request.set_match(match);
    request.set_request_id(absl::StrCat("request-", ++booked_));
    const auto chat = SyncWait(site_.chats.Book(site_.As("ada"), request));
    EXPECT_THAT(chat, IsOk());
    return chat->name();
  }

  Site site_;
  int booked_ = 0;
  absl::Status answer_;
  std::vector<std::string> recorded_;
  ChatReports reports_{site_.store,
                       site_.client,
                       site_.chat_store,
                       site_.series_store,
                       site_.people_store,
                       [this](rpc::Call, std::string name) -> Task<absl::StatusOr<matching::v1::Match>> {
                         const auto found = site_.matches.find(name);
                         if (found == site_.matches.end()) co_return NotFound();
                         co_return found->second;
                       },
                       [this](rpc::Call, matching::v1::RecordChatRequest request) -> Task<absl::Status> {
                         if (answer_.ok()) recorded_.push_back(request.match() + " " + request.chat());
                         co_return answer_;
                       }};
};

TEST_F(ChatReportsTest, EveryChatOfAMatchIsToldOnceAndOthersNever) {
  const std::string chat = Book("matches/m1"), other = Book("");
  Hear({chat, other, "chats/gone"});
  EXPECT_EQ(SyncWait(reports_.Report(System())).value(), 3);
  EXPECT_THAT(recorded_, ElementsAre("matches/m1 " + chat));
  EXPECT_EQ(SyncWait(reports_.Report(System())).value(), 0);
}

TEST_F(ChatReportsTest, WhatWasCancelledOrLacksOneOfAGroupIsNoFirstChat) {
  const std::string chat = Book("matches/m1");
  v1::CancelChatRequest cancel;
  cancel.set_name(chat);
  cancel.set_etag((*SyncWait(site_.chats.Get(site_.As("ada"),
                                             [&] {
                                               v1::GetChatRequest get;
                                               get.set_name(chat);
                                               return get;
                                             }())))
                      .etag());
  cancel.set_request_id("request-cancel");
  ASSERT_THAT(SyncWait(site_.chats.Cancel(site_.As("ada"), cancel)), IsOk());
  site_.Tell({Colleague("cy").Named("Cy").At("cy@example.com").Speaks("en")});
  site_.matches["matches/m1"].add_others()->set_person("people/cy");
  Hear({chat, Book("matches/m1")});
  EXPECT_EQ(SyncWait(reports_.Report(System())).value(), 2);
  EXPECT_THAT(recorded_, IsEmpty());
}

TEST_F(ChatReportsTest, WhatCouldNotBeToldIsToldLater) {
  const std::string chat = Book("matches/m1");
  Hear({chat});
  answer_ = absl::UnavailableError("away");
  EXPECT_FALSE(SyncWait(reports_.Report(System())).ok());
  answer_ = absl::OkStatus();
  EXPECT_EQ(SyncWait(reports_.Report(System())).value(), 1);
  EXPECT_THAT(recorded_, SizeIs(1));
}

}  // namespace
}  // namespace cortado::scheduling
