// cortadoctl issuer add | list | remove
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

struct NewIssuer {
  std::string issuer;
  std::string client_id;
  std::vector<std::string> algorithms;
  std::string claim;
  std::vector<std::string> domains;
};

absl::Status Add(Ctl& ctl, const NewIssuer& wish) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::CreateIssuerRequest request;
  profile::v1::Issuer& issuer = *request.mutable_issuer();
  issuer.set_issuer(wish.issuer);
  issuer.set_client_id(wish.client_id);
  for (const std::string& algorithm : wish.algorithms) issuer.add_algorithms(algorithm);
  for (const std::string& domain : wish.domains) issuer.add_email_domains(domain);
  issuer.set_external_id_claim(wish.claim);
  issuer.set_link_by(wish.claim.empty() ? profile::v1::LINK_BY_VERIFIED_EMAIL : profile::v1::LINK_BY_EXTERNAL_ID);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto made, session->Call(session->auth(), &Auth::CreateIssuer, caller, request));
  ctl.Say(absl::StrCat("Who logs in at ", made.issuer(), " is let in from now on (", ShortName(made.name()), ").\n"));
  ctl.Document(made);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto issuers,
                   session->Call(session->auth(), &Auth::ListIssuers, caller, profile::v1::ListIssuersRequest()));
  Table table({{"NAME"}, {"ISSUER", Align::kLeft, true}, {"CLIENT"}, {"FINDS PEOPLE BY"}});
  for (const auto& one : issuers.issuers()) {
    table.Add({ShortName(one.name()), one.issuer(), one.client_id(),
               one.link_by() == profile::v1::LINK_BY_EXTERNAL_ID
                   ? absl::StrCat("claim ", one.external_id_claim())
                   : absl::StrCat("address of ", absl::StrJoin(one.email_domains(), ", "))});
  }
  ctl.Say(table.empty() ? "Nobody can log in by a provider yet.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(issuers);
  return absl::OkStatus();
}

absl::Status Remove(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::DeleteIssuerRequest request;
  request.set_name(absl::StrCat("issuers/", absl::StripPrefix(name, "issuers/")));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const google::protobuf::Empty done,
                   session->Call(session->auth(), &Auth::DeleteIssuer, caller, request));
  ctl.Say("It lets nobody in any more. Who is logged in stays so: see `cortadoctl session revoke`.\n");
  ctl.Document(done);
  return absl::OkStatus();
}

}  // namespace

void AddIssuer(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "issuer", "OpenID providers whose logins let people in");
  auto wish = std::make_shared<NewIssuer>();
  CLI::App* add = AddVerb(noun, "add", "let in who logs in at a provider");
  add->add_option("issuer", wish->issuer, "what it calls itself: https://...")->required();
  add->add_option("--client", wish->client_id, "what Cortado is called there")->required();
  add->add_option("--algorithm", wish->algorithms, "RS256 (default), PS256, ES256 or EdDSA; may be given again");
  CLI::Option_group* link = add->add_option_group("link", "how a first login finds its person; one of these");
  link->add_option("--external-id-claim", wish->claim, "by this claim, which holds the id of the HR system");
  link->add_option("--email-domain", wish->domains, "by a verified address of this domain; may be given again");
  link->require_option(1);
  OnParsed(add, ctl, [&ctl, wish] { return Add(ctl, *wish); });
  OnParsed(AddVerb(noun, "list", "all providers"), ctl, [&ctl] { return List(ctl); });
  auto name = std::make_shared<std::string>();
  CLI::App* remove = AddVerb(noun, "remove", "let nobody in by a provider any more");
  remove->add_option("name", *name, "as the list shows it")->required();
  OnParsed(remove, ctl, [&ctl, name] { return Remove(ctl, *name); });
}

}  // namespace cortado::ctl
