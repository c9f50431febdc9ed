// The search indexes of the organisations in use: see LiveCopies. Thread-safe.
#pragma once

#include <memory>

#include "services/profile/live_copies.h"
#include "services/profile/person_store.h"
#include "services/profile/role_store.h"
#include "services/profile/search_index.h"
#include "services/profile/skills.h"

namespace cortado::profile {

using SearchIndexes = LiveCopies<SearchIndex>;

// Of people, skills and roles. All parts outlive it.
std::unique_ptr<CopySource<SearchIndex>> NewSearchIndexSource(PersonStore& people, RoleStore& roles, Skills& skills);

}  // namespace cortado::profile
