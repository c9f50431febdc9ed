// What the people of one organisation say of groups they belong to, for the fairness report: nothing else in matching
// reads it (product rules 2.6). Thread-compatible.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "cortado/profile/v1/catalog.pb.h"
#include "cortado/profile/v1/person.pb.h"
#include "services/matching/affinity/person.h"

namespace cortado::matching {

class GroupStatements {
 public:
  // Takes over what the organisation asks.
  void Ask(const google::protobuf::RepeatedPtrField<profile::v1::GroupQuestion>& questions);
  // Takes over what a person says, in place of what they said before.
  void Say(int32_t person, const profile::v1::Groups& groups);
  void Forget(int32_t person) { said_.erase(person); }

  const std::vector<profile::v1::GroupQuestion>& questions() const { return questions_; }

  // Returns the number of the choice that a person made before `time` for each question; kUnknown where they did not.
  std::vector<int32_t> AnswersOf(int32_t person, absl::Time time) const;

 private:
  std::vector<profile::v1::GroupQuestion> questions_;
  absl::flat_hash_map<int32_t, profile::v1::Groups> said_;  // Of those who say anything.
};

}  // namespace cortado::matching
