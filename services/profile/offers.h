// What a person gives and the time they have: two parts with readers of their own. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.pb.h"
#include "services/profile/person_store.h"

namespace cortado::profile {

class Offers {
 public:
  // The store outlives it.
  explicit Offers(PersonStore& store) : store_(store) {}

  Task<absl::StatusOr<v1::Offer>> GetOffer(rpc::Call call, const v1::GetOfferRequest& request);
  Task<absl::StatusOr<v1::Offer>> UpdateOffer(rpc::Call call, const v1::UpdateOfferRequest& request);
  Task<absl::StatusOr<v1::Time>> GetTime(rpc::Call call, const v1::GetTimeRequest& request);
  Task<absl::StatusOr<v1::Time>> UpdateTime(rpc::Call call, const v1::UpdateTimeRequest& request);

 private:
  // Everything of the person with this id, recorded where HR reads it. NOT_FOUND.
  Task<absl::StatusOr<PersonFile>> Open(rpc::Call call, std::string id);

  PersonStore& store_;
};

// The time of somebody who never said: Monday to Friday 09:00 to 17:00, 60 minutes a week.
v1::Time DefaultTime();

}  // namespace cortado::profile
