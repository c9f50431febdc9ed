// Plants a seed: everything through the public API, as an integrator would do it, by the people themselves where it is
// theirs to do.
// Thread contract: as Session.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/ctl/seed/seeds.h"
#include "clients/ctl/session.h"

namespace cortado::ctl {

// Something between people, or of one, as the API names it.
struct PlantedThing {
  std::string what;  // "role", "destination", "pause", "block", "request", "match", "chat", "leaver"
  std::string who;   // Resource names, as people/ada; empty where nobody is meant.
  std::string whom;
  std::string name;
};

struct Planted {
  std::vector<std::string> people;  // Resource names.
  std::vector<PlantedThing> things;
};

// Makes what is missing of the seed, and changes nothing of what is there; returns all of it. `now` is the time of the
// server: times of the seed count from it. Errors of the server, which for a person of the same id from elsewhere are
// ALREADY_EXISTS or worse: a seed is for an organisation that holds seeds alone.
absl::StatusOr<Planted> Plant(Session& session, const Seed& seed, absl::Time now);

}  // namespace cortado::ctl
