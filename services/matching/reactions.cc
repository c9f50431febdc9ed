#include "services/matching/reactions.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/status/status.h"

namespace cortado::matching {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);
constexpr size_t kPortion = 500;

rpc::Call CallFor(const std::string& organization) {
  return rpc::InternalCall(organization, "matching.reactions", absl::Now() + kTimeout);
}

bool TakesRequests(const profile::v1::PersonSnapshot& snapshot, absl::Time now) {
  const profile::v1::Offer& offer = snapshot.offer();
  const bool is_paused = absl::FromUnixSeconds(offer.pause_end_time().seconds()) > now;
  return offer.mentor() && !is_paused && offer.booking() != profile::v1::BOOKING_CLOSED;
}

}  // namespace

void Reactions::Collect(const profile::v1::ListPeopleChangesResponse& page, Concerned& concerned) const {
  for (const profile::v1::PeopleChange& change : page.changes()) {
    if (!change.deleted_person().empty()) concerned.all.insert(IdOf(change.deleted_person()));
    if (!change.has_person()) continue;
    const profile::v1::PersonSnapshot& snapshot = change.person();
    const std::string person = IdOf(snapshot.person().name());
    if (!snapshot.person().active() || !snapshot.blocks().empty()) {
      concerned.all.insert(person);
    } else if (!TakesRequests(snapshot, clock_.Now())) {
      concerned.requests.insert(person);
    }
  }
}

Task<absl::Status> Reactions::React(std::string organization, const LiveView& live, const Concerned& concerned) {
  std::vector<std::string> people(concerned.all.begin(), concerned.all.end());
  std::vector<std::string> portion;
  // Most who take no requests have none.
  for (auto person = concerned.requests.begin(); person != concerned.requests.end();) {
    portion.push_back(*person);
    if (++person != concerned.requests.end() && portion.size() < kPortion) continue;
    CO_ASSIGN_OR_RETURN(const std::set<std::string> asked,
                        co_await requests_.AreAsked(CallFor(organization), std::move(portion)));
    people.insert(people.end(), asked.begin(), asked.end());
    portion.clear();
  }
  for (std::string& person : people) {
    CO_RETURN_IF_ERROR(co_await life_cycle_.LookAtPerson(CallFor(organization), live, std::move(person)));
  }
  co_return absl::OkStatus();
}

}  // namespace cortado::matching
