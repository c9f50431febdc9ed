// What a crash leaves at the end of Redis' append-only file, and cutting it off before redis-server reads it.
//
// A write is a transaction there: MULTI, its commands, EXEC. Where the file ends within a command, redis-server 7.0.15
// cuts that command off (aof-load-truncated) but leaves those of the transaction before it. It does not run them, so
// all looks well, and goes on writing behind them; at the start after that the beginning of a write that nobody was
// told of runs together with the next write.
#pragma once

#include <cstdint>

namespace cortado::allinone {

// Cuts an incomplete command and a transaction without its end off the newest append-only file below `directory`, where
// no redis-server may be running. Returns how many bytes that were; 0 when there was nothing to cut, no such file, or
// one that does not read as commands, which is for redis-server to refuse; -1 when the file cannot be read or cut.
// Allocates nothing and takes no lock.
int64_t CutIncompleteTail(const char* directory);

}  // namespace cortado::allinone
