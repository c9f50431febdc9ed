#include "tests/faults/booking_load.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/testing/matchers.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::testing {
namespace {

using google::protobuf::util::TimeUtil;
using scheduling::v1::BookChatRequest;
using scheduling::v1::Chat;

constexpr int kSlots = 6 * 24 * 10;  // Ten days of ten minutes.
constexpr int kSlotSeconds = 600;

absl::Time NextHour() { return absl::FromUnixSeconds((absl::ToUnixSeconds(absl::Now()) / 3600 + 2) * 3600); }

// The topic carries the request id, so that a chat tells which request made it.
const std::string& RequestOf(const Chat& chat) { return chat.topic(); }

}  // namespace

BookingLoad::BookingLoad(RunningCortado& cortado, int people, int clients, uint64_t seed)
    : cortado_(cortado), first_slot_(NextHour()), client_count_(clients), seed_(seed) {
  for (int i = 0; i < people; ++i) {
    people_.push_back(absl::StrCat("p", i));
    cortado.AddPerson(people_.back());
    callers_.push_back(cortado.As(people_.back()));
  }
}

BookingLoad::~BookingLoad() { Finish(); }

void BookingLoad::Start() {
  for (int i = 0; i < client_count_; ++i) clients_.emplace_back([this, i] { Run(seed_ + static_cast<uint64_t>(i)); });
}

void BookingLoad::Finish() {
  finish_.store(true);
  for (std::thread& client : clients_) client.join();
  clients_.clear();
}

bool BookingLoad::AwaitMore(int bookings) const {
  const int enough = acknowledged() + bookings;
  const absl::Time until = absl::Now() + absl::Minutes(1);
  while (acknowledged() < enough && absl::Now() < until) absl::SleepFor(absl::Milliseconds(2));
  return acknowledged() >= enough;
}

void BookingLoad::Run(uint64_t seed) {
  std::mt19937_64 random(seed);
  auto stub = scheduling::v1::SchedulingService::NewStub(cortado_.Dial());
  while (!finish_.load()) {
    Try booking;
    const size_t host = random() % people_.size();
    const size_t guest = (host + 1 + random() % (people_.size() - 1)) % people_.size();
    booking.host = people_[host];
    booking.request.add_attendees(absl::StrCat("people/", people_[guest]));
    const int64_t slot = static_cast<int64_t>(random() % kSlots);
    *booking.request.mutable_start_time() =
        TimeUtil::SecondsToTimestamp(absl::ToUnixSeconds(first_slot_) + slot * kSlotSeconds);
    *booking.request.mutable_duration() = TimeUtil::SecondsToDuration(kSlotSeconds);
    booking.request.set_request_id(absl::StrCat("booking-", requests_.fetch_add(1)));
    booking.request.set_topic(booking.request.request_id());
    while (!Send(*stub, booking)) absl::SleepFor(absl::Milliseconds(20));
  }
}

bool BookingLoad::Send(SchedulingStub& stub, const Try& booking) {
  const Caller& caller =
      callers_[static_cast<size_t>(std::find(people_.begin(), people_.end(), booking.host) - people_.begin())];
  absl::StatusOr<Chat> chat = Ask(stub, &SchedulingStub::BookChat, caller, booking.request);
  switch (chat.status().code()) {
    case absl::StatusCode::kOk: {
      std::lock_guard lock(mutex_);
      made_[booking.request.request_id()] = chat->name();
      acknowledged_.fetch_add(1);
      return true;
    }
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return false;
    case absl::StatusCode::kAlreadyExists:       // SLOT_TAKEN
    case absl::StatusCode::kFailedPrecondition:  // Minutes of the week are spent.
      return true;
    default:
      std::fprintf(stderr, "a booking was answered %s\n", chat.status().ToString().c_str());
      strange_.fetch_add(1);
      return true;
  }
}

std::vector<Chat> BookingLoad::ChatsOf(SchedulingStub& stub, const std::string& person) const {
  std::vector<Chat> chats;
  scheduling::v1::ListChatsRequest request;
  request.set_page_size(1000);
  do {
    auto page = Ask(stub, &SchedulingStub::ListChats, cortado_.As(person), request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    for (const Chat& chat : page->chats()) chats.push_back(chat);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return chats;
}

void BookingLoad::CheckHistory() {
  auto stub = scheduling::v1::SchedulingService::NewStub(cortado_.Dial());
  std::map<std::string, std::set<std::string>> found;  // Request id to chats.
  int overlaps = 0;
  for (const std::string& person : people_) {
    std::vector<Chat> chats = ChatsOf(*stub, person);
    std::sort(chats.begin(), chats.end(), [](const Chat& a, const Chat& b) { return a.start_time() < b.start_time(); });
    for (size_t i = 0; i < chats.size(); ++i) {
      found[RequestOf(chats[i])].insert(chats[i].name());
      if (i > 0 && chats[i].start_time() < chats[i - 1].end_time()) ++overlaps;
    }
  }
  int lost = 0;
  int doubled = 0;
  for (const auto& [request, chats] : found) doubled += chats.size() > 1 ? 1 : 0;
  for (const auto& [request, name] : made_) lost += found[request].count(name) == 0 ? 1 : 0;
  std::printf("%d bookings acknowledged, %zu found\n", acknowledged(), found.size());
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(overlaps, 0);
  EXPECT_EQ(found.size(), made_.size());  // Every booking without an answer was repeated until there was one.
  EXPECT_EQ(strange(), 0);
}

}  // namespace cortado::testing
