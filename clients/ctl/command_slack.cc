// cortadoctl slack unlink
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

absl::Status Unlink(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(who));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::UnlinkSlackUserRequest request;
  request.set_person("people/" + id);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto done, session->Call(session->profile(), &Profile::UnlinkSlackUser, caller, request));
  ctl.Say(absl::StrCat(id, " is linked to no Slack user any more; within five seconds everywhere.\n"));
  ctl.Document(done);
  return absl::OkStatus();
}

}  // namespace

void AddSlack(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "slack", "who is which user of Slack");
  auto person = std::make_shared<std::string>();
  CLI::App* unlink = AddVerb(noun, "unlink", "end the link of a person to their Slack user");
  unlink->add_option("person", *person, "whose: your own, or as HR_ADMIN anybody's")->required();
  OnParsed(unlink, ctl, [&ctl, person] { return Unlink(ctl, *person); });
}

}  // namespace cortado::ctl
