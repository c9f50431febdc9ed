// Small values as they stand in messages: the ids in resource names, and instants. Thread contract: pure functions.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::profile {

// Return P of people/P, S of skills/S, R of roles/R. A text of another form is returned as it is: whether a name is one
// was checked before, and a skill may be said in words.
inline std::string PersonId(absl::string_view name) { return std::string(absl::StripPrefix(name, "people/")); }
inline std::string SkillId(absl::string_view name) { return std::string(absl::StripPrefix(name, "skills/")); }
inline std::string RoleId(absl::string_view name) { return std::string(absl::StripPrefix(name, "roles/")); }

// Returns P of people/P, and of people/P/offer and whatever else is of a person.
inline std::string OwnerId(absl::string_view name) {
  name = absl::StripPrefix(name, "people/");
  return std::string(name.substr(0, name.find('/')));
}

// Returns an instant, cut to a millisecond.
inline google::protobuf::Timestamp Stamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MillisecondsToTimestamp(absl::ToUnixMillis(time));
}

}  // namespace cortado::profile
