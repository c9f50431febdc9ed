// What the field options of the protos cannot say about a person.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "cortado/profile/v1/person.pb.h"
#include "google/protobuf/field_mask.pb.h"

namespace cortado::profile {

// Checks name, zone, date and years, and drops repeated skills; what people type is kept to the byte. INVALID_ARGUMENT
// with the path of the field behind `path` ("person.").
absl::Status NormalisePerson(v1::Person& person, absl::string_view path);

// Whether interests and steps are for everyone or for their owner alone: the other audiences are those of a
// destination. INVALID_ARGUMENT with the path of the audience behind `path`. For what a request says; older records may
// hold others, which are shown to their owner alone.
absl::Status CheckAudiences(const v1::Person& person, absl::string_view path);

// Keeps the first mention of each skill held and of each wanted.
void DropRepeatedSkills(v1::Person& person);

// Whether the machine's database has this zone.
bool IsTimeZone(absl::string_view name);

// The fields that belong to the person, by name.
const std::vector<std::string>& SelfFields();

// Whether the caller may write the fields of the mask of the person with this id: HR those of HR, the person their own.
// PERMISSION_DENIED (ACCESS_DENIED); INVALID_ARGUMENT for a field that belongs to nobody.
absl::Status MayWrite(const rpc::Call& call, absl::string_view id, const google::protobuf::FieldMask& mask);

// Copies the fields of the mask from `from` to `to`; what is unset in `from` is cleared.
void CopyFields(const google::protobuf::FieldMask& mask, const google::protobuf::Message& from,
                google::protobuf::Message& to);

// The id a person gets who is known by this external id: the id in lower case where it may stand in a resource name,
// else one made of a hash of it.
std::string PersonIdOf(absl::string_view external_id);

}  // namespace cortado::profile
