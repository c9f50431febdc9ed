// Identifiers: new random ones, which ones are well formed, resource names made of them (AIP-122), and the hashes and
// the text form of bytes that ids and tokens are made of. Every function may be called from any thread; none keeps
// state a caller can see.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::id {

// Returns a new id: 20 characters of [a-z0-9] from the kernel's random numbers (103 bits), never returned before. Costs
// well under a microsecond.
std::string New();

// Returns whether `text` matches [a-z0-9-]{1,63}: an id in any place of ours.
bool IsId(absl::string_view text);

// Returns whether `text` matches [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?: an id that may stand in a resource name. Ids given
// by HR are lower-cased first ("SO24-2" becomes "so24-2").
bool IsResourceId(absl::string_view text);

// Returns whether `text` matches [a-z0-9]{1,20}: the id of an organisation, safe between the braces of a store key.
bool IsOrganizationId(absl::string_view text);

// Returns "COLLECTION/ID". Both must be well formed: nothing is escaped.
std::string MakeName(absl::string_view collection, absl::string_view id);

// Returns "PARENTS/PARENT/COLLECTION/ID".
std::string MakeNestedName(absl::string_view parents, absl::string_view parent, absl::string_view collection,
                           absl::string_view id);

// Returns the id in the resource name `name` of `collection`: ParseName("people", "people/p1") is "p1".
// INVALID_ARGUMENT: another collection, a missing or further segment, or an id that IsResourceId refuses. The message
// names the expected form, and is fit for the caller of an API.
absl::StatusOr<std::string> ParseName(absl::string_view collection, absl::string_view name);

// Returns {parent id, id} of a name with two levels:
// ParseNestedName("people", "destinations", "people/p/destinations/d") is {"p", "d"}. INVALID_ARGUMENT as ParseName.
absl::StatusOr<std::pair<std::string, std::string>> ParseNestedName(absl::string_view parents,
                                                                    absl::string_view collection,
                                                                    absl::string_view name);

// Returns the SHA-256 (FIPS 180-4) of `bytes`: 32 raw bytes.
std::string Sha256(absl::string_view bytes);

// The same as 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view bytes);

// Returns a 64-bit hash that is the same on every machine and in every version of ours, so it may be stored and may
// order people: FNV-1a (draft-eastlake-fnv) over the bytes, then the 64-bit finaliser of MurmurHash3, which spreads the
// last bytes over all bits. Not for secrets: collisions are easy to construct.
uint64_t StableHash(absl::string_view bytes);

// Returns `bytes` in the alphabet of RFC 4648 section 5, without padding.
std::string Base64UrlEncode(absl::string_view bytes);

// Returns the bytes of `text`, which must be exactly what Base64UrlEncode gives for them.
// INVALID_ARGUMENT: a character outside the alphabet (also padding and white space), an impossible length, or unused
// bits that are not zero (two texts would otherwise mean the same bytes). The empty text is no error.
absl::StatusOr<std::string> Base64UrlDecode(absl::string_view text);

}  // namespace cortado::id
