// Which of a cluster's 16,384 slots keys live in: CRC16 of the hash tag (Redis Cluster specification, "Key distribution
// model"; the CRC is XMODEM's, polynomial 0x1021, begun at 0). Pure.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace cortado::redis {

inline constexpr uint16_t kSlots = 16384;

// The slot of every key that carries `{tag}`; of an empty tag, slot 0.
uint16_t SlotOf(absl::string_view tag);

}  // namespace cortado::redis
