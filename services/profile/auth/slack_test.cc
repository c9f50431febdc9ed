// Slack users and who of them is which person, over a real store.
#include "services/profile/auth/slack.h"

#include <string>

#include "common/auth/token.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;
using testing::FailsWith;
using testing::IsOk;

class SlackTest : public ProfileFixture {
 protected:
  void SetUp() override {
    MakePerson("ada");
    v1::CreateServiceKeyRequest create;
    create.mutable_service_key()->set_display_name("Slack bot");
    create.mutable_service_key()->set_scope("slack");
    create.set_request_id(RequestId());
    key_ = *SyncWait(profile_.service_keys().Create(Hr(), create));
    ASSERT_THAT(Install("T1A", Bot()), IsOk());
  }

  void MakePerson(const std::string& id) {
    v1::CreatePersonRequest request;
    request.set_person_id(id);
    request.mutable_person()->set_display_name("The " + id);
    request.mutable_person()->set_email(id + "@acme.example");
    request.set_request_id(RequestId());
    ASSERT_THAT(SyncWait(profile_.people().Create(Hr(), request)), IsOk());
  }
  std::string KeyId() const { return key_.name().substr(sizeof("serviceKeys/") - 1); }
  // The bot, as the binder knows it by a token of its key.
  rpc::Call Bot(const std::string& organization = "acme") {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = organization;
    info->subject = "key:" + KeyId();
    info->session = KeyId();
    info->scope = "slack";
    info->method = "test";
    info->deadline = absl::Now() + absl::Seconds(10);
    info->roles.Add(api::v1::ROLE_SERVICE);
    return rpc::Call(std::move(info));
  }
  absl::Status Install(const std::string& team, rpc::Call call) {
    v1::CreateSlackInstallationRequest request;
    request.mutable_slack_installation()->set_team(team);
    request.mutable_slack_installation()->set_bot_tokens(std::string("sealed\0bytes", 12));
    request.set_request_id(RequestId());
    return SyncWait(profile_.slack().Create(call, request)).status();
  }
  absl::Status Uninstall(const std::string& team) {
    v1::DeleteSlackInstallationRequest request;
    request.set_team(team);
    request.set_request_id(RequestId());
    return SyncWait(profile_.slack().Delete(Hr(), request)).status();
  }
  static v1::LinkSlackUserRequest Wish(const std::string& user, const std::string& email) {
    v1::LinkSlackUserRequest request;
    request.mutable_slack_user()->set_team("T1A");
    request.mutable_slack_user()->set_user(user);
    request.set_email(email);
    return request;
  }
  absl::StatusOr<v1::LinkSlackUserResponse> Link(v1::LinkSlackUserRequest request, std::string request_id = "") {
    request.set_request_id(request_id.empty() ? RequestId() : request_id);
    return SyncWait(profile_.slack().Link(Bot(), request));
  }
  void LinkAndConfirm(const std::string& user, const std::string& person) {
    v1::LinkSlackUserRequest request = Wish(user, person + "@acme.example");
    const auto pending = Link(request);
    ASSERT_THAT(pending, IsOk());
    request.set_confirm_code(pending->confirm_code());
    ASSERT_THAT(Link(request), IsOk());
  }
  absl::Status Unlink(const std::string& person, rpc::Call call, const std::string& request_id = "") {
    v1::UnlinkSlackUserRequest request;
    request.set_person("people/" + person);
    request.set_request_id(request_id.empty() ? RequestId() : request_id);
    return SyncWait(profile_.slack().Unlink(call, request)).status();
  }
  absl::StatusOr<v1::Tokens> ActFor(const std::string& user, rpc::Call call) {
    v1::ExchangeTokenRequest request;
    request.mutable_slack_user()->set_team("T1A");
    request.mutable_slack_user()->set_user(user);
    request.set_request_id(RequestId());
    return SyncWait(profile_.auth().Exchange(call, request));
  }
  absl::StatusOr<std::vector<std::string>> RolesOf(const v1::Tokens& tokens) {
    return SyncWait(profile_.auth().RolesOf(rpc::InternalCall("acme", "t", absl::InfiniteFuture()),
                                            tokens.session().substr(sizeof("sessions/") - 1),
                                            tokens.person().substr(sizeof("people/") - 1)));
  }
  void ExpectOver(const v1::Tokens& tokens) {
    EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  }
  void SetActive(const std::string& person, bool active) {
    v1::Person read = *Get(Hr(), person);
    read.set_active(active);
    ASSERT_THAT(Update(Hr(), read, {"active"}), IsOk());
  }

  v1::ServiceKey key_;
};

TEST_F(SlackTest, AWorkspaceBelongsToOneOrganizationAndItsTokensAreTheBotsAlone) {
  v1::GetSlackInstallationRequest get;
  get.set_team("T1A");
  EXPECT_EQ(SyncWait(profile_.slack().Get(Bot(), get))->bot_tokens(), std::string("sealed\0bytes", 12));
  EXPECT_EQ(SyncWait(profile_.slack().Get(Hr(), get))->bot_tokens(), "");
  EXPECT_THAT(SyncWait(profile_.slack().Get(Bot("other"), get)),
              FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Install("T1A", Bot()), IsOk()) << "again, with new tokens";
  EXPECT_THAT(Install("T1A", Bot("other")), FailsWith(StatusCode::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_THAT(Uninstall("T1A"), IsOk());
  EXPECT_THAT(Uninstall("T1A"), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Install("T1A", Bot("other")), IsOk());
}

TEST_F(SlackTest, ALinkCountsOnceItsPersonHasConfirmedIt) {
  v1::LinkSlackUserRequest request = Wish("U1A", "ADA@acme.example");
  const auto pending = Link(request, "link-somebody");
  ASSERT_THAT(pending, IsOk());
  EXPECT_EQ(pending->state(), v1::SLACK_LINK_STATE_PENDING);
  EXPECT_EQ(pending->display_name(), "The ada");
  EXPECT_EQ(Link(request, "link-somebody")->confirm_code(), "") << "a code is said once";
  EXPECT_THAT(ActFor("U1A", Bot()), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
  v1::LinkSlackUserRequest wrong = request;
  wrong.set_confirm_code(pending->confirm_code() + "x");
  EXPECT_THAT(Link(wrong), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
  wrong = Wish("U2B", "ada@acme.example");
  wrong.set_confirm_code(pending->confirm_code());
  EXPECT_THAT(Link(wrong), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED")) << "of another user";
  request.set_confirm_code(pending->confirm_code());
  EXPECT_EQ(Link(request)->state(), v1::SLACK_LINK_STATE_LINKED);
  EXPECT_EQ(Get(Hr(), "ada")->slack_user(), "U1A");
  EXPECT_THAT(Link(request), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED")) << "good once";
}

TEST_F(SlackTest, AConfirmationIsGoodForAQuarterOfAnHour) {
  v1::LinkSlackUserRequest request = Wish("U1A", "ada@acme.example");
  request.set_confirm_code(Link(request)->confirm_code());
  clock_.Advance(Slack::kConfirmWithin);
  EXPECT_THAT(Link(request), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
}

TEST_F(SlackTest, GuestsStrangersAndLeaversAreNotLinked) {
  MakePerson("bea");
  SetActive("bea", false);
  v1::LinkSlackUserRequest guest = Wish("U1A", "ada@acme.example");
  guest.set_is_guest(true);
  v1::LinkSlackUserRequest foreign = Wish("U1A", "ada@acme.example");
  foreign.set_is_foreign(true);
  v1::LinkSlackUserRequest elsewhere = Wish("U1A", "ada@acme.example");
  elsewhere.mutable_slack_user()->set_team("T9Z");
  for (const auto& wish :
       {guest, foreign, elsewhere, Wish("U1A", "nobody@acme.example"), Wish("U1A", "bea@acme.example")}) {
    EXPECT_THAT(Link(wish), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"))
        << wish.ShortDebugString();
  }
}

TEST_F(SlackTest, TheBotActsForALinkedPersonAsAnEmployeeAlone) {
  LinkAndConfirm("U1A", "ada");
  v1::GrantAccessRequest grant;
  grant.set_person("people/ada");
  grant.set_role(api::v1::ROLE_HR_ADMIN);
  grant.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.access_grants().Grant(Hr(), grant)), IsOk());
  const auto tokens = ActFor("U1A", Bot());
  ASSERT_THAT(tokens, IsOk());
  EXPECT_THAT(tokens->roles(), ElementsAre(api::v1::ROLE_EMPLOYEE));
  EXPECT_EQ(tokens->refresh_token(), "");
  const auth::Verifier verifier(keys_, auth::kIssuer, auth::kAudience, clock_);
  const auto claims = *verifier.Check(tokens->access_token());
  EXPECT_EQ(claims->subject, "ada");
  EXPECT_EQ(claims->actor, "key:" + KeyId());
  EXPECT_EQ(claims->scope, "");
  EXPECT_EQ(claims->expires, clock_.Now() + absl::Minutes(10));
  EXPECT_THAT(*RolesOf(*tokens), ElementsAre("EMPLOYEE"));
}

TEST_F(SlackTest, NobodyElseActsForThem) {
  LinkAndConfirm("U1A", "ada");
  EXPECT_THAT(ActFor("U1A", Hr()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(ActFor("U1A", As("ada")), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(ActFor("U1A", AsService()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(ActFor("U1A", Bot("other")), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
  EXPECT_THAT(ActFor("U2B", Bot()), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
}

TEST_F(SlackTest, WhatActsEndsWithTheKey) {
  LinkAndConfirm("U1A", "ada");
  const v1::Tokens tokens = *ActFor("U1A", Bot());
  v1::DeleteServiceKeyRequest request;
  request.set_name(key_.name());
  request.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.service_keys().Delete(Hr(), request)), IsOk());
  ExpectOver(tokens);
}

TEST_F(SlackTest, WhatActsEndsWithTheWorkspace) {
  LinkAndConfirm("U1A", "ada");
  const v1::Tokens tokens = *ActFor("U1A", Bot());
  ASSERT_THAT(Uninstall("T1A"), IsOk());
  ExpectOver(tokens);
  EXPECT_THAT(ActFor("U1A", Bot()), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
}

TEST_F(SlackTest, ALinkEndsWhenItsPersonLeavesAndDoesNotComeBack) {
  LinkAndConfirm("U1A", "ada");
  const v1::Tokens tokens = *ActFor("U1A", Bot());
  SetActive("ada", false);
  ExpectOver(tokens);
  SetActive("ada", true);
  ExpectOver(tokens);
  EXPECT_EQ(Get(Hr(), "ada")->slack_user(), "");
  EXPECT_THAT(ActFor("U1A", Bot()), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
  LinkAndConfirm("U1A", "ada");
  ExpectOver(tokens);
  EXPECT_THAT(ActFor("U1A", Bot()), IsOk());
}

TEST_F(SlackTest, AUserIsOnePersonAndAPersonOneUser) {
  MakePerson("bea");
  LinkAndConfirm("U1A", "ada");
  const v1::Tokens tokens = *ActFor("U1A", Bot());
  LinkAndConfirm("U1A", "bea");
  ExpectOver(tokens);
  EXPECT_EQ(Get(Hr(), "ada")->slack_user(), "");
  EXPECT_EQ(ActFor("U1A", Bot())->person(), "people/bea");
  LinkAndConfirm("U2B", "bea");
  EXPECT_EQ(Get(Hr(), "bea")->slack_user(), "U2B");
  EXPECT_THAT(ActFor("U1A", Bot()), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
}

TEST_F(SlackTest, AnUnlinkedPersonIsActedForNoMoreUntilTheyConfirmAgain) {
  LinkAndConfirm("U1A", "ada");
  const v1::Tokens tokens = *ActFor("U1A", Bot());
  ASSERT_THAT(Unlink("ada", As("ada"), "unlink-ada"), IsOk());
  ExpectOver(tokens);
  EXPECT_EQ(Get(Hr(), "ada")->slack_user(), "");
  EXPECT_THAT(ActFor("U1A", Bot()), FailsWith(StatusCode::kFailedPrecondition, "SLACK_USER_NOT_LINKED"));
  EXPECT_EQ(Ask({"HEXISTS", "cortado:{acme}:profile:slack_users", "T1A/U1A"}), "0");
  LinkAndConfirm("U1A", "ada");
  ExpectOver(tokens);
  EXPECT_THAT(Unlink("ada", As("ada"), "unlink-ada"), IsOk()) << "a repeat, which ends nothing";
  EXPECT_THAT(ActFor("U1A", Bot()), IsOk());
}

TEST_F(SlackTest, TheBotIsToldWhomItWritesToWhileTheLinkCounts) {
  v1::GetSlackUserRequest request;
  request.set_person("people/ada");
  const auto ask = [&] { return SyncWait(profile_.slack().GetUser(Bot(), request)); };
  EXPECT_THAT(ask(), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  LinkAndConfirm("U1A", "ada");
  ASSERT_THAT(ask(), IsOk());
  EXPECT_EQ(ask()->team(), "T1A");
  EXPECT_EQ(ask()->user(), "U1A");
  ASSERT_THAT(Uninstall("T1A"), IsOk());
  EXPECT_THAT(ask(), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(SlackTest, OneselfAndHrUnlinkAndNobodyElse) {
  MakePerson("bea");
  LinkAndConfirm("U1A", "ada");
  EXPECT_THAT(Unlink("ada", As("bea")), FailsWith(StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Unlink("ada", Bot()), FailsWith(StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Unlink("bea", Hr()), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND")) << "linked to nobody";
  EXPECT_THAT(Unlink("zed", Hr()), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Unlink("ada", Hr()), IsOk());
  EXPECT_THAT(Unlink("ada", Hr()), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
}

TEST_F(SlackTest, AUserGivenToSomebodyElseSinceStaysTheirs) {
  MakePerson("bea");
  LinkAndConfirm("U1A", "ada");
  LinkAndConfirm("U1A", "bea");
  EXPECT_THAT(Unlink("ada", Hr()), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(ActFor("U1A", Bot())->person(), "people/bea");
}

}  // namespace
}  // namespace cortado::profile
