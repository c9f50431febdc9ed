// cortadoctl skill gap
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

absl::Status Gap(Ctl& ctl, const std::string& role) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::GetSkillGapRequest request;
  request.set_person("people/" + me.person);
  if (!role.empty()) request.set_role("roles/" + ShortName(role));
  ASSIGN_OR_RETURN(const auto gap, session->Call(session->profile(), &Profile::GetSkillGap, me, request));
  ctl.Document(gap);
  const std::string against = gap.role().empty() ? "the skills wanted" : gap.role();
  if (gap.items().empty()) {
    ctl.Say(absl::StrCat("Nothing is missing against ", against, ". Say what you want with `cortadoctl people update ",
                         me.person, " skills_wanted=...`.\n"));
    return absl::OkStatus();
  }
  ctl.Say(absl::StrCat("Missing against ", against, ", the weightiest first:\n"));
  ctl.Say(RenderGap(gap, ctl.style(), ctl.columns()));
  return absl::OkStatus();
}

}  // namespace

void AddSkill(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "skill", "what people can do");
  auto role = std::make_shared<std::string>();
  CLI::App* gap = AddVerb(noun, "gap", "what is missing between you and where you want to go");
  gap->add_option("--role", *role, "measure against this role of the catalogue");
  OnParsed(gap, ctl, [&ctl, role] { return Gap(ctl, *role); });
}

}  // namespace cortado::ctl
