// Letting people and programs in, over a real store.
#include "services/profile/auth/auth.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "services/profile/auth/refresh_token.h"
#include "services/profile/testing/profile_fixture.h"

namespace cortado::profile {
namespace {

using absl::StatusCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class AuthTest : public ProfileFixture {
 protected:
  static rpc::Call Anybody() {
    auto info = std::make_shared<rpc::CallInfo>();
    info->deadline = absl::Now() + absl::Seconds(10);
    return rpc::Call(std::move(info));
  }

  std::string Code() {
    return *SyncWait(profile_.auth().MakeBootstrapCode(rpc::InternalCall("acme", "t", absl::InfiniteFuture())));
  }
  absl::StatusOr<v1::Tokens> Bootstrap(const std::string& code, const std::string& email, std::string request_id = "") {
    v1::ExchangeTokenRequest request;
    request.mutable_bootstrap_code()->set_code(code);
    request.mutable_bootstrap_code()->set_email(email);
    request.set_request_id(request_id.empty() ? RequestId() : request_id);
    return SyncWait(profile_.auth().Exchange(Anybody(), request));
  }
  absl::StatusOr<v1::Tokens> Refresh(const std::string& token, std::string request_id = "") {
    v1::RefreshTokenRequest request;
    request.set_refresh_token(token);
    request.set_request_id(request_id.empty() ? RequestId() : request_id);
    return SyncWait(profile_.auth().Refresh(Anybody(), request));
  }
  absl::StatusOr<v1::Tokens> ByKey(const std::string& secret) {
    v1::ExchangeTokenRequest request;
    request.set_service_key(secret);
    request.set_request_id(RequestId());
    return SyncWait(profile_.auth().Exchange(Anybody(), request));
  }
  // The first administrator of acme, logged in.
  v1::Tokens Admin() { return *Bootstrap(Code(), "ada@acme.example"); }

  absl::StatusOr<std::vector<std::string>> RolesOf(const v1::Tokens& tokens) {
    const std::string session = tokens.session().substr(sizeof("sessions/") - 1);
    const std::string subject =
        tokens.person().empty() ? "key:" + session : tokens.person().substr(sizeof("people/") - 1);
    return SyncWait(profile_.auth().RolesOf(rpc::InternalCall("acme", "t", absl::InfiniteFuture()), session, subject));
  }
  absl::StatusOr<v1::ServiceKey> CreateKey(std::vector<Role> roles, const std::string& scope = "",
                                           std::string request_id = "") {
    v1::CreateServiceKeyRequest request;
    request.mutable_service_key()->set_display_name("HR system");
    for (Role role : roles) request.mutable_service_key()->add_roles(role);
    request.mutable_service_key()->set_scope(scope);
    request.set_request_id(request_id.empty() ? RequestId() : request_id);
    return SyncWait(profile_.service_keys().Create(Hr(), request));
  }
  absl::Status Grant(const std::string& person, Role role) {
    v1::GrantAccessRequest request;
    request.set_person("people/" + person);
    request.set_role(role);
    request.set_request_id(RequestId());
    return SyncWait(profile_.access_grants().Grant(Hr(), request)).status();
  }
  absl::Status Revoke(const std::string& person, Role role) {
    v1::RevokeAccessRequest request;
    request.set_person("people/" + person);
    request.set_role(role);
    request.set_request_id(RequestId());
    return SyncWait(profile_.access_grants().Revoke(Hr(), request)).status();
  }
  int RevokeSessions(rpc::Call call, const std::string& person, const std::string& session = "") {
    v1::RevokeSessionsRequest request;
    request.set_person("people/" + person);
    request.set_session(session);
    request.set_request_id(RequestId());
    return SyncWait(profile_.auth().Revoke(call, request))->revoked();
  }
  void SetActive(const std::string& person, bool active) {
    v1::Person read = *Get(Hr(), person);
    read.set_active(active);
    ASSERT_THAT(Update(Hr(), read, {"active"}), IsOk());
  }
};

TEST_F(AuthTest, TheFirstCodeMakesTheFirstAdministrator) {
  const v1::Tokens tokens = Admin();
  EXPECT_THAT(tokens.roles(), UnorderedElementsAre(api::v1::ROLE_HR_ADMIN, api::v1::ROLE_EMPLOYEE));
  EXPECT_EQ(tokens.organization(), "acme");
  EXPECT_THAT(*RolesOf(tokens), UnorderedElementsAre("HR_ADMIN", "EMPLOYEE"));
  const auth::Verifier verifier(keys_, auth::kIssuer, auth::kAudience, clock_);
  const auto claims = *verifier.Check(tokens.access_token());
  EXPECT_EQ("people/" + claims->subject, tokens.person());
  EXPECT_EQ("sessions/" + claims->session, tokens.session());
  EXPECT_EQ(claims->expires, clock_.Now() + absl::Minutes(10));
  EXPECT_EQ(Code(), "") << "there is an administrator";
}

TEST_F(AuthTest, ACodeIsGoodOnceAndForAQuarterOfAnHour) {
  const std::string code = Code();
  clock_.Advance(absl::Minutes(15));
  EXPECT_THAT(Bootstrap(code, "ada@acme.example"), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  const std::string second = Code();
  EXPECT_THAT(Bootstrap(code, "ada@acme.example"), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Bootstrap(second + "x", "ada@acme.example"), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Bootstrap(second, "ada@acme.example"), IsOk());
  EXPECT_THAT(Bootstrap(second, "eve@acme.example"), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(AuthTest, AServiceMakesACodeForAnOrganisationThatHasNoAdministrator) {
  const rpc::Call service = CallOf("cortadoctl", {api::v1::ROLE_SERVICE});
  v1::CreateBootstrapCodeRequest request;
  request.set_request_id(RequestId());
  EXPECT_THAT(SyncWait(profile_.auth().CreateCode(service, request)),
              FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  v1::CreateOrganizationRequest create;
  create.mutable_organization()->set_display_name("Acme");
  create.set_request_id(RequestId());
  const auto made = SyncWait(profile_.organizations().Create(service, create));
  ASSERT_THAT(made, IsOk());
  const std::string id = made->name().substr(made->name().find('/') + 1);
  const rpc::Call inside = CallOf("cortadoctl", {api::v1::ROLE_SERVICE}, id);
  const auto first = SyncWait(profile_.auth().CreateCode(inside, request));
  ASSERT_THAT(first, IsOk());
  // A repeat makes another, and the first is good for nothing.
  const auto second = SyncWait(profile_.auth().CreateCode(inside, request));
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(absl::FromUnixSeconds(second->expire_time().seconds()), clock_.Now() + absl::Minutes(15));
  EXPECT_THAT(Bootstrap(first->code(), "ada@acme.example"), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Bootstrap(second->code(), "ada@acme.example"), IsOk());
  EXPECT_THAT(SyncWait(profile_.auth().CreateCode(inside, request)),
              FailsWith(StatusCode::kFailedPrecondition, "ADMIN_EXISTS"));
}

TEST_F(AuthTest, ARepeatOfTheSameBootstrapIsTheSameSession) {
  const std::string code = Code();
  const v1::Tokens first = *Bootstrap(code, "ada@acme.example", "the-same-request");
  const v1::Tokens again = *Bootstrap(code, "ada@acme.example", "the-same-request");
  EXPECT_EQ(again.session(), first.session());
  EXPECT_EQ(again.person(), first.person());
}

TEST_F(AuthTest, EachRefreshTokenIsGoodOnce) {
  v1::Tokens tokens = Admin();
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Minutes(9));
    const v1::Tokens next = *Refresh(tokens.refresh_token());
    EXPECT_EQ(next.session(), tokens.session());
    EXPECT_NE(next.refresh_token(), tokens.refresh_token());
    tokens = next;
  }
}

TEST_F(AuthTest, ARepeatOfTheSameRefreshIsNotATheft) {
  const v1::Tokens tokens = Admin();
  const v1::Tokens next = *Refresh(tokens.refresh_token(), "refresh-once");
  EXPECT_EQ(Refresh(tokens.refresh_token(), "refresh-once")->refresh_token(), next.refresh_token());
  EXPECT_THAT(Refresh(next.refresh_token()), IsOk());
}

TEST_F(AuthTest, ARefreshTokenThatComesBackEndsTheSession) {
  const v1::Tokens tokens = Admin();
  const v1::Tokens next = *Refresh(tokens.refresh_token());
  EXPECT_THAT(Refresh(tokens.refresh_token()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Refresh(next.refresh_token()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(RolesOf(next), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(AuthTest, OfManyWhoRefreshAtOnceOneGoesOn) {
  const v1::Tokens tokens = Admin();
  std::vector<std::thread> threads;
  std::atomic<int> went_on{0};
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, id = RequestId()] { went_on += Refresh(tokens.refresh_token(), id).ok(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(went_on, 1);
  EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID")) << "the others stole it";
}

TEST_F(AuthTest, ASessionEndsAMonthAfterItsLastRefresh) {
  const v1::Tokens tokens = Admin();
  clock_.Advance(Auth::kSessionLife - absl::Seconds(1));
  EXPECT_THAT(RolesOf(tokens), IsOk());
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Refresh(tokens.refresh_token()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(AuthTest, NothingOfALeaverComesBackWithThem) {
  const v1::Tokens tokens = Admin();
  const std::string ada = tokens.person().substr(sizeof("people/") - 1);
  SetActive(ada, false);
  EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  SetActive(ada, true);
  EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Refresh(tokens.refresh_token()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  const auto granted = *SyncWait(profile_.access_grants().List(Hr(), {}));
  EXPECT_THAT(granted.access_grants(), IsEmpty()) << "a role of before";
}

TEST_F(AuthTest, SessionsAreSeenAndEndedByTheirPersonAndByHr) {
  const v1::Tokens tokens = Admin();
  const std::string ada = tokens.person().substr(sizeof("people/") - 1);
  v1::ListSessionsRequest list;
  list.set_person(tokens.person());
  const auto listed = *SyncWait(profile_.auth().List(As(ada), list));
  ASSERT_EQ(listed.sessions_size(), 1);
  EXPECT_EQ(listed.sessions(0).name(), tokens.session());
  EXPECT_EQ(listed.sessions(0).login(), v1::LOGIN_BOOTSTRAP_CODE);
  EXPECT_THAT(SyncWait(profile_.auth().List(As("eve"), list)),
              FailsWith(StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_EQ(RevokeSessions(As(ada), ada, "sessions/snothing"), 0);
  EXPECT_EQ(RevokeSessions(As(ada), ada, tokens.session()), 1);
  EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(Refresh(tokens.refresh_token()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_EQ(RevokeSessions(Hr(), ada), 0);
}

TEST_F(AuthTest, AServiceKeyLetsAProgramInUntilItIsDeleted) {
  const v1::ServiceKey key = *CreateKey({api::v1::ROLE_HR_ADMIN});
  const v1::Tokens tokens = *ByKey(key.secret());
  EXPECT_THAT(tokens.roles(), ElementsAre(api::v1::ROLE_HR_ADMIN));
  EXPECT_EQ(tokens.refresh_token(), "");
  EXPECT_THAT(*RolesOf(tokens), ElementsAre("HR_ADMIN"));
  EXPECT_THAT(ByKey(absl::StrReplaceAll(key.secret(), {{".k", ".j"}})),
              FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(ByKey(key.secret() + "x"), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  v1::DeleteServiceKeyRequest request;
  request.set_name(key.name());
  request.set_request_id(RequestId());
  ASSERT_THAT(SyncWait(profile_.service_keys().Delete(Hr(), request)), IsOk());
  EXPECT_THAT(ByKey(key.secret()), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  EXPECT_THAT(RolesOf(tokens), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(AuthTest, TheSecretOfAKeyIsSaidOnceAndStoredNowhere) {
  const v1::ServiceKey key = *CreateKey({api::v1::ROLE_AUDITOR}, "", "make-a-key");
  const std::string secret = key.secret().substr(key.secret().rfind('.') + 1);
  EXPECT_EQ(CreateKey({api::v1::ROLE_AUDITOR}, "", "make-a-key")->secret(), "");
  const auto listed = *SyncWait(profile_.service_keys().List(Hr(), {}));
  ASSERT_EQ(listed.service_keys_size(), 1);
  EXPECT_EQ(listed.service_keys(0).secret(), "");
  for (const char* key_of : {"service_keys", "events", "audit"}) {
    const std::string name = std::string("cortado:{acme}:profile:") + key_of;
    const std::string dump =
        key_of == std::string("service_keys") ? Ask({"HGETALL", name}) : Ask({"XRANGE", name, "-", "+"});
    EXPECT_FALSE(absl::StrContains(dump, secret)) << key_of;
  }
}

TEST_F(AuthTest, AKeyHasRolesOfProgramsOrOnePurpose) {
  EXPECT_THAT(CreateKey({}), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  EXPECT_THAT(CreateKey({api::v1::ROLE_HR_ADMIN}, "slack"), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  for (Role role : {api::v1::ROLE_EMPLOYEE, api::v1::ROLE_SERVICE, api::v1::ROLE_UNSPECIFIED}) {
    EXPECT_THAT(CreateKey({role}), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  }
  const v1::Tokens slack = *ByKey(CreateKey({}, "slack")->secret());
  const auth::Verifier verifier(keys_, auth::kIssuer, auth::kAudience, clock_);
  EXPECT_EQ((*verifier.Check(slack.access_token()))->scope, "slack");
}

TEST_F(AuthTest, RolesAreGivenAndTakenAtOnce) {
  const v1::Tokens tokens = Admin();
  ASSERT_THAT(Create("bea"), IsOk());
  EXPECT_THAT(Grant("bea", api::v1::ROLE_AUDITOR), IsOk());
  EXPECT_THAT(Grant("bea", api::v1::ROLE_AUDITOR), IsOk()) << "twice is not an error";
  EXPECT_THAT(Grant("nobody", api::v1::ROLE_AUDITOR), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Grant("bea", api::v1::ROLE_SERVICE), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  const auto granted = *SyncWait(profile_.access_grants().List(Hr(), {}));
  ASSERT_EQ(granted.access_grants_size(), 2);
  EXPECT_THAT(Revoke("bea", api::v1::ROLE_AUDITOR), IsOk());
  EXPECT_THAT(Revoke("bea", api::v1::ROLE_AUDITOR), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  const std::string ada = tokens.person().substr(sizeof("people/") - 1);
  EXPECT_THAT(Revoke(ada, api::v1::ROLE_HR_ADMIN), FailsWith(StatusCode::kFailedPrecondition, "LAST_ADMIN"));
  ASSERT_THAT(Grant("bea", api::v1::ROLE_HR_ADMIN), IsOk());
  EXPECT_THAT(Revoke(ada, api::v1::ROLE_HR_ADMIN), IsOk());
  EXPECT_THAT(*RolesOf(tokens), ElementsAre("EMPLOYEE"));
}

TEST(RefreshTokenTest, AcceptsNothingButWhatWasSigned) {
  const auth::SigningKey key = *auth::SigningKey::Generate();
  const auth::KeyRing ring(key);
  const RefreshToken token{"acme", "ada", "s1", 7};
  const std::string text = SignRefreshToken(key, token);
  EXPECT_EQ(*ReadRefreshToken(ring, text), token);
  for (const std::string& wrong :
       {std::string(), std::string("."), text + ".", text + "x", "x" + text,
        absl::StrReplaceAll(text, {{".7.", ".8."}}), absl::StrReplaceAll(text, {{".ada.", ".eve."}}),
        absl::StrReplaceAll(text, {{".acme.", ".evil."}}), SignRefreshToken(*auth::SigningKey::Generate(), token)}) {
    EXPECT_EQ(ReadRefreshToken(ring, wrong).status().code(), StatusCode::kUnauthenticated) << wrong;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ReadRefreshToken(ring, flipped).ok()) << i;
  }
}

}  // namespace
}  // namespace cortado::profile
