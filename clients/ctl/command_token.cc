// cortadoctl token create
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

struct Arguments {
  std::string person;
  std::vector<std::string> roles;
  bool service = false;
  std::string life = "10m";
};

absl::StatusOr<TokenWish> WishOf(const Ctl& ctl, const Arguments& arguments) {
  TokenWish wish;
  ASSIGN_OR_RETURN(wish.life, ParseSpan(arguments.life));
  for (const std::string& role : arguments.roles) wish.roles.push_back(absl::AsciiStrToUpper(role));
  if (arguments.service) {
    wish.subject = "cortadoctl";
    wish.organization = ctl.given.organization.empty() ? auth::kAnyOrganization : ctl.given.organization;
    if (wish.roles.empty()) wish.roles = {"SERVICE"};
    return wish;
  }
  ASSIGN_OR_RETURN(wish.subject, PersonId(arguments.person));
  if (wish.roles.empty()) wish.roles = {"EMPLOYEE"};
  return wish;
}

absl::Status Create(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const TokenWish wish, WishOf(ctl, arguments));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const std::string token, session->Mint(wish));
  ASSIGN_OR_RETURN(const auth::Claims claims, ClaimsOf(token));
  // The token alone on stdout, for CORTADO_TOKEN=$(cortadoctl token create ...).
  ctl.Say(absl::StrCat(token, "\n"));
  const nlohmann::json document = {
      {"token", token},
      {"organization", claims.organization},
      {"subject", claims.subject},
      {"roles", claims.roles},
      {"expires", absl::FormatTime(absl::RFC3339_sec, claims.expires, absl::UTCTimeZone())}};
  ctl.Document(document.dump(1));
  return absl::OkStatus();
}

}  // namespace

void AddToken(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "token", "tokens that say who calls");
  auto arguments = std::make_shared<Arguments>();
  CLI::App* create = AddVerb(noun, "create", "make a token with the server's key; prints it alone");
  CLI::Option_group* subject = create->add_option_group("whose", "one of these");
  subject->add_option("--person", arguments->person, "a person");
  subject->add_flag("--service", arguments->service, "a service, for every organisation");
  subject->require_option(1);
  create->add_option(
      "--role", arguments->roles,
      "EMPLOYEE (for a person), PROGRAM_OWNER, HR_ADMIN, AUDITOR, OPERATOR, SERVICE; may be given again");
  create->add_option("--for", arguments->life, "how long it is good, as 10m, 8h (10m; at most 24h)");
  create->footer("Example: CORTADO_TOKEN=$(cortadoctl token create --person p17 --for 8h)");
  OnParsed(create, ctl, [&ctl, arguments] { return Create(ctl, *arguments); });
}

}  // namespace cortado::ctl
