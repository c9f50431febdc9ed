// One of our programs as a child process, for tests and benchmarks that need the real binary.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace cortado::testing {

class Process {
 public:
  // Starts `arguments` (the program first, by path) with `environment` added to ours; stdout and stderr go to
  // `log_path` (appended), or are inherited when it is empty. The child dies with us.
  explicit Process(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {},
                   std::string log_path = "");
  // Kills it if it still runs.
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  // Waits for its end and returns the exit code, 128 + n when signal n ended it, or -1 when it still runs at the limit.
  int Wait(absl::Duration limit);

 private:
  pid_t pid_ = -1;
};

// The directory of our programs: $CORTADO_BIN, else `bin` of the build this test belongs to.
std::string BinDirectory();

// Waits until the file exists and has a whole line, which it returns without its end; empty when it does not within
// `limit`.
std::string WaitForLine(const std::string& path, absl::Duration limit);

}  // namespace cortado::testing
