// Well-known other names of common skills, written for Cortado.
// Thread contract: pure functions over constant data.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"

namespace cortado::profile {

// Returns the usual name of the skill whose slug is `slug` ("k8s" -> "Kubernetes"), or nothing when none is known.
std::optional<absl::string_view> UsualSkillName(absl::string_view slug);

}  // namespace cortado::profile
