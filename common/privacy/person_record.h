// A stored message as one of the records that a person gets of themselves: whole, whatever fields it has, so that none
// can be forgotten; without what belongs to somebody else (cortado/api/v1/belonging.proto). Thread contract: pure
// functions.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cortado/api/v1/peer_service.pb.h"
#include "google/protobuf/message.h"

namespace cortado::privacy {

// Returns `message`, whose resource name is `name` (empty: none), for the person with the id `person`. INTERNAL: it
// holds text that is not UTF-8.
absl::StatusOr<api::v1::PersonRecord> MakePersonRecord(absl::string_view service, std::string name,
                                                       const google::protobuf::Message& message,
                                                       absl::string_view person);

// Returns facts that are stored without a message of their own, by what they are called; values that are not UTF-8 are
// shown as base64url. Errors as above.
absl::StatusOr<api::v1::PersonRecord> MakeFactsRecord(absl::string_view service, std::string name,
                                                      const std::map<std::string, std::string>& facts);

// Empties the fields of `message`, and of the messages in it, that belong to another person than `person`.
void LeaveOutOthers(absl::string_view person, google::protobuf::Message& message);

}  // namespace cortado::privacy
