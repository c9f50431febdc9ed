// cortadoctl backup create | restore | show
#include "clients/ctl/command_backup.h"

#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "clients/ctl/backup/backup_calls.h"
#include "clients/ctl/backup/backup_io.h"
#include "clients/ctl/backup/create_backup.h"
#include "clients/ctl/backup/restore_backup.h"
#include "clients/ctl/render/progress.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

namespace fs = std::filesystem;

constexpr char kAll[] = "all";
constexpr absl::Duration kTokenLife = absl::Hours(2);

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C ends the work, not the program: an organisation that is frozen is let go first.
void WatchForInterruption() {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted = 1; };
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

bool Interrupted() { return interrupted != 0; }

struct Arguments {
  std::string path;
  std::vector<std::string> organizations;
  std::string passphrase_file;
  RestoreWish wish;
};

absl::StatusOr<BackupCalls> CallsFor(Session& session, const std::string& organization) {
  ASSIGN_OR_RETURN(
      const std::string token,
      session.Mint({.organization = organization, .subject = "cortadoctl", .roles = {"SERVICE"}, .life = kTokenLife}));
  const Addresses& addresses = session.target().addresses;
  return BackupCalls(
      {session.channel(addresses.profile), session.channel(addresses.matching), session.channel(addresses.scheduling)},
      organization, [&session, token](grpc::ClientContext& context, absl::Duration timeout) {
        return session.Prepare(context, Caller{token}, timeout);
      });
}

absl::StatusOr<std::vector<std::string>> ListOrganizations(Session& session) {
  ASSIGN_OR_RETURN(
      std::string token,
      session.Mint({.organization = auth::kAnyOrganization, .subject = "cortadoctl", .roles = {"SERVICE"}}));
  const Caller caller{std::move(token)};
  std::vector<std::string> organizations;
  profile::v1::ListOrganizationsRequest request;
  do {
    ASSIGN_OR_RETURN(const auto page, session.Call(session.profile(), &Profile::ListOrganizations, caller, request));
    for (const std::string& name : page.names()) organizations.push_back(ShortName(name));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return organizations;
}

// What was typed, else the organisation that everything else is about.
absl::StatusOr<std::vector<std::string>> OrganizationsOf(Session& session, const Arguments& arguments) {
  if (arguments.organizations == std::vector<std::string>{kAll}) return ListOrganizations(session);
  if (!arguments.organizations.empty()) return arguments.organizations;
  if (!session.target().organization.empty()) return std::vector<std::string>{session.target().organization};
  return absl::InvalidArgumentError("which organisation? Give one with --org, or --org all");
}

nlohmann::json JsonFor(const std::string& path, const Backup& found, bool told) {
  nlohmann::json services = nlohmann::json::array();
  for (const backup::Section& section : found.sections) {
    services.push_back({{"service", section.service},
                        {"revision", section.revision},
                        {"records", section.records},
                        {"bytes", section.bytes},
                        {"kinds", section.kinds}});
  }
  nlohmann::json document = {{"file", path},
                             {"organization", found.title.organization},
                             {"time", absl::FormatTime(absl::RFC3339_sec, found.title.time, absl::UTCTimeZone())},
                             {"version", found.title.version},
                             {"bytes", found.bytes},
                             {"verified", true},
                             {"services", services}};
  if (told) document["frozen_seconds"] = absl::ToDoubleSeconds(found.frozen);
  return document;
}

int64_t RecordsOf(const Backup& found) {
  int64_t records = 0;
  for (const backup::Section& section : found.sections) records += section.records;
  return records;
}

std::string NameFor(const std::string& organization, absl::Time now) {
  return absl::StrCat(organization, "-", absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone()),
                      ".cortado-backup");
}

absl::StatusOr<Backup> CreateOne(Session& session, const std::string& organization, const std::string& passphrase,
                                 const std::string& path) {
  ASSIGN_OR_RETURN(const BackupCalls calls, CallsFor(session, organization));
  Progress progress(absl::StrCat("Backing up ", organization), "records", 0);
  BackupHooks hooks{[&](int64_t records) { progress.Advance(records); }, Interrupted};
  return CreateBackup(calls, passphrase, path, CORTADO_VERSION, hooks);
}

// One organisation that fails keeps the others from nothing.
absl::Status Create(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string passphrase, ReadPassphrase(arguments.passphrase_file));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const std::vector<std::string> organizations, OrganizationsOf(*session, arguments));
  std::error_code ignored;
  const bool is_folder = fs::is_directory(arguments.path, ignored);
  if (organizations.size() > 1 && !is_folder) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", organizations.size(),
                                                   " organisations: give a folder that is there, for a file each"));
  }
  WatchForInterruption();
  nlohmann::json documents = nlohmann::json::array();
  absl::Status first;
  for (const std::string& organization : organizations) {
    const std::string path =
        is_folder ? absl::StrCat(arguments.path, "/", NameFor(organization, absl::Now())) : arguments.path;
    const absl::StatusOr<Backup> made = CreateOne(*session, organization, passphrase, path);
    if (!made.ok() && organizations.size() > 1)
      ctl.Say(absl::StrCat(organization, ": ", made.status().message(), "\n"));
    first.Update(made.status());
    if (Interrupted()) break;
    if (!made.ok()) continue;
    ctl.Say(absl::StrCat("Wrote ", path, ": ", Count(RecordsOf(*made), "record", "records"), ", ", Bytes(made->bytes),
                         "; writes waited for ", Span(made->frozen), ".\n"));
    documents.push_back(JsonFor(path, *made, true));
  }
  ctl.Document(documents.dump(1));
  return first;
}

void SaySections(const Ctl& ctl, const Backup& found) {
  Table table({{"SERVICE"},
               {"REVISION", Align::kRight},
               {"RECORDS", Align::kRight},
               {"SIZE", Align::kRight},
               {"OF WHICH", Align::kLeft, true}});
  for (const backup::Section& section : found.sections) {
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : section.kinds) kinds.push_back(absl::StrCat(kind, " ", Grouped(count)));
    table.Add({section.service, Grouped(section.revision), Grouped(section.records), Bytes(section.bytes),
               absl::StrJoin(kinds, ", ")});
  }
  ctl.Say(table);
}

absl::StatusOr<Backup> ReadWithProgress(const Arguments& arguments, const std::string& passphrase) {
  std::error_code ignored;
  const auto size = static_cast<int64_t>(fs::file_size(arguments.path, ignored));
  Progress progress("Reading", "bytes", ignored ? 0 : size);
  return ReadBackup(passphrase, arguments.path, [&](int64_t bytes) { progress.Advance(bytes); });
}

absl::Status Show(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string passphrase, ReadPassphrase(arguments.passphrase_file));
  ASSIGN_OR_RETURN(const Backup found, ReadWithProgress(arguments, passphrase));
  ctl.Say(absl::StrCat("Organisation ", found.title.organization, " as it was on ",
                       absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", found.title.time, absl::UTCTimeZone()),
                       ", written by cortadoctl ", found.title.version, ". The file is whole and unchanged.\n"));
  SaySections(ctl, found);
  ctl.Document(JsonFor(arguments.path, found, false).dump(1));
  return absl::OkStatus();
}

absl::Status Restore(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string passphrase, ReadPassphrase(arguments.passphrase_file));
  ASSIGN_OR_RETURN(Backup found, ReadWithProgress(arguments, passphrase));
  const std::string organization = found.title.organization;
  if (!arguments.organizations.empty() && arguments.organizations != std::vector<std::string>{organization}) {
    return absl::InvalidArgumentError(absl::StrCat("the file is of the organisation ", organization));
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const BackupCalls calls, CallsFor(*session, organization));
  WatchForInterruption();
  absl::StatusOr<Backup> restored;
  {
    Progress progress(absl::StrCat("Restoring ", organization), "records", RecordsOf(found));
    BackupHooks hooks{[&](int64_t records) { progress.Advance(records); }, Interrupted};
    restored = RestoreBackup(calls, passphrase, arguments.path, std::move(found), arguments.wish, hooks);
  }
  RETURN_IF_ERROR(restored.status());
  ctl.Say(absl::StrCat("Brought back ", organization, " as it was on ",
                       absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", restored->title.time, absl::UTCTimeZone()), ": ",
                       Count(RecordsOf(*restored), "record", "records"), " in ", Span(restored->frozen),
                       ". Who was erased since is not in it.\n"));
  const std::string& own = session->target().organization;
  if (!own.empty() && own != organization) {
    ctl.Say(absl::StrCat("Commands here are about ", own, " unless --organization ", organization,
                         " says otherwise; docs/backup.md says how to make it this installation's own.\n"));
  }
  ctl.Document(JsonFor(arguments.path, *restored, true).dump(1));
  return absl::OkStatus();
}

void AddPassphrase(CLI::App* verb, Arguments& arguments) {
  verb->add_option("--passphrase-file", arguments.passphrase_file, "the file whose first line seals the backup")
      ->required();
}

}  // namespace

void AddBackup(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "backup", "organisations as files, to be brought back; needs the servers' key file");

  auto made = std::make_shared<Arguments>();
  CLI::App* create = AddVerb(noun, "create", "write a backup; writes wait for its few seconds, reads go on");
  create->add_option("path", made->path, "a new file, or a folder for ORGANISATION-TIME.cortado-backup")->required();
  create->add_option("--org", made->organizations, "the organisation, or several; all: every one");
  AddPassphrase(create, *made);
  OnParsed(create, ctl, [&ctl, made] { return Create(ctl, *made); });

  auto back = std::make_shared<Arguments>();
  CLI::App* restore = AddVerb(noun, "restore", "bring an organisation back, without those erased since");
  restore->add_option("file", back->path, "the backup")->required();
  restore->add_flag("--replace", back->wish.replace, "put it in the place of what there is of the organisation");
  restore->add_option("--org", back->organizations, "only if it is of this organisation");
  restore->add_option("--freeze", back->wish.freeze_id, "go on with a restore that was left half done, and said so");
  AddPassphrase(restore, *back);
  OnParsed(restore, ctl, [&ctl, back] { return Restore(ctl, *back); });

  auto shown = std::make_shared<Arguments>();
  CLI::App* show = AddVerb(noun, "show", "whose backup it is, what it holds, and whether it is sound; asks no server");
  show->add_option("file", shown->path, "the backup")->required();
  AddPassphrase(show, *shown);
  OnParsed(show, ctl, [&ctl, shown] { return Show(ctl, *shown); });
}

}  // namespace cortado::ctl
