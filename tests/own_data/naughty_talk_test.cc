// Every string of a list of naughty ones, in everything two people write to each other: kept to the byte, or refused
// with the path of the field.
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/own_data/naughty_strings.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using ::testing::IsEmpty;

constexpr absl::Duration kWithin = absl::Seconds(30);

// One asks, many are asked: nobody is asked twice.
class NaughtyTalkTest : public ::testing::Test {
 protected:
  NaughtyTalkTest() : acme_(site_.CreateOrganization("Acme")), ada_(site_.As(acme_, "ada")) {
    Join("ada");
    Join("bo");
  }

  void Join(const std::string& id) {
    site_.CreatePerson(acme_, id, id);
    site_.Offer(acme_, id, 3, profile::v1::BOOKING_ASK_FIRST);
    profile::v1::UpdateTimeRequest time;
    time.mutable_time()->set_name(absl::StrCat("people/", id, "/time"));
    for (int day = 1; day <= 7; ++day) {
      profile::v1::DayHours& hours = *time.mutable_time()->add_working_hours();
      hours.set_weekday(day);
      hours.set_end_minute(1440);
    }
    time.mutable_time()->set_weekly_minutes(2400);
    for (const char* path : {"working_hours", "weekly_minutes"}) time.mutable_update_mask()->add_paths(path);
    time.set_request_id(site_.NewRequestId());
    EXPECT_THAT(Ask(site_.profile(), &ProfileStub::UpdateTime, site_.As(acme_, id), time), IsOk());
  }

  // Whether a field of this name kept the text; else notes what happened, unless it was refused by its path.
  template <class Answer>
  bool Kept(const std::string& field, const std::string& text, const absl::StatusOr<Answer>& answer,
            const std::function<std::string(const Answer&)>& held) {
    if (answer.ok()) {
      const std::string found = held(*answer);
      if (found != text) faults_.push_back(absl::StrCat(field, " ", text, " came back as ", found));
      ++kept_;
      return true;
    }
    const bool refused =
        absl::IsInvalidArgument(answer.status()) && absl::StrContains(FieldsOf(answer.status()), field);
    if (!refused) faults_.push_back(absl::StrCat(field, " ", text, ": ", answer.status().ToString()));
    ++refused_;
    return false;
  }

  // Asks until it is no more unknown: what was just written is read by other services a moment later.
  template <class Call>
  auto Eventually(Call call) {
    const absl::Time limit = absl::Now() + kWithin;
    auto answer = call();
    while (!answer.ok() && !absl::IsInvalidArgument(answer.status()) && absl::Now() < limit) answer = call();
    return answer;
  }
  absl::StatusOr<matching::v1::Request> Request(const std::string& to, const std::string& message) {
    matching::v1::RequestMatchRequest request;
    request.set_mentor("people/" + to);
    request.set_message(message);
    request.set_request_id(site_.NewRequestId());
    return Eventually([&] { return Ask(site_.matching(), &MatchingStub::RequestMatch, ada_, request); });
  }
  std::string Match(const std::string& with) {
    matching::v1::AcceptMatchRequest accept;
    accept.set_request(Request(with, "Hello").value().name());
    accept.set_request_id(site_.NewRequestId());
    return Ask(site_.matching(), &MatchingStub::AcceptMatch, site_.As(acme_, with), accept).value().name();
  }

  void Report() {
    std::cout << kept_ << " kept, " << refused_ << " refused" << std::endl;
    EXPECT_THAT(faults_, IsEmpty());
    EXPECT_GT(kept_, 0);
  }

  Site site_;
  const std::string acme_;
  const Caller ada_;
  std::vector<std::string> faults_;
  int kept_ = 0, refused_ = 0;
};

TEST_F(NaughtyTalkTest, ARequestItsQuestionAndTheReplyKeepThemOrRefuseThem) {
  int asked = 0;
  for (const std::string& text : NaughtyStringsFor(1)) {
    const std::string mentor = absl::StrCat("m", ++asked);
    Join(mentor);
    auto request = Request(mentor, text);
    const bool kept =
        Kept<matching::v1::Request>("message", text, request, [](const auto& now) { return now.message(); });
    if (!kept) request = Request(mentor, "Hello");
    ASSERT_THAT(request, IsOk());
    matching::v1::AskRequesterRequest ask;
    ask.set_request(request->name());
    ask.set_question(text);
    ask.set_request_id(site_.NewRequestId());
    const Caller who = site_.As(acme_, mentor);
    auto answer = Ask(site_.matching(), &MatchingStub::AskRequester, who, ask);
    if (!Kept<matching::v1::Request>("question", text, answer,
                                     [](const auto& now) { return now.questions(0).question(); })) {
      ask.set_question("Which?");
      ask.set_request_id(site_.NewRequestId());
      ASSERT_THAT(Ask(site_.matching(), &MatchingStub::AskRequester, who, ask), IsOk());
    }
    matching::v1::ReplyWithDetailsRequest reply;
    reply.set_request(request->name());
    reply.set_details(text);
    reply.set_request_id(site_.NewRequestId());
    answer = Ask(site_.matching(), &MatchingStub::ReplyWithDetails, ada_, reply);
    Kept<matching::v1::Request>("details", text, answer, [](const auto& now) { return now.questions(0).details(); });
    matching::v1::WithdrawMatchRequest withdraw;
    withdraw.set_request(request->name());
    withdraw.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.matching(), &MatchingStub::WithdrawMatch, ada_, withdraw), IsOk());
  }
  Report();
}

TEST_F(NaughtyTalkTest, QuestionsOfAGuideAndOfTheOrganisationKeepThemOrRefuseThem) {
  const std::string match = Match("bo");
  matching::v1::CreateQuestionRequest create;
  create.mutable_question()->set_group(matching::v1::QUESTION_GROUP_ADVICE);
  create.mutable_question()->set_text_en("What would you do again?");
  create.set_request_id(site_.NewRequestId());
  auto own = Ask(site_.matching(), &MatchingStub::CreateQuestion, site_.Hr(acme_), create);
  ASSERT_THAT(own, IsOk());
  for (const std::string& text : NaughtyStringsFor(2)) {
    matching::v1::GetConversationGuideRequest get;
    get.set_match(match);
    matching::v1::SaveConversationGuideRequest save;
    save.mutable_guide()->set_name(match + "/guide");
    save.mutable_guide()->set_etag(Ask(site_.matching(), &MatchingStub::GetConversationGuide, ada_, get)->etag());
    matching::v1::GuideQuestion& question = *save.mutable_guide()->add_questions();
    question.set_group(matching::v1::QUESTION_GROUP_ADVICE);
    question.mutable_text()->set_text(text);
    save.set_request_id(site_.NewRequestId());
    const auto saved = Ask(site_.matching(), &MatchingStub::SaveConversationGuide, ada_, save);
    Kept<matching::v1::ConversationGuide>("guide.questions[0].text", text, saved,
                                          [](const auto& now) { return now.questions(0).text().text(); });
    for (const std::string field : {"text_en", "text_de"}) {
      const auto* at = matching::v1::Question::descriptor()->FindFieldByName(field);
      matching::v1::UpdateQuestionRequest update;
      *update.mutable_question() = *own;
      update.mutable_question()->GetReflection()->SetString(update.mutable_question(), at, text);
      update.mutable_update_mask()->add_paths(field);
      update.set_request_id(site_.NewRequestId());
      const auto updated = Ask(site_.matching(), &MatchingStub::UpdateQuestion, site_.Hr(acme_), update);
      Kept<matching::v1::Question>("question." + field, text, updated,
                                   [at](const auto& now) { return now.GetReflection()->GetString(now, at); });
      if (updated.ok()) own = updated;
    }
  }
  Report();
}

TEST_F(NaughtyTalkTest, TheTopicOfAChatAndOfASeriesKeepsThemOrRefusesThem) {
  const std::string match = Match("bo");
  const int64_t start = absl::ToUnixSeconds(absl::Now()) / 3600 * 3600 + 72 * 3600;
  for (const std::string& text : NaughtyStringsFor(3)) {
    scheduling::v1::BookChatRequest book;
    book.add_attendees("people/bo");
    book.mutable_start_time()->set_seconds(start);
    book.mutable_duration()->set_seconds(1800);
    book.set_topic(text);
    book.set_match(match);
    book.set_request_id(site_.NewRequestId());
    const auto chat = Eventually([&] { return Ask(site_.scheduling(), &SchedulingStub::BookChat, ada_, book); });
    if (Kept<scheduling::v1::Chat>("topic", text, chat, [](const auto& now) { return now.topic(); })) {
      scheduling::v1::CancelChatRequest cancel;
      cancel.set_name(chat->name());
      cancel.set_etag(chat->etag());
      cancel.set_request_id(site_.NewRequestId());
      ASSERT_THAT(Ask(site_.scheduling(), &SchedulingStub::CancelChat, ada_, cancel), IsOk());
    }
    scheduling::v1::BookSeriesRequest series;
    series.add_attendees("people/bo");
    for (int day = 1; day <= 2; ++day) series.add_start_times()->set_seconds(start + day * 24 * 3600);
    series.mutable_duration()->set_seconds(1800);
    series.set_topic(text);
    series.set_match(match);
    series.set_request_id(site_.NewRequestId());
    const auto all = Ask(site_.scheduling(), &SchedulingStub::BookSeries, ada_, series);
    if (Kept<scheduling::v1::Series>("topic", text, all, [](const auto& now) { return now.chats(0).topic(); })) {
      scheduling::v1::CancelSeriesRequest cancel;
      cancel.set_name(all->name());
      cancel.set_etag(all->etag());
      cancel.set_request_id(site_.NewRequestId());
      ASSERT_THAT(Ask(site_.scheduling(), &SchedulingStub::CancelSeries, ada_, cancel), IsOk());
    }
  }
  Report();
}

}  // namespace
}  // namespace cortado::testing
