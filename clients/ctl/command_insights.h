// The noun `insights`; see command.h. Thread contract: one thread at a time.
#pragma once

#include "clients/ctl/command.h"

namespace cortado::ctl {

// Adds itself to `app`; `ctl` outlives it.
void AddInsights(CLI::App& app, Ctl& ctl);

}  // namespace cortado::ctl
