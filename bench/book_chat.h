// What a booking costs beside a bare server that runs the same script.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "bench/results.h"

namespace cortado::bench {

// rpc.book_chat: acknowledged bookings a second of the real server over those of a bare one. INTERNAL when a booking is
// refused, or the store does not have all that were acknowledged.
absl::StatusOr<std::vector<Figure>> BenchBookChat();

}  // namespace cortado::bench
