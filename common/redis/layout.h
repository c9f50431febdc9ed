// Who has what in a Redis of several servers, and what a server answers that has it not. Pure: values from replies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/redis/address.h"
#include "common/redis/reply.h"
#include "common/redis/slots.h"

namespace cortado::redis {

// Which master has which slot. With sentinels one master has all of them.
struct Layout {
  static constexpr uint16_t kNobody = 0xffff;

  std::vector<Endpoint> masters;
  std::vector<Endpoint> replicas;  // Who could be asked, too.
  std::vector<int> followers;      // By place in `masters`: how many replicas of it are alive and have data.
  std::vector<uint16_t> owners;    // By slot: the place in `masters`, or kNobody; kSlots of them.

  friend bool operator==(const Layout&, const Layout&) = default;
};

// Reads the answer to CLUSTER SLOTS. A node that does not know its own host names none: that is `asked_host`, which
// answered. INVALID_ARGUMENT when it is no such answer, or gives no slot to anybody, as a node says that never met
// others.
absl::StatusOr<Layout> ReadClusterSlots(const Reply& reply, const std::string& asked_host);

// Counts, in the answer to SENTINEL REPLICAS, those who could succeed the master, or just did: alive, and not about to
// get their first data.
int CountFollowers(const Reply& reply);

// Reads the answer to SENTINEL GET-MASTER-ADDR-BY-NAME, which tells of no followers. INVALID_ARGUMENT when there is no
// master of that name.
absl::StatusOr<Layout> ReadMasterAddress(const Reply& reply);

// MOVED: the slot lives there now. ASK: this key may be there already; only this once, after ASKING.
struct Redirection {
  Endpoint to;
  bool ask = false;
};

// What an error of `from` redirects to; nothing when it is no redirection.
std::optional<Redirection> ReadRedirection(absl::string_view error, const Endpoint& from);

// Whether the error says that the server did not run the command and that it, or another, soon may: it is a replica
// now, loads its data, lost its cluster or its replicas, or the keys of the command are on the move (TRYAGAIN).
bool MayRunLater(absl::string_view error);

}  // namespace cortado::redis
