// A person of the story, and whoever acts for them.
// Thread contract: as Session.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/ctl/import/people_columns.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

struct Actor {
  Caller caller;
  profile::v1::Person person;
  absl::TimeZone zone;

  const std::string& name() const { return person.name(); }
  // "Ada" of "Ada Okafor".
  std::string FirstName() const { return person.display_name().substr(0, person.display_name().find(' ')); }
};

// Returns the person of this id of the HR system. `operator_caller` may look people up. Errors of the server.
absl::StatusOr<Actor> FindActor(Session& session, const Caller& operator_caller, const std::string& external_id);
// The same by resource name.
absl::StatusOr<Actor> GetActor(Session& session, const std::string& name);

// Returns "Ada Okafor, Staff engineer, Platform (Lisbon, Europe/Lisbon)", as much of it as is known.
std::string Introduction(const Actor& actor);

// Returns what `ask` returns, asked again for ten seconds while `too_early` says that what was just written has not
// reached the service that answers.
template <typename Answer, typename Ask, typename TooEarly>
absl::StatusOr<Answer> Eventually(const Ask& ask, const TooEarly& too_early) {
  const absl::Time until = absl::Now() + absl::Seconds(10);
  for (;;) {
    absl::StatusOr<Answer> answer = ask();
    if (!too_early(answer) || absl::Now() >= until) return answer;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

}  // namespace cortado::ctl
