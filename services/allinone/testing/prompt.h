// A blocking connection to a redis-server for tests without threads: one inline command, one line of answer.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/redis/address.h"

namespace cortado::testing {

class Prompt {
 public:
  // Connects, and says who we are when the address names a user. Whether that worked shows at the first question.
  explicit Prompt(const redis::Address& address);
  ~Prompt();
  Prompt(const Prompt&) = delete;
  Prompt& operator=(const Prompt&) = delete;

  // Runs one command, with Redis' own quoting. Returns a status, number or error as its line ("+OK", ":1", "-NOPERM
  // ..."), a string as its first line, an array as the first string in it; empty for nil, and when the connection is
  // gone.
  std::string Ask(absl::string_view command);
  // One figure of INFO.
  std::string Info(absl::string_view name);
  // The process at the other end.
  pid_t Server() const;

 private:
  std::string ReadLine();

  int fd_;
};

// Returns whether `holds` within `limit`; asks every 2 ms.
bool Eventually(const std::function<bool()>& holds, absl::Duration limit = absl::Seconds(20));

}  // namespace cortado::testing
