// By what the people of the figures are grouped. Pure, safe from any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "services/matching/insights/insight_table.h"
#include "services/matching/insights/taking_part.h"

namespace cortado::matching {

class InsightGrouping {
 public:
  // By department, by site, and by what people answered to a question: its choices come behind "not said". `input`
  // outlives it.
  static InsightGrouping Departments(const InsightInput& input);
  static InsightGrouping Sites(const InsightInput& input);
  static InsightGrouping Question(const InsightInput& input, size_t question);

  // Every person is in one group, 0 to size() - 1.
  size_t size() const { return labels_.size(); }
  int32_t Of(const InsightPerson& person) const;
  // What people call a group.
  const InsightLabel& label(size_t group) const { return labels_[group]; }

 private:
  enum class Kind : uint8_t { kDepartment, kSite, kQuestion };
  InsightGrouping(Kind kind, size_t question, std::vector<InsightLabel> labels)
      : kind_(kind), question_(question), labels_(std::move(labels)) {}

  Kind kind_;
  size_t question_;
  std::vector<InsightLabel> labels_;
};

}  // namespace cortado::matching
