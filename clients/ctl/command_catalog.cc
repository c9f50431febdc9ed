// cortadoctl catalog load | export
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/catalog/catalog_file.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::ImportCatalogRequest;
using profile::v1::ImportCatalogResponse;

struct LoadArguments {
  std::string path;
  bool dry_run = false;
};

absl::StatusOr<ImportCatalogRequest> ReadCatalog(const std::string& path) {
  if (path.empty()) return StarterCatalog();
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return ParseCatalog(text);
}

void Add(const ImportCatalogResponse& more, ImportCatalogResponse& sum) {
  sum.set_skills_added(sum.skills_added() + more.skills_added());
  sum.set_skills_changed(sum.skills_changed() + more.skills_changed());
  sum.set_roles_added(sum.roles_added() + more.roles_added());
  sum.set_roles_changed(sum.roles_changed() + more.roles_changed());
  sum.set_unchanged(sum.unchanged() + more.unchanged());
  sum.set_kept(sum.kept() + more.kept());
}

void Show(const Ctl& ctl, const ImportCatalogResponse& sum, bool dry_run) {
  ctl.Say(dry_run ? "Nothing was written. It would be:\n" : "Loaded.\n");
  ctl.Say(RenderFacts({{"skills added", Grouped(sum.skills_added())},
                       {"skills with new names", Grouped(sum.skills_changed())},
                       {"roles added", Grouped(sum.roles_added())},
                       {"roles changed", Grouped(sum.roles_changed())},
                       {"as they were", Grouped(sum.unchanged())},
                       {"kept, edited here", Grouped(sum.kept())}},
                      ctl.style()));
}

absl::Status Load(Ctl& ctl, const LoadArguments& arguments) {
  ASSIGN_OR_RETURN(const ImportCatalogRequest catalog, ReadCatalog(arguments.path));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  // When nothing is written, roles must come with the skills they name.
  std::vector<ImportCatalogRequest> portions(1, catalog);
  if (!arguments.dry_run) portions = InPortions(catalog);
  ImportCatalogResponse sum;
  for (ImportCatalogRequest& portion : portions) {
    portion.set_validate_only(arguments.dry_run);
    portion.set_request_id(session->RequestId());
    ASSIGN_OR_RETURN(const auto response, session->Call(session->profile(), &Profile::ImportCatalog, caller, portion));
    Add(response, sum);
  }
  Show(ctl, sum, arguments.dry_run);
  ctl.Document(sum);
  return absl::OkStatus();
}

absl::Status Export(Ctl& ctl, const std::string& path) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  profile::v1::ListSkillsRequest skills;
  profile::v1::ListRolesRequest roles;
  ASSIGN_OR_RETURN(const auto all_skills,
                   ListPages(*session, session->profile(), &Profile::ListSkills, caller, skills));
  ASSIGN_OR_RETURN(const auto all_roles, ListPages(*session, session->profile(), &Profile::ListRoles, caller, roles));
  const std::string text = FormatCatalog({all_skills.skills().begin(), all_skills.skills().end()},
                                         {all_roles.roles().begin(), all_roles.roles().end()});
  if (path.empty()) {
    std::cout << text;
    return absl::OkStatus();
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  ctl.Say(absl::StrCat("Wrote ", Count(all_skills.skills_size(), "skill", "skills"), " and ",
                       Count(all_roles.roles_size(), "role", "roles"), " to ", path, ".\n"));
  return absl::OkStatus();
}

}  // namespace

void AddCatalog(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "catalog", "the skills and roles an organisation knows");

  auto arguments = std::make_shared<LoadArguments>();
  CLI::App* load = AddVerb(noun, "load", "bring in skills and roles; what is there is not written again");
  load->add_option("file", arguments->path, "JSON as `catalog export` writes it (the starter catalogue)");
  load->add_flag("--dry-run", arguments->dry_run, "only say what would change");
  load->footer("Roles that were edited here are kept. Example: cortadoctl catalog load --dry-run");
  OnParsed(load, ctl, [&ctl, arguments] { return Load(ctl, *arguments); });

  auto path = std::make_shared<std::string>();
  CLI::App* write = AddVerb(noun, "export", "write all skills and roles as JSON");
  write->add_option("file", *path, "where to (standard output)");
  OnParsed(write, ctl, [&ctl, path] { return Export(ctl, *path); });
}

}  // namespace cortado::ctl
