#include "services/scheduling/chat_store.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <random>

#include "common/id/id.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/scheduling/testing/overlaps.h"
#include "services/scheduling/testing/site.h"

namespace cortado::scheduling {
namespace {

using ::cortado::testing::IsOk;

constexpr absl::Duration kHalfHour = absl::Minutes(30);
constexpr int kClients = 64;

// Somebody who works round the clock.
Colleague Always(const std::string& id) { return Colleague(id).Works(0, 1440).WeeklyMinutes(2400); }

// Clients that read and then write at once, each for itself, through one store.
class Race {
 public:
  explicit Race(Site& site) : site_(site) {}

  // Lets a client book these two, and forgets about it until Wait.
  // Each chat takes `minutes` of at most `weekly_minutes`.
  Detached Start(std::string host, std::string other, Interval when, int minutes = 0, int weekly_minutes = 0) {
    {
      std::lock_guard lock(mutex_);
      ++running_;
    }
    const bool won = co_await Book(std::move(host), std::move(other), when, minutes, weekly_minutes);
    std::lock_guard lock(mutex_);
    --running_;
    wins_ += won ? 1 : 0;
    done_.notify_all();
  }
  // Returns how many won.
  int Wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    return std::exchange(wins_, 0);
  }

 private:
  Task<bool> Book(std::string host, std::string other, Interval when, int minutes, int weekly_minutes) {
    std::vector<std::string> ids;
    ids.push_back(host);
    ids.push_back(other);
    auto people = co_await site_.chat_store.ReadPeople(site_.As(host), std::move(ids), when, site_.clock.Now());
    if (!people.ok()) co_return false;
    Booking booking;
    booking.id = id::New();
    booking.request_id = booking.id;
    booking.fingerprint = booking.id;
    *booking.chat.mutable_start_time() = WriteInstant(when.start);
    *booking.chat.mutable_end_time() = WriteInstant(when.end);
    booking.chat.set_state(v1::Chat::STATE_BOOKED);
    for (const std::optional<Participant>& person : *people) {
      booking.chat.add_attendees()->mutable_person()->set_person("people/" + person->id);
      booking.seats.push_back({person->id, person->revision, when.end, "2026-W24", minutes, weekly_minutes});
    }
    absl::StatusOr<store::Outcome> outcome = co_await site_.chat_store.Insert(site_.As(host), std::move(booking));
    co_return outcome.ok() && outcome->kind == store::Outcome::Kind::kWritten;
  }

  Site& site_;
  std::mutex mutex_;
  std::condition_variable done_;
  int running_ = 0;  // Guarded by mutex_.
  int wins_ = 0;     // Guarded by mutex_.
};

std::vector<Colleague> Everybody() {
  std::vector<Colleague> people = {Always("mentor")};
  for (int i = 0; i < kClients; ++i) people.push_back(Always(absl::StrCat("client", i)));
  return people;
}

// What the person has booked, by the store's counter of that week.
int MinutesOf(Site& site, const std::string& id) {
  return std::atoi(site.server.Ask({"HGET", "cortado:{acme}:scheduling:minutes:" + id, "2026-W24"}).c_str());
}

// Lets every client do `act` at once, and counts how many were told OK. The others have lost their time, or are refused
// with `also`.
int CountWins(const std::function<Task<absl::StatusOr<v1::Chat>>(int client)>& act,
              const char* also = "ETAG_MISMATCH") {
  std::mutex mutex;
  std::condition_variable done;
  int left = kClients;
  int wins = 0;
  const auto run = [&](int client) -> Detached {
    const absl::StatusOr<v1::Chat> chat = co_await act(client);
    const std::string reason = ReasonOf(chat.status());
    EXPECT_TRUE(chat.ok() || reason == "SLOT_TAKEN" || reason == also) << chat.status();
    std::lock_guard lock(mutex);
    wins += chat.ok() ? 1 : 0;
    if (--left == 0) done.notify_all();
  };
  for (int client = 0; client < kClients; ++client) run(client);
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return left == 0; });
  return wins;
}

// Exactly one of the clients wins each trial, whether they all name one mentor, all name different ones for one mentee,
// ask for the same time, or for times that only overlap.
TEST(ChatStoreTest, OneOf64ClientsWinsATimeAndNobodyIsBookedTwice) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  Site site(Everybody());
  Race race(site);
  for (int64_t trial = 0; trial < testing::Scaled(500); ++trial) {
    const absl::Time base = Utc("2026-06-09 00:00") + absl::Hours(2 * trial);
    for (int i = 0; i < kClients; ++i) {
      const absl::Time start = base + absl::Minutes(trial % 2 == 0 ? 0 : static_cast<int>(random() % 30));
      const std::string client = absl::StrCat("client", i);
      const bool is_mentee_side = trial % 4 >= 2;
      race.Start(is_mentee_side ? "mentor" : client, is_mentee_side ? client : "mentor", {start, start + kHalfHour});
    }
    ASSERT_EQ(race.Wait(), 1) << "trial " << trial;
  }
  EXPECT_EQ(Overlaps(site, "mentor"), 0);
  for (int i = 0; i < kClients; ++i) EXPECT_EQ(Overlaps(site, absl::StrCat("client", i)), 0);
}

TEST(ChatStoreTest, AdjacentTimesAllWin) {
  Site site(Everybody());
  Race race(site);
  for (int i = 0; i < kClients; ++i) {
    const absl::Time start = Utc("2026-06-09 00:00") + i * kHalfHour;
    race.Start(absl::StrCat("client", i), "mentor", {start, start + kHalfHour});
  }
  EXPECT_EQ(race.Wait(), kClients);
}

TEST(ChatStoreTest, SpentMinutesAreCountedInTheSameStep) {
  Site site(Everybody());
  Race race(site);
  for (int i = 0; i < kClients; ++i) {
    const absl::Time start = Utc("2026-06-09 00:00") + i * kHalfHour;
    race.Start(absl::StrCat("client", i), "mentor", {start, start + kHalfHour}, 30, 100);
  }
  EXPECT_EQ(race.Wait(), 3);
}

// Everybody at another time of the mentor's at once: 100 minutes are two chats of 30 with 20 around each.
TEST(ChatStoreTest, FollowUpIsCountedInTheSameStep) {
  std::vector<Colleague> people = Everybody();
  people.front().WeeklyMinutes(100).FollowUp(20);
  Site site(people);
  std::vector<v1::BookChatRequest> requests;  // They outlive the calls.
  for (int i = 0; i < kClients; ++i)
    requests.push_back(site.Asking({"mentor"}, Utc("2026-06-09 00:00") + i * kHalfHour));
  const int wins = CountWins(
      [&](int client) {
        return site.chats.Book(site.As(absl::StrCat("client", client)), requests[static_cast<size_t>(client)]);
      },
      "NOT_AVAILABLE");
  EXPECT_EQ(wins, 2);
  EXPECT_EQ(MinutesOf(site, "mentor"), 100);
}

TEST(ChatStoreTest, ManyClientsThroughTheRulesBookOneTimeOnce) {
  Site site(Everybody());
  std::mutex mutex;
  std::condition_variable done;
  int left = kClients;
  int wins = 0;
  const v1::BookChatRequest request = site.Asking({"mentor"}, Utc("2026-06-09 10:00"));
  auto book = [&](std::string client) -> Detached {
    absl::StatusOr<v1::Chat> chat = co_await site.chats.Book(site.As(client), request);
    std::lock_guard lock(mutex);
    wins += chat.ok() ? 1 : 0;
    EXPECT_EQ(ReasonOf(chat.status()), chat.ok() ? "" : "SLOT_TAKEN");
    if (--left == 0) done.notify_all();
  };
  for (int i = 0; i < kClients; ++i) book(absl::StrCat("client", i));
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return left == 0; });
  EXPECT_EQ(wins, 1);
}

TEST(ChatStoreTest, ABookingOnWhatIsNoLongerSoIsToldToReload) {
  Site site({Always("ada"), Always("grace")});
  const Interval when = {Utc("2026-06-09 10:00"), Utc("2026-06-09 10:30")};
  const auto people = *SyncWait(site.chat_store.ReadPeople(site.As("ada"), {"ada", "grace"}, when, site.clock.Now()));
  site.Tell({Always("grace").Left()});
  Booking booking;
  booking.id = "c1";
  *booking.chat.mutable_start_time() = WriteInstant(when.start);
  *booking.chat.mutable_end_time() = WriteInstant(when.end);
  for (const auto& person : people)
    booking.seats.push_back({person->id, person->revision, when.end, "2026-W24", 30, 60});
  EXPECT_EQ(SyncWait(site.chat_store.Insert(site.As("ada"), booking))->refusal, kReload);
  EXPECT_EQ(site.server.Ask({"EXISTS", "cortado:{acme}:scheduling:chat:c1"}), "0");
}

// Two chats of one mentor, each asked by half the clients to move to the same time: one of them gets there, once, and
// whoever lost keeps what they had.
TEST(ChatStoreTest, OneOf64ClientsMovesOneOfTwoChatsToATime) {
  Site site({Always("ada"), Always("eve"), Always("mentor")});
  for (int64_t trial = 0; trial < testing::Scaled(40); ++trial) {
    v1::Chat chats[] = {*site.Book("ada", "mentor", "2026-06-09 08:00"),
                        *site.Book("eve", "mentor", "2026-06-09 09:00")};
    const absl::Time start = Utc("2026-06-09 12:00");
    const auto is_first = [](int client) { return client % 2 == 0; };
    std::vector<v1::RescheduleChatRequest> requests;  // They outlive the calls.
    for (int client = 0; client < kClients; ++client) {
      requests.push_back(site.Moving(chats[is_first(client) ? 0 : 1], start));
    }
    const int wins = CountWins([&](int client) {
      const std::string mover = client % 4 < 2 ? "mentor" : is_first(client) ? "ada" : "eve";
      return site.chats.Reschedule(site.As(mover), requests[static_cast<size_t>(client)]);
    });
    ASSERT_EQ(wins, 1) << "trial " << trial;
    ASSERT_EQ(Overlaps(site, "mentor"), 0);
    EXPECT_EQ(MinutesOf(site, "mentor"), 60);
    EXPECT_EQ(MinutesOf(site, "ada") + MinutesOf(site, "eve"), 60);
    EXPECT_EQ(site.server.Ask({"ZCARD", "cortado:{acme}:scheduling:busy:mentor"}), "2");
    for (v1::Chat& chat : chats) ASSERT_THAT(site.Cancel("mentor", *site.Get("mentor", chat.name())), IsOk());
  }
  EXPECT_EQ(MinutesOf(site, "mentor"), 0);
}

// The model: a list of chats of two. Books, moves and cancels at random, and expects the store to agree every time and
// at the end.
class ChatModel {
 public:
  struct Held {
    v1::Chat chat;
    Interval when;
    int one = 0;
    int other = 0;
  };

  const std::vector<std::string> ids = {"ada", "bob", "cy", "dee"};
  std::vector<Held> chats;

  // Whether two people may meet then, with the chat `moving` out of the way.
  bool May(const Held& wish, const Held* moving) const {
    for (const int person : {wish.one, wish.other}) {
      const absl::Duration follow_up = absl::Minutes(follow_ups_[person]);
      absl::Duration spent = wish.when.Length() + follow_up;
      for (const Held& held : chats) {
        if (&held == moving || (held.one != person && held.other != person)) continue;
        spent += held.when.Length() + follow_up;
        const absl::Duration buffer = absl::Minutes(buffers_[person]);
        if (held.when.start < wish.when.end + buffer && wish.when.start < held.when.end + buffer) return false;
      }
      if (spent > absl::Minutes(ids[person] == "dee" ? 200 : 2400)) return false;
    }
    return true;
  }

  int MinutesOf(int person) const {
    absl::Duration spent;
    for (const Held& held : chats) {
      if (held.one == person || held.other == person) spent += held.when.Length() + absl::Minutes(follow_ups_[person]);
    }
    return static_cast<int>(absl::ToInt64Minutes(spent));
  }

 private:
  const int buffers_[4] = {0, 10, 25, 0};
  const int follow_ups_[4] = {0, 0, 5, 15};
};

TEST(ChatStoreTest, AgreesWithAListOfChatsUnderRandomBookingsMovesAndCancellations) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto upto = [&random](int most) { return static_cast<int>(random() % (most + 1)); };
  Site site({Always("ada"), Always("bob").Buffer(10), Always("cy").Buffer(25).FollowUp(5),
             Always("dee").WeeklyMinutes(200).FollowUp(15)});
  ChatModel model;
  for (int64_t step = 0; step < testing::Scaled(1000); ++step) {
    const int dice = model.chats.empty() ? 9 : upto(9);
    const size_t chosen = model.chats.empty() ? 0 : random() % model.chats.size();
    if (dice < 2) {
      ASSERT_THAT(site.Cancel(model.ids[model.chats[chosen].other], model.chats[chosen].chat), IsOk());
      model.chats.erase(model.chats.begin() + static_cast<std::ptrdiff_t>(chosen));
      continue;
    }
    ChatModel::Held wish;
    wish.one = upto(3);
    wish.other = (wish.one + 1 + upto(2)) % 4;
    const absl::Time start = Utc("2026-06-09 00:00") + absl::Minutes(upto(60) * 15);
    wish.when = {start, start + absl::Minutes(10 + 5 * upto(20))};
    const int minutes = static_cast<int>(absl::ToInt64Minutes(wish.when.Length()));
    ChatModel::Held* moving = dice < 6 ? &model.chats[chosen] : nullptr;
    if (moving != nullptr) wish.one = moving->one, wish.other = moving->other;
    const bool expected = model.May(wish, moving);
    const absl::StatusOr<v1::Chat> chat =
        moving != nullptr
            ? site.Send(model.ids[upto(1) == 0 ? wish.one : wish.other], site.Moving(moving->chat, start, minutes))
            : site.Send(model.ids[wish.one], site.Asking({model.ids[wish.other]}, start, minutes));
    ASSERT_EQ(chat.ok(), expected) << "step " << step << (moving != nullptr ? " move " : " book ") << chat.status();
    if (!chat.ok()) continue;
    wish.chat = *chat;
    if (moving != nullptr) *moving = wish;
    if (moving == nullptr) model.chats.push_back(wish);
  }
  for (int person = 0; person < 4; ++person) {
    EXPECT_EQ(Overlaps(site, model.ids[person]), 0);
    EXPECT_EQ(MinutesOf(site, model.ids[person]), model.MinutesOf(person));
  }
}

}  // namespace
}  // namespace cortado::scheduling
