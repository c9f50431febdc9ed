#include "services/scheduling/people_memory.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::scheduling {
namespace {

Participant Person(const std::string& id, int64_t revision = 1) {
  Participant person;
  person.id = id;
  person.revision = revision;
  person.time.weekly_minutes = 60;
  return person;
}

TEST(PeopleMemoryTest, WhoeverWasRememberedIsRecalledInTheOrderAsked) {
  PeopleMemory memory;
  memory.Remember("acme", Person("ada"));
  memory.Remember("acme", Person("grace", 7));
  const auto people = memory.Recall("acme", {"grace", "ada"});
  ASSERT_TRUE(people.has_value());
  EXPECT_EQ(people->at(0).revision, 7);
  EXPECT_EQ(people->at(1).id, "ada");
}

TEST(PeopleMemoryTest, OneWhoIsNotRememberedIsNobody) {
  PeopleMemory memory;
  memory.Remember("acme", Person("ada"));
  EXPECT_FALSE(memory.Recall("acme", {"ada", "grace"}).has_value());
  EXPECT_FALSE(memory.Recall("other", {"ada"}).has_value());
}

TEST(PeopleMemoryTest, WhatIsBusyOrSpentIsNotRemembered) {
  PeopleMemory memory;
  Participant ada = Person("ada");
  ada.time.busy = IntervalSet({{absl::UnixEpoch(), absl::UnixEpoch() + absl::Hours(1)}});
  ada.time.minutes_spent[{2026, 24}] = 30;
  ada.calendar = CalendarReading();
  memory.Remember("acme", ada);
  const auto people = memory.Recall("acme", {"ada"});
  ASSERT_TRUE(people.has_value());
  EXPECT_TRUE(people->front().time.busy.IsEmpty());
  EXPECT_TRUE(people->front().time.minutes_spent.empty());
  EXPECT_FALSE(people->front().calendar.has_value());
  EXPECT_EQ(people->front().time.weekly_minutes, 60);
}

TEST(PeopleMemoryTest, WhoeverIsForgottenIsNobody) {
  PeopleMemory memory;
  memory.Remember("acme", Person("ada"));
  memory.Forget("acme", "ada");
  EXPECT_FALSE(memory.Recall("acme", {"ada"}).has_value());
}

TEST(PeopleMemoryTest, ThoseMetLastStay) {
  PeopleMemory memory(10);
  for (int i = 0; i < 100; ++i) {
    memory.Remember("acme", Person(absl::StrCat("p", i)));
    EXPECT_TRUE(memory.Recall("acme", {"p0"}).has_value()) << i;
  }
  EXPECT_TRUE(memory.Recall("acme", {"p99"}).has_value());
  EXPECT_FALSE(memory.Recall("acme", {"p50"}).has_value());
}

}  // namespace
}  // namespace cortado::scheduling
