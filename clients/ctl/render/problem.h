// What went wrong, for the one who typed the command: the sentence of the server, the reason, the field, and what to
// do. Thread contract: pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/ctl/render/style.h"

namespace cortado::ctl {

// An error of Cortado or of this program, taken apart.
struct Problem {
  std::string text;                                           // One sentence.
  std::string code;                                           // As NOT_FOUND.
  std::string reason;                                         // As SLOT_TAKEN; empty where the error has none.
  std::vector<std::pair<std::string, std::string>> fields;    // Path, and what is wrong with it.
  std::vector<std::pair<std::string, std::string>> metadata;  // What the reason speaks of.
  std::string next;                                           // What to do now; empty when there is nothing to say.
};

Problem Explain(const absl::Status& status);

// Returns the problem in lines, the first one "error: ..."; ends with a line feed.
std::string RenderProblem(const Problem& problem, const Style& style);
// Returns one JSON object on one line: {"error": {...}}.
std::string ProblemJson(const Problem& problem);

}  // namespace cortado::ctl
