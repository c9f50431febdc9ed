#include "tests/own_data/planting.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

constexpr absl::Duration kWithin = absl::Seconds(30);

// Asks until it succeeds: what was just written is read by other services a moment later.
template <class Call>
auto Eventually(Call call) {
  const absl::Time limit = absl::Now() + kWithin;
  auto answer = call();
  while (!answer.ok() && absl::Now() < limit) answer = call();
  EXPECT_THAT(answer, IsOk());
  return answer.ok() ? *answer : typename decltype(answer)::value_type();
}

std::string Name(absl::string_view id) { return absl::StrCat("people/", id); }

}  // namespace

Planting::Planting(Ground ground)
    : ground_(std::move(ground)),
      profile_(profile::v1::ProfileService::NewStub(ground_.channel)),
      matching_(matching::v1::MatchingService::NewStub(ground_.channel)),
      scheduling_(scheduling::v1::SchedulingService::NewStub(ground_.channel)),
      notifications_(scheduling::v1::NotificationService::NewStub(ground_.channel)) {}

std::string Planting::NewRequestId() { return absl::StrCat("planting-", id::New(), "-", ++requests_); }

std::string Planting::Word() {
  words_.push_back(absl::StrCat("Quokka", 1000 + words_.size(), "Zebu"));
  return words_.back();
}

profile::v1::Person Planting::Get(const std::string& id) {
  profile::v1::GetPersonRequest request;
  request.set_name(Name(id));
  auto person = Ask(*profile_, &ProfileStub::GetPerson, ground_.hr, request);
  EXPECT_THAT(person, IsOk());
  return person.ok() ? *person : profile::v1::Person();
}

void Planting::Plant() {
  Create("boss1", false);
  Create(kMentor, false);
  Create(kStudent, false);
  Create(kPerson, true);
  for (const char* id : {kMentor, kStudent, kPerson}) Join(id);
  TellOfOneself();
  GoPlaces();
  AskAndAnswer();
  BeAsked();
  TakePart();
  Meet();
}

void Planting::Create(const std::string& id, bool planted) {
  profile::v1::CreatePersonRequest request;
  request.set_person_id(id);
  request.set_request_id(NewRequestId());
  profile::v1::Person& person = *request.mutable_person();
  person.set_display_name(planted ? Word() : absl::StrCat("The ", id));
  person.set_external_id(planted ? Word() : id);
  person.set_time_zone("Europe/Berlin");
  person.set_active(true);
  person.add_languages("en");
  if (planted) {
    person.set_email(Word() + "@example.com");
    person.set_title(Word());
    person.set_department(Word());
    person.set_location(Word());
    person.set_manager("people/boss1");
    person.set_start_date("2019-03-04");
  }
  EXPECT_THAT(Ask(*profile_, &ProfileStub::CreatePerson, ground_.hr, request), IsOk());
}

void Planting::Join(const std::string& id) {
  const bool planted = id == kPerson;
  profile::v1::UpdateOfferRequest offer;
  offer.mutable_offer()->set_name(Name(id) + "/offer");
  offer.mutable_offer()->set_mentor(true);
  offer.mutable_offer()->set_mentee(true);
  offer.mutable_offer()->set_places(3);
  for (int i = 0; planted && i < 5; ++i) {
    offer.mutable_offer()->add_topics(Word());
    offer.mutable_offer()->add_observe_first(Word());
  }
  for (const char* path : {"mentor", "mentee", "places", "topics", "observe_first"}) {
    offer.mutable_update_mask()->add_paths(path);
  }
  offer.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*profile_, &ProfileStub::UpdateOffer, ground_.as(id), offer), IsOk());
  profile::v1::UpdateTimeRequest time;
  time.mutable_time()->set_name(Name(id) + "/time");
  for (int day = 1; day <= 7; ++day) {
    profile::v1::DayHours& hours = *time.mutable_time()->add_working_hours();
    hours.set_weekday(day);
    hours.set_end_minute(1440);
  }
  time.mutable_time()->set_weekly_minutes(600);
  for (const char* path : {"working_hours", "weekly_minutes"}) time.mutable_update_mask()->add_paths(path);
  time.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*profile_, &ProfileStub::UpdateTime, ground_.as(id), time), IsOk());
}

void Planting::TellOfOneself() {
  profile::v1::UpdatePersonRequest request;
  profile::v1::Person& person = *request.mutable_person();
  person.set_name(Name(kPerson));
  person.set_etag(Get(kPerson).etag());
  for (int i = 0; i < 3; ++i) {
    person.add_interests()->set_topic(Word());
    profile::v1::JourneyStep& step = *person.add_journey();
    step.set_role(Word());
    step.set_department(Word());
    step.set_from_year(2001 + i);
    step.set_confirmed(true);
  }
  for (const char* path : {"interests", "journey"}) request.mutable_update_mask()->add_paths(path);
  request.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*profile_, &ProfileStub::UpdatePerson, ground_.as(kPerson), request), IsOk());
}

void Planting::GoPlaces() {
  for (int i = 0; i < 2; ++i) {
    profile::v1::CreateDestinationRequest request;
    request.set_parent(Name(kPerson));
    request.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
    request.mutable_destination()->set_text(Word());
    request.set_request_id(NewRequestId());
    EXPECT_THAT(Ask(*profile_, &ProfileStub::CreateDestination, ground_.as(kPerson), request), IsOk());
  }
  profile::v1::BlockPersonRequest block;
  block.set_parent(Name(kPerson));
  block.mutable_block()->set_person("people/boss1");
  block.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*profile_, &ProfileStub::BlockPerson, ground_.as(kPerson), block), IsOk());
  scheduling::v1::UpdateNotificationPreferencesRequest preferences;
  preferences.mutable_preferences()->set_name(Name(kPerson) + "/notificationPreferences");
  preferences.mutable_preferences()->set_any_time(true);
  preferences.mutable_update_mask()->add_paths("any_time");
  preferences.set_request_id(NewRequestId());
  Eventually([&] {
    return Ask(*notifications_, &NotificationStub::UpdateNotificationPreferences, ground_.as(kPerson), preferences);
  });
}

std::string Planting::Request(const std::string& from, const std::string& to, const std::string& message) {
  matching::v1::RequestMatchRequest request;
  request.set_mentor(Name(to));
  request.set_message(message);
  request.set_request_id(NewRequestId());
  return Eventually([&] { return Ask(*matching_, &MatchingStub::RequestMatch, ground_.as(from), request); }).name();
}

void Planting::AskAndAnswer() {
  request_ = Request(kPerson, kMentor, Word());
  matching::v1::AskRequesterRequest ask;
  ask.set_request(request_);
  ask.set_question("Which evening?");
  ask.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::AskRequester, ground_.as(kMentor), ask), IsOk());
  matching::v1::ReplyWithDetailsRequest reply;
  reply.set_request(request_);
  reply.set_details(Word());
  reply.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::ReplyWithDetails, ground_.as(kPerson), reply), IsOk());
  matching::v1::AcceptMatchRequest accept;
  accept.set_request(request_);
  accept.set_request_id(NewRequestId());
  auto match = Ask(*matching_, &MatchingStub::AcceptMatch, ground_.as(kMentor), accept);
  ASSERT_THAT(match, IsOk());
  match_ = match->name();
  matching::v1::SaveConversationGuideRequest guide;
  guide.mutable_guide()->set_name(match_ + "/guide");
  matching::v1::GuideQuestion& question = *guide.mutable_guide()->add_questions();
  question.set_group(matching::v1::QUESTION_GROUP_ADVICE);
  question.mutable_text()->set_text(Word());
  guide.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::SaveConversationGuide, ground_.as(kPerson), guide), IsOk());
  matching::v1::RateFitRequest rate;
  rate.set_name(match_);
  rate.set_fit(matching::v1::Match::FIT_GOOD);
  rate.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::RateFit, ground_.as(kPerson), rate), IsOk());
}

// In a programme, with a word that its owners keep about them.
void Planting::TakePart() {
  matching::v1::CreateProgramRequest create;
  create.mutable_program()->set_display_name("Spring");
  create.mutable_program()->set_kind(matching::v1::PROGRAM_KIND_COHORT);
  create.set_request_id(NewRequestId());
  const auto program = Ask(*matching_, &MatchingStub::CreateProgram, ground_.hr, create);
  ASSERT_THAT(program, IsOk());
  matching::v1::InviteParticipantsRequest invite;
  invite.set_program(program->name());
  invite.add_people(absl::StrCat("people/", kPerson));
  invite.mutable_participant()->set_mentee(true);
  invite.mutable_participant()->add_tags(Word());
  invite.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::InviteParticipants, ground_.hr, invite), IsOk());
  matching::v1::RespondToInvitationRequest join;
  join.set_program(program->name());
  join.set_answer(matching::v1::RespondToInvitationRequest::ANSWER_JOIN);
  join.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::RespondToInvitation, ground_.as(kPerson), join), IsOk());
}

void Planting::BeAsked() {
  words_of_student_ = "Wombat2000Gnu";
  const std::string request = Request(kStudent, kPerson, words_of_student_);
  matching::v1::AskRequesterRequest ask;
  ask.set_request(request);
  ask.set_question(Word());
  ask.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*matching_, &MatchingStub::AskRequester, ground_.as(kPerson), ask), IsOk());
}

void Planting::Meet() {
  const int64_t start = absl::ToUnixSeconds(absl::Now()) / 3600 * 3600 + 72 * 3600;
  scheduling::v1::BookChatRequest book;
  book.add_attendees(Name(kMentor));
  book.mutable_start_time()->set_seconds(start);
  book.mutable_duration()->set_seconds(1800);
  book.set_topic(Word());
  book.set_match(match_);
  book.set_request_id(NewRequestId());
  chat_ = Eventually([&] { return Ask(*scheduling_, &SchedulingStub::BookChat, ground_.as(kPerson), book); }).name();
  scheduling::v1::HoldTimeRequest hold;
  hold.add_attendees(Name(kMentor));
  hold.mutable_start_time()->set_seconds(start + 24 * 3600);
  hold.mutable_duration()->set_seconds(1800);
  hold.set_match(match_);
  hold.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*scheduling_, &SchedulingStub::HoldTime, ground_.as(kPerson), hold), IsOk());
}

}  // namespace cortado::testing
