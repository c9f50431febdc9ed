// What cannot be booked, over gRPC: each wish is refused with its documented reason, and nothing changes by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/matchers.h"
#include "common/testing/wire.h"
#include "services/scheduling/testing/scheduling_wire.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::IsOk;

// Stands still, a second after a time that people are free at.
struct StandingClock {
  FakeClock clock{NextWednesday() + absl::Seconds(1)};
};

constexpr const char* kEverybody[] = {"ada", "grace", "eve", "left", "closed", "zoe"};

class BadInput : private StandingClock, public SchedulingWireTest {
 public:
  BadInput() : SchedulingWireTest(StandingClock::clock) {
    for (const char* id : {"ada", "grace", "eve"}) profile_.Tell(Colleague(id).Works(0, 1440));
    profile_.Tell(Colleague("left").Left());
    profile_.Tell(Colleague("closed").Door(profile::v1::BOOKING_CLOSED));
    profile_.Tell(Colleague("zoe").Works(0, 1440));
    // Once the last one told is known, so are the others.
    chat_ = Book(As("ada"), WishFor({"zoe"}, Later()));
  }

  static absl::Time Now() { return NextWednesday(); }
  static absl::Time Later() { return Now() + absl::Hours(3); }

  v1::BookChatRequest WishFor(const std::vector<std::string>& others, absl::Time start, int64_t seconds = 1800) {
    return Filled(v1::BookChatRequest(), others, start, seconds);
  }
  absl::Status BookWith(const std::vector<std::string>& others, absl::Time start, int64_t seconds = 1800) {
    return Book(As("ada"), WishFor(others, start, seconds)).status();
  }
  absl::Status HoldWith(const std::vector<std::string>& others, absl::Time start, int64_t seconds = 1800) {
    const auto request = Filled(v1::HoldTimeRequest(), others, start, seconds);
    return testing::Ask(*stub_, &Stub::HoldTime, As("ada"), request).status();
  }
  absl::Status BookWeekly(const std::vector<std::string>& others, absl::Time start, int count) {
    auto request = Filled(v1::BookSeriesRequest(), others, start, 1800);
    request.mutable_recurrence()->set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
    request.mutable_recurrence()->set_count(count);
    return testing::Ask(*stub_, &Stub::BookSeries, As("ada"), request).status();
  }
  // `apart` is from one start to the next.
  absl::Status BookTimes(int count, absl::Duration apart) {
    auto request = Filled(v1::BookSeriesRequest(), {"grace"}, Later(), 1800);
    request.clear_start_time();
    for (int i = 0; i < count; ++i) *request.add_start_times() = WriteInstant(Later() + apart * i);
    return testing::Ask(*stub_, &Stub::BookSeries, As("ada"), request).status();
  }
  absl::Status MoveTo(absl::Time start, int64_t seconds = 1800) {
    v1::RescheduleChatRequest request;
    request.set_name(chat_->name());
    request.set_etag(chat_->etag());
    *request.mutable_start_time() = WriteInstant(start);
    request.mutable_duration()->set_seconds(seconds);
    request.set_request_id(absl::StrCat("request-", ++serial_));
    return testing::Ask(*stub_, &Stub::RescheduleChat, As("ada"), request).status();
  }
  absl::Status FindWith(const std::vector<std::string>& others, absl::Time start, absl::Time end) {
    v1::FindTimesRequest request;
    request.add_people("people/ada");
    for (const std::string& id : others) request.add_people("people/" + id);
    *request.mutable_start_time() = WriteInstant(start);
    *request.mutable_end_time() = WriteInstant(end);
    return testing::Ask(*stub_, &Stub::FindTimes, As("ada"), request).status();
  }

  // Everybody's chats as the API has them, what takes their time, and how far the feed of chats is.
  std::string Everything() {
    std::string all;
    v1::ListChatsRequest list;
    list.set_show_cancelled(true);
    for (const std::string id : kEverybody) {
      const auto chats = testing::Ask(*stub_, &Stub::ListChats, As(id), list);
      absl::StrAppend(&all, id, chats.ok() ? chats->SerializeAsString() : std::string(chats.status().message()));
      for (const char* kind : {"busy:", "holds:", "minutes:"}) {
        const std::string key = absl::StrCat("cortado:{acme}:scheduling:", kind, id);
        const bool is_hash = absl::string_view(kind) == "minutes:";
        absl::StrAppend(&all, kind, is_hash ? redis_.Ask({"HGETALL", key}) : redis_.Ask({"ZRANGE", key, "0", "-1"}));
      }
    }
    return all + redis_.Ask({"XRANGE", "cortado:{acme}:scheduling:feed", "-", "+"});
  }

  const absl::StatusOr<v1::Chat>& chat() const { return chat_; }

 private:
  template <class Request>
  Request Filled(Request request, const std::vector<std::string>& others, absl::Time start, int64_t seconds) {
    for (const std::string& id : others) request.add_attendees("people/" + id);
    *request.mutable_start_time() = WriteInstant(start);
    request.mutable_duration()->set_seconds(seconds);
    request.set_request_id(absl::StrCat("request-", ++serial_));
    return request;
  }

  absl::StatusOr<v1::Chat> chat_ = absl::UnknownError("not asked yet");
};

std::vector<std::string> Others(int count) {
  std::vector<std::string> others;
  for (int i = 0; i < count; ++i) others.push_back(absl::StrCat("p", i));
  return others;
}

struct Wish {
  const char* name;
  std::function<absl::Status(BadInput&)> say;
  const char* reason;
  const char* field;  // Empty where the reason says it all.
};

void PrintTo(const Wish& wish, std::ostream* out) { *out << wish.name; }

class BadInputTest : public BadInput, public ::testing::WithParamInterface<Wish> {};

TEST_P(BadInputTest, IsRefusedWithItsReasonAndNothingChanges) {
  ASSERT_THAT(chat(), IsOk());
  const std::string before = Everything();
  const absl::Status refused = GetParam().say(*this);
  EXPECT_EQ(ReasonOf(refused), GetParam().reason) << refused;
  EXPECT_EQ(FieldsOf(refused), GetParam().field) << refused;
  EXPECT_EQ(Everything(), before);
}

constexpr absl::Duration kHour = absl::Hours(1);

INSTANTIATE_TEST_SUITE_P(
    Wishes, BadInputTest,
    ::testing::Values(
        Wish{"PastByASecond", [](BadInput& i) { return i.BookWith({"grace"}, i.Now()); }, "TIME_PASSED", "start_time"},
        Wish{"HoldPastByASecond", [](BadInput& i) { return i.HoldWith({"grace"}, i.Now()); }, "TIME_PASSED",
             "start_time"},
        Wish{"SeriesPastByASecond", [](BadInput& i) { return i.BookWeekly({"grace"}, i.Now(), 4); }, "TIME_PASSED",
             "start_time"},
        Wish{"MovePastByASecond", [](BadInput& i) { return i.MoveTo(i.Now()); }, "TIME_PASSED", "start_time"},
        Wish{"NoLength", [](BadInput& i) { return i.BookWith({"grace"}, i.Later(), 0); }, "FIELD_INVALID", "duration"},
        Wish{"EndBeforeStart", [](BadInput& i) { return i.BookWith({"grace"}, i.Later(), -1800); }, "FIELD_INVALID",
             "duration"},
        Wish{"HoldEndBeforeStart", [](BadInput& i) { return i.HoldWith({"grace"}, i.Later(), -1800); }, "FIELD_INVALID",
             "duration"},
        Wish{"MoveEndBeforeStart", [](BadInput& i) { return i.MoveTo(i.Later() + kHour, -1800); }, "FIELD_INVALID",
             "duration"},
        Wish{"SearchEndBeforeStart", [](BadInput& i) { return i.FindWith({"grace"}, i.Later(), i.Later() - kHour); },
             "FIELD_INVALID", "end_time"},
        Wish{"NinePeople", [](BadInput& i) { return i.BookWith(Others(8), i.Later()); }, "FIELD_INVALID", "attendees"},
        Wish{"NinePeopleHeld", [](BadInput& i) { return i.HoldWith(Others(8), i.Later()); }, "FIELD_INVALID",
             "attendees"},
        Wish{"NinePeopleWeekly", [](BadInput& i) { return i.BookWeekly(Others(8), i.Later(), 4); }, "FIELD_INVALID",
             "attendees"},
        Wish{"NinePeopleLookedAt", [](BadInput& i) { return i.FindWith(Others(8), i.Later(), i.Later() + kHour); },
             "FIELD_INVALID", "people"},
        Wish{"FiftyThreeWeeks", [](BadInput& i) { return i.BookWeekly({"grace"}, i.Later(), 53); }, "FIELD_INVALID",
             "recurrence.count"},
        Wish{"FiftyThreeTimes", [](BadInput& i) { return i.BookTimes(53, kHour); }, "FIELD_INVALID", "start_times"},
        Wish{"SeriesThatMeetsItself", [](BadInput& i) { return i.BookTimes(3, absl::Minutes(29)); }, "FIELD_INVALID",
             "start_times[1]"},
        Wish{"SomebodyWhoLeft", [](BadInput& i) { return i.BookWith({"left"}, i.Later() + kHour); }, "NOT_AVAILABLE",
             ""},
        Wish{"SomebodyWhoLeftHeld", [](BadInput& i) { return i.HoldWith({"left"}, i.Later() + kHour); },
             "NOT_AVAILABLE", ""},
        Wish{"SomebodyWhoLeftWeekly", [](BadInput& i) { return i.BookWeekly({"left"}, i.Later() + kHour, 4); },
             "NOT_AVAILABLE", ""},
        Wish{"AClosedDoor", [](BadInput& i) { return i.BookWith({"closed"}, i.Later() + kHour); }, "NOT_AVAILABLE", ""},
        Wish{"AClosedDoorHeld", [](BadInput& i) { return i.HoldWith({"closed"}, i.Later() + kHour); }, "NOT_AVAILABLE",
             ""},
        Wish{"AClosedDoorWeekly", [](BadInput& i) { return i.BookWeekly({"closed"}, i.Later() + kHour, 4); },
             "NOT_AVAILABLE", ""},
        Wish{"AClosedDoorInAGroup",
             [](BadInput& i) {
               return i.BookWith({"grace", "closed"}, i.Later() + kHour);
             },
             "NOT_AVAILABLE", ""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace cortado::scheduling
