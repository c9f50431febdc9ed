// From a match to its first chat, end to end: times that suit both, one proposes, the other confirms by the link of a
// mail, and matching hears of every first chat, however it was booked.
#include "tests/scenarios/ask_fixture.h"

namespace cortado::testing {
namespace {

using matching::v1::Match;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class FirstChatTest : public AskFixture {
 protected:
  // Ada asks, Bo says yes without a time.
  std::string Matched() {
    const auto request = Send("ada", Asking("bo"));
    EXPECT_THAT(request, IsOk());
    matching::v1::AcceptMatchRequest accept;
    accept.set_request(request->name());
    accept.set_request_id(site_.NewRequestId());
    const auto match = Ask(site_.matching(), &MatchingStub::AcceptMatch, As("bo"), accept);
    EXPECT_THAT(match, IsOk());
    return match->name();
  }
  Match Get(const Caller& caller, const std::string& name) {
    matching::v1::GetMatchRequest get;
    get.set_name(name);
    get.set_with_times(true);
    const auto match = Ask(site_.matching(), &MatchingStub::GetMatch, caller, get);
    EXPECT_THAT(match, IsOk());
    return *match;
  }
  absl::StatusOr<Match> Propose(const Caller& caller, const std::string& name,
                                const google::protobuf::Timestamp& start) {
    matching::v1::ProposeTimeRequest request;
    request.set_match(name);
    *request.mutable_start_time() = start;
    request.set_request_id(site_.NewRequestId());
    return Ask(site_.matching(), &MatchingStub::ProposeTime, caller, request);
  }
  // The mails to somebody whose subject has these words, once there is one.
  ReceivedMail AwaitMail(const std::string& id, const std::string& words) {
    const absl::Time limit = absl::Now() + kArrivesWithin;
    for (size_t count = 1; absl::Now() < limit; ++count) {
      for (ReceivedMail& mail : MailsTo(id, count)) {
        if (mail.headers.at("Subject").find(words) != std::string::npos) return mail;
      }
    }
    ADD_FAILURE() << "no mail to " << id << " with " << words;
    return {};
  }
};

TEST_F(FirstChatTest, OneProposesAndTheOtherConfirmsByTheLinkOfAMail) {
  const std::string match = Matched();
  const Match before = Get(As("ada"), match);
  ASSERT_THAT(before.free_times(), SizeIs(3));
  ASSERT_THAT(Propose(As("ada"), match, before.free_times(0)), IsOk());
  const ReceivedMail mail = AwaitMail("bo", "schlägt");
  EXPECT_THAT(mail.Part("text/plain").text, HasSubstr("Ada Lovelace"));
  EXPECT_THAT(mail.Part("text/plain").text, HasSubstr("Zeiten, die euch allen passen"));
  const auto tokens = Exchange(LinkIn(mail));
  ASSERT_THAT(tokens, IsOk());
  const Caller by_link{tokens->access_token()};
  EXPECT_EQ(Get(by_link, match).proposals(0).start_time().seconds(), before.free_times(0).seconds());
  const auto booked = Propose(by_link, match, before.free_times(0));
  ASSERT_THAT(booked, IsOk());
  EXPECT_THAT(booked->chat(), Not(IsEmpty()));
  AwaitMail("ada", "chat");
  // The link is for this alone.
  EXPECT_FALSE(Ask(site_.matching(), &MatchingStub::ListMatches, by_link, matching::v1::ListMatchesRequest()).ok());
}

TEST_F(FirstChatTest, AFirstChatCountsHoweverItWasBooked) {
  const std::string match = Matched();
  scheduling::v1::BookChatRequest book;
  book.add_attendees("people/bo");
  *book.mutable_start_time() = Get(As("ada"), match).free_times(0);
  book.mutable_duration()->set_seconds(1800);
  book.set_match(match);
  book.set_request_id(site_.NewRequestId());
  const auto chat = Ask(site_.scheduling(), &SchedulingStub::BookChat, As("ada"), book);
  ASSERT_THAT(chat, IsOk());
  const absl::Time limit = absl::Now() + kArrivesWithin;
  while (Get(As("bo"), match).chat().empty()) ASSERT_LT(absl::Now(), limit);
  EXPECT_EQ(Get(As("bo"), match).chat(), chat->name());
  EXPECT_EQ(Get(As("bo"), match).first_chat_time().seconds(), chat->create_time().seconds());
  EXPECT_THAT(Get(As("bo"), match).free_times(), IsEmpty());
}

}  // namespace
}  // namespace cortado::testing
