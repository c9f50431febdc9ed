// One entry of the audit trail: who did what to which resource, and when. Ids only, no text of anybody's.
// Its canonical form is one line, which is what the chain hashes (docs/audit.md). Values; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::audit {

// Where an entry stands among those of one organisation and service, as "12-0": the revision it belongs to, and 0 for
// the write that made the revision, 1, 2, ... for the reads behind it.
struct EntryId {
  uint64_t revision = 0;
  uint64_t serial = 0;

  std::string Format() const;
  auto operator<=>(const EntryId&) const = default;
};

// Returns the id in `text`. INVALID_ARGUMENT: it is not exactly what Format gives.
absl::StatusOr<EntryId> ParseEntryId(absl::string_view text);

// Returns whether `next` may follow `id` at once: no revision and no read lies between the two. In front of the first
// entry stands the id 0-0.
bool Follows(EntryId id, EntryId next);

// The method of an entry that says: a backup was brought back. Between it and the entry before it revisions may lie
// that this trail never had.
inline constexpr char kRestoreMethod[] = "cortado.api.v1.PeerService/RestoreOrganization";

struct Entry {
  EntryId id;
  int64_t time_ms = 0;              // Since 1970, by the clock of the server that wrote it.
  std::string subject;              // Id of the person, or name of the service, operator or job.
  std::string actor;                // Who acted on the subject's behalf; empty: the subject.
  std::string method;               // As `cortado.profile.v1.ProfileService/GetPerson`.
  std::string object;               // Resource name, as `people/p1`.
  std::string request_id;           // Empty: none.
  std::vector<std::string> people;  // Of a read or an import of several: the ids of all of them.
};

// The organisation and service a trail belongs to: part of every canonical form, so that no entry can be moved.
struct Scope {
  std::string organization;
  std::string service;
};

// Returns the line, without a line feed: the fields in the order of Scope and Entry, separated by tabs; bytes below
// 0x21, 0x7f, '%' and ',' are written %XX.
std::string Canonical(const Scope& scope, const Entry& entry);

// Returns the entry in a line. INVALID_ARGUMENT: it is not the canonical form of an entry of this scope.
absl::StatusOr<Entry> ParseCanonical(const Scope& scope, absl::string_view line);

}  // namespace cortado::audit
