// The keeper: a child process with one thread that owns redis-server. It starts it, starts it again when it ends (after
// a pause that doubles from 100 ms to 10 s), leaves it down while the disk is full, and ends with its parent. Before
// each start it cuts off what a crash left half written (append_only_file.h).
//
// A process of its own, because a process with threads must not fork and run code of its own, and because the kernel's
// "signal me when my parent dies" means the parent's thread. Between fork and its end the keeper calls only what is
// safe after a fork: it allocates nothing and takes no lock.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

namespace cortado::allinone {

// All that the keeper needs, prepared before the fork.
struct KeeperPlan {
  const char* program = nullptr;     // Absolute path of redis-server.
  char* const* arguments = nullptr;  // With argv[0], ended by null.
  char* const* environment = nullptr;
  const char* directory = nullptr;  // Whose disk must have room.
  uint64_t least_free = 0;          // Bytes; with less the disk counts as full.
  int lock = -1;                    // Descriptor that redis-server inherits; the lock lives as long as it.
  int log = -1;                     // Where redis-server's own words go.
  int control = -1;                 // Read end of a pipe; a byte or its end means: stop.
};

// What the keeper says, in memory shared with the parent.
struct KeeperBoard {
  std::atomic<int32_t> server{0};       // Process of redis-server; 0 while none runs.
  std::atomic<int32_t> starts{0};       // How often it was started.
  std::atomic<int32_t> ends{0};         // How often it ended by itself.
  std::atomic<int32_t> last_status{0};  // As waitpid gave it at the last end.
  std::atomic<int32_t> disk_full{0};    // 1 while it stays down because the disk is full.
};

// Forks the keeper and returns its process, -1 when the system refuses. `plan` need not outlive the call; `board` does.
// The keeper dies with the calling thread.
pid_t ForkKeeper(const KeeperPlan& plan, KeeperBoard& board);

}  // namespace cortado::allinone
