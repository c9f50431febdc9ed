// The verbs of `people` that have files of their own: bringing a file in, and showing who stands where. `ctl` outlives
// them. Thread contract: one thread at a time.
#pragma once

#include "clients/ctl/command.h"

namespace cortado::ctl {

// Adds `import`.
void AddImport(CLI::App* people, Ctl& ctl);
// Adds `chain` and `chart`.
void AddCharts(CLI::App* people, Ctl& ctl);

}  // namespace cortado::ctl
