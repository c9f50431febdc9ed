// Requests and the counts that bound them, in Redis: one Lua script per write. Thread-safe.
//
// What the keys hold (P, B are person ids; all under `cortado:{ORG}:matching:`):
//   request:R    Request, the two people as cards with the name alone
//   match:M      Match, likewise
//   asked:P      hash: person asked -> `o:R` while the request is open or postponed, `c:MS` when it came to nothing at
//                that instant
//   partner:P    hash: the other person -> M, while the match is active
//   asking:P     set: open requests by P
//   open, active hashes: person -> open requests to them, active matches in which they are the mentor; absent: none
//   requests:P, matches:P  sorted sets for listing: `MS:R`, MS the 13-digit instant of creation
//   due          sorted set: what to look at when: `r:R` expires, opens again or is forgotten; `m:M` has a chosen time
//                that is not settled, `o:M` is offered times once more, `l:M` is over by itself; `a:P:O` are no longer
//                kept apart; `c:P:O`, of which the request is gone, may ask again
//   first_chats:P  hash: person -> instant at which a chat of a match of the programme P was booked first
//   ended        sorted set of M, by when it ended in milliseconds since 1970
//   fits:P       hash: M -> how P rated it
//   apart:P      hash: `O>` and `O<` -> instant until which P and O are kept apart, because P or O said so
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"
#include "services/matching/records.h"

namespace cortado::matching {

// A person has at most this many open requests of their own.
inline constexpr int kOpenRequests = 3;

// Nobody is asked again by the same person sooner than this after a request came to nothing; the request is kept as
// long.
inline constexpr absl::Duration kAskAgainAfter = absl::Hours(90 * 24);

// One person's places in use.
struct Load {
  int32_t active_matches = 0;
  int32_t open_requests = 0;
};

// Loads of some people, or of everybody who has any.
struct Loads {
  std::map<std::string, Load> people;  // By person id. When not complete, a person whose load fell to nothing is there.
  bool complete = false;               // Everybody: whoever is missing has none.
  std::string position;                // Pass it to the next LoadsSince.
};

// A step of a request, whatever it is.
struct RequestStep {
  v1::Request request;      // As it shall be, with the etag read.
  absl::Status verdict;     // An error is what the caller is told, unless this is a replay: what was granted stays so.
  std::string request_id;   // Empty for a step of ours, which may be repeated.
  std::string fingerprint;  // Of the caller's request.
};

// A step that no caller asked for.
inline RequestStep OwnStep(v1::Request request) { return {std::move(request), absl::OkStatus(), "", ""}; }

// Somebody who can be asked when a request comes to nothing: the request to them as it shall be, and their places.
struct Choice {
  v1::Request request;
  int32_t places = 0;
};

class RequestStore {
 public:
  // Both outlive this.
  RequestStore(redis::Client& client, store::Store& store) : client_(client), store_(store) {}

  // Every step returns the request (Accept the match) as it now is, also on a replay. Errors, in this order: the
  // verdict; ABORTED (ETAG_MISMATCH) when the request is no longer at its etag; what is said below. NOT_FOUND when it
  // is gone.

  // Writes a new open request. ALREADY_EXISTS: ALREADY_MATCHED, REQUEST_PENDING. FAILED_PRECONDITION:
  // TOO_MANY_REQUESTS, ASKED_RECENTLY, NO_PLACE_LEFT when `places` are in use.
  Task<absl::StatusOr<v1::Request>> Insert(rpc::Call call, RequestStep step, int32_t places);

  // Turns an open or postponed request into `match`. ALREADY_EXISTS (ALREADY_MATCHED): the two are, the other way
  // round. FAILED_PRECONDITION (NO_PLACE_LEFT). A chosen time of the match comes due at `book_by`.
  Task<absl::StatusOr<v1::Match>> Accept(rpc::Call call, RequestStep step, v1::Match match, int32_t places,
                                         absl::Time book_by);

  // Ends an open or postponed request without a yes. The first of `choices` that can be asked, is: they are requests of
  // one name, the `next_request` of the step's. An event tells of it: `request.moved_on`, else `request.closed` or
  // `request.withdrawn` by the request's state.
  Task<absl::StatusOr<v1::Request>> Close(rpc::Call call, RequestStep step, std::vector<Choice> choices);

  // Writes what was asked or told about an open request, under `event`.
  Task<absl::StatusOr<v1::Request>> Amend(rpc::Call call, RequestStep step, std::string event);

  // Puts an open request off.
  Task<absl::StatusOr<v1::Request>> Postpone(rpc::Call call, RequestStep step);

  // Opens a postponed request again. FAILED_PRECONDITION: TOO_MANY_REQUESTS, NO_PLACE_LEFT.
  Task<absl::StatusOr<v1::Request>> Reopen(rpc::Call call, RequestStep step, int32_t places);

  // Deletes a request that came to nothing, and with it what kept the two from asking again, once that has had its
  // time; before that, it comes due as a mark.
  Task<absl::Status> Forget(rpc::Call call, v1::Request request);
  // Deletes the mark of a request that is gone, if it has had its time.
  Task<absl::Status> ForgetMark(rpc::Call call, std::string asker, std::string asked);

  // NOT_FOUND when absent.
  Task<absl::StatusOr<v1::Request>> GetRequest(rpc::Call call, std::string id);

  // Returns up to `limit` of somebody's, newest first, from `cursor` on (empty: from the newest).
  Task<absl::StatusOr<Page<v1::Request>>> ListRequests(rpc::Call call, std::string person, std::string cursor,
                                                       int limit);

  // Returns up to `limit` of what is due at `now`, longest due first, without the first `offset`.
  Task<absl::StatusOr<std::vector<std::string>>> ListDue(rpc::Call call, absl::Time now, int limit, int offset = 0);

  // Returns whether anybody in the organisation waits for an answer, or is matched.
  Task<absl::StatusOr<bool>> HasAnythingBetweenPeople(rpc::Call call);

  // Returns those of `people` who have open requests to them.
  Task<absl::StatusOr<std::set<std::string>>> AreAsked(rpc::Call call, std::vector<std::string> people);

  // Returns the ids of everybody who is not suggested to `person` at `now`: asked and waiting, matched, asked too
  // recently, or kept apart.
  Task<absl::StatusOr<std::set<std::string>>> NotToAsk(rpc::Call call, std::string person, absl::Time now);

  // Returns what changed since a position, or everything when `position` is empty or too old.
  Task<absl::StatusOr<Loads>> LoadsSince(rpc::Call call, std::string position);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const;
  // What all scripts take first, for the step of an existing request or, without an etag, a new one.
  store::Write WriteOf(const rpc::Call& call, const store::WriteScript& script, const RequestStep& step) const;
  Task<absl::StatusOr<v1::Request>> Run(rpc::Call call, store::Write write, RequestStep step);
  Task<absl::StatusOr<Loads>> AllLoads(rpc::Call call);

  redis::Client& client_;
  store::Store& store_;
};

}  // namespace cortado::matching
