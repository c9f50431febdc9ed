// cortadoctl access code | bootstrap | grant | revoke | list; session list | revoke; service-key create | list | delete
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/rpc/call.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using google::protobuf::Empty;
using profile::v1::AccessGrant;

absl::StatusOr<api::v1::Role> RoleOf(const std::string& text) {
  const api::v1::Role role = rpc::ParseRole(absl::AsciiStrToUpper(text));
  if (role != api::v1::ROLE_UNSPECIFIED) return role;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not a role: write PROGRAM_OWNER, HR_ADMIN, AUDITOR or OPERATOR"));
}

template <class Roles>
std::string Names(const Roles& roles) {
  std::vector<std::string> names;
  for (int role : roles) {
    names.emplace_back(absl::StripPrefix(api::v1::Role_Name(static_cast<api::v1::Role>(role)), "ROLE_"));
  }
  return absl::StrJoin(names, " ");
}

std::string Day(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", ToTime(time), absl::UTCTimeZone());
}

absl::Status MakeCode(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  // Nobody administers it yet: whoever holds the servers' key may let the first one in.
  if (session->target().organization.empty()) {
    return absl::InvalidArgumentError("for which organisation? Give --organization ID, as `org create` printed it");
  }
  Caller caller;
  caller.organization = session->target().organization;
  ASSIGN_OR_RETURN(
      caller.token,
      session->Mint({.organization = auth::kAnyOrganization, .subject = "cortadoctl", .roles = {"SERVICE"}}));
  profile::v1::CreateBootstrapCodeRequest request;
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto made, session->Call(session->auth(), &Auth::CreateBootstrapCode, caller, request));
  ctl.Say(absl::StrCat("Good once, until ", Day(made.expire_time()), " UTC; give it to the first administrator:\n",
                       "  cortadoctl access bootstrap ", made.code(), " --email YOU@COMPANY --name \"YOUR NAME\"\n"));
  ctl.Document(made);
  return absl::OkStatus();
}

struct Newcomer {
  std::string code;
  std::string email;
  std::string name;
};

absl::Status Bootstrap(Ctl& ctl, const Newcomer& newcomer) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  profile::v1::ExchangeTokenRequest request;
  request.mutable_bootstrap_code()->set_code(newcomer.code);
  request.mutable_bootstrap_code()->set_email(newcomer.email);
  request.mutable_bootstrap_code()->set_display_name(newcomer.name);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const profile::v1::Tokens tokens,
                   session->Call(session->auth(), &Auth::ExchangeToken, Caller(), request));
  ctl.Say(absl::StrCat(newcomer.email, " administers this organisation now, as ", tokens.person(),
                       ".\nFor the next ten minutes:\n  export CORTADO_TOKEN=", tokens.access_token(), "\n"));
  ctl.Document(tokens);
  return absl::OkStatus();
}

struct Change {
  std::string person;
  std::string role;
};

absl::Status Grant(Ctl& ctl, const Change& change) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(change.person));
  ASSIGN_OR_RETURN(const api::v1::Role role, RoleOf(change.role));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::GrantAccessRequest request;
  request.set_person("people/" + id);
  request.set_role(role);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const AccessGrant grant, session->Call(session->auth(), &Auth::GrantAccess, caller, request));
  ctl.Say(absl::StrCat(id, " has ", Names(grant.roles()), " from the next login or refresh on.\n"));
  ctl.Document(grant);
  return absl::OkStatus();
}

absl::Status Revoke(Ctl& ctl, const Change& change) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(change.person));
  ASSIGN_OR_RETURN(const api::v1::Role role, RoleOf(change.role));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::RevokeAccessRequest request;
  request.set_person("people/" + id);
  request.set_role(role);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Empty done, session->Call(session->auth(), &Auth::RevokeAccess, caller, request));
  ctl.Say(absl::StrCat(id, " has ", absl::AsciiStrToUpper(change.role), " no more; within five seconds everywhere.\n"));
  ctl.Document(done);
  return absl::OkStatus();
}

absl::Status ListGrants(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto grants, session->Call(session->auth(), &Auth::ListAccessGrants, caller,
                                                    profile::v1::ListAccessGrantsRequest()));
  Table table({{"PERSON"}, {"ROLES"}});
  for (const AccessGrant& grant : grants.access_grants()) table.Add({ShortName(grant.person()), Names(grant.roles())});
  ctl.Say(table.empty() ? "Nobody has a role beside EMPLOYEE.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(grants);
  return absl::OkStatus();
}

absl::Status ListSessions(Ctl& ctl, const std::string& person) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(person));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::ListSessionsRequest request;
  request.set_person("people/" + id);
  ASSIGN_OR_RETURN(const auto sessions, session->Call(session->auth(), &Auth::ListSessions, caller, request));
  Table table({{"SESSION"}, {"SINCE (UTC)"}, {"LAST SEEN"}, {"ENDS"}});
  for (const auto& one : sessions.sessions()) {
    table.Add({ShortName(one.name()), Day(one.create_time()), Day(one.refresh_time()), Day(one.expire_time())});
  }
  ctl.Say(table.empty() ? absl::StrCat(id, " is not logged in.\n") : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(sessions);
  return absl::OkStatus();
}

absl::Status RevokeSessions(Ctl& ctl, const std::string& person, const std::string& one) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(person));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::RevokeSessionsRequest request;
  request.set_person("people/" + id);
  if (!one.empty()) request.set_session(absl::StrCat("sessions/", absl::StripPrefix(one, "sessions/")));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto revoked, session->Call(session->auth(), &Auth::RevokeSessions, caller, request));
  ctl.Say(absl::StrCat(revoked.revoked(), " ended; within five seconds everywhere.\n"));
  ctl.Document(revoked);
  return absl::OkStatus();
}

struct NewKey {
  std::string name;
  std::vector<std::string> roles;
  std::string scope;
};

absl::Status CreateKey(Ctl& ctl, const NewKey& wish) {
  profile::v1::CreateServiceKeyRequest request;
  request.mutable_service_key()->set_display_name(wish.name);
  request.mutable_service_key()->set_scope(wish.scope);
  for (const std::string& text : wish.roles) {
    ASSIGN_OR_RETURN(const api::v1::Role role, RoleOf(text));
    request.mutable_service_key()->add_roles(role);
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto key, session->Call(session->auth(), &Auth::CreateServiceKey, caller, request));
  // The key alone on stdout, for a file: it is shown once.
  ctl.Say(absl::StrCat(key.secret(), "\n"));
  ctl.Document(key);
  return absl::OkStatus();
}

absl::Status ListKeys(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto keys, session->Call(session->auth(), &Auth::ListServiceKeys, caller,
                                                  profile::v1::ListServiceKeysRequest()));
  Table table({{"KEY"}, {"FOR", Align::kLeft, true}, {"MAY"}, {"SINCE (UTC)"}});
  for (const auto& key : keys.service_keys()) {
    table.Add({ShortName(key.name()), key.display_name(), key.scope().empty() ? Names(key.roles()) : key.scope(),
               Day(key.create_time())});
  }
  ctl.Say(table.empty() ? "No program has a key.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(keys);
  return absl::OkStatus();
}

absl::Status DeleteKey(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::DeleteServiceKeyRequest request;
  request.set_name(absl::StrCat("serviceKeys/", absl::StripPrefix(name, "serviceKeys/")));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Empty done, session->Call(session->auth(), &Auth::DeleteServiceKey, caller, request));
  ctl.Say("The key is good no more; within five seconds everywhere.\n");
  ctl.Document(done);
  return absl::OkStatus();
}

}  // namespace

void AddAccess(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "access", "who may do more than everybody may");
  OnParsed(AddVerb(noun, "code", "a code for the first administrator of an organisation; needs the servers' key file"),
           ctl, [&ctl] { return MakeCode(ctl); });

  auto newcomer = std::make_shared<Newcomer>();
  CLI::App* bootstrap = AddVerb(noun, "bootstrap", "become the first administrator, with the code of the installation");
  bootstrap->add_option("code", newcomer->code, "the code")->required();
  bootstrap->add_option("--email", newcomer->email, "your address")->required();
  bootstrap->add_option("--name", newcomer->name, "your name, as colleagues see it");
  OnParsed(bootstrap, ctl, [&ctl, newcomer] { return Bootstrap(ctl, *newcomer); });

  auto change = std::make_shared<Change>();
  CLI::App* grant = AddVerb(noun, "grant", "give somebody a role");
  CLI::App* revoke = AddVerb(noun, "revoke", "take a role from somebody");
  for (CLI::App* verb : {grant, revoke}) {
    verb->add_option("person", change->person, "whom")->required();
    verb->add_option("role", change->role, "PROGRAM_OWNER, HR_ADMIN, AUDITOR or OPERATOR")->required();
  }
  OnParsed(grant, ctl, [&ctl, change] { return Grant(ctl, *change); });
  OnParsed(revoke, ctl, [&ctl, change] { return Revoke(ctl, *change); });
  OnParsed(AddVerb(noun, "list", "who has which roles"), ctl, [&ctl] { return ListGrants(ctl); });
}

void AddSession(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "session", "where people are logged in");
  auto person = std::make_shared<std::string>();
  auto one = std::make_shared<std::string>();
  CLI::App* list = AddVerb(noun, "list", "the sessions of a person");
  CLI::App* revoke = AddVerb(noun, "revoke", "end the sessions of a person");
  for (CLI::App* verb : {list, revoke}) verb->add_option("person", *person, "whose")->required();
  revoke->add_option("--session", *one, "this one alone");
  OnParsed(list, ctl, [&ctl, person] { return ListSessions(ctl, *person); });
  OnParsed(revoke, ctl, [&ctl, person, one] { return RevokeSessions(ctl, *person, *one); });
}

void AddServiceKey(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "service-key", "keys that programs send instead of logging in");
  auto wish = std::make_shared<NewKey>();
  CLI::App* create = AddVerb(noun, "create", "make a key; prints it alone, once");
  create->add_option("name", wish->name, "what it is for")->required();
  CLI::Option_group* may = create->add_option_group("may", "one of these");
  may->add_option("--role", wish->roles, "HR_ADMIN, AUDITOR or OPERATOR; may be given again");
  may->add_option("--scope", wish->scope, "the one purpose it is good for: slack");
  may->require_option(1);
  OnParsed(create, ctl, [&ctl, wish] { return CreateKey(ctl, *wish); });
  OnParsed(AddVerb(noun, "list", "all keys, without their secrets"), ctl, [&ctl] { return ListKeys(ctl); });
  auto name = std::make_shared<std::string>();
  CLI::App* remove = AddVerb(noun, "delete", "end a key");
  remove->add_option("key", *name, "its name")->required();
  OnParsed(remove, ctl, [&ctl, name] { return DeleteKey(ctl, *name); });
}

}  // namespace cortado::ctl
