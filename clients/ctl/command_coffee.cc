// cortadoctl org coffee
#include <memory>
#include <string>

#include "clients/ctl/command.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

absl::Status Choose(Ctl& ctl, bool opt_out) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(
      profile::v1::Organization organization,
      session->Call(session->profile(), &Profile::GetOrganization, caller, profile::v1::GetOrganizationRequest()));
  profile::v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_etag(organization.etag());
  // The name is not written, but a whole organisation has one.
  request.mutable_organization()->set_display_name(organization.display_name());
  request.mutable_organization()->set_coffee_opt_out(opt_out);
  request.mutable_update_mask()->add_paths("coffee_opt_out");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(organization, session->Call(session->profile(), &Profile::UpdateOrganization, caller, request));
  ctl.Say(opt_out ? "Coffee draws may take people in who say nothing for three working days.\n"
                  : "Everybody joins coffee draws by a yes of their own.\n");
  ctl.Document(organization);
  return absl::OkStatus();
}

}  // namespace

void AddCoffee(CLI::App* org, Ctl& ctl) {
  CLI::App* verb = AddVerb(org, "coffee", "whether coffee draws may be opt-out");
  auto choice = std::make_shared<std::string>();
  verb->add_option("choice", *choice, "opt-out, or opt-in as usual")
      ->required()
      ->check(CLI::IsMember({"opt-out", "opt-in"}));
  OnParsed(verb, ctl, [&ctl, choice] { return Choose(ctl, *choice == "opt-out"); });
}

}  // namespace cortado::ctl
