// The census of each organisation that somebody asked about: see LiveCopies. Thread-safe.
#pragma once

#include <memory>

#include "services/profile/census.h"
#include "services/profile/live_copies.h"
#include "services/profile/person_store.h"
#include "services/profile/skills.h"

namespace cortado::profile {

using Censuses = LiveCopies<Census>;

// Of people, with skills that were merged under the names they have now. Both outlive it.
std::unique_ptr<CopySource<Census>> NewCensusSource(PersonStore& people, Skills& skills);

// As CopyOptions has it, but a call waits until its deadline: whoever asks here comes once, not with every letter.
CopyOptions CensusOptions();

}  // namespace cortado::profile
