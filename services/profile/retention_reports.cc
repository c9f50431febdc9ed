#include "services/profile/retention_reports.h"

#include <map>
#include <string>
#include <utility>

#include "common/privacy/retention.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::profile {

Task<absl::StatusOr<v1::RetentionReport>> RetentionReports::Get(rpc::Call call, const v1::GetRetentionReportRequest&) {
  CO_ASSIGN_OR_RETURN(const privacy::RetentionRules rules, co_await organizations_.RetentionRulesOf(call));
  std::map<std::string, api::v1::RetentionRun> runs;
  for (const DossierSource& source : sources_) {
    api::v1::ListRetentionRunsRequest ask;
    ask.set_service(source.service);
    absl::StatusOr<api::v1::ListRetentionRunsResponse> answer = co_await source.retention(call, std::move(ask));
    if (absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status())) {
      co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN, "a service does not answer; try again")
          .RetryAfter(absl::Seconds(1));
    }
    CO_RETURN_IF_ERROR(answer.status());
    for (api::v1::RetentionRun& run : *answer->mutable_runs()) runs[run.kind()] = std::move(run);
  }
  v1::RetentionReport report;
  for (const privacy::RetainedKind& known : privacy::kRetainedKinds) {
    v1::RetainedKind& kind = *report.add_kinds();
    kind.set_service(known.service);
    kind.set_kind(known.kind);
    kind.set_days(privacy::RetentionDays(rules, known.kind));
    const auto run = runs.find(known.kind);
    if (run == runs.end() || !run->second.has_run_time()) continue;
    kind.set_removed_count(run->second.removed_count());
    *kind.mutable_run_time() = run->second.run_time();
  }
  co_return report;
}

}  // namespace cortado::profile
