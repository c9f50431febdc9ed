#include "services/scheduling/courier/event_table.h"

#include <set>

#include "absl/strings/match.h"
#include "common/text/catalog.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

api::v1::Event Event(const std::string& kind, std::initializer_list<std::pair<const char*, const char*>> attributes) {
  api::v1::Event event;
  event.set_id("7-1");
  event.set_kind(kind);
  event.set_subject("requests/r1");
  for (const auto& [name, value] : attributes) (*event.mutable_attributes())[name] = value;
  return event;
}

TEST(EventTableTest, TheOneAskedHearsOfARequest) {
  const std::vector<Telling> told = WhoHears(Event("request.created", {{"requester", "ada"}, {"mentor", "bo"}}));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, v1::NOTIFICATION_KIND_REQUEST_RECEIVED);
  EXPECT_EQ(told[0].recipient, "bo");
  EXPECT_EQ(told[0].other, "ada");
  EXPECT_EQ(told[0].subject, "requests/r1");
  EXPECT_FALSE(told[0].has_calendar);
}

TEST(EventTableTest, TheNextChoiceIsWhatMovedOnTells) {
  const std::vector<Telling> told =
      WhoHears(Event("request.moved_on",
                     {{"requester", "ada"}, {"mentor", "bo"}, {"next", "requests/r2"}, {"next_mentor", "people/cy"}}));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].recipient, "ada");
  EXPECT_EQ(told[0].other, "cy");
  EXPECT_EQ(told[0].subject, "requests/r2");
}

TEST(EventTableTest, EverybodyOfAPairHearsOfItWithoutACalendar) {
  const std::vector<Telling> told = WhoHears(Event("match.paired", {{"people", "ada,bo,cy"}, {"title", "Spring"}}));
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[2].recipient, "cy");
  EXPECT_EQ(told[2].other, "ada");
  EXPECT_EQ(told[2].kind, v1::NOTIFICATION_KIND_PAIR_MATCHED);
  EXPECT_FALSE(told[2].has_calendar);
}

TEST(EventTableTest, WhoeverOfAGroupEndsAMatchIsNotToldAndTheOthersAre) {
  const std::vector<Telling> told =
      WhoHears(Event("match.ended", {{"mentee", "ada"}, {"mentor", "bo"}, {"others", "cy,di"}, {"by", "cy"}}));
  std::set<std::string> recipients;
  for (const Telling& telling : told) recipients.insert(telling.recipient);
  EXPECT_THAT(recipients, ElementsAre("ada", "bo", "di"));
  EXPECT_THAT(told, SizeIs(3));
}

TEST(EventTableTest, WhoIsInvitedOrLeftOutIsNobodyElsesBusiness) {
  ASSERT_THAT(WhoHears(Event("round.left_out", {{"person", "ada"}, {"reason", "3"}})), SizeIs(1));
  for (const std::string& kind : EventKinds()) {
    EXPECT_NE(kind, "round.left_out");
    EXPECT_NE(kind, "participant.invited");
  }
}

TEST(EventTableTest, EverybodyWhoComesHearsOfAChatAndWhoeverBookedItByCalendarAlone) {
  api::v1::Event event = Event("chat.booked", {{"people", "people/ada,people/bo,cy"}, {"by", "bo"}});
  event.set_subject("chats/c1");
  const std::vector<Telling> told = WhoHears(event);
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[0].recipient, "ada");
  EXPECT_EQ(told[0].other, "bo");
  EXPECT_FALSE(told[0].is_own_doing);
  EXPECT_EQ(told[1].recipient, "bo");
  EXPECT_EQ(told[1].other, "ada");
  EXPECT_TRUE(told[1].is_own_doing);
  EXPECT_EQ(told[2].recipient, "cy");
  for (const Telling& telling : told) {
    EXPECT_TRUE(telling.has_calendar);
    EXPECT_EQ(telling.subject, "chats/c1");
  }
}

TEST(EventTableTest, WhoeverEndsAMatchIsNotToldOfIt) {
  const auto hear = [](const char* by) {
    std::vector<std::string> recipients;
    for (const Telling& telling : WhoHears(Event("match.ended", {{"mentee", "ada"}, {"mentor", "bo"}, {"by", by}}))) {
      recipients.push_back(telling.recipient);
    }
    return recipients;
  };
  EXPECT_THAT(hear("mentee"), ElementsAre("bo"));
  EXPECT_THAT(hear("mentor"), ElementsAre("ada"));
  EXPECT_THAT(hear("bo"), ElementsAre("ada"));
  EXPECT_THAT(hear("system"), ElementsAre("ada", "bo"));
}

TEST(EventTableTest, WhoeverProposesATimeKnowsAndTheOthersHear) {
  api::v1::Event event = Event("match.time_proposed", {{"people", "ada,bo,cy"}, {"by", "bo"}, {"start", "1800000000"}});
  std::vector<std::string> recipients;
  for (const Telling& telling : WhoHears(event)) {
    EXPECT_EQ(telling.other, "bo");
    EXPECT_FALSE(telling.has_calendar);
    recipients.push_back(telling.recipient);
  }
  EXPECT_THAT(recipients, ElementsAre("ada", "cy"));
}

TEST(EventTableTest, AReminderToBookSaysWithWhom) {
  api::v1::Event event = Event("participant.chat_awaited", {{"person", "ada"}, {"partner", "bo"}});
  event.set_subject("matches/m1");
  const std::vector<Telling> told = WhoHears(event);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].recipient, "ada");
  EXPECT_EQ(told[0].other, "bo");
  EXPECT_EQ(told[0].subject, "matches/m1");
}

TEST(EventTableTest, WhatItDoesNotKnowNobodyHears) {
  EXPECT_THAT(WhoHears(Event("person.updated", {{"person", "ada"}})), IsEmpty());
  EXPECT_THAT(WhoHears(Event("request.created", {})), IsEmpty());
}

TEST(EventTableTest, EveryKindHasItsSentenceInBothLanguages) {
  for (int kind = 1; kind <= v1::NotificationKind_MAX; ++kind) {
    ASSERT_TRUE(v1::NotificationKind_IsValid(kind));
    const std::string code = SentenceCode(static_cast<v1::NotificationKind>(kind));
    const std::string english = text::Sample(code, "en"), german = text::Sample(code, "de");
    EXPECT_NE(english, "") << code;
    EXPECT_NE(english, german);
    // What happens with nobody else names nobody.
    const std::set<int> of_one = {v1::NOTIFICATION_KIND_PERSON_INVITED,  v1::NOTIFICATION_KIND_EXPORT_READY,
                                  v1::NOTIFICATION_KIND_PROGRAM_INVITED, v1::NOTIFICATION_KIND_NO_MATCH,
                                  v1::NOTIFICATION_KIND_ROUND_UPCOMING,  v1::NOTIFICATION_KIND_PROGRAM_ENROLLING,
                                  v1::NOTIFICATION_KIND_ANSWER_AWAITED};
    const bool alone = of_one.count(kind) > 0;
    EXPECT_EQ(absl::StrContains(english, "{name}"), !alone) << code;
    EXPECT_EQ(absl::StrContains(german, "{name}"), !alone) << code;
  }
}

TEST(EventTableTest, EveryNotificationComesOfAnEvent) {
  std::set<int> told;
  std::vector<std::string> kinds = EventKinds();
  // Between a person and Cortado: webhooks do not hear of these.
  for (const char* kind : {"person.invited", "person.export_ready", "participant.invited", "participant.enrolling",
                           "participant.answer_awaited", "participant.chat_awaited", "match.time_proposed",
                           "match.times_offered", "round.left_out", "round.upcoming"}) {
    EXPECT_THAT(kinds, ::testing::Not(::testing::Contains(kind)));
    kinds.push_back(kind);
  }
  for (const std::string& kind : kinds) {
    api::v1::Event event = Event(kind, {{"requester", "a"},
                                        {"mentor", "b"},
                                        {"mentee", "c"},
                                        {"next_mentor", "d"},
                                        {"next", "requests/r2"},
                                        {"person", "a"},
                                        {"people", "a,b"}});
    for (const Telling& telling : WhoHears(event)) told.insert(telling.kind);
  }
  EXPECT_EQ(static_cast<int>(told.size()), v1::NotificationKind_MAX);
}

}  // namespace
}  // namespace cortado::scheduling
