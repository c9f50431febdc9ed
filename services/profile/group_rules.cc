#include "services/profile/group_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/unicode.h"
#include "cortado/profile/v1/reason.pb.h"

namespace cortado::profile {
namespace {

absl::Status CheckChoices(const v1::GroupQuestion& question, const std::string& path) {
  if (question.choices_size() < 2) return InvalidField(path, "must have at least two choices");
  std::set<std::string> seen;
  for (int i = 0; i < question.choices_size(); ++i) {
    const std::string folded = text::Fold(absl::StripAsciiWhitespace(question.choices(i)));
    const std::string at = absl::StrCat(path, "[", i, "]");
    if (folded.empty()) return InvalidField(at, "must not be empty: whoever does not want to say does not answer");
    if (!seen.insert(folded).second) return InvalidField(at, "is there already");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckQuestions(const v1::Organization& organization) {
  std::set<std::string> seen;
  for (int i = 0; i < organization.group_questions_size(); ++i) {
    const v1::GroupQuestion& question = organization.group_questions(i);
    const std::string path = absl::StrCat("organization.group_questions[", i, "]");
    if (!seen.insert(question.id()).second) return InvalidField(path + ".id", "is another question's already");
    RETURN_IF_ERROR(CheckChoices(question, path + ".choices"));
  }
  return absl::OkStatus();
}

bool IsAsked(const v1::GroupAnswer& answer, const v1::Organization& organization) {
  for (const v1::GroupQuestion& question : organization.group_questions()) {
    if (question.id() != answer.question()) continue;
    return std::find(question.choices().begin(), question.choices().end(), answer.choice()) != question.choices().end();
  }
  return false;
}

absl::Status CheckAnswers(const v1::Groups& groups, const v1::Organization& organization) {
  std::set<std::string> seen;
  for (int i = 0; i < groups.answers_size(); ++i) {
    const v1::GroupAnswer& answer = groups.answers(i);
    const std::string path = absl::StrCat("groups.answers[", i, "]");
    if (!seen.insert(answer.question()).second) return InvalidField(path + ".question", "is answered already");
    if (IsAsked(answer, organization)) continue;
    return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_QUESTION_NOT_ASKED,
                 "the organisation does not ask this, or has no such choice; read its questions again")
        .Field(path, "must be one of the organisation's questions with one of its choices")
        .Metadata("question", answer.question());
  }
  return absl::OkStatus();
}

std::string DigestOfQuestions(const v1::Organization& organization) {
  if (organization.group_questions().empty()) return "";
  std::string all;
  for (const v1::GroupQuestion& question : organization.group_questions()) {
    absl::StrAppend(&all, question.id(), "\n");
    for (const std::string& choice : question.choices()) absl::StrAppend(&all, choice.size(), " ", choice, "\n");
  }
  return id::Sha256Hex(all);
}

}  // namespace cortado::profile
