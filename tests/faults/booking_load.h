// Clients that book, move and cancel without pause, remember every answer, and repeat what they got no answer for: the
// history that says afterwards whether anything acknowledged was lost, done twice or done by halves.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/bookable.h"

namespace cortado::testing {

class BookingLoad {
 public:
  // Brings `people` people into `cortado`, who will book each other, each other client with a channel of its own.
  // `seed` decides who books whom and when.
  BookingLoad(Bookable& cortado, int people, int clients, uint64_t seed);
  ~BookingLoad();

  // Begins. A write with no answer is sent again, with its request id, until there is one.
  void Start();
  // Lets every client end its write under way, with an answer, and joins them.
  void Finish();

  // Of bookings, moves and cancellations together.
  int acknowledged() const { return acknowledged_.load(); }
  // Blocks until so many more writes are acknowledged; false when a minute was not enough.
  bool AwaitMore(int writes) const;
  // How many answers were neither a chat, nor a refusal that booking allows, nor a failure to reach the server.
  int strange() const { return strange_.load(); }
  // How often the server could not be reached, or said to come again, and the write was sent again.
  int repeated() const { return repeated_.load(); }
  // How many of these were CANCELLED, which a client that did not hang up need not understand.
  int cancelled() const { return cancelled_.load(); }

  // How many of the chats that were told of are not there, or older than was last said; while the load goes on.
  int CountLost();

  // Compares the history with what the server has now; fails the test where something acknowledged is not as it was
  // last said to be, a booking was made twice, or two chats of a person overlap. Then looks into Redis (BookingState),
  // and fails where that is not of one piece.
  void CheckHistory();

 private:
  // One client: its chats alone are its own to move and cancel, so that it knows their etags.
  class Client;

  // The last that a client was told of a chat.
  void Remember(const scheduling::v1::Chat& chat);
  void Count(const absl::Status& refused);
  std::vector<scheduling::v1::Chat> ChatsOf(SchedulingStub& stub, const std::string& person) const;
  // Every chat of every person, by name.
  std::map<std::string, scheduling::v1::Chat> AllChats() const;
  void CheckState() const;

  Bookable& cortado_;
  const absl::Time first_slot_;
  std::vector<std::string> people_;
  std::vector<Caller> callers_;
  std::vector<std::thread> clients_;
  const int client_count_;
  const uint64_t seed_;
  std::atomic<bool> finish_{false};
  std::atomic<int> acknowledged_{0};
  std::atomic<int> strange_{0};
  std::atomic<int> repeated_{0};
  std::atomic<int> cancelled_{0};
  std::atomic<int> requests_{0};
  std::mutex mutex_;
  std::map<std::string, scheduling::v1::Chat> told_;  // By name. Guarded by mutex_.
};

}  // namespace cortado::testing
