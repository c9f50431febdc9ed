// Where the settings of a server come from: the command line; else the environment, where --listen is
// CORTADO_SERVER_LISTEN; else files of such flags, one a line (--flagfile=PATH); else what they are by default
// (docs/configuration.md). Once, before threads.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cortado::app {

// Reads the flags of the program `name`. Ends the process on --help and --version, and on a flag that is
// none or has no such value, saying so. INVALID_ARGUMENT: something that is no flag, or a variable CORTADO_SERVER_...
// of which there is no flag.
absl::Status ParseFlags(int argc, char** argv, const std::string& name);

// The arguments in the order in which the last one counts: files, then `environment` ("NAME=value"), then the rest.
// INVALID_ARGUMENT as above. Pure.
absl::StatusOr<std::vector<std::string>> MergeFlags(const std::vector<std::string>& arguments,
                                                    const std::vector<std::string>& environment,
                                                    const std::vector<std::string>& flags);

}  // namespace cortado::app
