#include "services/matching/suggested_times.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/time/clock.h"
#include "common/task/gather.h"
#include "services/matching/records.h"

namespace cortado::matching {
namespace {

constexpr size_t kMostPeople = 10;
constexpr int kTimesEach = 3;
constexpr absl::Duration kPatience = absl::Seconds(2);
// Kept of the call's deadline for the answer itself.
constexpr absl::Duration kToAnswer = absl::Milliseconds(200);

bool HasOpenDoor(const OrganizationView& view, const v1::Suggestion& suggestion) {
  const std::optional<int32_t> person = view.Find(PersonId(suggestion.person()));
  return person && view.facts(*person).open_door;
}

// A person whose door closed meanwhile has no times; that is no failure.
bool IsTheirAnswer(const absl::Status& status) {
  return status.ok() || absl::IsFailedPrecondition(status) || absl::IsNotFound(status);
}

}  // namespace

rpc::Call Briefly(const rpc::Call& call) {
  auto info = std::make_shared<rpc::CallInfo>();
  info->organization = call.organization();
  info->subject = call.subject();
  info->accept_language = call.accept_language();
  info->deadline = std::min(absl::Now() + kPatience, call.deadline() - kToAnswer);
  return rpc::Call(std::move(info));
}

Task<void> SuggestedTimes::Add(rpc::Call call, std::string asker, const LiveView& live,
                               v1::SuggestRoleModelsResponse& response) {
  std::vector<v1::Suggestion*> open;
  live.Read([&](const OrganizationView& view) {
    for (v1::Suggestion& suggestion : *response.mutable_suggestions()) {
      if (open.size() < kMostPeople && HasOpenDoor(view, suggestion)) open.push_back(&suggestion);
    }
  });
  const rpc::Call brief = Briefly(call);
  std::vector<Task<absl::StatusOr<scheduling::v1::FindTimesResponse>>> looks;
  for (const v1::Suggestion* suggestion : open) {
    scheduling::v1::FindTimesRequest request;
    request.set_host(asker);
    request.add_people(asker);
    request.add_people(suggestion->person().person());
    request.set_page_size(kTimesEach);
    looks.push_back(find_times_(brief, std::move(request)));
  }
  const auto found = co_await Gather(std::move(looks));
  for (size_t i = 0; i < found.size(); ++i) {
    if (!IsTheirAnswer(found[i].status())) response.set_times_unavailable(true);
    if (!found[i].ok()) continue;
    for (const scheduling::v1::FreeTime& free : found[i]->times()) {
      v1::SuggestedTime& time = *open[i]->add_times();
      *time.mutable_start_time() = free.start_time();
      *time.mutable_end_time() = free.end_time();
      if (free.local_starts_size() > 0) *time.mutable_local_start() = free.local_starts(0);
    }
  }
}

}  // namespace cortado::matching
