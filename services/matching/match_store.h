// Matches in Redis: one Lua script per write. The keys stand in request_store.h. Thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/match.pb.h"
#include "services/matching/records.h"

namespace cortado::matching {

// Two of whom one said they do not suit each other are not suggested to each other for so long.
inline constexpr absl::Duration kApart = absl::Hours(90 * 24);
// People whom a programme brought together and who booked nothing are offered times once more so much later.
inline constexpr absl::Duration kOfferAgainAfter = absl::Hours(3 * 24);
// A match of a draw is over by itself so much later: its coffee was drunk, or will not be.
inline constexpr absl::Duration kLapsesAfter = absl::Hours(8 * 7 * 24);

// Returns the ids of those who have the match: mentee, mentor, and of a coffee group the others.
std::vector<std::string> PeopleOf(const v1::Match& match);

// A step of a match.
struct MatchStep {
  v1::Match match;          // As it shall be, with the etag read.
  absl::Status verdict;     // An error is what the caller is told, unless this is a replay.
  std::string request_id;   // Empty for a step of ours, which may be repeated.
  std::string fingerprint;  // Of the caller's request.
};

// A step that no caller asked for.
inline MatchStep OwnStep(v1::Match match) { return {std::move(match), absl::OkStatus(), "", ""}; }

// What somebody thinks of a match.
struct Rating {
  std::string person;  // Id; the mentee or the mentor.
  v1::Match::Fit fit = v1::Match::FIT_UNSPECIFIED;
  absl::Time now;
  bool ends = false;  // The match ends in the same step.
};

class MatchStore {
 public:
  // Outlives this.
  explicit MatchStore(store::Store& store) : store_(store) {}

  // Every step returns the match as it now is, also on a replay. Errors, in this order: the verdict; ABORTED
  // (ETAG_MISMATCH) when the match is no longer at its etag. NOT_FOUND when it is gone.

  // Ends an active match, by "mentee", "mentor", the id of one of the others, or "system"; by "", when its time is
  // over, in silence.
  Task<absl::StatusOr<v1::Match>> End(rpc::Call call, MatchStep step, std::string by);
  // Writes what became of a chosen time, which is no longer due: a first chat, or nothing, told as `match.time_taken`.
  Task<absl::StatusOr<v1::Match>> SettleTime(rpc::Call call, MatchStep step);
  // Writes a proposal, by the id of whoever made it, and tells the others; or, with a chosen time, that it is to be
  // booked.
  Task<absl::StatusOr<v1::Match>> ProposeTime(rpc::Call call, MatchStep step, std::string by);
  // Tells everybody of an active match without a chat that there are new times, and of any other nobody; once.
  Task<absl::Status> OfferTimes(rpc::Call call, v1::Match match);
  // Writes what one of the two thinks.
  Task<absl::StatusOr<v1::Match>> Rate(rpc::Call call, MatchStep step, Rating rating);

  // NOT_FOUND when absent.
  Task<absl::StatusOr<v1::Match>> GetMatch(rpc::Call call, std::string id);
  // Returns up to `limit` of somebody's, newest first, from `cursor` on (empty: from the newest).
  Task<absl::StatusOr<Page<v1::Match>>> ListMatches(rpc::Call call, std::string person, std::string cursor, int limit);
  // Fills in how `person` rated each of `matches`.
  Task<absl::Status> FillFits(rpc::Call call, std::string person, std::vector<v1::Match*> matches);

  // Returns the ids of up to `limit` matches that ended before `before`, longest ago first.
  Task<absl::StatusOr<std::vector<std::string>>> ListEnded(rpc::Call call, absl::Time before, int limit);
  // Deletes an ended match, its guide, fits and request. ABORTED when it is no longer at its etag.
  Task<absl::Status> Forget(rpc::Call call, v1::Match match);

  // Takes back, once their time is over, that `person` and `other` are kept apart. ABORTED when it is not.
  Task<absl::Status> ForgetApart(rpc::Call call, std::string person, std::string other);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const;
  store::Write WriteOf(const rpc::Call& call, const store::WriteScript& script, const MatchStep& step) const;
  Task<absl::StatusOr<v1::Match>> Run(rpc::Call call, store::Write write, MatchStep step);

  store::Store& store_;
};

}  // namespace cortado::matching
