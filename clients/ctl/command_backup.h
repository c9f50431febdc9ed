// The noun `backup`. Thread contract: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/ctl/command.h"

namespace cortado::ctl {

// Adds itself to `app`; `ctl` outlives it.
void AddBackup(CLI::App& app, Ctl& ctl);

}  // namespace cortado::ctl
