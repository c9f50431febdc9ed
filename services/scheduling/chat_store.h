// Chats in Redis, and what they take from each attendee: time and weekly minutes. Booking and moving are one atomic
// script each, so that nobody can be booked twice, whoever races (architecture section 6; reliability.md 5.2).
// Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/scheduling/v1/chat.pb.h"
#include "services/scheduling/availability/interval_set.h"
#include "services/scheduling/participant.h"
#include "services/scheduling/people_memory.h"

namespace cortado::scheduling {

// Why a script wrote nothing, beside what its caller asked it to refuse.
inline constexpr char kReload[] = "RELOAD";    // Somebody changed since they were read: read again and decide again.
inline constexpr char kTaken[] = "TAKEN";      // Somebody is busy at that time.
inline constexpr char kMinutes[] = "MINUTES";  // Somebody's weekly minutes are spent; the value is their id.
inline constexpr char kEtag[] = "ETAG";        // The chat changed since it was read.

// What a chat takes of one attendee, decided by what was read of them at `revision`.
struct Seat {
  std::string person;  // Id.
  int64_t revision = 0;
  absl::Time busy_until;  // The chat's end and the person's buffer.
  std::string week;       // ISO week in the person's zone, by FormatWeek.
  int minutes = 0;
  int weekly_minutes = 0;
};

struct Booking {
  std::string id;
  v1::Chat chat;  // `host`, the attendees' names, times, zone, topic, match; the rest is set by the store.
  std::vector<Seat> seats;
  std::string refusal;  // Not empty: only answer a repeat of the request id, refuse everything else with this.
  std::string request_id;
  std::string fingerprint;
};

struct Cancellation {
  v1::Chat chat;           // As read.
  absl::Time now;          // When it is cancelled.
  std::string refusal;     // As in Booking.
  std::string request_id;  // Empty for a reaction of ours, which may be repeated.
  std::string fingerprint;
};

// What one attendee says to a chat.
struct Answer {
  enum class How {
    kKeep,     // Their seat stays as it is.
    kRelease,  // They give it back.
    kTake,     // They take it again, unless they have it.
  };

  Booking booking;  // The chat as answered, with the etag read, and their one seat.
  How how = How::kKeep;
};

struct ChatQuery {
  std::string person;                          // Id.
  absl::Time after;                            // Only chats that end after this
  absl::Time before = absl::InfiniteFuture();  // and start before this.
  bool show_cancelled = false;
  std::string cursor;  // Where the page before ended; empty: the first page.
  size_t limit = 100;
};

struct ChatPage {
  std::vector<v1::Chat> chats;  // By start, then id.
  std::string cursor;           // Empty on the last page.
};

// Chats are given and taken without what is made for their reader: cards, local times, invitation. Errors of all
// functions: UNAVAILABLE when the store does not answer - a write may then have happened, repeat the same request id;
// DEADLINE_EXCEEDED when it was too late to ask; INVALID_ARGUMENT (REQUEST_ID_REUSED).
class ChatStore {
 public:
  // `store` is scheduling's, and outlives this.
  explicit ChatStore(store::Store& store) : store_(store) {}

  // Reads people as of one moment, with everything busy that touches `window` or the two hours behind it, which a
  // buffer may need, and all minutes spent, in the order asked; absent ones are nothing. What the chat with the id
  // `moving` holds of them counts as free, and so does what the caller holds themselves, and holds that are over at
  // `now`.
  Task<absl::StatusOr<std::vector<std::optional<Participant>>>> ReadPeople(rpc::Call call, std::vector<std::string> ids,
                                                                           Interval window, absl::Time now,
                                                                           std::string moving = "");

  // The people as ReadPeople had them last, without anything busy or spent; nothing where one of them was not read
  // lately. Good for a first try of a write, which refuses with kReload where somebody changed since.
  std::optional<std::vector<Participant>> Recall(const rpc::Call& call, const std::vector<std::string>& ids) {
    return memory_.Recall(call.organization(), ids);
  }
  // To be told of whoever changed or is gone.
  void Forget(const rpc::Call& call, absl::string_view person) { memory_.Forget(call.organization(), person); }

  // Books, or refuses with kReload, kTaken or kMinutes, or with what the booking says; then nothing is written.
  Task<absl::StatusOr<store::Outcome>> Insert(rpc::Call call, Booking booking);

  // Moves the chat `before`, as read, to where `booking` has it: what it held is free in the same step. Unchanged when
  // that is where it was. Refuses like Insert, and with kEtag when the chat is no longer as read.
  Task<absl::StatusOr<store::Outcome>> Move(rpc::Call call, v1::Chat before, Booking booking);

  // Cancels: the time is free and the minutes are back in the same step. Refuses with kEtag when the chat is no longer
  // as read, or with what the cancellation says.
  Task<absl::StatusOr<store::Outcome>> Cancel(rpc::Call call, Cancellation cancellation);

  // Writes what one attendee says. Refuses like Insert where a seat is taken, and with kEtag when the chat is no longer
  // as read.
  Task<absl::StatusOr<store::Outcome>> Respond(rpc::Call call, Answer answer);

  // Returns a chat with its name and etag, or nothing when it is absent.
  Task<absl::StatusOr<std::optional<v1::Chat>>> Find(rpc::Call call, std::string id);

  Task<absl::StatusOr<ChatPage>> List(rpc::Call call, ChatQuery query);

 private:
  using Entry = std::pair<int64_t, std::string>;  // Start in seconds since 1970, id of the chat.

  // A portion of the person's index, from the query's cursor or start on.
  Task<absl::StatusOr<std::vector<Entry>>> ReadIndex(rpc::Call call, const ChatQuery& query, size_t offset);

  store::Store& store_;
  PeopleMemory memory_;
};

}  // namespace cortado::scheduling
