#include "tests/faults/booking_load.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "google/protobuf/util/time_util.h"
#include "tests/faults/booking_state.h"

namespace cortado::testing {
namespace {

using google::protobuf::util::TimeUtil;
using scheduling::v1::BookChatRequest;
using scheduling::v1::Chat;

constexpr int kSlots = 6 * 24 * 10;  // Ten days of ten minutes.
constexpr int kSlotSeconds = 600;

absl::Time NextHour() { return absl::FromUnixSeconds((absl::ToUnixSeconds(absl::Now()) / 3600 + 2) * 3600); }

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

}  // namespace

class BookingLoad::Client {
 public:
  Client(BookingLoad& load, uint64_t seed)
      : load_(load), random_(seed), stub_(scheduling::v1::SchedulingService::NewStub(load.cortado_.DialScheduling())) {}

  // Of ten writes six are bookings, three moves and one a cancellation, until all are full and there are more of those.
  void Act() {
    const uint64_t dice = random_() % 10;
    if (own_.empty() || dice >= 4 + full_) return Book();
    const size_t chosen = random_() % own_.size();
    std::swap(own_[chosen], own_.back());
    if (dice < 3) return Move(own_.back());
    Cancel();
  }

 private:
  struct Own {
    size_t host = 0;  // Position in people_.
    Chat chat;
  };

  void Book() {
    const size_t host = random_() % load_.people_.size();
    const size_t guest = (host + 1 + random_() % (load_.people_.size() - 1)) % load_.people_.size();
    scheduling::v1::BookChatRequest request;
    request.add_attendees(absl::StrCat("people/", load_.people_[guest]));
    *request.mutable_start_time() = AnySlot();
    *request.mutable_duration() = TimeUtil::SecondsToDuration(kSlotSeconds);
    request.set_request_id(NewRequestId());
    request.set_topic(request.request_id());  // So a chat tells which request made it.
    const absl::StatusOr<Chat> chat = Insist(&SchedulingStub::BookChat, host, request);
    if (chat.ok()) own_.push_back({host, *chat});
    full_ = chat.ok() ? 0 : std::min<uint64_t>(full_ + 1, 4);
  }
  void Move(Own& own) {
    scheduling::v1::RescheduleChatRequest request;
    request.set_name(own.chat.name());
    request.set_etag(own.chat.etag());
    // To where it is already would be no write.
    do *request.mutable_start_time() = AnySlot();
    while (request.start_time() == own.chat.start_time());
    request.set_request_id(NewRequestId());
    const absl::StatusOr<Chat> chat = Insist(&SchedulingStub::RescheduleChat, own.host, request);
    if (chat.ok()) own.chat = *chat;
  }
  // The last of our own.
  void Cancel() {
    scheduling::v1::CancelChatRequest request;
    request.set_name(own_.back().chat.name());
    request.set_etag(own_.back().chat.etag());
    request.set_request_id(NewRequestId());
    if (Insist(&SchedulingStub::CancelChat, own_.back().host, request).ok()) own_.pop_back();
  }

  // Sends until there is an answer.
  template <class Request>
  absl::StatusOr<Chat> Insist(grpc::Status (SchedulingStub::*method)(grpc::ClientContext*, const Request&, Chat*),
                              size_t host, const Request& request) {
    absl::StatusOr<Chat> chat = Ask(*stub_, method, load_.callers_[host], request);
    while (IsAway(chat.status())) {
      load_.repeated_.fetch_add(1);
      if (absl::IsCancelled(chat.status())) load_.cancelled_.fetch_add(1);
      absl::SleepFor(absl::Milliseconds(20));
      chat = Ask(*stub_, method, load_.callers_[host], request);
    }
    if (chat.ok()) {
      load_.Remember(*chat);
    } else {
      load_.Count(chat.status());
    }
    return chat;
  }

  google::protobuf::Timestamp AnySlot() {
    return TimeUtil::SecondsToTimestamp(absl::ToUnixSeconds(load_.first_slot_) +
                                        static_cast<int64_t>(random_() % kSlots) * kSlotSeconds);
  }
  std::string NewRequestId() { return absl::StrCat("request-", load_.requests_.fetch_add(1)); }

  BookingLoad& load_;
  std::mt19937_64 random_;
  const std::unique_ptr<SchedulingStub> stub_;
  std::vector<Own> own_;
  uint64_t full_ = 0;  // How many bookings in a row were refused, up to 4.
};

BookingLoad::BookingLoad(Bookable& cortado, int people, int clients, uint64_t seed)
    : cortado_(cortado), first_slot_(NextHour()), client_count_(clients), seed_(seed) {
  for (int i = 0; i < people; ++i) {
    people_.push_back(absl::StrCat("p", i));
    cortado.AddPerson(people_.back());
    callers_.push_back(cortado.As(people_.back()));
  }
}

BookingLoad::~BookingLoad() { Finish(); }

void BookingLoad::Start() {
  for (int i = 0; i < client_count_; ++i) {
    clients_.emplace_back([this, i] {
      Client client(*this, seed_ + static_cast<uint64_t>(i));
      while (!finish_.load()) client.Act();
    });
  }
}

void BookingLoad::Finish() {
  finish_.store(true);
  for (std::thread& client : clients_) client.join();
  clients_.clear();
}

bool BookingLoad::AwaitMore(int writes) const {
  const int enough = acknowledged() + writes;
  const absl::Time until = absl::Now() + absl::Minutes(1);
  while (acknowledged() < enough && absl::Now() < until) absl::SleepFor(absl::Milliseconds(2));
  return acknowledged() >= enough;
}

void BookingLoad::Remember(const Chat& chat) {
  std::lock_guard lock(mutex_);
  told_[chat.name()] = chat;
  acknowledged_.fetch_add(1);
}

// Taken, or the minutes of the week are spent.
void BookingLoad::Count(const absl::Status& refused) {
  if (absl::IsAlreadyExists(refused) || absl::IsFailedPrecondition(refused)) return;
  std::fprintf(stderr, "a write was answered %s\n", refused.ToString().c_str());
  strange_.fetch_add(1);
}

std::vector<Chat> BookingLoad::ChatsOf(SchedulingStub& stub, const std::string& person) const {
  std::vector<Chat> chats;
  scheduling::v1::ListChatsRequest request;
  request.set_page_size(1000);
  request.set_show_cancelled(true);
  do {
    auto page = Ask(stub, &SchedulingStub::ListChats, cortado_.As(person), request);
    const absl::Time until = absl::Now() + absl::Minutes(1);
    while (IsAway(page.status()) && absl::Now() < until) {
      page = Ask(stub, &SchedulingStub::ListChats, cortado_.As(person), request);
    }
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    for (const Chat& chat : page->chats()) chats.push_back(chat);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return chats;
}

std::map<std::string, Chat> BookingLoad::AllChats() const {
  auto stub = scheduling::v1::SchedulingService::NewStub(cortado_.DialScheduling());
  std::map<std::string, Chat> all;
  for (const std::string& person : people_) {
    for (Chat& chat : ChatsOf(*stub, person)) all[chat.name()] = std::move(chat);
  }
  return all;
}

int BookingLoad::CountLost() {
  std::map<std::string, Chat> told;
  {
    std::lock_guard lock(mutex_);
    told = told_;
  }
  const std::map<std::string, Chat> there = AllChats();
  int lost = 0;
  for (const auto& [name, chat] : told) {
    const auto found = there.find(name);
    // An etag is the revision of the last write.
    lost += found == there.end() || std::stoll(found->second.etag()) < std::stoll(chat.etag()) ? 1 : 0;
  }
  return lost;
}

void BookingLoad::CheckHistory() {
  auto stub = scheduling::v1::SchedulingService::NewStub(cortado_.DialScheduling());
  std::map<std::string, std::set<std::string>> made;  // Request id to chats.
  std::map<std::string, Chat> found;
  int overlaps = 0;
  for (const std::string& person : people_) {
    std::vector<Chat> chats = ChatsOf(*stub, person);
    std::sort(chats.begin(), chats.end(), [](const Chat& a, const Chat& b) { return a.start_time() < b.start_time(); });
    const Chat* last = nullptr;
    for (const Chat& chat : chats) {
      made[chat.topic()].insert(chat.name());
      found[chat.name()] = chat;
      if (chat.state() == Chat::STATE_CANCELLED) continue;
      overlaps += last != nullptr && chat.start_time() < last->end_time() ? 1 : 0;
      last = &chat;
    }
  }
  int lost = 0;
  int doubled = 0;
  for (const auto& [request, chats] : made) doubled += chats.size() > 1 ? 1 : 0;
  for (const auto& [name, chat] : told_) lost += found[name].etag() == chat.etag() ? 0 : 1;
  std::printf("%d writes acknowledged; %zu chats told of, %zu found\n", acknowledged(), told_.size(), found.size());
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(overlaps, 0);
  EXPECT_EQ(found.size(), told_.size());  // Every write without an answer was repeated until there was one.
  EXPECT_EQ(strange(), 0);
  CheckState();
}

void BookingLoad::CheckState() const {
  EventLoop loop;
  redis::Client client(cortado_.SchedulingRedis(), loop);
  const BookingState state(client, cortado_.organization(), people_);
  EXPECT_THAT(state.Disagreements(), ::testing::IsEmpty());
  EXPECT_EQ(state.chats().size(), told_.size());
  EXPECT_EQ(state.writes(), static_cast<size_t>(acknowledged()));
}

}  // namespace cortado::testing
