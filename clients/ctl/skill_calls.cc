#include "clients/ctl/skill_calls.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

std::string ListOf(const google::protobuf::RepeatedPtrField<profile::v1::Skill>& skills) {
  return absl::StrJoin(skills, ", ", [](std::string* out, const profile::v1::Skill& skill) {
    absl::StrAppend(out, skill.display_name(), " (", skill.name(), ")");
  });
}

absl::StatusOr<profile::v1::Skill> FindByName(Session& session, const Caller& caller, const std::string& name) {
  profile::v1::ListSkillsRequest request;
  ASSIGN_OR_RETURN(const auto all, ListPages(session, session.profile(), &Profile::ListSkills, caller, request));
  for (const profile::v1::Skill& skill : all.skills()) {
    if (skill.name() == name) return skill;
  }
  return absl::NotFoundError(absl::StrCat("there is no ", name));
}

// A title without case, spaces and punctuation.
std::string Plain(absl::string_view title) {
  std::string plain;
  for (const char c : title) {
    const bool kept = absl::ascii_isalnum(static_cast<unsigned char>(c)) || (static_cast<unsigned char>(c) & 0x80) != 0;
    if (kept) plain += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return plain;
}

}  // namespace

absl::StatusOr<profile::v1::Skill> FindSkill(Session& session, const Caller& caller, const std::string& text) {
  if (absl::StartsWith(text, "skills/")) return FindByName(session, caller, text);
  profile::v1::ResolveSkillsRequest request;
  request.add_texts(text);
  ASSIGN_OR_RETURN(const auto response, session.Call(session.profile(), &Profile::ResolveSkills, caller, request));
  const profile::v1::ResolvedSkill& resolved = response.resolved(0);
  if (resolved.has_skill()) return resolved.skill();
  if (resolved.candidates().empty()) {
    return absl::NotFoundError(absl::StrCat("no skill of the catalogue is called \"", text, "\""));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" may mean ", ListOf(resolved.candidates()), ": write the one in parentheses"));
}

absl::StatusOr<std::string> FindRole(Session& session, const Caller& caller, const std::string& text) {
  if (absl::StartsWith(text, "roles/")) return text;
  const std::string wanted = Plain(text);
  profile::v1::ListRolesRequest request;
  ASSIGN_OR_RETURN(const auto all, ListPages(session, session.profile(), &Profile::ListRoles, caller, request));
  for (const profile::v1::Role& role : all.roles()) {
    const auto is = [&wanted](const std::string& title) { return Plain(title) == wanted; };
    const bool alias = std::any_of(role.aliases().begin(), role.aliases().end(), is);
    if (is(ShortName(role.name())) || is(role.display_name()) || alias) return role.name();
  }
  return absl::NotFoundError(
      absl::StrCat("no role of the catalogue is called \"", text, "\"; `cortadoctl role list` shows them"));
}

std::string LevelText(int level) { return level == 0 ? "-" : absl::StrCat(level); }

void ShowRequirements(const Ctl& ctl, const google::protobuf::RepeatedPtrField<profile::v1::Requirement>& requirements,
                      int indent) {
  Table table({{"SKILL", Align::kLeft, true}, {"LEVEL", Align::kRight}, {"IMPORTANCE", Align::kRight}});
  for (const profile::v1::Requirement& requirement : requirements) {
    table.Add({requirement.display_name().empty() ? requirement.skill() : requirement.display_name(),
               LevelText(requirement.level()), LevelText(requirement.importance())});
  }
  if (!table.empty()) ctl.Say(table.Render(ctl.style(), ctl.columns(), indent));
}

}  // namespace cortado::ctl
