// An organisation that is brought back lies under a name of its own until it is whole and nobody is in it who was
// erased since. The name is no organisation's, so no token names it and nobody is served from it; its keys,
// `cortado:{ORG}ID}:SERVICE:...`, have the organisation's own hash tag (Redis ends a tag at the first brace), so
// they lie in its slot, and one script moves them to where they belong. Pure.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cortado::store {

// The name that `organization` has while it is brought back by a try with this id.
inline std::string StagedName(absl::string_view organization, absl::string_view id) {
  return absl::StrCat(organization, "}", id);
}

// Whether a name is one of these.
inline bool IsStaged(absl::string_view organization) { return organization.find('}') != absl::string_view::npos; }

}  // namespace cortado::store
