#include "tests/faults/bookable.h"

#include "absl/strings/str_cat.h"
#include "common/testing/matchers.h"
#include "gtest/gtest.h"

namespace cortado::testing {

void Bookable::AddPerson(const std::string& id) {
  auto stub = profile::v1::ProfileService::NewStub(DialProfile());
  profile::v1::CreatePersonRequest create;
  create.set_person_id(id);
  create.mutable_person()->set_external_id(id);
  create.mutable_person()->set_display_name(id);
  create.mutable_person()->set_email(id + "@acme.example");
  create.mutable_person()->set_time_zone("Etc/UTC");
  create.mutable_person()->set_active(true);
  create.set_request_id(NewRequestId());
  ASSERT_THAT(Ask(*stub, &ProfileStub::CreatePerson, Hr(), create), IsOk());
  profile::v1::UpdateOfferRequest offer;
  offer.mutable_offer()->set_name(absl::StrCat("people/", id, "/offer"));
  offer.mutable_offer()->set_mentor(true);
  offer.mutable_offer()->set_places(3);
  offer.mutable_offer()->set_booking(profile::v1::BOOKING_OPEN_DOOR);
  for (const char* path : {"mentor", "places", "booking"}) offer.mutable_update_mask()->add_paths(path);
  offer.set_request_id(NewRequestId());
  ASSERT_THAT(Ask(*stub, &ProfileStub::UpdateOffer, As(id), offer), IsOk());
  profile::v1::UpdateTimeRequest time;
  time.mutable_time()->set_name(absl::StrCat("people/", id, "/time"));
  time.mutable_time()->set_weekly_minutes(2400);
  for (int day = 1; day <= 7; ++day) {
    auto* hours = time.mutable_time()->add_working_hours();
    hours->set_weekday(day);
    hours->set_start_minute(0);
    hours->set_end_minute(1440);
  }
  for (const char* path : {"weekly_minutes", "working_hours"}) time.mutable_update_mask()->add_paths(path);
  time.set_request_id(NewRequestId());
  ASSERT_THAT(Ask(*stub, &ProfileStub::UpdateTime, As(id), time), IsOk());
}

}  // namespace cortado::testing
