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

struct StoredDestination {
  v1::Destination destination;  // With name and etag.
  std::string manager;          // Id of the manager of the day it was said: what "my manager" means.
};

// Everything stored about one person, with names and etags.
struct PersonFile {
  v1::Person person;
  std::optional<v1::Offer> offer;
  std::optional<v1::Time> time;
  std::vector<StoredDestination> destinations;  // Newest first.
  std::vector<v1::Block> blocks;                // By person blocked.
  std::set<std::string> edited;                 // SELF fields the person edited; "offer" and "destination" too.
  std::string import_digest;
};

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
std::string StoredBytes(v1::Destination destination);

}  // namespace cortado::profile
