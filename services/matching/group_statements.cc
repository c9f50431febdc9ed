#include "services/matching/group_statements.h"

#include <algorithm>

namespace cortado::matching {
namespace {

int32_t NumberOf(const profile::v1::GroupQuestion& question, const std::string& choice) {
  const auto found = std::find(question.choices().begin(), question.choices().end(), choice);
  return found == question.choices().end() ? kUnknown : static_cast<int32_t>(found - question.choices().begin());
}

}  // namespace

void GroupStatements::Ask(const google::protobuf::RepeatedPtrField<profile::v1::GroupQuestion>& questions) {
  questions_.assign(questions.begin(), questions.end());
}

void GroupStatements::Say(int32_t person, const profile::v1::Groups& groups) {
  if (groups.answers().empty()) return Forget(person);
  said_[person] = groups;
}

std::vector<int32_t> GroupStatements::AnswersOf(int32_t person, absl::Time time) const {
  std::vector<int32_t> answers(questions_.size(), kUnknown);
  const auto said = said_.find(person);
  if (said == said_.end()) return answers;
  for (const profile::v1::GroupAnswer& answer : said->second.answers()) {
    if (absl::FromUnixSeconds(answer.create_time().seconds()) >= time) continue;
    for (size_t i = 0; i < questions_.size(); ++i) {
      if (questions_[i].id() == answer.question()) answers[i] = NumberOf(questions_[i], answer.choice());
    }
  }
  return answers;
}

}  // namespace cortado::matching
