// People who log in at a real OpenID provider are let in everywhere; whoever is not that person is not.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/oidc/provider.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using absl::StatusCode;
using AuthStub = profile::v1::AuthService::Stub;
using ::testing::ElementsAre;

constexpr char kClient[] = "cortado-RS256";
constexpr char kLogin[] = "login?client=cortado-RS256&nonce=n1";

class LoginTest : public ::testing::Test {
 protected:
  LoginTest() : auth_(profile::v1::AuthService::NewStub(site_.channel())) {
    acme_ = site_.CreateOrganization("Acme");
    CreatePerson(acme_, "ada", "ada@example.com");
  }

  void CreatePerson(const std::string& organization, const std::string& id, const std::string& email) {
    profile::v1::CreatePersonRequest request;
    request.set_person_id(id);
    request.mutable_person()->set_display_name(id);
    request.mutable_person()->set_external_id(absl::StrCat("hr-", id));
    request.mutable_person()->set_email(email);
    request.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::CreatePerson, site_.Hr(organization), request), IsOk());
  }
  profile::v1::Person GetPerson(const std::string& id) {
    profile::v1::GetPersonRequest request;
    request.set_name("people/" + id);
    return *Ask(site_.profile(), &ProfileStub::GetPerson, site_.Hr(acme_), request);
  }
  void SetActive(const std::string& id, bool active) {
    profile::v1::UpdatePersonRequest request;
    *request.mutable_person() = GetPerson(id);
    request.mutable_person()->set_active(active);
    request.mutable_update_mask()->add_paths("active");
    request.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, site_.Hr(acme_), request), IsOk());
  }
  void SetEmail(const std::string& id, const std::string& email) {
    profile::v1::UpdatePersonRequest request;
    *request.mutable_person() = GetPerson(id);
    request.mutable_person()->set_email(email);
    request.mutable_update_mask()->add_paths("email");
    request.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::UpdatePerson, site_.Hr(acme_), request), IsOk());
  }
  void Delete(const std::string& id) {
    profile::v1::DeletePersonRequest request;
    request.set_name("people/" + id);
    request.set_etag(GetPerson(id).etag());
    request.set_request_id(site_.NewRequestId());
    ASSERT_THAT(Ask(site_.profile(), &ProfileStub::DeletePerson, site_.Hr(acme_), request), IsOk());
  }

  static profile::v1::Issuer ByEmail(const Provider& provider, const std::string& domain = "example.com",
                                     const std::string& client = kClient) {
    profile::v1::Issuer issuer;
    issuer.set_issuer(provider.Issuer());
    issuer.set_client_id(client);
    issuer.set_link_by(profile::v1::LINK_BY_VERIFIED_EMAIL);
    issuer.add_email_domains(domain);
    return issuer;
  }
  absl::StatusOr<profile::v1::Issuer> Add(const std::string& organization, profile::v1::Issuer issuer,
                                          std::string request_id = "") {
    profile::v1::CreateIssuerRequest request;
    *request.mutable_issuer() = std::move(issuer);
    request.set_request_id(request_id.empty() ? site_.NewRequestId() : request_id);
    return Ask(*auth_, &AuthStub::CreateIssuer, site_.Hr(organization), request);
  }
  absl::Status Remove(const std::string& organization, const std::string& name, std::string request_id = "") {
    profile::v1::DeleteIssuerRequest request;
    request.set_name(name);
    request.set_request_id(request_id.empty() ? site_.NewRequestId() : request_id);
    return Ask(*auth_, &AuthStub::DeleteIssuer, site_.Hr(organization), request).status();
  }
  absl::StatusOr<profile::v1::Tokens> LogIn(const std::string& id_token, const std::string& nonce = "n1",
                                            std::string request_id = "") {
    profile::v1::ExchangeTokenRequest request;
    request.mutable_id_token()->set_token(id_token);
    request.mutable_id_token()->set_nonce(nonce);
    request.set_request_id(request_id.empty() ? site_.NewRequestId() : request_id);
    return Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, request);
  }
  static std::string Account(const std::string& id) { return absl::StrCat(kLogin, "&account=", id); }
  void ExpectRefused(const absl::StatusOr<profile::v1::Tokens>& tokens) {
    EXPECT_THAT(tokens, FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
    EXPECT_EQ(tokens.status().message(), "the proof is not good, or not any more");
  }
  // What each of the three services says to a read of the holder's own.
  std::vector<StatusCode> AskEverywhere(const std::string& token) {
    profile::v1::GetPersonRequest person;
    person.set_name("people/ada");
    return {Ask(site_.profile(), &ProfileStub::GetPerson, Caller{token}, person).status().code(),
            Ask(site_.matching(), &MatchingStub::ListMatches, Caller{token}, matching::v1::ListMatchesRequest())
                .status()
                .code(),
            Ask(site_.scheduling(), &SchedulingStub::ListChats, Caller{token}, scheduling::v1::ListChatsRequest())
                .status()
                .code()};
  }

  Provider provider_;
  Site site_;
  std::unique_ptr<AuthStub> auth_;
  std::string acme_;
};

TEST_F(LoginTest, GoesFromTheProviderToEveryServiceAndOutAgain) {
  ASSERT_THAT(Add(acme_, ByEmail(provider_)), IsOk());
  const auto tokens = LogIn(provider_.Token(kLogin));
  ASSERT_THAT(tokens, IsOk());
  EXPECT_EQ(tokens->person(), "people/ada");
  EXPECT_EQ(tokens->organization(), acme_);
  EXPECT_THAT(tokens->roles(), ElementsAre(api::v1::ROLE_EMPLOYEE));
  EXPECT_THAT(AskEverywhere(tokens->access_token()), ElementsAre(StatusCode::kOk, StatusCode::kOk, StatusCode::kOk));
  profile::v1::RefreshTokenRequest refresh;
  refresh.set_refresh_token(tokens->refresh_token());
  refresh.set_request_id(site_.NewRequestId());
  const auto next = Ask(*auth_, &AuthStub::RefreshToken, Caller{}, refresh);
  ASSERT_THAT(next, IsOk());
  profile::v1::ListSessionsRequest list;
  list.set_person("people/ada");
  const auto sessions = Ask(*auth_, &AuthStub::ListSessions, Caller{next->access_token()}, list);
  ASSERT_THAT(sessions, IsOk());
  ASSERT_EQ(sessions->sessions_size(), 1);
  EXPECT_EQ(sessions->sessions(0).login(), profile::v1::LOGIN_ISSUER);
  profile::v1::RevokeSessionsRequest revoke;
  revoke.set_person("people/ada");
  revoke.set_request_id(site_.NewRequestId());
  ASSERT_THAT(Ask(*auth_, &AuthStub::RevokeSessions, Caller{next->access_token()}, revoke), IsOk());
  const std::vector<StatusCode> out(3, StatusCode::kUnauthenticated);
  const absl::Time start = absl::Now();
  while (AskEverywhere(next->access_token()) != out && absl::Now() - start < absl::Seconds(20)) {
  }
  EXPECT_LE(absl::Now() - start, absl::Seconds(6));
  refresh.set_refresh_token(next->refresh_token());
  refresh.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(*auth_, &AuthStub::RefreshToken, Caller{}, refresh),
              FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(LoginTest, IsGoodForItsClientAndNonceAlone) {
  ASSERT_THAT(Add(acme_, ByEmail(provider_)), IsOk());
  ExpectRefused(LogIn(provider_.Token(kLogin), "n2"));
  ExpectRefused(LogIn(provider_.Token("login?client=cortado-PS256&nonce=n1")));
  ExpectRefused(LogIn("x.y.z"));
  std::string changed = provider_.Token(kLogin);
  changed[changed.size() - 10] ^= 1;
  ExpectRefused(LogIn(changed));
}

TEST_F(LoginTest, AnAddressCountsWhereItIsVerifiedAndOfADomainOfTheIssuer) {
  ASSERT_THAT(Add(acme_, ByEmail(provider_)), IsOk());
  CreatePerson(acme_, "bea", "bea@elsewhere.example");
  provider_.Do("account?id=eve&email=ada@example.com&verified=false");
  ExpectRefused(LogIn(provider_.Token(Account("eve"))));
  provider_.Do("account?id=eve&email=bea@elsewhere.example&verified=true");
  ExpectRefused(LogIn(provider_.Token(Account("eve"))));
  provider_.Do("account?id=eve&email=nobody@example.com&verified=true");
  ExpectRefused(LogIn(provider_.Token(Account("eve"))));
  provider_.Do("account?id=eve&email=ADA@Example.com&verified=true");
  EXPECT_THAT(LogIn(provider_.Token(Account("eve"))), IsOk()) << "addresses are the same in any case";
}

TEST_F(LoginTest, TheSameAddressFromAnotherIssuerIsNotThatPerson) {
  ASSERT_THAT(Add(acme_, ByEmail(provider_)), IsOk());
  Provider stranger;
  ExpectRefused(LogIn(stranger.Token(kLogin)));
  // Of the same organisation, for another domain.
  ASSERT_THAT(Add(acme_, ByEmail(stranger, "contractors.example")), IsOk());
  ExpectRefused(LogIn(stranger.Token(kLogin)));
  EXPECT_THAT(LogIn(provider_.Token(kLogin)), IsOk());
  ExpectRefused(LogIn(stranger.Token(kLogin)));
  // Of another organisation: it is somebody there, or nobody.
  const std::string other = site_.CreateOrganization("Other");
  profile::v1::Issuer theirs = ByEmail(stranger, "example.com", "cortado-PS256");
  theirs.add_algorithms("PS256");
  ASSERT_THAT(Add(other, theirs), IsOk());
  ExpectRefused(LogIn(stranger.Token("login?client=cortado-PS256&nonce=n1")));
  CreatePerson(other, "theirs", "ada@example.com");
  const auto there = LogIn(stranger.Token("login?client=cortado-PS256&nonce=n1"));
  ASSERT_THAT(there, IsOk());
  EXPECT_EQ(there->organization(), other);
  EXPECT_EQ(there->person(), "people/theirs");
}

TEST_F(LoginTest, AfterTheFirstTimeTheAddressFindsNobodyAnyMore) {
  ASSERT_THAT(Add(acme_, ByEmail(provider_)), IsOk());
  EXPECT_EQ(LogIn(provider_.Token(kLogin))->person(), "people/ada");
  SetEmail("ada", "ada.new@example.com");
  CreatePerson(acme_, "eve", "ada@example.com");
  EXPECT_EQ(LogIn(provider_.Token(kLogin))->person(), "people/ada");
  SetActive("ada", false);
  ExpectRefused(LogIn(provider_.Token(kLogin)));
  SetActive("ada", true);
  EXPECT_EQ(LogIn(provider_.Token(kLogin))->person(), "people/ada") << "a rehire keeps the login";
  Delete("ada");
  CreatePerson(acme_, "ada", "somebody@example.com");
  EXPECT_EQ(LogIn(provider_.Token(kLogin))->person(), "people/eve") << "somebody else has the id now";
}

TEST_F(LoginTest, AClaimWithTheIdOfTheHrSystemFindsThePerson) {
  profile::v1::Issuer issuer = ByEmail(provider_);
  issuer.clear_email_domains();
  issuer.set_link_by(profile::v1::LINK_BY_EXTERNAL_ID);
  issuer.set_external_id_claim("sub");
  ASSERT_THAT(Add(acme_, issuer), IsOk());
  CreatePerson(acme_, "carl", "carl@example.com");
  EXPECT_EQ(LogIn(provider_.Token(Account("hr-carl")))->person(), "people/carl");
  ExpectRefused(LogIn(provider_.Token(Account("hr-nobody"))));
  ExpectRefused(LogIn(provider_.Token(kLogin)));  // The address alone counts for nothing here.
}

TEST_F(LoginTest, AnIssuerAndClientBelongToOneOrganization) {
  const std::string other = site_.CreateOrganization("Other");
  const auto made = Add(acme_, ByEmail(provider_), "add-an-issuer");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(Add(acme_, ByEmail(provider_), "add-an-issuer")->name(), made->name());
  EXPECT_THAT(Add(acme_, ByEmail(provider_)), FailsWith(StatusCode::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_THAT(Add(other, ByEmail(provider_)), FailsWith(StatusCode::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_THAT(Remove(other, made->name()), FailsWith(StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(LogIn(provider_.Token(kLogin)), IsOk());
  EXPECT_THAT(Remove(acme_, made->name(), "remove-an-issuer"), IsOk());
  EXPECT_THAT(Remove(acme_, made->name(), "remove-an-issuer"), IsOk());
  ExpectRefused(LogIn(provider_.Token(kLogin)));
  EXPECT_THAT(Add(other, ByEmail(provider_)), IsOk());
  ExpectRefused(LogIn(provider_.Token(kLogin)));
}

TEST_F(LoginTest, AnIssuerSaysHowItFindsPeopleAndStandsAtAGoodAddress) {
  profile::v1::Issuer issuer = ByEmail(provider_);
  issuer.set_external_id_claim("sub");
  EXPECT_THAT(Add(acme_, issuer), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  issuer = ByEmail(provider_);
  issuer.clear_email_domains();
  EXPECT_THAT(Add(acme_, issuer), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  issuer.set_link_by(profile::v1::LINK_BY_EXTERNAL_ID);
  EXPECT_THAT(Add(acme_, issuer), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  issuer.set_external_id_claim("email");
  EXPECT_THAT(Add(acme_, issuer), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID"));
  for (const char* address : {"ftp://a.example", "https://u:p@a.example", "https://a.example/?x=1", "https://"}) {
    issuer = ByEmail(provider_);
    issuer.set_issuer(address);
    EXPECT_THAT(Add(acme_, issuer), FailsWith(StatusCode::kInvalidArgument, "FIELD_INVALID")) << address;
  }
}

TEST_F(LoginTest, WhileTheIssuerIsDownSoIsTheLogin) {
  auto gone = std::make_unique<Provider>();
  ASSERT_THAT(Add(acme_, ByEmail(*gone)), IsOk());
  const std::string token = gone->Token(kLogin);
  gone.reset();
  EXPECT_THAT(LogIn(token), FailsWith(StatusCode::kUnavailable, "TRY_AGAIN"));
}

// By a clock of its own: keys are looked for again once a minute.
TEST(LoginRotationTest, LoginsGoOnWhileTheProviderRotatesItsKeys) {
  Provider provider;
  RedisServer redis;
  EventLoop loop;
  Executors executors;
  FakeClock clock{absl::Now()};
  profile::Dependencies dependencies{redis.address(), loop, executors, clock,
                                     std::make_shared<auth::KeyRing>(*auth::SigningKey::Generate())};
  dependencies.issuer_reach.allow_loopback = true;
  dependencies.issuer_clock = &clock;
  profile::Profile profile(dependencies);
  const auto call = rpc::InternalCall("acme", "test", absl::InfiniteFuture());
  int requests = 10'000'000;
  profile::v1::CreateIssuerRequest add;
  add.mutable_issuer()->set_issuer(provider.Issuer());
  add.mutable_issuer()->set_client_id(kClient);
  add.mutable_issuer()->set_link_by(profile::v1::LINK_BY_VERIFIED_EMAIL);
  add.mutable_issuer()->add_email_domains("example.com");
  add.set_request_id(absl::StrCat(++requests));
  ASSERT_THAT(SyncWait(profile.issuers().Create(call, add)), IsOk());
  profile::v1::CreatePersonRequest create;
  create.mutable_person()->set_display_name("Ada");
  create.mutable_person()->set_email("ada@example.com");
  create.set_request_id(absl::StrCat(++requests));
  ASSERT_THAT(SyncWait(profile.people().Create(call, create)), IsOk());
  const auto log_in = [&](const std::string& token) {
    profile::v1::ExchangeTokenRequest request;
    request.mutable_id_token()->set_token(token);
    request.mutable_id_token()->set_nonce("n1");
    request.set_request_id(absl::StrCat(++requests));
    return SyncWait(profile.auth().Exchange(call, request)).status().code();
  };
  const std::string before = provider.Token(kLogin);
  EXPECT_EQ(log_in(before), StatusCode::kOk);
  provider.Do("rotate?keep=old");
  const std::string after = provider.Token(kLogin);
  EXPECT_EQ(log_in(after), StatusCode::kUnauthenticated);
  clock.Advance(absl::Minutes(1));
  EXPECT_EQ(log_in(after), StatusCode::kOk);
  EXPECT_EQ(log_in(before), StatusCode::kOk);
  provider.Do("rotate?keep=none");
  clock.Advance(absl::Hours(1));
  EXPECT_NE(log_in(before), StatusCode::kOk);
}

}  // namespace
}  // namespace cortado::testing
