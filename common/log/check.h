// CORTADO_CHECK stops the process where one of our own invariants, or the configuration at start, is broken. Anything
// that comes from the network, the store, the clock or a caller is a Status instead. Any thread.
//
//   CORTADO_CHECK(!keys.empty());  // The condition is the message.
#pragma once

namespace cortado::log {

// Writes one line to stderr and aborts.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace cortado::log

#define CORTADO_CHECK(condition)                                                   \
  do {                                                                             \
    if (!(condition)) ::cortado::log::CheckFailed(#condition, __FILE__, __LINE__); \
  } while (false)
