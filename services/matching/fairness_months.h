// The fairness report by groups that people say they belong to: made once a month and kept, so that no two of them can
// be subtracted to find out what somebody said who came, left or answered in between. Of the whole organisation alone:
// two programmes with all but one participant in common would tell of that one. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/insights.pb.h"
#include "services/matching/insights/calendar.h"

namespace cortado::matching {

class FairnessMonths {
 public:
  // Outlives this.
  explicit FairnessMonths(store::Store& store) : store_(store) {}

  // Returns the tables of a month in a language, as they were kept; nothing was kept: those that `make` gives in that
  // language, which are kept from now on. What is kept goes 60 days after it was made. UNAVAILABLE, DEADLINE_EXCEEDED.
  Task<absl::StatusOr<v1::Insights>> Get(rpc::Call call, CalendarPeriod month, std::string language,
                                         std::function<v1::Insights(const std::string&)> make);

 private:
  // Reads what was kept into `kept`; false when nothing was.
  Task<absl::StatusOr<bool>> Find(rpc::Call call, std::string key, std::string language, v1::Insights* kept);

  store::Store& store_;
};

}  // namespace cortado::matching
