// What an organisation may ask about groups, and what may be answered. Thread contract: pure functions.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "cortado/profile/v1/catalog.pb.h"
#include "cortado/profile/v1/person.pb.h"

namespace cortado::profile {

// Whether the questions about groups have ids of their own, and each 2 to 20 choices that differ by more than case.
// INVALID_ARGUMENT with the path of the field.
absl::Status CheckQuestions(const v1::Organization& organization);

// Whether each answer is to a question of its own. INVALID_ARGUMENT for the second answer to one. FAILED_PRECONDITION
// (QUESTION_NOT_ASKED) with the `question` that the organisation does not ask, or that has no such choice.
absl::Status CheckAnswers(const v1::Groups& groups, const v1::Organization& organization);

// Whether an organisation asks what this answers, with this choice.
bool IsAsked(const v1::GroupAnswer& answer, const v1::Organization& organization);

// What tells one set of questions and choices from another; empty for none.
std::string DigestOfQuestions(const v1::Organization& organization);

}  // namespace cortado::profile
