// Everybody who comes to the door of the two organisations.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/auth/answer_link.h"
#include "common/auth/service_key.h"
#include "common/testing/matchers.h"
#include "tests/access/two_organizations.h"

namespace cortado::testing {
namespace {

const std::vector<std::string>& AllRoles() {
  static const auto* roles =
      new std::vector<std::string>{"EMPLOYEE", "PROGRAM_OWNER", "HR_ADMIN", "AUDITOR", "OPERATOR"};
  return *roles;
}

auth::Claims ClaimsOf(const std::string& organization, const std::string& id) {
  auth::Claims claims;
  claims.organization = organization;
  claims.subject = id;
  claims.roles = AllRoles();
  claims.issued_at = absl::Now();
  claims.expires = claims.issued_at + absl::Hours(1);
  return claims;
}

std::string IdOf(const std::string& name) { return name.substr(name.find('/') + 1); }

}  // namespace

void TwoOrganizations::AddPerson(const std::string& organization, const std::string& id,
                                 const std::vector<std::string>& roles) {
  Somebody who;
  who.organization = organization;
  who.id = id;
  who.roles = {roles.begin(), roles.end()};
  AddVisitor(absl::StrCat(id, " of ", organization == acme_ ? "Acme" : "Other", " as ", absl::StrJoin(roles, "+")),
             TokenOf(site_.key(), organization, id, roles), who);
}

void TwoOrganizations::AddRefused(const std::string& words, const std::string& token) {
  Somebody who;
  who.is_good = false;
  who.organization = acme_;
  who.id = "ada";
  who.roles = {AllRoles().begin(), AllRoles().end()};
  AddVisitor(words, Caller{token}, who);
}

void TwoOrganizations::AddRefusedOnes() {
  const std::string good = auth::Mint(site_.key(), ClaimsOf(acme_, "ada"));
  AddRefused("who sends nonsense", "nonsense");
  std::string tampered = good;
  tampered[tampered.size() - 10] ^= 1;
  AddRefused("ada with a signature tampered with", tampered);
  tampered = good;
  tampered[tampered.find('.') + 20] ^= 1;
  AddRefused("ada with claims tampered with", tampered);
  AddRefused("ada by a stranger's key", auth::Mint(*auth::SigningKey::Generate(), ClaimsOf(acme_, "ada")));
  auth::Claims claims = ClaimsOf(acme_, "ada");
  claims.audience = "calendar";
  AddRefused("ada with a token for another audience", auth::Mint(site_.key(), claims));
  claims = ClaimsOf(acme_, "ada");
  claims.issuer = "calendar";
  AddRefused("ada with a token of another issuer", auth::Mint(site_.key(), claims));
  claims = ClaimsOf(acme_, "ada");
  claims.issued_at = absl::Now() - absl::Hours(2);
  claims.expires = absl::Now() - absl::Seconds(1);
  AddRefused("ada with an expired token", auth::Mint(site_.key(), claims));
  claims = ClaimsOf(acme_, "ada");
  claims.session = "neverwas";
  AddRefused("ada in a session that never was", auth::Mint(site_.key(), claims));
}

void TwoOrganizations::MakeSessions() {
  AddVisitor("nobody", Caller{}, {.has_token = false});
  AddRefusedOnes();
  for (unsigned set = 1; set < 1u << AllRoles().size(); ++set) {
    std::vector<std::string> roles;
    for (size_t i = 0; i < AllRoles().size(); ++i) {
      if ((set >> i & 1) != 0) roles.push_back(AllRoles()[i]);
    }
    AddPerson(acme_, "ada", roles);
    AddPerson(other_, set % 2 == 0 ? "fay" : "ada", roles);
  }
  AddPerson(acme_, "bob", {"EMPLOYEE"});
  AddPerson(other_, "fay", {"EMPLOYEE"});
  Somebody astray;
  astray.organization = acme_;
  astray.named = other_;
  astray.id = "ada";
  astray.roles = {AllRoles().begin(), AllRoles().end()};
  Caller caller = TokenOf(site_.key(), acme_, "ada", AllRoles());
  caller.organization = other_;
  AddVisitor("ada of Acme, who names Other", caller, astray);
  for (const std::string& named : {acme_, other_, std::string()}) {
    Somebody service;
    service.organization = "*";
    service.named = named;
    service.id = "test";
    service.roles = {"SERVICE"};
    AddVisitor(absl::StrCat("a service for ", named.empty()    ? "none"
                                              : named == acme_ ? "Acme"
                                                               : "Other"),
               ServiceFor(site_.key(), named), service);
  }
  AddPrograms();
  AddLink();
}

void TwoOrganizations::AddLink() {
  // Of a version that the request never had, so that no answer of the many is taken.
  const auth::AnswerScope scope{ada_[Object::kRequest], "1000000000"};
  const absl::Time now = absl::Now();
  profile::v1::ExchangeTokenRequest request;
  request.set_answer_link(auth::MintAnswerLink(site_.key(), acme_, "ada", scope, now, now + absl::Hours(1)));
  request.set_request_id(site_.NewRequestId());
  const auto tokens = Ask(*auth_, &AuthStub::ExchangeToken, Caller{}, request);
  EXPECT_THAT(tokens, IsOk());
  AddVisitor("ada of Acme by a link", Caller{tokens.ok() ? tokens->access_token() : ""},
             {.organization = acme_, .id = "ada", .roles = {"EMPLOYEE"}, .purpose = "answer", .link = scope.name});
}

void TwoOrganizations::AddPrograms() {
  const profile::v1::Tokens root = Bootstrap(acme_);
  Know(acme_, ada_[Object::kSession] = IdOf(root.session()), {});
  Somebody admin{.organization = acme_, .id = "root", .roles = {"EMPLOYEE", "HR_ADMIN"}};
  AddVisitor("root of Acme, logged in", Caller{root.access_token()}, admin);
  const profile::v1::Tokens revoked = Bootstrap(other_);
  Know("", fay_[Object::kSession] = IdOf(revoked.session()), {});
  profile::v1::RevokeSessionsRequest revoke;
  revoke.set_person("people/root");
  revoke.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(*auth_, &AuthStub::RevokeSessions, site_.Hr(other_), revoke), IsOk());
  AddRefused("root of Other in a revoked session", revoked.access_token());

  for (const auto& [role, name] :
       {std::pair(api::v1::ROLE_HR_ADMIN, "HR_ADMIN"), std::pair(api::v1::ROLE_AUDITOR, "AUDITOR"),
        std::pair(api::v1::ROLE_OPERATOR, "OPERATOR")}) {
    const profile::v1::ServiceKey key = MakeKey(acme_, "", role);
    AddVisitor(absl::StrCat("a program of Acme as ", name), Caller{Exchange(key.secret()).access_token()},
               {.organization = acme_, .id = auth::ServiceKeySubject(IdOf(key.name())), .roles = {name}});
  }
  const profile::v1::ServiceKey ended = MakeKey(acme_, "", api::v1::ROLE_HR_ADMIN);
  const std::string token = Exchange(ended.secret()).access_token();
  profile::v1::DeleteServiceKeyRequest end;
  end.set_name(ended.name());
  end.set_request_id(site_.NewRequestId());
  EXPECT_THAT(Ask(*auth_, &AuthStub::DeleteServiceKey, site_.Hr(acme_), end), IsOk());
  AddRefused("a program whose key was deleted", token);
  fay_[Object::kStrangeKey] = MakeKey(other_, "", api::v1::ROLE_AUDITOR).name();
  bob_[Object::kStrangeKey] = MakeKey(acme_, "", api::v1::ROLE_AUDITOR).name();
  fay_[Object::kStrangeIssuer] = MakeIssuer(other_);
  bob_[Object::kStrangeIssuer] = MakeIssuer(acme_);

  for (const std::string& organization : {acme_, other_}) {
    const bool ours = organization == acme_;
    const std::string team = ours ? "T1A" : "T2B";
    const profile::v1::ServiceKey key = MakeKey(organization, "slack", api::v1::ROLE_UNSPECIFIED);
    const Caller bot{Exchange(key.secret()).access_token()};
    Install(bot, team);
    Things& things = ours ? ada_ : fay_;
    Know(organization, things[Object::kTeam] = team, {});
    things[Object::kStrangeTeam] = team;
    AddVisitor(absl::StrCat("the bot of ", ours ? "Acme" : "Other"), bot,
               {.organization = organization,
                .id = auth::ServiceKeySubject(IdOf(key.name())),
                .roles = {"SERVICE"},
                .purpose = "slack"});
    if (!ours) continue;
    const profile::v1::Tokens acting = LinkAndAct(bot, team, "U1A", "kim@acme.example");
    AddVisitor("the bot of Acme for kim", Caller{acting.access_token()},
               {.organization = acme_, .id = "kim", .roles = {"EMPLOYEE"}});
    const profile::v1::Tokens left = LinkAndAct(bot, team, "U2B", "dan@acme.example");
    Leave(acme_, "dan");
    AddRefused("the bot of Acme for dan, who left", left.access_token());
  }
}

}  // namespace cortado::testing
