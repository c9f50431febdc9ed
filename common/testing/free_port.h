// Ports for servers that a test starts.
#pragma once

namespace cortado::testing {

// A loopback port below the range that the system gives out itself, which nobody listens on at this moment, and which
// this process did not get before. Aborts the test program when there is none.
int FreePort();

}  // namespace cortado::testing
