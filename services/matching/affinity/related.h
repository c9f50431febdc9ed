// Which skills stand in for others, learned from who holds what in the organisation itself. A pure function.
#pragma once

#include <vector>

#include "services/matching/affinity/organization.h"

namespace cortado::matching {

// Returns, by skill, up to 5 skills that go together with it, of active people and with a strength (see
// common/skills/related_skills.h) of at least 250; the credit is half the strength. For Organization::SetRelated.
//
// Example: of 1,000 people 100 hold Docker, 80 Kubernetes and 60 both: strength 696, so a level of Docker is worth 348
// thousandths of a level of Kubernetes.
std::vector<std::vector<RelatedSkill>> LearnRelated(const Organization& organization);

}  // namespace cortado::matching
