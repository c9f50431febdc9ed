// cortadoctl demo
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/demo/story.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

absl::Status Tell(Ctl& ctl, DemoOptions options) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  if (options.out.empty() && session->target().data_is_used) options.out = session->target().data + "/invitations";
  Stage stage(ctl.style(), ctl.columns(), [&ctl](absl::string_view text) { ctl.Say(text); });
  RETURN_IF_ERROR(TellStory(*session, options, stage));
  ctl.Document(stage.facts.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
  return absl::OkStatus();
}

}  // namespace

void AddDemo(CLI::App& app, Ctl& ctl) {
  CLI::App* demo = app.add_subcommand("demo", "the main job as a story, against the server that runs");
  demo->fallthrough();
  auto options = std::make_shared<DemoOptions>();
  demo->add_option("--people", options->people, "a file of people instead of the generated sample");
  demo->add_flag("--assume-open", options->assume_open,
                 "treat everybody as joined and open to mentor; for test data alone");
  demo->add_option("--out", options->out, "where the invitation is written (the data directory's invitations)");
  demo->add_option("--mailbox", options->mailbox,
                   "show the mails that arrive: what the mail server of deploy/demo.sh writes down");
  demo->add_flag("--temporary", options->temporary, "the server goes away afterwards: say how to start one that stays");
  OnParsed(demo, ctl, [&ctl, options] { return Tell(ctl, *options); });
}

}  // namespace cortado::ctl
