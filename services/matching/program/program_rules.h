// The rules of a programme from the words of the API to the numbers of rules.h, and into sentences. Pure but for the
// protos; safe from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cortado/matching/v1/program.pb.h"
#include "services/matching/program/rules.h"

namespace cortado::matching {

// Numbers what a rule lists: departments, sites and tags, each kind on its own.
enum class ValueKind : uint8_t { kDepartment, kSite, kTag };
using NumberOf = std::function<int32_t(ValueKind kind, const std::string& value)>;

// Whether people are drawn to meet as equals; otherwise mentees get mentors.
bool IsDraw(const v1::Program& program);
// Whether it runs rounds by a calendar of its own.
bool RunsItself(const v1::Program& program);
// Whether somebody takes part: by their own yes, or in an opt-out draw because they said nothing in the time they had.
bool TakesPart(const v1::Program& program, const v1::Participant& participant, absl::Time now);
// Returns how many meet at once in a draw.
int32_t GroupSizeOf(const v1::Program& program);
// Adds what a kind of programme means where its rules do not speak of it: in reverse mentoring, that the mentor has not
// more experience.
void AddUsualRules(v1::Program& program);

// Returns the rules of a programme that ValidateProgram accepts.
RuleSet RulesOf(const v1::Program& program, const NumberOf& number_of);

// Checks what the options of the fields cannot say. INVALID_ARGUMENT, naming the field; FAILED_PRECONDITION
// (RULES_CONTRADICT), naming the `rules`.
absl::Status ValidateProgram(const v1::Program& program);

// Checks when a programme runs rounds by itself. INVALID_ARGUMENT, naming the field.
absl::Status ValidateCadence(const v1::Program& program, absl::Time now);

// Fills in what every rule says in words.
void ExplainRules(absl::string_view language, v1::Program& program);

}  // namespace cortado::matching
