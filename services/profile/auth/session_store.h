// Sessions as they are stored: one hash per person, `sessions:P`, of session ids to "login created refreshed expires
// generation leaves" (times in milliseconds since 1970). A session goes on while it stands there, has not expired, and
// its person has not left since it began. Thread-safe. Every function gives UNAVAILABLE when the store does not answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/auth_service.pb.h"

namespace cortado::profile {

struct StoredSession {
  std::string id;
  v1::Login login = v1::LOGIN_UNSPECIFIED;
  absl::Time created;
  absl::Time refreshed;
  absl::Time expires;
  int64_t generation = 0;  // Of the refresh token that gets the next.
};

// What became of a refresh token.
enum class Refreshed {
  kNext,    // It was the last one given: the session's generation is one higher now.
  kAgain,   // A repeat of the same request: nothing changed.
  kStolen,  // An older one: the session is over.
  kGone,    // There is no such session, or not any more.
};

class SessionStore {
 public:
  // Sessions of one person at a time; another login ends the one refreshed longest ago.
  static constexpr int kMost = 50;

  explicit SessionStore(store::Store& store) : store_(store) {}

  // Opens a session of an active person. NOT_FOUND: there is no such person, or they have left. A repeat of the request
  // returns the session made the first time.
  Task<absl::StatusOr<StoredSession>> Open(rpc::Call call, std::string person, v1::Login login, absl::Time now,
                                           absl::Time expires, std::string request_id, std::string fingerprint);
  Task<absl::StatusOr<Refreshed>> Refresh(rpc::Call call, std::string person, std::string session, int64_t generation,
                                          absl::Time now, absl::Time expires, std::string request_id,
                                          std::string fingerprint);
  // Ends one session, or with an empty id all of the person; returns how many there were.
  Task<absl::StatusOr<int>> Revoke(rpc::Call call, std::string person, std::string session, std::string request_id,
                                   std::string fingerprint);

  // Returns the session if it goes on at `now`.
  Task<absl::StatusOr<std::optional<StoredSession>>> Find(rpc::Call call, std::string person, std::string session,
                                                          absl::Time now);
  // Those that go on, newest first.
  Task<absl::StatusOr<std::vector<StoredSession>>> List(rpc::Call call, std::string person, absl::Time now);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
