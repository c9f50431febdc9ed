// The first answers of a person, written at once. Thread-safe. UNAVAILABLE when the store does not answer.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/person.pb.h"
#include "services/profile/person_form.h"

namespace cortado::profile {

// What a person says in the beginning: parts that are nothing stay as they are.
struct StartWrite {
  PersonFile before;  // As read; the person's etag is the caller's.
  v1::Person person;  // As it shall be.
  std::optional<v1::Destination> destination;
  std::string role_key;  // A key that must exist, of the role the destination names; empty: none.
  std::optional<v1::Time> time;
  std::optional<v1::Offer> offer;
  std::vector<std::string> edited;  // SELF fields their owner now edits.
  std::string request_id;
  std::string fingerprint;
};

class StartStore {
 public:
  explicit StartStore(store::Store& store) : store_(store) {}

  // Writes it; the person has joined then. The resource is the destination, or the person where nothing was said of
  // one. NOT_FOUND when the person or the role is absent, ABORTED (ETAG_MISMATCH) when the person, the offer or the
  // time are no longer as read.
  Task<absl::StatusOr<store::Outcome>> Put(rpc::Call call, StartWrite write);

 private:
  store::Store& store_;
};

}  // namespace cortado::profile
