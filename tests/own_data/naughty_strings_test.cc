// Every string of a list of naughty ones, in every string field of the profile's API: kept to the byte (white space
// around it aside), or refused with the path of the field.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using ::testing::IsEmpty;

constexpr char kList[] = "../shared/data/adversarial/blns/blns.json";

// The list where it is, and some of our own everywhere.
std::vector<std::string> NaughtyStrings() {
  std::vector<std::string> strings = {"",
                                      "\t",
                                      "null",
                                      "<script>alert(1)</script>",
                                      "Zoë",
                                      "\u202etxt",
                                      "\r\nX: y",
                                      "a\xcc\x81",
                                      "%0d%0a",
                                      "\xf0\x9f\x92\xa9",
                                      std::string(300, 'x'),
                                      "=cmd|' /C calc'!A0"};
  strings.push_back(std::string("nul\0inside", 10));
  std::ifstream file(kList);
  if (file) {
    for (const auto& one : nlohmann::json::parse(file)) strings.push_back(one.get<std::string>());
  }
  return strings;
}

class NaughtyStringsTest : public ::testing::Test {
 protected:
  NaughtyStringsTest() : acme_(site_.CreateOrganization("Acme")) { site_.CreatePerson(acme_, "ada", "Ada"); }

  // The person as they see themselves.
  profile::v1::Person Own() {
    profile::v1::GetPersonRequest request;
    request.set_name("people/ada");
    auto person = Ask(site_.profile(), &ProfileStub::GetPerson, site_.As(acme_, "ada"), request);
    EXPECT_THAT(person, IsOk());
    return person.ok() ? *person : profile::v1::Person();
  }
  // Writes one field of the person as `who`.
  absl::StatusOr<profile::v1::Person> Write(const Caller& who, profile::v1::Person person, const std::string& field) {
    profile::v1::UpdatePersonRequest request;
    person.set_name("people/ada");
    person.set_etag(Own().etag());
    *request.mutable_person() = person;
    request.mutable_update_mask()->add_paths(field);
    request.set_request_id(site_.NewRequestId());
    return Ask(site_.profile(), &ProfileStub::UpdatePerson, who, request);
  }
  static bool IsRefusal(const absl::Status& status, const std::string& path) {
    return status.code() == absl::StatusCode::kInvalidArgument && absl::StrContains(FieldsOf(status), path);
  }
  static std::string Bare(const std::string& text) { return std::string(absl::StripAsciiWhitespace(text)); }

  Site site_;
  const std::string acme_;
  std::vector<std::string> faults_;
};

TEST_F(NaughtyStringsTest, FieldsOfHrKeepThemOrRefuseThem) {
  const std::vector<std::string> strings = NaughtyStrings();
  std::cout << strings.size() << " strings" << std::endl;
  int kept = 0, refused = 0;
  for (const char* name : {"display_name", "title", "department", "location", "external_id", "email", "time_zone",
                           "start_date", "manager"}) {
    const auto* field = profile::v1::Person::descriptor()->FindFieldByName(name);
    for (const std::string& text : strings) {
      profile::v1::Person person;
      person.set_display_name("Ada");
      person.GetReflection()->SetString(&person, field, text);
      const auto written = Write(site_.Hr(acme_), person, name);
      const bool same = written.ok() && written->GetReflection()->GetString(*written, field) == Bare(text);
      const bool is_refusal = !written.ok() && IsRefusal(written.status(), absl::StrCat("person.", name));
      kept += same ? 1 : 0;
      refused += is_refusal ? 1 : 0;
      if (!same && !is_refusal) faults_.push_back(absl::StrCat(name, " ", text, ": ", written.status().ToString()));
    }
  }
  std::cout << kept << " kept, " << refused << " refused" << std::endl;
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_GT(kept, refused);
}

TEST_F(NaughtyStringsTest, OnesOwnWordsAreKeptToTheByteOrRefused) {
  for (const std::string& text : NaughtyStrings()) {
    profile::v1::Person person;
    person.add_interests()->set_topic(text);
    person.add_journey()->set_role(text);
    person.mutable_journey(0)->set_department(text);
    const auto interests = Write(site_.As(acme_, "ada"), person, "interests");
    const bool same = interests.ok() && interests->interests(0).topic() == text;
    if (!same && !IsRefusal(interests.status(), "person.interests[0]")) {
      faults_.push_back(absl::StrCat("interest ", text, ": ", interests.status().ToString()));
    }
    const auto journey = Write(site_.As(acme_, "ada"), person, "journey");
    const bool told = journey.ok() && journey->journey(0).role() == text && journey->journey(0).department() == text;
    if (!told && !IsRefusal(journey.status(), "person.journey[0]")) {
      faults_.push_back(absl::StrCat("journey ", text, ": ", journey.status().ToString()));
    }
  }
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(NaughtyStringsTest, OfferAndDestinationKeepThemOrRefuseThem) {
  for (const std::string& text : NaughtyStrings()) {
    profile::v1::UpdateOfferRequest offer;
    offer.mutable_offer()->set_name("people/ada/offer");
    offer.mutable_offer()->add_topics(text);
    offer.mutable_offer()->add_observe_first(text);
    for (const char* path : {"topics", "observe_first"}) offer.mutable_update_mask()->add_paths(path);
    offer.set_request_id(site_.NewRequestId());
    profile::v1::GetOfferRequest get;
    get.set_name("people/ada/offer");
    const auto held = Ask(site_.profile(), &ProfileStub::GetOffer, site_.As(acme_, "ada"), get);
    if (held.ok()) offer.mutable_offer()->set_etag(held->etag());
    const auto written = Ask(site_.profile(), &ProfileStub::UpdateOffer, site_.As(acme_, "ada"), offer);
    const bool kept = written.ok() && written->topics(0) == text && written->observe_first(0) == text;
    if (!kept && !IsRefusal(written.status(), "offer.")) faults_.push_back(absl::StrCat("offer ", text));

    profile::v1::CreateDestinationRequest destination;
    destination.set_parent("people/ada");
    destination.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
    destination.mutable_destination()->set_text(text);
    destination.set_request_id(site_.NewRequestId());
    const auto said = Ask(site_.profile(), &ProfileStub::CreateDestination, site_.As(acme_, "ada"), destination);
    const bool same = said.ok() && (said->text() == text || said->text() == Bare(text));
    if (!same && !IsRefusal(said.status(), "destination.text")) faults_.push_back(absl::StrCat("destination ", text));
  }
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(NaughtyStringsTest, CatalogueAndOrganisationKeepThemOrRefuseThem) {
  for (const std::string& text : NaughtyStrings()) {
    profile::v1::CreateRoleRequest role;
    role.mutable_role()->set_display_name(text);
    role.set_request_id(site_.NewRequestId());
    const auto made = Ask(site_.profile(), &ProfileStub::CreateRole, site_.Hr(acme_), role);
    const bool kept = made.ok() && (made->display_name() == text || made->display_name() == Bare(text));
    const bool taken = made.status().code() == absl::StatusCode::kAlreadyExists;
    if (!kept && !taken && !IsRefusal(made.status(), "role.display_name")) {
      faults_.push_back(absl::StrCat("role ", text, ": ", made.status().ToString()));
    }
    profile::v1::UpdateOrganizationRequest update;
    const auto now = Ask(site_.profile(), &ProfileStub::GetOrganization, site_.Hr(acme_), {});
    ASSERT_THAT(now, IsOk());
    update.mutable_organization()->set_etag(now->etag());
    update.mutable_organization()->set_display_name(text);
    update.mutable_update_mask()->add_paths("display_name");
    update.set_request_id(site_.NewRequestId());
    const auto renamed = Ask(site_.profile(), &ProfileStub::UpdateOrganization, site_.Hr(acme_), update);
    const bool named = renamed.ok() && renamed->display_name() == text;
    if (!named && !IsRefusal(renamed.status(), "organization.display_name")) {
      faults_.push_back(absl::StrCat("organization ", text, ": ", renamed.status().ToString()));
    }
  }
  EXPECT_THAT(faults_, IsEmpty());
}

TEST_F(NaughtyStringsTest, WhatIsNotUtf8IsRefused) {
  for (const std::string bytes : {"\xff", "\xc0\x80", "a\xed\xa0\x80", "\xf4\x90\x80\x80", "cut \xe2\x82"}) {
    profile::v1::UpdatePersonRequest request;
    request.mutable_person()->set_name("people/ada");
    request.mutable_person()->set_etag(Own().etag());
    request.mutable_person()->add_interests()->set_topic(bytes);
    request.mutable_update_mask()->add_paths("interests");
    request.set_request_id(site_.NewRequestId());
    EXPECT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, site_.As(acme_, "ada"), request),
                FailsWith(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST"));
  }
}

}  // namespace
}  // namespace cortado::testing
