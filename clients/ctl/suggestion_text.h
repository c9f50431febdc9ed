// Suggestions in words, and what their scores are made of.
// Thread contract: pure functions.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>

#include "clients/ctl/render/style.h"
#include "clients/ctl/render/table.h"
#include "cortado/matching/v1/suggestion.pb.h"

namespace cortado::ctl {

// "strong", "some things in common", "one thing in common".
std::string StrengthWords(matching::v1::Strength strength);

// What a term is called: in a sentence, and as the title of a narrow column.
std::string TermWords(matching::v1::Term term);
std::string TermTitle(matching::v1::Term term);

// One row a suggestion: the score and its parts, which sum to it. "?" where data is missing; terms that are worth
// nothing to anybody in the list are left out. For the asker's own details view.
Table PartsTable(const google::protobuf::RepeatedPtrField<matching::v1::Suggestion>& suggestions);

// One row a term: value, weight, points, why.
Table ExplanationTable(const matching::v1::Suggestion& suggestion);

// Who and why, in two or three lines without a number, then the times that came along.
std::string RenderSuggestion(const matching::v1::Suggestion& suggestion, const Style& style);

}  // namespace cortado::ctl
