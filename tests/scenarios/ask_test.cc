// Asking and answering from end to end: over the wire, through the courier, by mail. What a person may meet on the way,
// each refusal included, says what to do, in English and German.
#include <functional>
#include <set>

#include "common/status/error.h"
#include "cortado/type/v1/text.pb.h"
#include "tests/scenarios/ask_fixture.h"

namespace cortado::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Code = absl::StatusCode;
using matching::v1::Request;

class AskTest : public AskFixture {
 protected:
  // A full minute about a day ahead.
  static google::protobuf::Timestamp Tomorrow() {
    google::protobuf::Timestamp time;
    time.set_seconds(absl::ToUnixSeconds(absl::Now() + absl::Hours(26)) / 60 * 60);
    return time;
  }
  absl::StatusOr<matching::v1::Match> Accept(const Caller& caller, const std::string& request, bool with_time) {
    matching::v1::AcceptMatchRequest accept;
    accept.set_request(request);
    if (with_time) *accept.mutable_chosen_time() = Tomorrow();
    accept.set_request_id(site_.NewRequestId());
    return Ask(site_.matching(), &MatchingStub::AcceptMatch, caller, accept);
  }
  // The calendar object of that method in the person's mailbox, once there are so many mails in all.
  std::string CalendarOf(const std::string& id, const std::string& method, size_t all) {
    for (const ReceivedMail& mail : MailsTo(id, all)) {
      for (const ReceivedPart& part : mail.parts) {
        if (part.type == "text/calendar" && part.method == method) return part.text;
      }
    }
    return "";
  }
  absl::StatusOr<Request> Get(const Caller& caller, const std::string& name) {
    matching::v1::GetRequestRequest get;
    get.set_name(name);
    return Ask(site_.matching(), &MatchingStub::GetRequest, caller, get);
  }
};

TEST_F(AskTest, FromTheQuestionByMailToAnInvitationInBothMailboxesAndItsEnd) {
  matching::v1::RequestMatchRequest asking = Asking("bo", "How did you get from support to data?");
  *asking.add_proposed_times() = Tomorrow();
  const absl::StatusOr<Request> request = Send("ada", asking);
  ASSERT_THAT(request, IsOk());
  std::vector<ReceivedMail> mails = MailsTo("bo", 1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(mails[0].headers.at("Subject"), HasSubstr("Ada Lovelace möchte sich mit dir auf einen Kaffee treffen"));
  EXPECT_THAT(mails[0].Part("text/plain").text, HasSubstr("How did you get from support to data?"));

  // Bo answers by the link, without a login.
  const absl::StatusOr<profile::v1::Tokens> tokens = Exchange(LinkIn(mails[0]));
  ASSERT_THAT(tokens, IsOk());
  const Caller by_link{tokens->access_token()};
  EXPECT_THAT(Get(by_link, request->name()), IsOk());
  const absl::StatusOr<matching::v1::Match> match = Accept(by_link, request->name(), /*with_time=*/true);
  ASSERT_THAT(match, IsOk());
  ASSERT_NE(match->chat(), "");

  // Ada hears the yes, and both calendars of the chat.
  ASSERT_THAT(mail_server_.WaitForMails(4, kArrivesWithin), SizeIs(4));
  const std::string calendar = CalendarOf("ada", "REQUEST", 4);
  const std::string uid = calendar.substr(calendar.find("\r\nUID:"), 20);
  EXPECT_THAT(uid, HasSubstr("UID:"));
  EXPECT_THAT(CalendarOf("bo", "REQUEST", 4), HasSubstr(uid));
  scheduling::v1::GetChatRequest get;
  get.set_name(match->chat());
  const auto chat = Ask(site_.scheduling(), &SchedulingStub::GetChat, As("ada"), get);
  ASSERT_THAT(chat, IsOk());
  scheduling::v1::CancelChatRequest cancel;
  cancel.set_name(chat->name());
  cancel.set_etag(chat->etag());
  cancel.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.scheduling(), &SchedulingStub::CancelChat, As("ada"), cancel), IsOk());
  ASSERT_THAT(mail_server_.WaitForMails(6, kArrivesWithin), SizeIs(6));
  EXPECT_THAT(CalendarOf("ada", "CANCEL", 6), HasSubstr(uid));
  EXPECT_THAT(CalendarOf("bo", "CANCEL", 6), HasSubstr(uid));
  EXPECT_THAT(MailsTo("bo", 6).back().headers.at("Subject"), HasSubstr("Dein Chat mit Ada Lovelace ist abgesagt"));
}

class LinkTest : public AskTest {
 protected:
  LinkTest() {
    request_ = Send("ada", Asking("bo"))->name();
    link_ = LinkIn(MailsTo("bo", 1).at(0));
  }
  std::string request_;
  std::string link_;
};

TEST_F(LinkTest, OpeningItSpendsNothing) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Exchange(link_), IsOk());
  EXPECT_EQ(Get(As("bo"), request_)->state(), Request::STATE_OPEN);
}

TEST_F(LinkTest, IsGoodForOneAnswer) {
  const Caller first{Exchange(link_)->access_token()}, second{Exchange(link_)->access_token()};
  matching::v1::AskRequesterRequest question;
  question.set_request(request_);
  question.set_question("What do you do now?");
  question.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.matching(), &MatchingStub::AskRequester, first, question), IsOk());
  // The same answer sent again is the same answer; another one is too late, by either token and by a new one.
  EXPECT_THAT(Ask(site_.matching(), &MatchingStub::AskRequester, first, question), IsOk());
  const Caller third{Exchange(link_)->access_token()};
  for (const Caller& caller : {first, second, third}) {
    EXPECT_THAT(Accept(caller, request_, false), FailsWith(Code::kAborted, "ETAG_MISMATCH"));
  }
  // The reply brings a mail of its own.
  matching::v1::ReplyWithDetailsRequest reply;
  reply.set_request(request_);
  reply.set_details("Support, for four years.");
  reply.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.matching(), &MatchingStub::ReplyWithDetails, As("ada"), reply), IsOk());
  ASSERT_THAT(mail_server_.WaitForMails(3, kArrivesWithin), SizeIs(3));
  const ReceivedMail mail = MailsTo("bo", 3).back();
  EXPECT_THAT(mail.Part("text/plain").text, HasSubstr("Support, for four years."));
  EXPECT_THAT(Accept(Caller{Exchange(LinkIn(mail))->access_token()}, request_, false), IsOk());
}

TEST_F(LinkTest, OpensNothingElse) {
  const Caller by_link{Exchange(link_)->access_token()};
  const std::string other = Send("bo", Asking("ada"))->name();
  EXPECT_THAT(Get(by_link, other), FailsWith(Code::kNotFound, "RESOURCE_NOT_FOUND"));
  profile::v1::GetPersonRequest person;
  person.set_name("people/bo");
  EXPECT_THAT(Ask(site_.profile(), &ProfileStub::GetPerson, by_link, person),
              FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  matching::v1::ListRequestsRequest list;
  EXPECT_THAT(Ask(site_.matching(), &MatchingStub::ListRequests, by_link, list),
              FailsWith(Code::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Send("ada", Asking("bo")), FailsWith(Code::kAlreadyExists, "REQUEST_PENDING"));
  // Nor is it a token of the API.
  EXPECT_THAT(Get(Caller{link_}, request_), FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(LinkTest, AlteredOrForeignItIsNoProof) {
  std::string altered = link_;
  altered[altered.size() / 2] = altered[altered.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_THAT(Exchange(altered), FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Exchange(""), FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Exchange(As("bo").token), FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
  const auto stranger = *auth::SigningKey::Generate();
  const auth::AnswerScope scope{request_, "1"};
  const absl::Time now = absl::Now();
  EXPECT_THAT(Exchange(auth::MintAnswerLink(stranger, organization_, "bo", scope, now, now + absl::Hours(1))),
              FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Exchange(auth::MintAnswerLink(site_.key(), organization_, "bo", scope, now - absl::Hours(2),
                                            now - absl::Seconds(1))),
              FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(LinkTest, ALeaversLinkIsDead) {
  const Caller by_link{Exchange(link_)->access_token()};
  profile::v1::GetPersonRequest get;
  get.set_name("people/bo");
  profile::v1::UpdatePersonRequest leave;
  *leave.mutable_person() = *Ask(site_.profile(), &ProfileStub::GetPerson, site_.Hr(organization_), get);
  leave.mutable_person()->set_active(false);
  leave.mutable_update_mask()->add_paths("active");
  leave.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, site_.Hr(organization_), leave), IsOk());
  EXPECT_THAT(Exchange(link_), FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
  const absl::Time limit = absl::Now() + absl::Seconds(6);
  absl::Status last;
  while (last.ok() && absl::Now() < limit) last = Get(by_link, request_).status();
  EXPECT_THAT(last, FailsWith(Code::kUnauthenticated, "TOKEN_INVALID"));
}

// Refusals.

class RefusalTest : public AskTest {
 protected:
  // The sentence for the user in a language.
  template <class Stub, class Message, class Response>
  std::string SentenceOf(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Message&, Response*),
                         const Caller& caller, const Message& request, const std::string& language) {
    grpc::ClientContext context;
    Prepare(context, caller);
    context.AddMetadata("accept-language", language);
    Response response;
    const absl::Status status = rpc::FromGrpc((stub.*method)(&context, request, &response));
    const auto bytes = status.GetPayload(kUserMessageUrl);
    type::v1::UserMessage user;
    return bytes.has_value() && user.ParseFromString(std::string(*bytes)) ? user.text().text() : "";
  }
  // Refused for this reason, in a sentence of each language that says what to do.
  template <class Stub, class Message, class Response>
  void Refuses(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Message&, Response*),
               const Caller& caller, const Message& request, Code code, const std::string& reason) {
    EXPECT_THAT(Ask(stub, method, caller, request), FailsWith(code, reason));
    const std::string english = SentenceOf(stub, method, caller, request, "en");
    const std::string german = SentenceOf(stub, method, caller, request, "de");
    EXPECT_THAT(english, Not(IsEmpty())) << reason;
    EXPECT_THAT(german, Not(IsEmpty())) << reason;
    EXPECT_NE(english, german) << reason;
    EXPECT_THAT(english + german, Not(HasSubstr("{"))) << reason;
    EXPECT_THAT(english + german, Not(HasSubstr("error."))) << reason;
  }
  void RefusesToAsk(const matching::v1::RequestMatchRequest& request, Code code, const std::string& reason) {
    Refuses(site_.matching(), &MatchingStub::RequestMatch, As("ada"), request, code, reason);
  }
  int RequestsOf(const std::string& id) {
    return Ask(site_.matching(), &MatchingStub::ListRequests, As(id), matching::v1::ListRequestsRequest())
        ->requests_size();
  }
};

TEST_F(RefusalTest, BadInputIsRefusedForItsReasonAndChangesNothing) {
  RefusesToAsk(Asking("ada"), Code::kInvalidArgument, "REQUEST_SELF");
  RefusesToAsk(Asking("nobody"), Code::kNotFound, "RESOURCE_NOT_FOUND");
  matching::v1::RequestMatchRequest times = Asking("bo");
  for (int i = 0; i < 4; ++i) *times.add_proposed_times() = Tomorrow();
  RefusesToAsk(times, Code::kInvalidArgument, "FIELD_INVALID");
  RefusesToAsk(Asking("bo", std::string(2001, 'x')), Code::kInvalidArgument, "FIELD_INVALID");
  matching::v1::RequestMatchRequest choices = Asking("bo");
  for (int i = 0; i < 5; ++i) choices.add_next_choices(absl::StrCat("people/p", i));
  RefusesToAsk(choices, Code::kInvalidArgument, "FIELD_INVALID");
  EXPECT_EQ(RequestsOf("ada"), 0);
  EXPECT_EQ(RequestsOf("bo"), 0);
  EXPECT_THAT(mail_server_.Mails(), IsEmpty());
}

TEST_F(RefusalTest, AFourthOpenRequestASecondToOnePersonAndAFullOneAreRefused) {
  for (const char* id : {"cy", "di", "ed"}) Join(id, id, "en");
  for (const char* id : {"bo", "cy", "di"}) ASSERT_THAT(Send("ada", Asking(id)), IsOk());
  RefusesToAsk(Asking("bo"), Code::kAlreadyExists, "REQUEST_PENDING");
  RefusesToAsk(Asking("ed"), Code::kFailedPrecondition, "TOO_MANY_REQUESTS");
  EXPECT_EQ(RequestsOf("ada"), 3);
  matching::v1::DeclineMatchRequest decline;
  const auto asked = Ask(site_.matching(), &MatchingStub::ListRequests, As("bo"), matching::v1::ListRequestsRequest());
  decline.set_request(asked->requests(0).name());
  decline.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.matching(), &MatchingStub::DeclineMatch, As("bo"), decline), IsOk());
  RefusesToAsk(Asking("bo"), Code::kFailedPrecondition, "ASKED_RECENTLY");
  decline.set_request_id(site_.NewRequestId());
  Refuses(site_.matching(), &MatchingStub::DeclineMatch, As("bo"), decline, Code::kFailedPrecondition,
          "REQUEST_ANSWERED");
  Refuses(site_.matching(), &MatchingStub::DeclineMatch, As("ada"), decline, Code::kPermissionDenied, "ACCESS_DENIED");
  Refuses(site_.matching(), &MatchingStub::DeclineMatch, As("cy"), decline, Code::kNotFound, "RESOURCE_NOT_FOUND");
}

TEST_F(RefusalTest, WithoutAYesNobodyBooks) {
  scheduling::v1::BookChatRequest book;
  book.add_attendees("people/bo");
  *book.mutable_start_time() = Tomorrow();
  book.mutable_duration()->set_seconds(1800);
  book.set_request_id(site_.NewRequestId());
  Refuses(site_.scheduling(), &SchedulingStub::BookChat, As("ada"), book, Code::kFailedPrecondition,
          "CONSENT_REQUIRED");
}

// A decline, an expiry and somebody not available are one sentence to the asker (product rules 1.4).
TEST_F(RefusalTest, ToTheAskerEveryNoIsTheSameSentence) {
  for (const char* id : {"cy"}) Join(id, "Cy", "en");
  const std::string declined = Send("ada", Asking("bo"))->name();
  const std::string gone = Send("ada", Asking("cy"))->name();
  ASSERT_THAT(mail_server_.WaitForMails(2, kArrivesWithin), SizeIs(2));
  matching::v1::DeclineMatchRequest decline;
  decline.set_request(declined);
  decline.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.matching(), &MatchingStub::DeclineMatch, As("bo"), decline), IsOk());
  profile::v1::UpdateOfferRequest close;
  close.mutable_offer()->set_name("people/cy/offer");
  close.mutable_offer()->set_booking(profile::v1::BOOKING_CLOSED);
  close.mutable_update_mask()->add_paths("booking");
  close.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UpdateOffer, As("cy"), close), IsOk());
  const absl::Time limit = absl::Now() + kArrivesWithin;
  while (Get(As("ada"), gone)->state() != Request::STATE_CLOSED && absl::Now() < limit) {
  }
  Request one = *Get(As("ada"), declined), other = *Get(As("ada"), gone);
  EXPECT_EQ(one.state(), other.state());
  const auto subjects = [&] {
    std::vector<std::string> all;
    for (const ReceivedMail& mail : MailsTo("ada", 4)) all.push_back(mail.headers.at("Subject"));
    return all;
  }();
  ASSERT_THAT(subjects, SizeIs(2));
  std::set<std::string> sentences;
  for (std::string subject : subjects) {
    for (const std::string name : {"Bo Ågren", "Cy"}) {
      const size_t at = subject.find(name);
      if (at != std::string::npos) subject.replace(at, name.size(), "NAME");
    }
    sentences.insert(subject);
  }
  EXPECT_THAT(sentences, SizeIs(1));
}

}  // namespace
}  // namespace cortado::testing
