// The audit trail over the three services: exactly one entry for every change, each seen by whom it concerns, and what
// was done to it found.
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "common/testing/wire.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"
#include "cortado/profile/v1/audit_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "services/profile/profile_service.h"
#include "tests/testing/site.h"

namespace cortado {
namespace {

using profile::v1::AuditVerdict;
using testing::Ask;
using testing::Caller;
using testing::FailsWith;
using testing::IsOk;
using testing::TokenOf;
using AuditStub = profile::v1::AuditService::Stub;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class AuditTest : public ::testing::Test {
 protected:
  void SetUp() override {
    acme_ = site_.CreateOrganization("Acme");
    for (const char* id : {"ada", "bob", "cleo"}) site_.CreatePerson(acme_, id, id);
  }
  Caller Auditor() { return TokenOf(site_.key(), acme_, "auditor", {"AUDITOR"}); }
  Caller Operator() { return TokenOf(site_.key(), acme_, "operator", {"OPERATOR"}); }

  absl::StatusOr<std::vector<api::v1::AuditEntry>> List(const Caller& caller, const api::v1::AuditFilter& filter = {},
                                                        int page_size = 0) {
    profile::v1::ListAuditEntriesRequest request;
    *request.mutable_filter() = filter;
    request.set_page_size(page_size);
    std::vector<api::v1::AuditEntry> entries;
    do {
      auto page = Ask(*audit_, &AuditStub::ListAuditEntries, caller, request);
      if (!page.ok()) return page.status();
      EXPECT_THAT(page->missing_services(), IsEmpty());
      entries.insert(entries.end(), page->entries().begin(), page->entries().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }
  static api::v1::AuditFilter Of(const std::string& object) {
    api::v1::AuditFilter filter;
    filter.set_object(object);
    return filter;
  }
  // "SUBJECT METHOD OBJECT" of each, in the order given.
  static std::vector<std::string> Lines(const std::vector<api::v1::AuditEntry>& entries) {
    std::vector<std::string> lines;
    for (const auto& entry : entries) {
      const std::string method = entry.method().substr(entry.method().rfind('/') + 1);
      lines.push_back(absl::StrCat(entry.subject(), " ", method, " ", entry.object()));
    }
    return lines;
  }
  void Read(const Caller& caller, const std::string& person) {
    profile::v1::GetPersonRequest request;
    request.set_name("people/" + person);
    ASSERT_THAT(Ask(site_.profile(), &testing::ProfileStub::GetPerson, caller, request), IsOk());
  }
  profile::v1::VerifyAuditResponse Verify() {
    return *Ask(*audit_, &AuditStub::VerifyAudit, Operator(), profile::v1::VerifyAuditRequest());
  }
  // Verifies until `service` has sealed this many entries.
  AuditVerdict VerdictOnceSealed(const std::string& service, int64_t count) {
    const absl::Time until = absl::Now() + absl::Seconds(30);
    while (absl::Now() < until) {
      const profile::v1::VerifyAuditResponse response = Verify();
      for (const AuditVerdict& verdict : response.verdicts()) {
        if (verdict.service() == service && verdict.sealed_count() >= count) return verdict;
      }
      std::this_thread::yield();
    }
    ADD_FAILURE() << service << " has not sealed " << count;
    return {};
  }
  std::string Path(const std::string& file) { return absl::StrCat(site_.audit_directory(), "/", acme_, "/", file); }

  testing::Site site_;
  std::unique_ptr<AuditStub> audit_ = profile::v1::AuditService::NewStub(site_.channel());
  std::string acme_;
};

TEST_F(AuditTest, APersonSeesWhoOpenedTheirRecordAndNothingOfOthers) {
  Read(site_.Hr(acme_), "ada");
  Read(site_.Hr(acme_), "bob");
  site_.Offer(acme_, "ada", 2, profile::v1::BOOKING_OPEN_DOOR);
  profile::v1::ListPeopleRequest all;
  ASSERT_THAT(Ask(site_.profile(), &testing::ProfileStub::ListPeople, site_.Hr(acme_), all), IsOk());
  const auto seen = List(site_.As(acme_, "ada"), Of("people/ada"));
  ASSERT_THAT(seen, IsOk());
  EXPECT_THAT(Lines(*seen),
              ElementsAre("hr ListPeople people", "hr GetPerson people/ada", "hr CreatePerson people/ada"));
  EXPECT_THAT((*seen)[0].people(), ElementsAre("ada"));
  EXPECT_EQ((*seen)[2].request_id(), "");
  for (const auto& filter : {Of("people/bob"), Of(""), Of("people/ada/offer")}) {
    EXPECT_THAT(List(site_.As(acme_, "ada"), filter), FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  }
}

TEST_F(AuditTest, HrSeesNeitherMatchesNorWhatPeopleDoOfTheirOwnRecord) {
  site_.Offer(acme_, "ada", 2, profile::v1::BOOKING_OPEN_DOOR);
  site_.Offer(acme_, "bob", 2, profile::v1::BOOKING_OPEN_DOOR);
  profile::v1::BlockPersonRequest block;
  block.set_parent("people/ada");
  block.mutable_block()->set_person("people/cleo");
  block.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &testing::ProfileStub::BlockPerson, site_.As(acme_, "ada"), block), IsOk());
  const auto seen = List(site_.Hr(acme_));
  ASSERT_THAT(seen, IsOk());
  EXPECT_THAT(Lines(*seen), Each(Not(::testing::HasSubstr("Offer"))));
  EXPECT_THAT(Lines(*seen), Each(Not(::testing::HasSubstr("Block"))));
  for (const auto& entry : *seen) EXPECT_EQ(entry.service(), "profile");
  // The auditor sees that there was a block, and not of whom.
  api::v1::AuditFilter blocks;
  blocks.set_method("BlockPerson");
  const auto audited = List(Auditor(), blocks);
  ASSERT_THAT(audited, IsOk());
  EXPECT_THAT(Lines(*audited), ElementsAre("ada BlockPerson people/ada/blocks"));
  EXPECT_FALSE(absl::StrContains((*audited)[0].DebugString(), "cleo"));
}

TEST_F(AuditTest, AnotherOrganizationSeesNothing) {
  const std::string other = site_.CreateOrganization("Other");
  const auto seen = List(TokenOf(site_.key(), other, "auditor", {"AUDITOR"}));
  ASSERT_THAT(seen, IsOk());
  for (const auto& entry : *seen) EXPECT_FALSE(absl::StrContains(entry.DebugString(), "ada")) << entry.DebugString();
}

TEST_F(AuditTest, WhatWasSealedIsSoundUntilItIsChanged) {
  Read(site_.Hr(acme_), "ada");
  const AuditVerdict sound = VerdictOnceSealed("profile", 1);
  EXPECT_EQ(sound.state(), AuditVerdict::STATE_SOUND);
  EXPECT_EQ(sound.key_id().size(), 16u);
  EXPECT_GT(sound.head_time().seconds(), 0);
  std::fstream file(Path("profile/segment-000001"), std::ios::in | std::ios::out | std::ios::binary);
  std::string header;
  std::getline(file, header);
  file.seekp(static_cast<std::streamoff>(header.size()) + 1 + 70);
  file.put('#');
  file.close();
  const profile::v1::VerifyAuditResponse found = Verify();
  EXPECT_FALSE(found.sound());
  EXPECT_EQ(found.verdicts(1).service(), "profile");
  EXPECT_EQ(found.verdicts(1).state(), AuditVerdict::STATE_FAULT);
  EXPECT_EQ(found.verdicts(1).fault().segment(), 1);
  EXPECT_EQ(found.verdicts(1).fault().offset(), static_cast<int64_t>(header.size()) + 1);
}

TEST_F(AuditTest, FilesThatWerePutBackAreFoundByWhatTheStoreKnows) {
  VerdictOnceSealed("profile", 1);
  std::filesystem::remove_all(Path("profile"));
  EXPECT_EQ(Verify().verdicts(1).fault().kind(), "ANCHOR");
}

TEST_F(AuditTest, OnlyAuditorsExportAndOnlyServicesAskPeers) {
  profile::v1::ExportAuditRequest request;
  for (const Caller& caller : {site_.Hr(acme_), site_.As(acme_, "ada"), Operator()}) {
    EXPECT_THAT(Ask(*audit_, &AuditStub::ExportAudit, caller, request),
                FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  }
  std::set<std::string> services;
  do {
    const auto page = Ask(*audit_, &AuditStub::ExportAudit, Auditor(), request);
    ASSERT_THAT(page, IsOk());
    services.insert(page->part().service());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(services, ElementsAre("matching", "profile", "scheduling"));
  api::v1::ListAuditRecordsRequest peer;
  peer.set_service("profile");
  using PeerStub = api::v1::PeerService::Stub;
  const auto stub = api::v1::PeerService::NewStub(site_.channel());
  EXPECT_THAT(Ask(*stub, &PeerStub::ListAuditRecords, Auditor(), peer),
              FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Ask(*stub, &PeerStub::ListAuditRecords, testing::ServiceFor(site_.key(), acme_), peer), IsOk());
  peer.set_service("payroll");
  EXPECT_THAT(Ask(*stub, &PeerStub::ListAuditRecords, testing::ServiceFor(site_.key(), acme_), peer),
              FailsWith(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

// Changes at random, some refused, some sent again; what was answered with OK is counted.
class RandomChanges {
 public:
  RandomChanges(testing::Site& site, std::string organization, uint64_t seed)
      : site_(site), acme_(std::move(organization)), random_(seed) {}

  void Make() {
    switch (Below(8)) {
      case 0:
        return Rename();
      case 1:
        return ChangeTime();
      case 2:
        return AddSkill();
      case 3:
        return AskSomebody();
      case 4:
        return Answer();
      case 5:
        return Book();
      case 6:
        return Cancel();
      default:
        return AddPerson();
    }
  }
  // How often each request id must be in the trail.
  const std::map<std::string, int>& expected() const { return expected_; }
  int done() const { return done_; }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  std::string AnyOf() { return absl::StrCat("p", Below(8)); }

  // Sends a request up to three times; returns the first good answer.
  template <class Stub, class Request, class Response>
  absl::StatusOr<Response> Send(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Caller& caller, Request request) {
    request.set_request_id(site_.NewRequestId());
    int& expected = expected_[request.request_id()];
    absl::StatusOr<Response> first = Ask(stub, method, caller, request);
    for (int again = Below(3); again > 0 && first.ok(); --again) {
      EXPECT_THAT(Ask(stub, method, caller, request), IsOk());
    }
    if (first.ok()) expected = 1;
    if (first.ok()) ++done_;
    return first;
  }

  void Rename() {
    profile::v1::GetPersonRequest get;
    get.set_name("people/" + AnyOf());
    const auto person = Ask(site_.profile(), &testing::ProfileStub::GetPerson, site_.As(acme_, "p0"), get);
    profile::v1::UpdatePersonRequest request;
    *request.mutable_person() = *person;
    request.mutable_person()->set_title(absl::StrCat("Title ", Below(1'000'000)));
    request.mutable_update_mask()->add_paths("title");
    if (Below(4) == 0) request.mutable_person()->set_etag("1000000");
    (void)Send(site_.profile(), &testing::ProfileStub::UpdatePerson, site_.Hr(acme_), request);
  }
  void ChangeTime() {
    const std::string id = AnyOf();
    profile::v1::GetTimeRequest get;
    get.set_name(absl::StrCat("people/", id, "/time"));
    const auto time = Ask(site_.profile(), &testing::ProfileStub::GetTime, site_.As(acme_, id), get);
    profile::v1::UpdateTimeRequest request;
    *request.mutable_time() = *time;
    request.mutable_time()->set_weekly_minutes(600 + Below(600));
    request.mutable_update_mask()->add_paths("weekly_minutes");
    (void)Send(site_.profile(), &testing::ProfileStub::UpdateTime, site_.As(acme_, id), request);
  }
  void AddSkill() {
    profile::v1::CreateSkillRequest request;
    request.mutable_skill()->set_display_name(absl::StrCat("Skill ", Below(40)));
    (void)Send(site_.profile(), &testing::ProfileStub::CreateSkill, site_.Hr(acme_), request);
  }
  void AddPerson() {
    profile::v1::CreatePersonRequest request;
    request.set_person_id(absl::StrCat("new", Below(40)));
    request.mutable_person()->set_display_name("New");
    (void)Send(site_.profile(), &testing::ProfileStub::CreatePerson, site_.Hr(acme_), request);
  }
  void AskSomebody() {
    matching::v1::RequestMatchRequest request;
    const std::string mentor = AnyOf();
    request.set_mentor("people/" + mentor);
    const auto asked = Send(site_.matching(), &testing::MatchingStub::RequestMatch, site_.As(acme_, AnyOf()), request);
    if (asked.ok()) open_.emplace_back(asked->name(), mentor);
  }
  void Answer() {
    if (open_.empty()) return;
    const auto [name, mentor] = open_[static_cast<size_t>(Below(static_cast<int>(open_.size())))];
    matching::v1::AcceptMatchRequest accept;
    accept.set_request(name);
    matching::v1::DeclineMatchRequest decline;
    decline.set_request(name);
    if (Below(2) == 0) {
      (void)Send(site_.matching(), &testing::MatchingStub::AcceptMatch, site_.As(acme_, mentor), accept);
    } else {
      (void)Send(site_.matching(), &testing::MatchingStub::DeclineMatch, site_.As(acme_, mentor), decline);
    }
  }
  void Book() {
    const std::string booker = AnyOf();
    scheduling::v1::BookChatRequest request;
    request.add_attendees("people/" + AnyOf());
    // A Tuesday in Berlin's working hours, some weeks ahead.
    const absl::CivilDay tuesday = absl::NextWeekday(
        absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + 7 * (1 + Below(8)), absl::Weekday::tuesday);
    request.mutable_start_time()->set_seconds(absl::ToUnixSeconds(absl::FromCivil(tuesday, absl::UTCTimeZone())) +
                                              10 * 3600 + 1800 * Below(8));
    request.mutable_duration()->set_seconds(1800);
    const auto chat = Send(site_.scheduling(), &testing::SchedulingStub::BookChat, site_.As(acme_, booker), request);
    if (chat.ok()) chats_.emplace_back(chat->name(), chat->etag(), booker);
  }
  void Cancel() {
    if (chats_.empty()) return;
    const auto [name, etag, booker] = chats_[static_cast<size_t>(Below(static_cast<int>(chats_.size())))];
    scheduling::v1::CancelChatRequest request;
    request.set_name(name);
    request.set_etag(etag);
    (void)Send(site_.scheduling(), &testing::SchedulingStub::CancelChat, site_.As(acme_, booker), request);
  }

  testing::Site& site_;
  const std::string acme_;
  std::mt19937_64 random_;
  std::map<std::string, int> expected_;
  std::vector<std::pair<std::string, std::string>> open_;
  std::vector<std::tuple<std::string, std::string, std::string>> chats_;
  int done_ = 0;
};

TEST_F(AuditTest, EveryChangeHasExactlyOneEntryHoweverOftenItIsSent) {
  const uint64_t seed = std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  for (int i = 0; i < 8; ++i) {
    site_.CreatePerson(acme_, absl::StrCat("p", i), "Person");
    site_.Offer(acme_, absl::StrCat("p", i), 5, profile::v1::BOOKING_OPEN_DOOR);
  }
  RandomChanges changes(site_, acme_, seed);
  const int64_t trials = testing::Scaled(1000);
  for (int64_t i = 0; i < trials; ++i) changes.Make();
  const auto entries = List(Auditor(), {}, 77);
  ASSERT_THAT(entries, IsOk());
  std::map<std::string, int> found;
  int64_t made = 0;
  std::set<std::string> services;
  for (const auto& entry : *entries) {
    if (changes.expected().count(entry.request_id()) == 0) continue;
    ++found[entry.request_id()];
    ++made;
    services.insert(entry.service());
  }
  for (const auto& [request_id, count] : changes.expected()) EXPECT_EQ(found[request_id], count) << request_id;
  std::printf("changes answered with OK %d, entries %lld, goal the same\n", changes.done(),
              static_cast<long long>(made));
  EXPECT_EQ(made, changes.done());
  if (trials >= 1000) {
    EXPECT_THAT(services, ElementsAre("matching", "profile", "scheduling"));
  }
  const AuditVerdict verdict = VerdictOnceSealed("profile", 20);
  EXPECT_EQ(verdict.state(), AuditVerdict::STATE_SOUND);
}

TEST(AuditAloneTest, AProfileServerWithoutPeersOrDirectorySaysSo) {
  testing::RedisServer redis;
  EventLoop loop;
  Executors executors;
  metrics::Registry registry;
  const auth::SigningKey key = *auth::SigningKey::Generate();
  profile::Profile profile({redis.address(), loop, executors, RealClock(), std::make_shared<auth::KeyRing>(key)});
  app::Server server({.keys = std::make_shared<auth::KeyRing>(key), .dev = true}, RealClock(), registry);
  for (auto& service : profile::MakeServices(server.binder(), profile)) server.Add(std::move(service));
  ASSERT_THAT(server.Start(), IsOk());
  const auto audit = profile::v1::AuditService::NewStub(server.InProcessChannel());
  const Caller auditor = TokenOf(key, "acme", "auditor", {"AUDITOR"});
  const auto list = Ask(*audit, &AuditStub::ListAuditEntries, auditor, profile::v1::ListAuditEntriesRequest());
  ASSERT_THAT(list, IsOk());
  EXPECT_THAT(list->missing_services(), ElementsAre("matching", "scheduling"));
  const auto found = Ask(*audit, &AuditStub::VerifyAudit, auditor, profile::v1::VerifyAuditRequest());
  ASSERT_THAT(found, IsOk());
  EXPECT_FALSE(found->sound());
  EXPECT_EQ(found->verdicts(0).state(), AuditVerdict::STATE_UNREACHABLE);
  EXPECT_EQ(found->verdicts(1).state(), AuditVerdict::STATE_NOT_SEALED);
  server.Stop(absl::Seconds(2));
}

}  // namespace
}  // namespace cortado
