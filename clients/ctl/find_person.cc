#include "clients/ctl/find_person.h"

#include "absl/strings/match.h"

namespace cortado::ctl {
namespace {

using profile::v1::Person;

}  // namespace

absl::StatusOr<Person> FindPerson(Session& session, const Caller& caller, const std::string& who) {
  profile::v1::LookupPersonRequest lookup;
  if (absl::StrContains(who, '@')) {
    lookup.set_email(who);
    return session.Call(session.profile(), &Profile::LookupPerson, caller, lookup);
  }
  const absl::StatusOr<std::string> id = PersonId(who);
  if (id.ok()) {
    profile::v1::GetPersonRequest get;
    get.set_name("people/" + *id);
    absl::StatusOr<Person> person = session.Call(session.profile(), &Profile::GetPerson, caller, get);
    if (person.ok() || !absl::IsNotFound(person.status()) || !caller.person.empty()) return person;
  }
  lookup.set_external_id(who);
  return session.Call(session.profile(), &Profile::LookupPerson, caller, lookup);
}

}  // namespace cortado::ctl
