// A word with a redis-server on a unix socket, before our own loop and client exist: does it answer, who is it, shut it
// down. Blocks, with short limits. Every function may be called from any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cortado::allinone {

struct RedisControl {
  std::string socket;  // Path.
  std::string user;
  std::string password;

  // Whether the server at the socket answers as one that serves. One that still loads its data does not.
  bool Answers() const;
  // Asks the server to write everything out and end; does not wait for its end.
  void ShutDown() const;
  // The process that listens at the socket, 0 when nobody does.
  pid_t Listener() const;

 private:
  // Says who we are and gives one order; returns the last line of the answer, empty when there was none in time.
  std::string Order(absl::string_view command) const;
};

}  // namespace cortado::allinone
