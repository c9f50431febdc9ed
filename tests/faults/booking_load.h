// Clients that book without pause, remember every answer, and repeat what they got no answer for: the history that says
// afterwards whether anything acknowledged was lost or done twice.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/running_cortado.h"

namespace cortado::testing {

class BookingLoad {
 public:
  // Brings `people` people into `cortado`, who will book each other, each other client with a channel of its own.
  // `seed` decides who books whom and when.
  BookingLoad(RunningCortado& cortado, int people, int clients, uint64_t seed);
  ~BookingLoad();

  // Begins. A booking with no answer is sent again, with its request id, until there is one.
  void Start();
  // Lets every client end its booking under way, with an answer, and joins them.
  void Finish();

  int acknowledged() const { return acknowledged_.load(); }
  // Blocks until so many more bookings are acknowledged; false when a minute was not enough.
  bool AwaitMore(int bookings) const;
  // How many answers were neither a booking, nor a refusal that booking allows, nor a failure to reach the server.
  int strange() const { return strange_.load(); }

  // Compares the history with what the server has now; fails the test where a booking that was acknowledged is missing,
  // one was made twice, or two chats of a person overlap.
  void CheckHistory();

 private:
  struct Try {
    std::string host;
    scheduling::v1::BookChatRequest request;
  };
  void Run(uint64_t seed);
  // Returns whether there was an answer, a refusal included.
  bool Send(SchedulingStub& stub, const Try& booking);
  std::vector<scheduling::v1::Chat> ChatsOf(SchedulingStub& stub, const std::string& person) const;

  RunningCortado& cortado_;
  const absl::Time first_slot_;
  std::vector<std::string> people_;
  std::vector<Caller> callers_;
  std::vector<std::thread> clients_;
  const int client_count_;
  const uint64_t seed_;
  std::atomic<bool> finish_{false};
  std::atomic<int> acknowledged_{0};
  std::atomic<int> strange_{0};
  std::atomic<int> requests_{0};
  std::mutex mutex_;
  std::map<std::string, std::string> made_;  // Request id to chat name. Guarded by mutex_.
};

}  // namespace cortado::testing
