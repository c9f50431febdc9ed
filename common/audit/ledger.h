// The files of one trail: appended to by whoever seals, read by whoever verifies. docs/audit.md says where they lie.
//
// Everything here blocks (files, locks, fsync): not for the event loop. Any thread; across processes a lock on the
// folder lets one append at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/chain.h"
#include "common/audit/entry.h"
#include "common/audit/verifier.h"
#include "common/auth/keys.h"

namespace cortado::audit {

// Where trails are sealed to, and with which key.
struct Archive {
  std::string directory;
  auth::SigningKey key;
};

// Returns the archive in `directory`, which is made (0700) with a new key in it (`key.pem`, 0600) when it is absent.
// UNAVAILABLE: it cannot be made; errors of SigningKey::LoadOrCreate.
absl::StatusOr<Archive> OpenArchive(const std::string& directory);

// Returns how far the sealed chain has come; Genesis when there is none. FAILED_PRECONDITION: the files are not what
// the last head or the anchor says, so nothing may be appended; UNAVAILABLE: they cannot be read.
absl::StatusOr<Chain> SealedChain(const Archive& archive, const Scope& scope, const std::optional<Anchor>& anchor);

// Appends entries (at most kEntriesToAHead) behind `after`, and a head over them; returns once both are on disk. What
// an earlier append left without a head is dropped first: the entries come again. Errors as SealedChain, and ABORTED
// when the chain does not end with `after`, because somebody else sealed meanwhile.
absl::StatusOr<Chain> AppendSealed(const Archive& archive, const Scope& scope, const std::optional<Anchor>& anchor,
                                   EntryId after, const std::vector<Entry>& entries, int64_t now_ms);

// A place in the files of a trail: first the heads (segment 0), then the segments.
struct Place {
  int64_t segment = 0;
  int64_t offset = 0;
};

struct Piece {
  int64_t segment = 0;
  std::string bytes;
  std::optional<Place> next;  // None: there is no more.
};

// Returns up to `limit` bytes at `place`, of one file. Absent files are empty, which is not an error. UNAVAILABLE: they
// cannot be read.
absl::StatusOr<Piece> ReadPiece(const Archive& archive, const Scope& scope, Place place, int64_t limit);

// Adds bytes to the draft of a file that is brought back (segment 0: the heads), beside the trail's own. UNAVAILABLE:
// it cannot be written.
absl::Status AddToDraft(const Archive& archive, const Scope& scope, int64_t segment, absl::string_view bytes);
// Removes the drafts, if there are any. UNAVAILABLE: they cannot be removed.
absl::Status DropDrafts(const Archive& archive, const Scope& scope);
// Puts the drafts in place; call it for a trail without files alone. UNAVAILABLE: they cannot be moved.
absl::Status AdoptDrafts(const Archive& archive, const Scope& scope);

// Returns the number of the last segment; 0: there is none.
int64_t LastSegment(const Archive& archive, const Scope& scope);

}  // namespace cortado::audit
