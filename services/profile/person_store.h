// People as they are stored: the person, and everything that hangs on them (see person_keys.h). One script per write.
// Thread-safe. Every function gives UNAVAILABLE when the store does not answer, and DEADLINE_EXCEEDED past the
// deadline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/person.pb.h"
#include "services/profile/person_form.h"

namespace cortado::profile {

// A person that is to be written.
struct PersonWrite {
  std::string id;
  std::optional<v1::Person> before;  // As read; absent to create one.
  v1::Person after;
  bool sets_manager = false;        // Whether `after.manager` counts.
  std::vector<std::string> edited;  // SELF fields their owner now edits.
  std::string event;
  std::string request_id;
  std::string fingerprint;
};

// One part of a person that is to be written: offer, time, a destination, a block.
struct PartWrite {
  std::string id;                    // Of the person.
  std::string field;                 // As "offer", "d:D".
  std::string etag;                  // Of the part as read; empty: it must not be there; "*": as it is.
  std::optional<std::string> bytes;  // The part. Nothing: remove it. (An empty offer has no bytes at all.)
  std::string resource;              // Its resource name.
  std::string object = {};           // What the audit names; empty: the resource.
  std::string manager = {};          // Of a destination: the manager of the day.
  std::string needed_key = {};       // A key that must exist, as that of the role named; empty: none.
  std::string edited = {};           // The SELF field that its owner now edits; empty: none.
  bool joins = false;
  std::string event = {};
  std::string request_id;
  std::string fingerprint;
};

class PersonStore {
 public:
  explicit PersonStore(store::Store& store) : store_(store) {}

  // Reads into an empty person; false when there is none. One command.
  Task<absl::StatusOr<bool>> Read(rpc::Call call, std::string id, v1::Person& person);
  // Returns the person, or nothing.
  Task<absl::StatusOr<std::optional<v1::Person>>> Find(rpc::Call call, std::string id);
  // Returns people in the order asked; absent ones are nothing.
  Task<absl::StatusOr<std::vector<std::optional<v1::Person>>>> FindAll(rpc::Call call, std::vector<std::string> ids);
  // Returns everything of people in the order asked; absent ones are nothing.
  Task<absl::StatusOr<std::vector<std::optional<PersonFile>>>> FindFiles(rpc::Call call, std::vector<std::string> ids);

  // Returns up to `limit` ids behind `after` in order, of one department or, when that is empty, of all.
  Task<absl::StatusOr<std::vector<std::string>>> ListIds(rpc::Call call, std::string after, int limit,
                                                         std::string department);
  // Returns up to `limit` ids behind `after` of those who report to `manager` directly.
  Task<absl::StatusOr<std::vector<std::string>>> ListReports(rpc::Call call, std::string manager, std::string after,
                                                             int limit);
  // Returns everybody who reports to one of `managers` directly.
  Task<absl::StatusOr<std::vector<std::string>>> ListReportsOfAll(rpc::Call call, std::vector<std::string> managers);
  Task<absl::StatusOr<int64_t>> Count(rpc::Call call);
  // Returns whether each of `ids` is an active person, in order. Nobody is not.
  Task<absl::StatusOr<std::vector<bool>>> AreActive(rpc::Call call, std::vector<std::string> ids);
  // Returns the ids of all active people, in order.
  Task<absl::StatusOr<std::vector<std::string>>> ListActive(rpc::Call call);
  // Returns the id of the person with this external id or address, or nothing.
  Task<absl::StatusOr<std::optional<std::string>>> FindByExternalId(rpc::Call call, std::string external_id);
  Task<absl::StatusOr<std::optional<std::string>>> FindByEmail(rpc::Call call, std::string email);

  // Creates or changes a person. NOT_FOUND, ABORTED (ETAG_MISMATCH), ALREADY_EXISTS (ALREADY_TAKEN) naming the field,
  // NOT_FOUND (MANAGER_UNKNOWN), FAILED_PRECONDITION (MANAGER_CYCLE).
  Task<absl::StatusOr<store::Outcome>> Put(rpc::Call call, PersonWrite write);
  // Removes a person and everything of theirs; their reports have no manager then. NOT_FOUND, ABORTED (ETAG_MISMATCH,
  // also when reports came and went meanwhile), INVALID_ARGUMENT for somebody whom more than 400 report to.
  Task<absl::StatusOr<store::Outcome>> Delete(rpc::Call call, v1::Person person, std::string request_id,
                                              std::string fingerprint);
  // Writes or removes one part. NOT_FOUND when the person, the part or what it needs is absent, ABORTED
  // (ETAG_MISMATCH).
  Task<absl::StatusOr<store::Outcome>> PutPart(rpc::Call call, PartWrite write);

  // Writes the audit entry of an answer to HR that shows people with these ids; nobody else's reads, nor HR's of
  // oneself, are recorded. Before the answer goes out: UNAVAILABLE when it cannot be written, and then nothing may be
  // shown.
  Task<absl::Status> RecordShown(rpc::Call call, std::vector<std::string> ids);

  const store::Store& store() const { return store_; }

 private:
  store::Store& store_;
};

// The key of the person's hash, for those who need it to exist.
std::string PersonKey(const store::Store& store, const rpc::Call& call, absl::string_view id);

}  // namespace cortado::profile
