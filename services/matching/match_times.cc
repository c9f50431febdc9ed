#include "services/matching/match_times.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/id/id.h"
#include "common/status/status.h"
#include "services/matching/match_store.h"
#include "services/matching/suggested_times.h"

namespace cortado::matching {
namespace {

constexpr int kTimes = 3;

scheduling::v1::FindTimesRequest QuestionOf(const rpc::Call& call, const v1::Match& match) {
  scheduling::v1::FindTimesRequest request;
  const std::vector<std::string> people = PeopleOf(match);
  const bool takes_part = std::count(people.begin(), people.end(), call.subject()) > 0;
  request.set_host(takes_part ? id::MakeName("people", call.subject()) : match.mentor().person());
  for (const std::string& person : people) request.add_people(id::MakeName("people", person));
  request.set_match(match.name());
  return request;
}

}  // namespace

Task<void> MatchTimes::Add(rpc::Call call, v1::Match& match) {
  scheduling::v1::FindTimesRequest request = QuestionOf(call, match);
  request.set_page_size(kTimes);
  const absl::StatusOr<scheduling::v1::FindTimesResponse> found =
      co_await find_times_(Briefly(call), std::move(request));
  if (!found.ok()) co_return;
  for (const scheduling::v1::FreeTime& time : found->times()) *match.add_free_times() = time.start_time();
}

Task<absl::StatusOr<bool>> MatchTimes::IsFree(rpc::Call call, v1::Match match, absl::Time start,
                                              absl::Duration length) {
  scheduling::v1::FindTimesRequest request = QuestionOf(call, match);
  request.set_page_size(1);
  request.mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
  request.mutable_end_time()->set_seconds(absl::ToUnixSeconds(start + length));
  request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  const absl::StatusOr<scheduling::v1::FindTimesResponse> found =
      co_await find_times_(Briefly(call), std::move(request));
  if (absl::IsFailedPrecondition(found.status()) || absl::IsInvalidArgument(found.status())) co_return false;
  CO_RETURN_IF_ERROR(found.status());
  co_return found->times_size() > 0;
}

}  // namespace cortado::matching
