// The stored form of a person and of their parts, read and written: see person_keys.h for the fields of the hash.
// Thread contract: pure functions. Reading gives INTERNAL where what is stored is none of ours.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/redis/reply.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::profile {

// Where the destination that HR brings is kept: people/P/destinations/hr.
inline constexpr char kImportedDestination[] = "hr";

struct StoredDestination {
  v1::Destination destination;  // With name and etag.
  std::string manager;          // Id of the manager of the day it was said: what "my manager" means.
};

// Everything stored about one person, with names and etags.
struct PersonFile {
  v1::Person person;
  std::optional<v1::Offer> offer;
  std::optional<v1::Time> time;
  std::optional<v1::Groups> groups;
  std::vector<StoredDestination> destinations;  // Newest first.
  std::vector<v1::Block> blocks;                // By person blocked.
  std::set<std::string> edited;                 // SELF fields the person edited; "offer" and "destination" too.
  std::string import_digest;                    // Of the row HR last brought; empty: of none.
  int imported_steps = 0;                       // How many steps of an unedited journey came by it; drafts follow.
};

// The stored form of what an import leaves: 16 bytes of the row's digest, then the number of steps.
std::string ImportMark(absl::string_view digest, int steps);

// The destination that HR brought, or null.
const v1::Destination* FindImportedDestination(const PersonFile& file);

// Reads the answer of `HMGET person:P person manager joined slack invited` into an empty `person`; false when there is
// no such person.
absl::StatusOr<bool> ReadPerson(absl::string_view id, const redis::Reply& fields, v1::Person& person);

// Reads the answer of `HGETALL person:P`; nothing when there is no such person.
absl::StatusOr<std::optional<PersonFile>> ReadFile(absl::string_view id, const redis::Reply& hash);

// The bytes a person is stored as: without what is stored beside them.
std::string StoredBytes(v1::Person person);
// The same for the parts: without name and etag.
std::string StoredBytes(v1::Offer offer);
std::string StoredBytes(v1::Time time);
std::string StoredBytes(v1::Groups groups);
std::string StoredBytes(v1::Destination destination);

}  // namespace cortado::profile
