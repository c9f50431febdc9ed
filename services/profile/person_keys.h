// The stored form of people: which keys there are, and which fields the hash of one person has. Owned here, used by the
// stores of this folder alone.
//   person:P      hash of everything about one person:
//     person        record of the Person, without name, etag, manager and join state
//     manager       P of the manager, or empty
//     inactive      1 once the person has left
//     leaves        how often that was, so that nothing of before comes to life again
//     joined        1 once the person offered or asked for something
//     invited       "INSTANT REQUEST": when HR invited them in ms, and a hash of the request that did
//     import        mark of the row HR last brought, see person_form.h
//     offer, time, groups   records
//     d:D, dm:D     record of a destination, and P of the manager of the day it was said
//     b:B           record of a block of B
//     e:FIELD       1 for a SELF field that the person edited
//     slack         "T/U LINK" of the Slack user they are linked to, see auth/slack_store.h; goes when they leave
//     l:DIGEST      1 for a login at an issuer that finds the person, see auth/identity_store.h
//   people        sorted set of every P, for listing
//   departments   sorted set of department NUL P; reports: of manager / P
//   external, email, managers   hashes from external id, lower-case address and P to P
// Thread contract: pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::profile {

// Makes the keys of one organisation.
class PersonKeys {
 public:
  PersonKeys(const store::Store& store, const rpc::Call& call) : store_(store), organization_(call.organization()) {}

  std::string Person(absl::string_view id) const { return Key(absl::StrCat("person:", id)); }
  std::string People() const { return Key("people"); }
  std::string Departments() const { return Key("departments"); }
  std::string Reports() const { return Key("reports"); }
  std::string External() const { return Key("external"); }
  std::string Email() const { return Key("email"); }
  std::string Managers() const { return Key("managers"); }

 private:
  std::string Key(absl::string_view rest) const { return store_.Key(organization_, rest); }

  const store::Store& store_;
  const std::string organization_;
};

// What of a person is in an index.
inline std::string EmailIndex(const v1::Person& person) { return absl::AsciiStrToLower(person.email()); }

// The members of one department come after this, in order of their ids.
inline std::string DepartmentPrefix(absl::string_view department) {
  return absl::StrCat(absl::AsciiStrToLower(department), absl::string_view("\0", 1));
}
inline std::string DepartmentIndex(const v1::Person& person, absl::string_view id) {
  return person.department().empty() ? "" : absl::StrCat(DepartmentPrefix(person.department()), id);
}

// One command or list of arguments; written so because a braced list beside co_await breaks g++ 12.
template <typename... Parts>
std::vector<std::string> Words(Parts&&... parts) {
  std::vector<std::string> words;
  words.reserve(sizeof...(parts));
  (words.emplace_back(std::forward<Parts>(parts)), ...);
  return words;
}

}  // namespace cortado::profile
