// Sessions on every server: what they let in, and how soon they are over.
#include <string>
#include <vector>

#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "cortado/profile/v1/audit_service.grpc.pb.h"
#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using absl::StatusCode;
using AuthStub = profile::v1::AuthService::Stub;
using Code = absl::StatusCode;

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() : auth_(profile::v1::AuthService::NewStub(site_.channel())) {
    acme_ = site_.CreateOrganization("Acme");
    admin_ = Bootstrap();
  }

  profile::v1::Tokens Bootstrap() {
    profile::v1::ExchangeTokenRequest request;
    request.mutable_bootstrap_code()->set_code(*SyncWait(site_.cluster().profile().auth().MakeBootstrapCode(
        rpc::InternalCall(acme_, "test", absl::Now() + absl::Seconds(5)))));
    request.mutable_bootstrap_code()->set_email("ada@acme.example");
    request.set_request_id(site_.NewRequestId());
    auto tokens = Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, request);
    EXPECT_THAT(tokens, IsOk());
    return tokens.ok() ? *tokens : profile::v1::Tokens();
  }
  // What each of the three services says to a read of the holder's own.
  std::vector<absl::Status> AskEverywhere(const std::string& token) {
    profile::v1::GetPersonRequest person;
    person.set_name(admin_.person());
    scheduling::v1::ListChatsRequest chats;
    matching::v1::ListMatchesRequest matches;
    return {Ask(site_.profile(), &ProfileStub::GetPerson, Caller{token}, person).status(),
            Ask(site_.matching(), &MatchingStub::ListMatches, Caller{token}, matches).status(),
            Ask(site_.scheduling(), &SchedulingStub::ListChats, Caller{token}, chats).status()};
  }
  // How long until no service lets the token in any more.
  absl::Duration UntilShutOut(const std::string& token) {
    const absl::Time start = absl::Now();
    while (absl::Now() - start < absl::Seconds(20)) {
      int out = 0;
      for (const absl::Status& status : AskEverywhere(token)) out += status.code() == Code::kUnauthenticated;
      if (out == 3) break;
    }
    return absl::Now() - start;
  }

  Site site_{/*dev=*/false};
  std::unique_ptr<AuthStub> auth_;
  std::string acme_;
  profile::v1::Tokens admin_;
};

TEST_F(SessionTest, LetsItsPersonInEverywhere) {
  for (const absl::Status& status : AskEverywhere(admin_.access_token())) EXPECT_THAT(status, IsOk());
}

TEST_F(SessionTest, ATokenWithoutASessionIsRefusedThoughWellSigned) {
  const std::string person = admin_.person().substr(sizeof("people/") - 1);
  for (const absl::Status& status : AskEverywhere(site_.As(acme_, person).token)) {
    EXPECT_EQ(status.code(), Code::kUnauthenticated);
  }
  for (const absl::Status& status : AskEverywhere(site_.Hr(acme_).token)) {
    EXPECT_EQ(status.code(), Code::kUnauthenticated);
  }
}

TEST_F(SessionTest, IsOverOnEveryServerWithinFiveSecondsOfItsRevocation) {
  for (const absl::Status& status : AskEverywhere(admin_.access_token())) ASSERT_THAT(status, IsOk());
  profile::v1::RevokeSessionsRequest request;
  request.set_person(admin_.person());
  request.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(*auth_, &AuthStub::RevokeSessions, Caller{admin_.access_token()}, request), IsOk());
  EXPECT_LE(UntilShutOut(admin_.access_token()), absl::Seconds(6));
}

TEST_F(SessionTest, IsOverOnEveryServerWithinFiveSecondsOfLeaving) {
  profile::v1::GetPersonRequest get;
  get.set_name(admin_.person());
  auto person = Ask(site_.profile(), &ProfileStub::GetPerson, Caller{admin_.access_token()}, get);
  ASSERT_THAT(person, IsOk());
  for (const absl::Status& status : AskEverywhere(admin_.access_token())) ASSERT_THAT(status, IsOk());
  profile::v1::UpdatePersonRequest leave;
  *leave.mutable_person() = *person;
  leave.mutable_person()->set_active(false);
  leave.mutable_update_mask()->add_paths("active");
  leave.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, Caller{admin_.access_token()}, leave), IsOk());
  EXPECT_LE(UntilShutOut(admin_.access_token()), absl::Seconds(6));
}

TEST_F(SessionTest, ARoleThatWasTakenCountsNoMoreThoughTheTokenNamesIt) {
  // Somebody else administers too, so that Ada's role may go.
  profile::v1::CreatePersonRequest create;
  create.set_person_id("bea");
  create.mutable_person()->set_display_name("Bea");
  create.set_request_id(site_.NewRequestId());
  const Caller ada{admin_.access_token()};
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::CreatePerson, ada, create), IsOk());
  profile::v1::GrantAccessRequest grant;
  grant.set_person("people/bea");
  grant.set_role(api::v1::ROLE_HR_ADMIN);
  grant.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(*auth_, &AuthStub::GrantAccess, ada, grant), IsOk());
  profile::v1::RevokeAccessRequest revoke;
  revoke.set_person(admin_.person());
  revoke.set_role(api::v1::ROLE_HR_ADMIN);
  revoke.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(*auth_, &AuthStub::RevokeAccess, ada, revoke), IsOk());
  const absl::Time start = absl::Now();
  absl::Status status;
  do {
    status = Ask(*auth_, &AuthStub::ListAccessGrants, ada, profile::v1::ListAccessGrantsRequest()).status();
  } while (status.ok() && absl::Now() - start < absl::Seconds(20));
  EXPECT_EQ(status.code(), Code::kPermissionDenied);
  EXPECT_LE(absl::Now() - start, absl::Seconds(6));
}

TEST_F(SessionTest, AKeyForOnePurposeOpensNothingElse) {
  profile::v1::CreateServiceKeyRequest create;
  create.mutable_service_key()->set_display_name("Slack bot");
  create.mutable_service_key()->set_scope("slack");
  create.set_request_id(site_.NewRequestId());
  auto key = Ask(*auth_, &AuthStub::CreateServiceKey, Caller{admin_.access_token()}, create);
  ASSERT_THAT(key, IsOk());
  profile::v1::ExchangeTokenRequest exchange;
  exchange.set_service_key(key->secret());
  exchange.set_request_id(site_.NewRequestId());
  auto tokens = Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, exchange);
  ASSERT_THAT(tokens, IsOk());
  for (const absl::Status& status : AskEverywhere(tokens->access_token())) {
    EXPECT_EQ(status.code(), Code::kPermissionDenied) << status;
  }
}

class ActingTest : public SessionTest {
 protected:
  void SetUp() override {
    profile::v1::CreateServiceKeyRequest create;
    create.mutable_service_key()->set_display_name("Slack bot");
    create.mutable_service_key()->set_scope("slack");
    create.set_request_id(site_.NewRequestId());
    auto key = Ask(*auth_, &AuthStub::CreateServiceKey, Caller{admin_.access_token()}, create);
    ASSERT_THAT(key, IsOk());
    key_ = key->name();
    profile::v1::ExchangeTokenRequest exchange;
    exchange.set_service_key(key->secret());
    exchange.set_request_id(site_.NewRequestId());
    bot_ = Caller{Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, exchange)->access_token()};
    profile::v1::CreateSlackInstallationRequest install;
    install.mutable_slack_installation()->set_team("T1A");
    install.mutable_slack_installation()->set_bot_tokens("sealed");
    install.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::CreateSlackInstallation, bot_, install), IsOk());
    profile::v1::LinkSlackUserRequest link;
    link.mutable_slack_user()->set_team("T1A");
    link.mutable_slack_user()->set_user("U1A");
    link.set_email("ada@acme.example");
    link.set_request_id(site_.NewRequestId());
    auto pending = Ask(site_.profile(), &ProfileStub::LinkSlackUser, bot_, link);
    ASSERT_THAT(pending, IsOk());
    link.set_confirm_code(pending->confirm_code());
    link.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::LinkSlackUser, bot_, link), IsOk());
  }
  absl::StatusOr<profile::v1::Tokens> Act(const Caller& caller) {
    profile::v1::ExchangeTokenRequest request;
    request.mutable_slack_user()->set_team("T1A");
    request.mutable_slack_user()->set_user("U1A");
    request.set_request_id(site_.NewRequestId());
    return Ask(*auth_, &AuthStub::ExchangeToken, caller, request);
  }

  std::string key_;
  Caller bot_;
};

TEST_F(ActingTest, TheBotActsForAnAdministratorAsForAnyEmployee) {
  const auto tokens = Act(bot_);
  ASSERT_THAT(tokens, IsOk());
  for (const absl::Status& status : AskEverywhere(tokens->access_token())) EXPECT_THAT(status, IsOk());
  const Caller acting{tokens->access_token()};
  EXPECT_EQ(Ask(*auth_, &AuthStub::ListAccessGrants, acting, profile::v1::ListAccessGrantsRequest()).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Ask(*auth_, &AuthStub::ListIssuers, acting, profile::v1::ListIssuersRequest()).status().code(),
            Code::kPermissionDenied);
  profile::v1::GetSlackInstallationRequest get;
  get.set_team("T1A");
  EXPECT_EQ(Ask(site_.profile(), &ProfileStub::GetSlackInstallation, acting, get).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Ask(site_.profile(), &ProfileStub::GetSlackInstallation, bot_, get)->bot_tokens(), "sealed");
  EXPECT_EQ(Ask(site_.profile(), &ProfileStub::GetSlackInstallation, Caller{admin_.access_token()}, get)->bot_tokens(),
            "");
}

TEST_F(ActingTest, NobodyButTheBotActsForALinkedPerson) {
  for (const Caller& caller : {Caller{}, Caller{admin_.access_token()}, Caller{Act(bot_)->access_token()}}) {
    EXPECT_FALSE(Act(caller).ok());
  }
}

TEST_F(ActingTest, WhatActsIsOverEverywhereWithinFiveSecondsOfTheLeaving) {
  const std::string token = Act(bot_)->access_token();
  for (const absl::Status& status : AskEverywhere(token)) ASSERT_THAT(status, IsOk());
  profile::v1::GetPersonRequest get;
  get.set_name(admin_.person());
  profile::v1::UpdatePersonRequest leave;
  *leave.mutable_person() = *Ask(site_.profile(), &ProfileStub::GetPerson, Caller{admin_.access_token()}, get);
  leave.mutable_person()->set_active(false);
  leave.mutable_update_mask()->add_paths("active");
  leave.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, Caller{admin_.access_token()}, leave), IsOk());
  EXPECT_LE(UntilShutOut(token), absl::Seconds(6));
  EXPECT_FALSE(Act(bot_).ok());
}

TEST_F(ActingTest, WhatActsIsOverEverywhereWithinFiveSecondsOfTheUnlinkingWhichStandsInTheTrail) {
  const std::string token = Act(bot_)->access_token();
  for (const absl::Status& status : AskEverywhere(token)) ASSERT_THAT(status, IsOk());
  profile::v1::UnlinkSlackUserRequest request;
  request.set_person(admin_.person());
  request.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UnlinkSlackUser, Caller{token}, request), IsOk());
  EXPECT_LE(UntilShutOut(token), absl::Seconds(6));
  EXPECT_FALSE(Act(bot_).ok());

  profile::v1::GrantAccessRequest grant;
  grant.set_person(admin_.person());
  grant.set_role(api::v1::ROLE_AUDITOR);
  grant.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(*auth_, &AuthStub::GrantAccess, Caller{admin_.access_token()}, grant), IsOk());
  profile::v1::RefreshTokenRequest refresh;
  refresh.set_refresh_token(admin_.refresh_token());
  refresh.set_request_id(site_.NewRequestId());
  const Caller auditor{Ask(*auth_, &AuthStub::RefreshToken, Caller{}, refresh)->access_token()};
  profile::v1::ListAuditEntriesRequest list;
  list.mutable_filter()->set_method("UnlinkSlackUser");
  const auto audit = profile::v1::AuditService::NewStub(site_.channel());
  const auto found = Ask(*audit, &profile::v1::AuditService::Stub::ListAuditEntries, auditor, list);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->entries_size(), 1);
  EXPECT_EQ(found->entries(0).object(), admin_.person());
  EXPECT_THAT(found->entries(0).actor(), ::testing::StartsWith("key:"));
}

TEST_F(ActingTest, WhatActsIsOverEverywhereWithinFiveSecondsOfTheEndOfTheKey) {
  const std::string token = Act(bot_)->access_token();
  for (const absl::Status& status : AskEverywhere(token)) ASSERT_THAT(status, IsOk());
  profile::v1::DeleteServiceKeyRequest request;
  request.set_name(key_);
  request.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(*auth_, &AuthStub::DeleteServiceKey, Caller{admin_.access_token()}, request), IsOk());
  EXPECT_LE(UntilShutOut(token), absl::Seconds(6));
}

}  // namespace
}  // namespace cortado::testing
