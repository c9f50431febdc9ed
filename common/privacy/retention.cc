#include "common/privacy/retention.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/time_util.h"

namespace cortado::privacy {
namespace {

constexpr absl::Duration kPeriod = absl::Hours(24);
constexpr absl::Duration kFirst = absl::Hours(1);

// "DAYS REMOVED TIME_MS".
void ReadRun(const std::string& text, api::v1::RetentionRun& run) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  int32_t days = 0;
  int64_t removed = 0, when = 0;
  if (words.size() != 3 || !absl::SimpleAtoi(words[0], &days) || !absl::SimpleAtoi(words[1], &removed) ||
      !absl::SimpleAtoi(words[2], &when)) {
    return;
  }
  run.set_days(days);
  run.set_removed_count(removed);
  *run.mutable_run_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(when);
}

}  // namespace

int RetentionDays(const RetentionRules& rules, const std::string& kind) {
  if (const auto said = rules.find(kind); said != rules.end()) return said->second;
  const auto known = std::find_if(std::begin(kRetainedKinds), std::end(kRetainedKinds),
                                  [&](const RetainedKind& one) { return kind == one.kind; });
  return known == std::end(kRetainedKinds) ? 0 : known->default_days;
}

void Retention::Register(jobs::Runner& runner) {
  runner.Add({kJob, kPeriod, [this](rpc::Call call, jobs::Fence) { return Run(std::move(call)); }});
  store_.BeforeFirstWrite(
      [this, &runner](rpc::Call call) { return runner.Schedule(call, kJob, clock_.Now() + kFirst); });
}

Task<absl::Status> Retention::Run(rpc::Call call) {
  const absl::StatusOr<RetentionRules> rules = co_await rules_(call);
  // What belongs to no organisation has jobs too, and nothing that is removed.
  if (absl::IsNotFound(rules.status())) co_return absl::OkStatus();
  CO_RETURN_IF_ERROR(rules.status());
  absl::Status first;
  for (const auto& [kind, remove] : kinds_) {
    first.Update(co_await RunOne(call, kind, remove, RetentionDays(*rules, kind)));
  }
  co_return first;
}

Task<absl::Status> Retention::RunOne(rpc::Call call, std::string kind, Remove remove, int days) {
  const absl::Time now = clock_.Now();
  int64_t removed = 0;
  if (days > 0) {
    CO_ASSIGN_OR_RETURN(removed, co_await remove(call, now - days * absl::Hours(24)));
  }
  std::vector<std::string> note;
  note.push_back("HSET");
  note.push_back(store_.Key(call.organization(), "retention"));
  note.push_back(std::move(kind));
  note.push_back(absl::StrCat(days, " ", removed, " ", absl::ToUnixMillis(now)));
  CO_ASSIGN_OR_RETURN(const redis::Reply noted,
                      co_await client_.Run(call.organization(), std::move(note), redis::Use::kWrite, call.deadline()));
  co_return noted.IsError() ? absl::InternalError("the store refused a note of what was removed") : absl::OkStatus();
}

Task<absl::StatusOr<api::v1::ListRetentionRunsResponse>> Retention::List(rpc::Call call,
                                                                         const api::v1::ListRetentionRunsRequest&) {
  std::vector<std::string> command;
  command.push_back("HMGET");
  command.push_back(store_.Key(call.organization(), "retention"));
  for (const auto& [kind, remove] : kinds_) command.push_back(kind);
  CO_ASSIGN_OR_RETURN(const redis::Reply noted, co_await store_.Read(std::move(call), std::move(command)));
  api::v1::ListRetentionRunsResponse response;
  for (size_t i = 0; i < kinds_.size() && i < noted.elements.size(); ++i) {
    api::v1::RetentionRun& run = *response.add_runs();
    run.set_kind(kinds_[i].first);
    ReadRun(noted.elements[i].text, run);
  }
  co_return response;
}

Task<absl::StatusOr<api::v1::ListRetentionRunsResponse>> RetentionSet::List(
    rpc::Call call, const api::v1::ListRetentionRunsRequest& request) {
  for (Retention* retention : retentions_) {
    if (retention->service() == request.service()) co_return co_await retention->List(std::move(call), request);
  }
  co_return NotFound();
}

}  // namespace cortado::privacy
