// The change feed of one service and organisation: what changed, in order, from a position on. Entries hold ids only;
// the reader fetches the value as it is now, so erasing somebody rewrites nothing.
//
// A position names the entry it stands behind with a hash of it, and the history it belongs to: one that is too old, or
// of another history (a restored copy), is told so (RESYNC_REQUIRED) and never answered with silence. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/store/store.h"

namespace cortado::store {

struct FeedEntry {
  int64_t revision = 0;
  std::string kind;  // As given to changed().
  std::string id;
  bool deleted = false;
};

struct FeedPage {
  std::vector<FeedEntry> entries;
  std::string position;  // Behind the last entry, or as given when there is none.
};

// Returns the position at the end of the feed: what is written from now on comes after it.
Task<absl::StatusOr<std::string>> FeedEnd(const Store& store, redis::Client& client, rpc::Call call);

// Returns up to `limit` entries behind `position`, none when nothing is new. OUT_OF_RANGE (RESYNC_REQUIRED).
Task<absl::StatusOr<FeedPage>> ReadFeed(const Store& store, redis::Client& client, rpc::Call call, std::string position,
                                        int limit);

}  // namespace cortado::store
