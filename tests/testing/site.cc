#include "tests/testing/site.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/testing/matchers.h"

namespace cortado::testing {

Site::Site(bool dev, const MakeMail& mail) : key_(*auth::SigningKey::Generate()) {
  const redis::Address& redis = redis_.address();
  ClusterOptions options{"127.0.0.1:0", std::make_shared<auth::KeyRing>(key_), redis, redis, redis, dev};
  options.archive = std::make_shared<const audit::Archive>(*audit::OpenArchive(audit_directory()));
  options.ledger = std::make_shared<const privacy::ErasureLedger>(*privacy::ErasureLedger::Open(ledger_path()));
  if (mail != nullptr) options.mail = mail(options.keys);
  cluster_ = std::make_unique<Cluster>(std::move(options), RealClock(), registry_);
  absl::Status started = cluster_->Start();
  if (!started.ok()) {
    std::fprintf(stderr, "the site does not start: %s\n", started.ToString().c_str());
    std::abort();
  }
  channel_ = cluster_->InProcessChannel();
  profile_ = profile::v1::ProfileService::NewStub(channel_);
  matching_ = matching::v1::MatchingService::NewStub(channel_);
  scheduling_ = scheduling::v1::SchedulingService::NewStub(channel_);
}

std::string Site::ExpiredToken(const std::string& organization, const std::string& id) const {
  auth::Claims claims;
  claims.organization = organization;
  claims.subject = id;
  claims.roles = {"EMPLOYEE", "HR_ADMIN"};
  claims.issued_at = absl::Now() - absl::Hours(2);
  claims.expires = absl::Now() - absl::Seconds(1);
  return auth::Mint(key_, claims);
}

std::string Site::NewRequestId() { return absl::StrCat("test-request-", ++requests_); }

std::string Site::CreateOrganization(const std::string& display_name) {
  profile::v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name(display_name);
  request.set_request_id(NewRequestId());
  auto made = Ask(*profile_, &ProfileStub::CreateOrganization, ServiceFor(key_, ""), request);
  EXPECT_THAT(made, IsOk());
  return made.ok() ? made->name().substr(sizeof("organizations/") - 1) : "";
}

profile::v1::Person Site::CreatePerson(const std::string& organization, const std::string& id, const std::string& name,
                                       const std::string& email, const std::string& languages) {
  profile::v1::CreatePersonRequest request;
  request.set_person_id(id);
  request.mutable_person()->set_external_id(id);
  request.mutable_person()->set_display_name(name);
  request.mutable_person()->set_time_zone("Europe/Berlin");
  request.mutable_person()->set_email(email);
  for (absl::string_view spoken : absl::StrSplit(languages, ',', absl::SkipEmpty())) {
    request.mutable_person()->add_languages(std::string(spoken));
  }
  request.mutable_person()->set_active(true);
  request.set_request_id(NewRequestId());
  auto made = Ask(*profile_, &ProfileStub::CreatePerson, Hr(organization), request);
  EXPECT_THAT(made, IsOk());
  return made.ok() ? *made : profile::v1::Person();
}

void Site::CreateRole(const std::string& organization, const std::string& id, const std::string& name) {
  profile::v1::CreateRoleRequest request;
  request.set_role_id(id);
  request.mutable_role()->set_display_name(name);
  request.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*profile_, &ProfileStub::CreateRole, Hr(organization), request), IsOk());
}

void Site::Offer(const std::string& organization, const std::string& id, int places, profile::v1::Booking booking) {
  profile::v1::UpdateOfferRequest request;
  request.mutable_offer()->set_name(absl::StrCat("people/", id, "/offer"));
  request.mutable_offer()->set_mentor(true);
  request.mutable_offer()->set_mentee(true);
  request.mutable_offer()->set_places(places);
  request.mutable_offer()->set_booking(booking);
  for (const char* path : {"mentor", "mentee", "places", "booking"}) request.mutable_update_mask()->add_paths(path);
  request.set_request_id(NewRequestId());
  EXPECT_THAT(Ask(*profile_, &ProfileStub::UpdateOffer, As(organization, id), request), IsOk());
}

}  // namespace cortado::testing
