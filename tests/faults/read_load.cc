#include "tests/faults/read_load.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace cortado::testing {
namespace {

// Keeps one person's clients below the limit of calls a second.
constexpr absl::Duration kPause = absl::Milliseconds(10);

}  // namespace

ReadLoad::ReadLoad(int clients, const std::function<Read()>& make) {
  for (int i = 0; i < clients; ++i) {
    clients_.emplace_back([this, read = make()] {
      while (!leave_.load()) {
        const absl::Status status = read();
        if (status.ok()) {
          answered_.fetch_add(1);
        } else {
          std::lock_guard lock(mutex_);
          ++failed_[status.code()];
        }
        absl::SleepFor(kPause);
      }
    });
  }
}

void ReadLoad::Leave() {
  leave_.store(true);
  for (std::thread& client : clients_) client.join();
  clients_.clear();
}

bool ReadLoad::AwaitMore(int calls) const {
  const int enough = answered() + calls;
  const absl::Time until = absl::Now() + absl::Minutes(1);
  while (answered() < enough && absl::Now() < until) absl::SleepFor(absl::Milliseconds(2));
  return answered() >= enough;
}

std::map<absl::StatusCode, int> ReadLoad::failed() const {
  std::lock_guard lock(mutex_);
  return failed_;
}

}  // namespace cortado::testing
