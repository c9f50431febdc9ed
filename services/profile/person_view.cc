#include "services/profile/person_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/strip.h"

namespace cortado::profile {
namespace {

template <typename List, typename Hidden>
void Hide(List& list, Hidden hidden) {
  list.erase(std::remove_if(list.begin(), list.end(), hidden), list.end());
}

bool SeesAll(const rpc::Call& call, absl::string_view id) { return call.IsService() || call.IsSelf(id); }

}  // namespace

void ViewPerson(const rpc::Call& call, v1::Person& person) {
  if (SeesAll(call, absl::StripPrefix(person.name(), "people/"))) return;
  Hide(*person.mutable_journey(), [](const v1::JourneyStep& step) { return !step.confirmed(); });
  Hide(*person.mutable_interests(), [](const v1::Interest& interest) {
    return interest.audience() != v1::AUDIENCE_UNSPECIFIED && interest.audience() != v1::AUDIENCE_EVERYONE;
  });
  person.clear_join_state();
  if (!call.Has(api::v1::ROLE_HR_ADMIN)) person.clear_external_id();
  if (!call.Has(api::v1::ROLE_EMPLOYEE)) person.clear_skills_wanted();
}

v1::Offer ViewOffer(const rpc::Call& call, absl::string_view owner, v1::Offer offer) {
  if (SeesAll(call, owner)) return offer;
  offer.clear_pause_end_time();
  if (offer.booking() == v1::BOOKING_CLOSED) offer.clear_booking();
  return offer;
}

bool MayReadDestination(const rpc::Call& call, absl::string_view owner, absl::string_view manager,
                        const StoredDestination& said) {
  if (SeesAll(call, owner)) return true;
  switch (said.destination.audience()) {
    case v1::AUDIENCE_EVERYONE:
      return true;
    case v1::AUDIENCE_MY_MANAGER:
      return !manager.empty() && call.IsSelf(manager) && said.manager == manager;
    default:
      return false;
  }
}

}  // namespace cortado::profile
