// Everybody at one mentor's time at once, each by another way of taking it: of each trial exactly one has it, and
// nobody's times overlap. CORTADO_TEST_SCALE multiplies the trials.
#include <condition_variable>
#include <mutex>
#include <random>

#include "common/testing/scale.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/overlaps.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using cortado::testing::Scaled;

constexpr int kClients = 64;
constexpr int kMinutes = 10;

Colleague Always(const std::string& id) {
  return Colleague(id).Door(profile::v1::BOOKING_OPEN_DOOR).Works(0, 1440).WeeklyMinutes(2400);
}

// The `n`th of the stretches of that many hours, from a Monday on, on days on which people work.
absl::Time OnWorkingDays(const char* monday, int64_t n, int hours) {
  const int64_t day = n / (24 / hours);
  return Utc(monday) + absl::Hours(24 * (day / 5 * 7 + day % 5)) + absl::Hours(n % (24 / hours) * hours);
}

std::vector<Colleague> Everybody() {
  std::vector<Colleague> people = {Always("mentor")};
  for (int i = 0; i < kClients; ++i) people.push_back(Always(absl::StrCat("client", i)));
  return people;
}

class BookingRaceTest : public ::testing::Test {
 protected:
  static std::string Client(int i) { return absl::StrCat("client", i); }
  // Starts a client's try and forgets about it until Wait.
  Detached Try(Task<bool> attempt) {
    {
      std::lock_guard lock(mutex_);
      ++running_;
    }
    const bool won = co_await std::move(attempt);
    std::lock_guard lock(mutex_);
    --running_;
    wins_ += won ? 1 : 0;
    done_.notify_all();
  }
  // Returns how many have the time.
  int Wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    return std::exchange(wins_, 0);
  }

  Task<bool> Book(std::string host, std::string other, absl::Time start) {
    const v1::BookChatRequest request = site_.Asking({other}, start, kMinutes);
    co_return (co_await site_.chats.Book(site_.As(host), request)).ok();
  }
  // The host and two others.
  Task<bool> BookGroup(std::string host, std::string other, std::string third, absl::Time start) {
    const v1::BookChatRequest request = site_.Asking({other, third}, start, kMinutes);
    co_return (co_await site_.chats.Book(site_.As(host), request)).ok();
  }
  Task<bool> HoldAndBook(std::string host, std::string other, absl::Time start) {
    v1::HoldTimeRequest request;
    request.add_attendees("people/" + other);
    *request.mutable_start_time() = WriteInstant(start);
    request.mutable_duration()->set_seconds(kMinutes * 60);
    request.set_request_id(absl::StrCat("hold-", ++site_.serial));
    const auto hold = co_await site_.holds.Hold(site_.As(host), request);
    if (!hold.ok()) co_return false;
    const bool booked = co_await Book(host, other, start);
    EXPECT_TRUE(booked) << "a time was held and could not be booked";
    co_return booked;
  }
  // The second of the two is nobody else's.
  Task<bool> BookSeries(std::string host, std::string other, absl::Time start) {
    v1::BookSeriesRequest request;
    request.add_attendees("people/" + other);
    *request.add_start_times() = WriteInstant(start);
    *request.add_start_times() = WriteInstant(OnWorkingDays("2060-01-05 00:00", ++alone_, 1));
    request.mutable_duration()->set_seconds(kMinutes * 60);
    request.set_request_id(absl::StrCat("series-", ++site_.serial));
    co_return (co_await site_.recurring_chats.Book(site_.As(host), request)).ok();
  }
  Task<bool> Move(std::string mover, v1::Chat chat, absl::Time start) {
    const v1::RescheduleChatRequest request = site_.Moving(chat, start);
    co_return (co_await site_.chats.Reschedule(site_.As(mover), request)).ok();
  }

  std::atomic<int> alone_{0};
  Site site_{Everybody()};
  std::mutex mutex_;
  std::condition_variable done_;
  int running_ = 0;  // Guarded by mutex_.
  int wins_ = 0;     // Guarded by mutex_.
};

TEST_F(BookingRaceTest, OneOf64HasTheTimeWhicheverWayTheyTakeIt) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int64_t trial = 0; trial < Scaled(200); ++trial) {
    const absl::Time base = OnWorkingDays("2026-06-15 00:00", trial, 4);
    // Some have a chat with the mentor already, and want to move it.
    std::vector<v1::Chat> before;
    for (int i = 0; i < 4; ++i) {
      const auto chat =
          site_.Send(Client(i), site_.Asking({"mentor"}, base + absl::Minutes(60 + i * kMinutes), kMinutes));
      ASSERT_TRUE(chat.ok()) << chat.status();
      before.push_back(*chat);
    }
    // All of them at one time; at times that overlap; or at two that touch, of which each has one winner.
    const auto kind = trial % 3;
    for (int i = 0; i < kClients; ++i) {
      const int apart = kind == 0 ? 0 : kind == 1 ? static_cast<int>(random() % kMinutes) : i % 2 * kMinutes;
      const absl::Time start = base + absl::Minutes(apart);
      const bool is_mentee_side = random() % 2 == 0;
      const std::string host = is_mentee_side ? "mentor" : Client(i);
      const std::string other = is_mentee_side ? Client(i) : "mentor";
      if (i < 4) {
        Try(Move(host, before[static_cast<size_t>(i)], start));
      } else if (i % 3 == 0) {
        Try(BookSeries(host, other, start));
      } else if (i % 3 == 1 && !is_mentee_side) {
        Try(HoldAndBook(host, other, start));
      } else if (i % 7 == 0) {
        Try(BookGroup(host, other, Client((i + 1) % kClients), start));
      } else {
        Try(Book(host, other, start));
      }
    }
    ASSERT_EQ(Wait(), kind == 2 ? 2 : 1) << "trial " << trial;
  }
  EXPECT_EQ(Overlaps(site_, "mentor"), 0);
  for (int i = 0; i < kClients; ++i) EXPECT_EQ(Overlaps(site_, Client(i)), 0);
}

}  // namespace
}  // namespace cortado::scheduling
