#include "services/matching/match_reports.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/match_quality.h"
#include "services/matching/readers.h"

namespace cortado::matching {
namespace {

constexpr int kUsualSample = 500;
constexpr int64_t kFewest = 5;  // People of whom a figure may speak: product rules 2.5.

int32_t ShareOf(int64_t part, int64_t whole) { return static_cast<int32_t>(1000 * part / whole); }

v1::MatchReport ReportOf(const MatchQuality& quality, int64_t people) {
  v1::MatchReport report;
  report.set_people_count(people);
  report.set_asker_count(quality.askers);
  report.set_with_gap_count(quality.with_gap >= kFewest ? quality.with_gap : 0);
  if (quality.askers >= kFewest) report.set_served(ShareOf(quality.served, quality.askers));
  if (quality.lists >= kFewest) {
    report.set_most_frequent(ShareOf(quality.most_frequent, quality.lists));
    report.set_gini(quality.gini);
  }
  if (quality.with_gap < kFewest) return report;
  report.set_well_served(ShareOf(quality.well_served, quality.with_gap));
  report.set_best_one(quality.best_one);
  report.set_best_three(quality.best_three);
  report.set_baseline_one(quality.baseline_one);
  report.set_baseline_three(quality.baseline_three);
  return report;
}

absl::Status ReadAnew() {
  return Error(absl::StatusCode::kUnavailable, v1::REASON_LOADING, "the organisation was read anew; try again")
      .RetryAfter(absl::Seconds(1));
}

}  // namespace

Task<absl::StatusOr<v1::MatchReport>> MatchReports::Get(rpc::Call call, const v1::GetMatchReportRequest& request) {
  CO_ASSIGN_OR_RETURN(const std::shared_ptr<LiveView> live, co_await views_.Get(call));
  co_await executors_.OnWorkers();
  const absl::Time now = clock_.Now();
  const int64_t sample = request.sample() == 0 ? kUsualSample : request.sample();
  QualityOptions options;
  std::vector<int32_t> askers;
  int64_t people = 0;
  const uint64_t serial = live->Read([&](const OrganizationView& view) {
    const Query query = QueryAt(view, now, now);
    options.now = query.now;
    options.week = query.week;
    options.weights = query.weights;
    people = static_cast<int64_t>(EveryActive(view.organization(), 1).size());
    askers =
        EveryActive(view.organization(), static_cast<int32_t>(std::max<int64_t>(1, (people + sample - 1) / sample)));
    return view.serial();
  });
  QualityMeasure measure(options);
  for (const int32_t asker : askers) {
    if (call.Cancelled() || absl::Now() > call.deadline()) co_return absl::DeadlineExceededError("out of time");
    // One asker at a time: whoever writes need not wait for the whole report.
    const bool same = live->Read([&](const OrganizationView& view) {
      if (view.serial() == serial) measure.Ask(view.organization(), asker);
      return view.serial() == serial;
    });
    if (!same) co_return ReadAnew();
  }
  co_return live->Read([&](const OrganizationView& view) -> absl::StatusOr<v1::MatchReport> {
    if (view.serial() != serial) return ReadAnew();
    return ReportOf(measure.Finish(view.organization()), people);
  });
}

}  // namespace cortado::matching
