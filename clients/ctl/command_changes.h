// Nouns and verbs that change one thing of a profile or of the catalogue.
// Thread contract: as command.h.
#pragma once

#include "clients/ctl/command.h"

namespace cortado::ctl {

// The steps of one's own journey.
void AddJourney(CLI::App& app, Ctl& ctl);
// The verbs of `role` that change the catalogue.
void AddRoleChanges(CLI::App* role, Ctl& ctl);

}  // namespace cortado::ctl
