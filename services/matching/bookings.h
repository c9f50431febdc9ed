// Books the time that was chosen with a yes. The acceptance is committed first; the booking follows under a request id
// that is derived from the request, so that whoever repeats it, the answer under way or the job after a crash, books
// one chat. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/scheduling/v1/scheduling_service.pb.h"
#include "services/matching/live_views.h"
#include "services/matching/match_store.h"

namespace cortado::matching {

// Whether the chosen time of a match is still to be booked.
bool HasTimeToBook(const v1::Match& match);

// Says in `note`, in the caller's language, that a time is gone.
void NoteTimeTaken(const rpc::Call& call, const LiveView& live, v1::Match& match);

class Bookings {
 public:
  // Asks the scheduling service to book, until the call's deadline.
  using BookChat = std::function<Task<absl::StatusOr<scheduling::v1::Chat>>(rpc::Call call,
                                                                            scheduling::v1::BookChatRequest request)>;

  // The store and the clock outlive this.
  Bookings(MatchStore& store, const Clock& clock, BookChat book_chat)
      : store_(store), clock_(clock), book_chat_(std::move(book_chat)) {}

  // Books the chosen time of `match`, which HasTimeToBook, with those who still work here, and returns the match with
  // `chat`, or without `chosen_time` and with up to three `free_times` when that time is gone. Errors of the other
  // service, of the store: repeat; a time that passed long ago is given up. `live` lives until the task is done.
  Task<absl::StatusOr<v1::Match>> Book(rpc::Call call, const LiveView& live, v1::Match match);

  // Book for the one who says yes: it never fails, and `note` says in their language what became of the time when it
  // was not booked. A match without a time to book is returned as it is. `live` lives until the task is done.
  Task<v1::Match> BookForAnswer(rpc::Call call, const LiveView& live, v1::Match match);

 private:
  MatchStore& store_;
  const Clock& clock_;
  const BookChat book_chat_;
};

}  // namespace cortado::matching
