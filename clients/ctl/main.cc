// cortadoctl: people, role models and coffee chats on the command line. Noun, then verb.
// Ends with 0 when done, 1 when refused or failed, 2 when the command line is not understood.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/command_backup.h"
#include "clients/ctl/command_changes.h"
#include "clients/ctl/command_find.h"
#include "clients/ctl/command_insights.h"
#include "clients/ctl/render/problem.h"

namespace cortado::ctl {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr char kFooter[] =
    "\nWhere the server is: --data or --address, else CORTADO_ADDRESS, else the local server of the data directory"
    "\n(CORTADO_DATA, else $XDG_DATA_HOME/cortado or ~/.local/share/cortado)."
    "\nWho you are: --as PERSON, else CORTADO_TOKEN, else the local server's operator."
    "\nEnds with 0 when done, 1 when refused or failed, 2 when the command line is not understood.";

void AddGlobalOptions(CLI::App& app, Ctl& ctl) {
  app.add_flag("--json", ctl.json, "print one JSON document (errors too, on stderr)");
  app.add_option("--as", ctl.options.as, "act as this person, with a token made from the server's key");
  app.add_option("--data", ctl.given.data, "the local server's data directory");
  app.add_option("--address", ctl.given.address,
                 "unix:/path or host:port; profile=...,matching=...,scheduling=... for three servers");
  app.add_option("--organization", ctl.given.organization, "the organisation, where no token says it");
  app.add_option("--key-file", ctl.given.key_file, "the key that signs tokens (or CORTADO_KEY_FILE)");
  app.add_option("--tls-ca", ctl.given.tls.authority, "who signed the server's certificate (PEM; or CORTADO_TLS_CA)");
  app.add_option("--tls-cert", ctl.given.tls.certificate, "our own certificate, if it wants one (or CORTADO_TLS_CERT)");
  app.add_option("--tls-key", ctl.given.tls.key, "the key of our certificate (PEM, 0600; or CORTADO_TLS_KEY)");
  app.add_option("--language", ctl.options.language, "language of the server's sentences: en or de");
  app.add_option("--request-id", ctl.options.request_id, "repeat an earlier try: nothing is done twice");
}

int Report(const Ctl& ctl, const absl::Status& status) {
  Problem problem = Explain(status);
  const std::string request_id = ctl.last_request_id();
  const bool may_have_happened = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  if (may_have_happened && !request_id.empty()) {
    absl::StrAppend(&problem.next, "; with --request-id ", request_id, " nothing is done twice");
  }
  const std::string text = ctl.json ? ProblemJson(problem) : RenderProblem(problem, StyleFor(STDERR_FILENO));
  std::fflush(stdout);
  std::fputs(text.c_str(), stderr);
  return kFailed;
}

int Run(int argc, char** argv) {
  Ctl ctl;
  CLI::App app("Cortado: people, role models and coffee chats", "cortadoctl");
  app.set_version_flag("--version", absl::StrCat("cortadoctl ", CORTADO_VERSION));
  app.set_help_all_flag("--help-all", "everything there is");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
  AddGlobalOptions(app, ctl);
  AddPeople(app, ctl);
  AddMe(app, ctl);
  AddProfile(app, ctl);
  AddInvitation(app, ctl);
  AddDestination(app, ctl);
  AddJourney(app, ctl);
  AddOffer(app, ctl);
  AddTime(app, ctl);
  AddBlock(app, ctl);
  AddGroup(app, ctl);
  AddSkill(app, ctl);
  AddRole(app, ctl);
  AddCatalog(app, ctl);
  AddMatch(app, ctl);
  AddGuide(app, ctl);
  AddQuestion(app, ctl);
  AddProgram(app, ctl);
  AddRound(app, ctl);
  AddInsights(app, ctl);
  AddCalendar(app, ctl);
  AddChat(app, ctl);
  AddSeries(app, ctl);
  AddNotification(app, ctl);
  AddToken(app, ctl);
  AddAccess(app, ctl);
  AddSession(app, ctl);
  AddSlack(app, ctl);
  AddServiceKey(app, ctl);
  AddIssuer(app, ctl);
  AddWebhook(app, ctl);
  AddDeadLetter(app, ctl);
  AddKey(app, ctl);
  AddAudit(app, ctl);
  AddBackup(app, ctl);
  AddOrg(app, ctl);
  AddDoctor(app, ctl);
  AddDemo(app, ctl);
  AddDev(app, ctl);
  AddFind(app, ctl);
  if (argc == 1) {
    std::fputs(app.help().c_str(), stderr);
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  if (const absl::Status status = ctl.act(); !status.ok()) return Report(ctl, status);
  return kDone;
}

}  // namespace
}  // namespace cortado::ctl

int main(int argc, char** argv) { return cortado::ctl::Run(argc, argv); }
