// Requests, matches and the counts that bound them, in Redis: one Lua script per write. Thread-safe.
//
// What the keys hold (P, B are person ids; all under `cortado:{ORG}:matching:`):
//   request:R    Request, the two people as cards with the name alone
//   match:M      Match, likewise
//   asked:P      hash: person asked -> `o:R` while the request is open, `c:MS` when it came to nothing at that instant
//   partner:P    hash: the other person -> M, while the match is active
//   asking:P     set: open requests by P
//   open, active hashes: person -> open requests to them, active matches in which they are the mentor; absent: none
//   requests:P, matches:P  sorted sets for listing: `MS:R`, MS the 13-digit instant of creation
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"

namespace cortado::matching {

// A person has at most this many open requests of their own.
inline constexpr int kOpenRequests = 3;

// Nobody is asked again by the same person sooner than this after a request came to nothing.
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

// A page of records.
template <class Resource>
struct Page {
  std::vector<Resource> items;
  std::string cursor;  // Behind the last item looked at; empty when there is nothing further.
};

class RequestStore {
 public:
  // Both outlive this.
  RequestStore(redis::Client& client, store::Store& store) : client_(client), store_(store) {}

  // Writes a new open request; `request` names the two people and its own name is `requests/R`. `verdict`, when an
  // error, is what the caller is told, unless this is a replay: what was granted once stays granted.
  // FAILED_PRECONDITION: TOO_MANY_REQUESTS, ASKED_RECENTLY, NO_PLACE_LEFT when `places` are in use, looked at in this
  // order after ALREADY_EXISTS: ALREADY_MATCHED, REQUEST_PENDING. A replay returns the request as it is now.
  Task<absl::StatusOr<v1::Request>> Insert(rpc::Call call, v1::Request request, absl::Status verdict, int32_t places,
                                           std::string request_id, std::string fingerprint);

  // Turns an open request into a match: `accepted` is the request as it shall be, with the etag read, `answered`
  // whether it was open no more when read (a replay still succeeds), `match` the match, `verdict` as in Insert,
  // `places` the mentor's. ABORTED when the request is no longer at its etag. FAILED_PRECONDITION: REQUEST_ANSWERED,
  // NO_PLACE_LEFT. NOT_FOUND. A replay returns the match as it is now.
  Task<absl::StatusOr<v1::Match>> Accept(rpc::Call call, v1::Request accepted, bool answered, v1::Match match,
                                         absl::Status verdict, int32_t places, std::string request_id,
                                         std::string fingerprint);

  // Closes an open request: `closed` is the request as it shall be. Otherwise as Accept.
  Task<absl::StatusOr<v1::Request>> Close(rpc::Call call, v1::Request closed, bool answered, std::string request_id,
                                          std::string fingerprint);

  // Ends an active match: `ended` is the match as it shall be. ABORTED when it is no longer at its etag; NOT_FOUND when
  // absent.
  Task<absl::Status> End(rpc::Call call, v1::Match ended);

  // NOT_FOUND when absent.
  Task<absl::StatusOr<v1::Request>> GetRequest(rpc::Call call, std::string id);
  Task<absl::StatusOr<v1::Match>> GetMatch(rpc::Call call, std::string id);

  // Return up to `limit` of somebody's, newest first, from `cursor` on (empty: from the newest).
  Task<absl::StatusOr<Page<v1::Request>>> ListRequests(rpc::Call call, std::string person, std::string cursor,
                                                       int limit);
  Task<absl::StatusOr<Page<v1::Match>>> ListMatches(rpc::Call call, std::string person, std::string cursor, int limit);

  // Returns the ids of everybody `person` cannot ask at `now`: asked and waiting, matched, or asked too recently.
  Task<absl::StatusOr<std::set<std::string>>> NotToAsk(rpc::Call call, std::string person, absl::Time now);

  // Returns what changed since a position, or everything when `position` is empty or too old.
  Task<absl::StatusOr<Loads>> LoadsSince(rpc::Call call, std::string position);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const;
  Task<absl::StatusOr<Loads>> AllLoads(rpc::Call call);
  template <class Resource>
  Task<absl::StatusOr<Resource>> Get(rpc::Call call, std::string kind, std::string id);
  template <class Resource>
  Task<absl::StatusOr<Page<Resource>>> List(rpc::Call call, std::string kind, std::string list, std::string cursor,
                                            int limit);

  redis::Client& client_;
  store::Store& store_;
};

}  // namespace cortado::matching
