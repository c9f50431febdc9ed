// The verb `find` of people, skills and roles.
// Thread contract: as Ctl.
#pragma once

#include "clients/ctl/command.h"

namespace cortado::ctl {

// Adds it to the three nouns, which may be there already. `ctl` outlives `app`.
void AddFind(CLI::App& app, Ctl& ctl);

}  // namespace cortado::ctl
