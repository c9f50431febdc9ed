// How often commands were sent again with a Redis of several servers.
#pragma once

#include <cstdint>

namespace cortado::redis {

// By why, since the client was made.
struct Rerouted {
  int64_t moved = 0;      // MOVED
  int64_t ask = 0;        // ASK
  int64_t try_again = 0;  // TRYAGAIN
  int64_t other = 0;      // Not sent yet, a read that was lost, or a server that could not then.
};

}  // namespace cortado::redis
