#include "clients/ctl/catalog/catalog_file.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "clients/ctl/catalog/starter_catalog.h"
#include "common/log/check.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::ImportCatalogRequest;
using profile::v1::Role;
using profile::v1::Skill;

constexpr int kMostEntries = 500;
constexpr size_t kMostBytes = 500'000;

std::string OneLine(const google::protobuf::Message& message) {
  std::string text;
  // A message that was parsed or received has a JSON form.
  (void)google::protobuf::util::MessageToJsonString(message, &text);
  return text;
}

// Appends the entries of one list, one a line.
template <typename Entry>
void AppendList(absl::string_view name, const std::vector<Entry>& entries, std::string& text) {
  absl::StrAppend(&text, "  \"", name, "\": [");
  for (size_t i = 0; i < entries.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "\n    " : ",\n    ", OneLine(entries[i]));
  }
  absl::StrAppend(&text, entries.empty() ? "]" : "\n  ]");
}

}  // namespace

absl::StatusOr<ImportCatalogRequest> ParseCatalog(absl::string_view json) {
  ImportCatalogRequest catalog;
  const auto status =
      google::protobuf::util::JsonStringToMessage(google::protobuf::StringPiece(json.data(), json.size()), &catalog);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("this is no catalogue: ", std::string(status.message())));
  }
  catalog.clear_request_id();
  catalog.clear_validate_only();
  return catalog;
}

std::string FormatCatalog(const std::vector<Skill>& skills, const std::vector<Role>& roles) {
  std::vector<Skill> plain_skills = skills;
  for (Skill& skill : plain_skills) {
    skill.clear_name();
    skill.clear_etag();
  }
  std::vector<Role> plain_roles = roles;
  for (Role& role : plain_roles) {
    role.clear_etag();
    role.clear_origin();
    for (profile::v1::Requirement& requirement : *role.mutable_requirements()) {
      if (!requirement.display_name().empty()) requirement.set_skill(requirement.display_name());
      requirement.clear_display_name();
    }
  }
  std::string text = "{\n";
  AppendList("skills", plain_skills, text);
  text += ",\n";
  AppendList("roles", plain_roles, text);
  text += "\n}\n";
  return text;
}

const ImportCatalogRequest& StarterCatalog() {
  static const auto& catalog = *new ImportCatalogRequest([] {
    absl::StatusOr<ImportCatalogRequest> skills = ParseCatalog(kStarterSkills), roles = ParseCatalog(kStarterRoles);
    CORTADO_CHECK(skills.ok() && roles.ok());
    skills->MergeFrom(*roles);
    return *std::move(skills);
  }());
  return catalog;
}

std::vector<ImportCatalogRequest> InPortions(const ImportCatalogRequest& catalog) {
  std::vector<ImportCatalogRequest> portions;
  size_t bytes = 0;
  const auto portion = [&](size_t more) -> ImportCatalogRequest& {
    const bool full =
        !portions.empty() &&
        (bytes + more > kMostBytes || portions.back().skills_size() + portions.back().roles_size() == kMostEntries);
    if (portions.empty() || full) {
      portions.emplace_back();
      bytes = 0;
    }
    bytes += more;
    return portions.back();
  };
  for (const Skill& skill : catalog.skills()) *portion(skill.ByteSizeLong()).add_skills() = skill;
  for (const Role& role : catalog.roles()) *portion(role.ByteSizeLong()).add_roles() = role;
  return portions;
}

}  // namespace cortado::ctl
