#include "services/matching/match_times.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/id/id.h"
#include "common/status/status.h"
#include "services/matching/match_store.h"
#include "services/matching/readers.h"
#include "services/matching/suggested_times.h"

namespace cortado::matching {
namespace {

constexpr int kTimes = 3;

scheduling::v1::FindTimesRequest QuestionOf(const rpc::Call& call, const LiveView& live, const v1::Match& match) {
  scheduling::v1::FindTimesRequest request;
  const std::vector<std::string> people = PresentPeople(live, match);
  const bool takes_part = std::count(people.begin(), people.end(), call.subject()) > 0;
  if (takes_part) request.set_host(id::MakeName("people", call.subject()));
  if (!takes_part && !people.empty()) request.set_host(id::MakeName("people", people.back()));
  for (const std::string& person : people) request.add_people(id::MakeName("people", person));
  request.set_match(match.name());
  return request;
}

}  // namespace

std::vector<std::string> PresentPeople(const LiveView& live, const v1::Match& match) {
  std::vector<std::string> people = PeopleOf(match);
  live.Read([&](const OrganizationView& view) {
    people.erase(std::remove_if(people.begin(), people.end(),
                                [&](const std::string& person) { return !FindActive(view, person).has_value(); }),
                 people.end());
  });
  return people;
}

Task<void> MatchTimes::Add(rpc::Call call, const LiveView& live, v1::Match& match) {
  scheduling::v1::FindTimesRequest request = QuestionOf(call, live, match);
  request.set_page_size(kTimes);
  const absl::StatusOr<scheduling::v1::FindTimesResponse> found =
      co_await find_times_(Briefly(call), std::move(request));
  if (!found.ok()) co_return;
  for (const scheduling::v1::FreeTime& time : found->times()) *match.add_free_times() = time.start_time();
}

Task<absl::StatusOr<bool>> MatchTimes::IsFree(rpc::Call call, const LiveView& live, v1::Match match, absl::Time start,
                                              absl::Duration length) {
  scheduling::v1::FindTimesRequest request = QuestionOf(call, live, match);
  request.set_page_size(1);
  request.mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
  request.mutable_end_time()->set_seconds(absl::ToUnixSeconds(start + length));
  request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  const absl::StatusOr<scheduling::v1::FindTimesResponse> found =
      co_await find_times_(Briefly(call), std::move(request));
  if (absl::IsFailedPrecondition(found.status()) || absl::IsInvalidArgument(found.status())) co_return false;
  // Too many looks at somebody's times are no reason not to propose one.
  if (absl::IsResourceExhausted(found.status())) co_return true;
  CO_RETURN_IF_ERROR(found.status());
  co_return found->times_size() > 0;
}

Task<bool> MatchTimes::HasChat(rpc::Call call, v1::Match match) {
  if (match.chat().empty()) co_return false;
  const absl::StatusOr<scheduling::v1::Chat> chat = co_await get_chat_(Briefly(call), match.chat());
  if (absl::IsNotFound(chat.status())) co_return false;
  co_return !chat.ok() || chat->state() != scheduling::v1::Chat::STATE_CANCELLED;
}

}  // namespace cortado::matching
