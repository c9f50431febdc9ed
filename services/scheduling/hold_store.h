// Held times in Redis: what nobody but their owner can book or hold, until they are over. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "services/scheduling/chat_store.h"

namespace cortado::scheduling {

// Why a time is not held, beside ChatStore's reasons: the caller holds five already, or twenty are held with somebody.
inline constexpr char kHeld[] = "HELD";

inline constexpr absl::Duration kHoldsFor = absl::Minutes(10);

// Errors as of ChatStore.
class HoldStore {
 public:
  // `store` is scheduling's, and outlives this.
  explicit HoldStore(store::Store& store) : store_(store) {}

  // Holds the time of the chat and the seats of `booking`, whose id the hold gets, until `expires`. Weekly minutes are
  // looked at and not taken. Replaces the caller's holds that it meets. Refuses like ChatStore::Insert, and with kHeld.
  Task<absl::StatusOr<store::Outcome>> Insert(rpc::Call call, Booking booking, absl::Time expires);

  // Returns a hold with its name, also one that is over; nothing when it is absent.
  Task<absl::StatusOr<std::optional<v1::Hold>>> Find(rpc::Call call, std::string id);

  // Lets it go; what is over already is not an error. `refusal` as in Booking.
  Task<absl::StatusOr<store::Outcome>> Release(rpc::Call call, v1::Hold hold, std::string refusal,
                                               std::string request_id, std::string fingerprint);

 private:
  store::Store& store_;
};

// The hold of a chat that is not booked.
v1::Hold HoldOf(const v1::Chat& chat, absl::Time expires);

}  // namespace cortado::scheduling
