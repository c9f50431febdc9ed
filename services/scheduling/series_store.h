// Series of chats in Redis: booked whole and cancelled whole, one atomic script each, whoever races (architecture
// section 6). Each chat of one stands as any other chat. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "services/scheduling/chat_store.h"

namespace cortado::scheduling {

// What a series takes of one attendee, decided by what was read of them at `revision`.
struct SeriesSeat {
  std::string person;  // Id.
  int64_t revision = 0;
  int minutes = 0;  // Of each chat.
  int weekly_minutes = 0;
  absl::Duration buffer;
  absl::TimeZone zone;
};

struct SeriesBooking {
  std::string id;
  v1::Series series;            // As Series, without name, etag and chats.
  std::vector<v1::Chat> chats;  // In order, each with its name.
  std::vector<SeriesSeat> seats;
  std::string refusal;  // As in Booking.
  std::string request_id;
  std::string fingerprint;
};

struct SeriesCancellation {
  v1::Series series;            // As read.
  std::vector<v1::Chat> chats;  // As read: those that are cancelled, at least one unless it is refused.
  absl::Time now;
  std::string refusal;
  std::string request_id;
  std::string fingerprint;
};

// Errors as of ChatStore.
class SeriesStore {
 public:
  // `store` is scheduling's, and outlives this.
  explicit SeriesStore(store::Store& store) : store_(store) {}

  // Books all chats, or refuses with kReload, kTaken or kMinutes, or with what the booking says; then nothing is
  // written.
  Task<absl::StatusOr<store::Outcome>> Insert(rpc::Call call, SeriesBooking booking);

  // Cancels the chats: their times are free and the minutes are back in the same step. Refuses with kEtag when the
  // series or one of the chats is no longer as read, or with what the cancellation says.
  Task<absl::StatusOr<store::Outcome>> Cancel(rpc::Call call, SeriesCancellation cancellation);

  // Returns a series with its name and etag, its chats as they are now; nothing when it is absent.
  Task<absl::StatusOr<std::optional<v1::Series>>> Find(rpc::Call call, std::string id);

 private:
  store::Store& store_;
};

}  // namespace cortado::scheduling
