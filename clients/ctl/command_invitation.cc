// cortadoctl invitation send | counts
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

struct SendArguments {
  std::vector<std::string> people;
  std::string department;
  bool everybody = false;
  bool dry_run = false;
};

absl::Status Send(Ctl& ctl, const SendArguments& arguments) {
  if (arguments.people.empty() && arguments.department.empty() && !arguments.everybody) {
    return absl::InvalidArgumentError("say whom: people, --department or --everybody");
  }
  profile::v1::InvitePeopleRequest request;
  for (const std::string& who : arguments.people) {
    ASSIGN_OR_RETURN(const std::string id, PersonId(who));
    request.add_people("people/" + id);
  }
  request.set_department(arguments.department);
  request.set_validate_only(arguments.dry_run);
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto invited, session->Call(session->profile(), &Profile::InvitePeople, caller, request));
  ctl.Say(absl::StrCat(arguments.dry_run ? "Would invite " : "Invited ",
                       Count(invited.invited_count(), "person", "people"), ".\n"));
  if (invited.invited_before_count() > 0) {
    ctl.Say(absl::StrCat("Invited before, and only once: ", invited.invited_before_count(), "\n"));
  }
  if (invited.unreachable_count() > 0) {
    ctl.Say(absl::StrCat("Left, unknown, or without address: ", invited.unreachable_count(), "\n"));
  }
  ctl.Document(invited);
  return absl::OkStatus();
}

absl::Status ShowCounts(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto counts, session->Call(session->profile(), &Profile::GetInvitationCounts, caller,
                                                    profile::v1::GetInvitationCountsRequest()));
  Table table({{"HOW FAR"}, {"PEOPLE", Align::kRight}});
  table.Add({"brought in", absl::StrCat(counts.people_count())});
  table.Add({"invited", absl::StrCat(counts.invited_count())});
  table.Add({"joined", counts.has_joined_count() ? absl::StrCat(counts.joined_count()) : "hidden"});
  table.Add({"told something", counts.has_filled_count() ? absl::StrCat(counts.filled_count()) : "hidden"});
  ctl.Say(table);
  if (!counts.has_joined_count() || !counts.has_filled_count()) {
    ctl.Say("Hidden: it, or what it leaves of the count above it, is fewer than 5 people.\n");
  }
  ctl.Document(counts);
  return absl::OkStatus();
}

}  // namespace

void AddInvitation(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "invitation", "ask people in, once each");

  auto arguments = std::make_shared<SendArguments>();
  CLI::App* send = AddVerb(noun, "send", "invite people who were imported and never invited");
  send->add_option("people", arguments->people, "whom; none: see --everybody and --department");
  send->add_option("--department", arguments->department, "everybody of this department");
  send->add_flag("--everybody", arguments->everybody, "everybody of the organisation");
  send->add_flag("--dry-run", arguments->dry_run, "invite nobody, only count");
  OnParsed(send, ctl, [&ctl, arguments] { return Send(ctl, *arguments); });

  CLI::App* counts = AddVerb(noun, "counts", "how many are invited, joined, and told something");
  OnParsed(counts, ctl, [&ctl] { return ShowCounts(ctl); });
}

}  // namespace cortado::ctl
