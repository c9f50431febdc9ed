// Every string of a list of naughty ones, in every string field that the profile's API writes: stored and returned to
// the byte, or refused with the path of the field. The fields are those of the schema: a new one is tried like the
// others.
#include "tests/own_data/naughty_strings.h"

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/testing/matchers.h"
#include "cortado/api/v1/options.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/own_data/text_leaf.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using google::protobuf::Message;
using ::testing::IsEmpty;
using Code = absl::StatusCode;

// What was stored, as a message in which the leaf has the place it has in the request.
using Stored = absl::StatusOr<std::unique_ptr<Message>>;

template <class T>
Stored Keep(T message) {
  return Stored(std::make_unique<T>(std::move(message)));
}

class NaughtyStringsTest : public ::testing::Test {
 protected:
  NaughtyStringsTest() : acme_(site_.CreateOrganization("Acme")), ada_(site_.As(acme_, "ada")), hr_(site_.Hr(acme_)) {
    site_.CreatePerson(acme_, "ada", "Ada");
  }

  // Tries every leaf of the request: `write` is given a request that holds the text, to complete and to send.
  template <class Request>
  void TryAll(const std::function<Stored(Request, const TextLeaf&)>& write) {
    for (const TextLeaf& leaf : TextLeavesOf(*Request::descriptor())) {
      const int kept = kept_;
      for (const std::string& text : NaughtyStringsFor(++fields_)) {
        Request request;
        leaf.Put(request, text);
        Judge(leaf, text, absl::StrCat(Request::descriptor()->name(), " ", leaf.path()),
              write(std::move(request), leaf));
      }
      if (leaf.IsWords() && !TakesFewValues(leaf)) {
        EXPECT_GT(kept_, kept) << leaf.path() << " keeps nothing";
      }
    }
  }

  // A zone, a kind of record, or the skill that a name means: none of the strings need be one.
  static bool TakesFewValues(const TextLeaf& leaf) {
    const std::string& name = leaf.field().name();
    return name == "skill" || name == "time_zone" || name == "kind";
  }

  void Judge(const TextLeaf& leaf, const std::string& text, const std::string& what, const Stored& stored) {
    if (stored.ok()) {
      // The name of a skill is answered by the skill it means; a name of ours that is good needs no place in the
      // answer.
      const std::string held = leaf.Get(**stored);
      const bool same = leaf.field().name() == "skill" ? absl::StartsWith(held, "skills/") : held == text;
      ++kept_;
      if (leaf.IsWords() && !same) faults_.push_back(absl::StrCat(what, " ", text, " came back as ", held));
      return;
    }
    ++refused_;
    const Code code = stored.status().code();
    const bool says_where = absl::StrContains(FieldsOf(stored.status()), leaf.path());
    const bool taken = code == Code::kAlreadyExists && !FieldsOf(stored.status()).empty();
    // A name or an etag of the right form may name nothing, or what is not one's own.
    const bool unknown = !leaf.IsWords() && (code == Code::kNotFound || code == Code::kPermissionDenied ||
                                             code == Code::kAborted || code == Code::kAlreadyExists);
    if ((code == Code::kInvalidArgument && says_where) || taken || unknown) return;
    faults_.push_back(absl::StrCat(what, " ", text, ": ", stored.status().ToString()));
  }

  void Report() {
    std::cout << NaughtyStrings().size() << " strings, " << fields_ << " fields, " << kept_ << " kept, " << refused_
              << " refused" << std::endl;
    EXPECT_THAT(faults_, IsEmpty());
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (ProfileStub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Caller& who, Request request) {
    if (request.request_id().empty()) request.set_request_id(site_.NewRequestId());
    return Ask(site_.profile(), method, who, request);
  }
  // The person as they see themselves.
  profile::v1::Person Own(const std::string& id) {
    profile::v1::GetPersonRequest request;
    request.set_name("people/" + id);
    auto person = Ask(site_.profile(), &ProfileStub::GetPerson, site_.As(acme_, id), request);
    EXPECT_THAT(person, IsOk());
    return person.ok() ? *person : profile::v1::Person();
  }
  static bool IsHrs(const TextLeaf& leaf) {
    return leaf.below("person").options().GetExtension(api::v1::field).owner() == api::v1::OWNER_HR;
  }
  // What must stand beside some fields.
  static void Complete(profile::v1::Person& person, const TextLeaf& leaf) {
    if (leaf.field().name() != "display_name") person.set_display_name("Ada");
    for (auto& step : *person.mutable_journey()) {
      if (leaf.field().name() != "role") step.set_role("Cook");
    }
  }

  Stored UpdatePerson(profile::v1::UpdatePersonRequest request, const TextLeaf& leaf);
  Stored CreatePerson(profile::v1::CreatePersonRequest request, const TextLeaf& leaf);
  Stored UpdateOffer(profile::v1::UpdateOfferRequest request, const TextLeaf& leaf);
  Stored CreateDestination(profile::v1::CreateDestinationRequest request, const TextLeaf& leaf);
  Stored StartProfile(profile::v1::StartProfileRequest request, const TextLeaf& leaf);
  Stored ImportPeople(profile::v1::ImportPeopleRequest request, const TextLeaf& leaf);

  Site site_;
  const std::string acme_;
  const Caller ada_, hr_;
  std::vector<std::string> faults_;
  int fields_ = 0, kept_ = 0, refused_ = 0, made_ = 0;
};

Stored NaughtyStringsTest::UpdatePerson(profile::v1::UpdatePersonRequest request, const TextLeaf& leaf) {
  Complete(*request.mutable_person(), leaf);
  if (leaf.path() != "person.name") request.mutable_person()->set_name("people/ada");
  if (leaf.path() != "person.etag") request.mutable_person()->set_etag(Own("ada").etag());
  const bool hrs = absl::StartsWith(leaf.path(), "person.") && IsHrs(leaf);
  const bool own = absl::StartsWith(leaf.path(), "person.") && leaf.IsWords() && !hrs;
  request.mutable_update_mask()->add_paths(hrs || own ? leaf.below("person").name() : "interests");
  const auto written = Call(&ProfileStub::UpdatePerson, hrs ? hr_ : ada_, request);
  if (!written.ok()) return written.status();
  profile::v1::UpdatePersonRequest stored;
  *stored.mutable_person() = Own("ada");
  return Keep(std::move(stored));
}

Stored NaughtyStringsTest::CreatePerson(profile::v1::CreatePersonRequest request, const TextLeaf& leaf) {
  Complete(*request.mutable_person(), leaf);
  if (leaf.path() != "person_id") request.set_person_id(absl::StrCat("new", ++made_));
  const auto written = Call(&ProfileStub::CreatePerson, hr_, request);
  if (!written.ok()) return written.status();
  profile::v1::CreatePersonRequest stored;
  *stored.mutable_person() = Own(request.person_id().empty() ? written->name().substr(7) : request.person_id());
  return Keep(std::move(stored));
}

Stored NaughtyStringsTest::UpdateOffer(profile::v1::UpdateOfferRequest request, const TextLeaf& leaf) {
  profile::v1::GetOfferRequest get;
  get.set_name("people/ada/offer");
  if (leaf.path() != "offer.name") request.mutable_offer()->set_name(get.name());
  const auto held = Ask(site_.profile(), &ProfileStub::GetOffer, ada_, get);
  if (held.ok() && leaf.path() != "offer.etag") request.mutable_offer()->set_etag(held->etag());
  for (const char* path : {"topics", "observe_first"}) request.mutable_update_mask()->add_paths(path);
  const auto written = Call(&ProfileStub::UpdateOffer, ada_, request);
  if (!written.ok()) return written.status();
  profile::v1::UpdateOfferRequest stored;
  *stored.mutable_offer() = *Ask(site_.profile(), &ProfileStub::GetOffer, ada_, get);
  return Keep(std::move(stored));
}

Stored NaughtyStringsTest::CreateDestination(profile::v1::CreateDestinationRequest request, const TextLeaf& leaf) {
  if (leaf.path() != "parent") request.set_parent("people/ada");
  request.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
  const auto written = Call(&ProfileStub::CreateDestination, ada_, request);
  if (!written.ok()) return written.status();
  profile::v1::ListDestinationsRequest list;
  list.set_parent("people/ada");
  const auto all = Ask(site_.profile(), &ProfileStub::ListDestinations, ada_, list);
  profile::v1::CreateDestinationRequest stored;
  for (const auto& destination : all->destinations()) {
    if (destination.name() == written->name()) *stored.mutable_destination() = destination;
  }
  profile::v1::DeleteDestinationRequest remove;
  remove.set_name(written->name());
  remove.set_etag(written->etag());
  EXPECT_THAT(Call(&ProfileStub::DeleteDestination, ada_, remove), IsOk());
  return Keep(std::move(stored));
}

// The words to learn are no text of their own: they mean skills, or come back as what could not be settled.
Stored NaughtyStringsTest::StartProfile(profile::v1::StartProfileRequest request, const TextLeaf& leaf) {
  if (leaf.path() != "person") request.set_person("people/ada");
  if (leaf.path() != "etag") request.set_etag(Own("ada").etag());
  if (request.has_destination()) request.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
  const auto written = Call(&ProfileStub::StartProfile, ada_, request);
  if (!written.ok()) return written.status();
  profile::v1::StartProfileRequest stored;
  *stored.mutable_destination() = written->destination();
  for (const auto& unsettled : written->unsettled()) stored.add_learn(unsettled.text());
  return Keep(std::move(stored));
}

Stored NaughtyStringsTest::ImportPeople(profile::v1::ImportPeopleRequest request, const TextLeaf& leaf) {
  profile::v1::ImportRow& row = *request.mutable_rows(0);
  const std::string id = absl::StrCat("imp", ++made_);
  Complete(*row.mutable_person(), leaf);
  const bool by_id = leaf.field().name() == "external_id";
  if (!by_id) row.mutable_person()->set_external_id(id);
  if (row.has_destination()) row.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
  grpc::ClientContext context;
  Prepare(context, hr_);
  profile::v1::ImportPeopleResponse response;
  const auto writer = site_.profile().ImportPeople(&context, &response);
  writer->Write(request);
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return rpc::FromGrpc(status);
  profile::v1::ImportPeopleRequest stored;
  profile::v1::ImportRow& held = *stored.add_rows();
  profile::v1::LookupPersonRequest lookup;
  lookup.set_external_id(row.person().external_id());
  const auto person = Ask(site_.profile(), &ProfileStub::LookupPerson, hr_, lookup);
  if (!person.ok()) return person.status();
  if (by_id) {
    *held.mutable_person() = *person;
    return Keep(std::move(stored));
  }
  *held.mutable_person() = Own(id);
  // A manager who stays unknown is counted, and not kept.
  if (response.unknown_manager_count() == 1) held.set_manager_external_id(row.manager_external_id());
  if (!held.person().manager().empty()) {
    profile::v1::GetPersonRequest manager;
    manager.set_name(held.person().manager());
    held.set_manager_external_id(Ask(site_.profile(), &ProfileStub::GetPerson, hr_, manager)->external_id());
  }
  profile::v1::GetOfferRequest offer;
  offer.set_name(absl::StrCat("people/", id, "/offer"));
  *held.mutable_offer() = *Ask(site_.profile(), &ProfileStub::GetOffer, site_.As(acme_, id), offer);
  profile::v1::ListDestinationsRequest list;
  list.set_parent("people/" + id);
  const auto said = Ask(site_.profile(), &ProfileStub::ListDestinations, site_.As(acme_, id), list);
  if (said->destinations_size() > 0) *held.mutable_destination() = said->destinations(0);
  return Keep(std::move(stored));
}

TEST_F(NaughtyStringsTest, AFieldOfAPersonKeepsThemToTheByteOrRefusesThem) {
  TryAll<profile::v1::UpdatePersonRequest>(
      [this](auto request, const TextLeaf& leaf) { return UpdatePerson(request, leaf); });
  TryAll<profile::v1::CreatePersonRequest>(
      [this](auto request, const TextLeaf& leaf) { return CreatePerson(request, leaf); });
  Report();
}

TEST_F(NaughtyStringsTest, WhatAPersonGivesAndWantsKeepsThemToTheByteOrRefusesThem) {
  TryAll<profile::v1::UpdateOfferRequest>(
      [this](auto request, const TextLeaf& leaf) { return UpdateOffer(request, leaf); });
  TryAll<profile::v1::CreateDestinationRequest>(
      [this](auto request, const TextLeaf& leaf) { return CreateDestination(request, leaf); });
  TryAll<profile::v1::StartProfileRequest>(
      [this](auto request, const TextLeaf& leaf) { return StartProfile(request, leaf); });
  Report();
}

TEST_F(NaughtyStringsTest, ARowOfAnImportKeepsThemToTheByteOrRefusesThem) {
  TryAll<profile::v1::ImportPeopleRequest>(
      [this](auto request, const TextLeaf& leaf) { return ImportPeople(request, leaf); });
  Report();
}

TEST_F(NaughtyStringsTest, TheCatalogueKeepsThemToTheByteOrRefusesThem) {
  TryAll<profile::v1::CreateRoleRequest>(
      [this](profile::v1::CreateRoleRequest request, const TextLeaf& leaf) -> Stored {
        profile::v1::Role& role = *request.mutable_role();
        if (leaf.path() != "role.display_name") role.set_display_name(absl::StrCat("Role ", ++made_));
        const auto written = Call(&ProfileStub::CreateRole, hr_, request);
        if (!written.ok()) return written.status();
        profile::v1::GetRoleRequest get;
        get.set_name(written->name());
        profile::v1::CreateRoleRequest stored;
        *stored.mutable_role() = *Ask(site_.profile(), &ProfileStub::GetRole, hr_, get);
        profile::v1::DeleteRoleRequest remove;
        remove.set_name(written->name());
        remove.set_etag(written->etag());
        EXPECT_THAT(Call(&ProfileStub::DeleteRole, hr_, remove), IsOk());
        return Keep(std::move(stored));
      });
  std::map<std::string, std::string> organizations;
  TryAll<profile::v1::CreateSkillRequest>(
      [this, &organizations](profile::v1::CreateSkillRequest request, const TextLeaf& leaf) -> Stored {
        // What was a name once is taken for good: each field has an organisation of its own.
        std::string& organization = organizations[leaf.path()];
        if (organization.empty()) organization = site_.CreateOrganization(leaf.path());
        if (leaf.path() != "skill.display_name")
          request.mutable_skill()->set_display_name(absl::StrCat("Skill ", ++made_));
        const auto written = Call(&ProfileStub::CreateSkill, site_.Hr(organization), request);
        if (!written.ok()) return written.status();
        profile::v1::CreateSkillRequest stored;
        *stored.mutable_skill() = *written;
        return Keep(std::move(stored));
      });
  Report();
}

TEST_F(NaughtyStringsTest, TheOrganisationKeepsThemToTheByteOrRefusesThem) {
  TryAll<profile::v1::UpdateOrganizationRequest>(
      [this](profile::v1::UpdateOrganizationRequest request, const TextLeaf& leaf) -> Stored {
        profile::v1::Organization& organization = *request.mutable_organization();
        const auto now = Ask(site_.profile(), &ProfileStub::GetOrganization, hr_, {});
        if (leaf.path() != "organization.etag") organization.set_etag(now->etag());
        if (leaf.field().name() != "display_name") organization.set_display_name("Acme");
        for (auto& rule : *organization.mutable_retention()) rule.set_days(30);
        for (auto& question : *organization.mutable_group_questions()) {
          if (question.id().empty()) question.set_id("age");
          if (question.question().empty()) question.set_question("How old are you?");
          while (question.choices_size() < 2) question.add_choices(absl::StrCat("choice ", question.choices_size()));
        }
        const bool inside = absl::StartsWith(leaf.path(), "organization.") && leaf.field().name() != "etag";
        request.mutable_update_mask()->add_paths(inside ? leaf.below("organization").name() : "display_name");
        const auto written = Call(&ProfileStub::UpdateOrganization, hr_, request);
        if (!written.ok()) return written.status();
        profile::v1::UpdateOrganizationRequest stored;
        *stored.mutable_organization() = *Ask(site_.profile(), &ProfileStub::GetOrganization, hr_, {});
        return Keep(std::move(stored));
      });
  Report();
}

TEST_F(NaughtyStringsTest, WhatIsNotUtf8IsRefused) {
  for (const std::string bytes : {"\xff", "\xc0\x80", "a\xed\xa0\x80", "\xf4\x90\x80\x80", "cut \xe2\x82"}) {
    profile::v1::UpdatePersonRequest request;
    request.mutable_person()->set_name("people/ada");
    request.mutable_person()->set_etag(Own("ada").etag());
    request.mutable_person()->add_interests()->set_topic(bytes);
    request.mutable_update_mask()->add_paths("interests");
    EXPECT_THAT(Call(&ProfileStub::UpdatePerson, ada_, request),
                FailsWith(Code::kInvalidArgument, "MALFORMED_REQUEST"));
  }
}

}  // namespace
}  // namespace cortado::testing
