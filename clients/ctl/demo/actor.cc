#include "clients/ctl/demo/actor.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

constexpr size_t kLongestPlace = 24;

absl::StatusOr<Actor> ActorOf(Session& session, profile::v1::Person person) {
  Actor actor;
  ASSIGN_OR_RETURN(actor.caller, session.As(person.name()));
  if (!absl::LoadTimeZone(person.time_zone(), &actor.zone)) actor.zone = absl::UTCTimeZone();
  actor.person = std::move(person);
  return actor;
}

}  // namespace

absl::StatusOr<Actor> FindActor(Session& session, const Caller& operator_caller, const std::string& external_id) {
  profile::v1::LookupPersonRequest request;
  request.set_external_id(external_id);
  ASSIGN_OR_RETURN(profile::v1::Person person,
                   session.Call(session.profile(), &Profile::LookupPerson, operator_caller, request));
  return ActorOf(session, std::move(person));
}

absl::StatusOr<Actor> GetActor(Session& session, const std::string& name) {
  ASSIGN_OR_RETURN(const Caller caller, session.As(name));
  profile::v1::GetPersonRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(profile::v1::Person person, session.Call(session.profile(), &Profile::GetPerson, caller, request));
  return ActorOf(session, std::move(person));
}

std::string Introduction(const Actor& actor) {
  const auto& person = actor.person;
  std::vector<std::string> facts;
  for (const std::string& fact : {person.title(), person.department()}) {
    if (!fact.empty()) facts.push_back(Clean(fact));
  }
  std::vector<std::string> place;
  if (!person.location().empty()) place.push_back(Shorten(Clean(person.location()), kLongestPlace));
  if (!person.time_zone().empty()) place.push_back(Clean(person.time_zone()));
  std::string text = absl::StrJoin(facts, ", ");
  if (!place.empty()) absl::StrAppend(&text, " (", absl::StrJoin(place, ", "), ")");
  return text;
}

}  // namespace cortado::ctl
