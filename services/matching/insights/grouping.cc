#include "services/matching/insights/grouping.h"

#include <string>
#include <utility>

namespace cortado::matching {
namespace {

std::vector<InsightLabel> LabelsOf(const std::vector<std::string>& names) {
  std::vector<InsightLabel> labels;
  for (const std::string& name : names) {
    labels.push_back(name.empty() ? InsightLabel{"insights.word.unknown", true} : InsightLabel{name, false});
  }
  return labels;
}

}  // namespace

InsightGrouping InsightGrouping::Departments(const InsightInput& input) {
  return {Kind::kDepartment, 0, LabelsOf(input.departments)};
}

InsightGrouping InsightGrouping::Sites(const InsightInput& input) { return {Kind::kSite, 0, LabelsOf(input.sites)}; }

InsightGrouping InsightGrouping::Question(const InsightInput& input, size_t question) {
  std::vector<InsightLabel> labels = {{"insights.word.not_said", true}};
  for (const std::string& choice : input.questions[question].choices) labels.push_back({choice, false});
  return {Kind::kQuestion, question, std::move(labels)};
}

int32_t InsightGrouping::Of(const InsightPerson& person) const {
  if (kind_ == Kind::kDepartment) return person.department;
  return kind_ == Kind::kSite ? person.site : person.answers[question_] + 1;
}

}  // namespace cortado::matching
