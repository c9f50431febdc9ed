// cortadoctl skill gap | resolve | related | create | update | merge
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/command.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "clients/ctl/skill_calls.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::GapItem;
using profile::v1::Skill;

struct GapArguments {
  std::string role;
  std::string person;
};

std::string Named(const GapItem& item) { return item.display_name().empty() ? item.skill() : item.display_name(); }

void ShowMissing(const Ctl& ctl, const profile::v1::SkillGap& gap) {
  Table table({{"SKILL", Align::kLeft, true},
               {"HELD", Align::kRight},
               {"WANTED", Align::kRight},
               {"IMPORTANCE", Align::kRight},
               {"WEIGHT", Align::kRight},
               {"COULD TEACH IT", Align::kRight}});
  for (const GapItem& item : gap.items()) {
    const std::string held = item.held_level() > 0 ? absl::StrCat(item.held_level()) : item.held() ? "yes" : "-";
    table.Add({Named(item), held, item.wanted_level() > 0 ? absl::StrCat(item.wanted_level()) : "yes",
               LevelText(item.importance()), Grouped(item.weight()), Grouped(item.teacher_count())});
  }
  ctl.Say(table);
}

void ShowDirections(const Ctl& ctl, const profile::v1::SkillGap& gap) {
  if (gap.directions().empty()) return;
  ctl.Say("Where to look next:\n");
  for (const profile::v1::Direction& direction : gap.directions()) {
    if (direction.has_role()) {
      ctl.Say(absl::StrCat("  ", direction.role().display_name(), ": ",
                           Count(direction.role().people_count(), "person", "people"),
                           " with your title moved there\n"));
    } else {
      const profile::v1::DirectionSkill& skill = direction.skill();
      ctl.Say(absl::StrCat("  ", skill.display_name(), ": goes with ", absl::StrJoin(skill.goes_with(), ", "), ", for ",
                           Count(skill.people_count(), "person", "people"), "\n"));
    }
  }
}

absl::Status Gap(Ctl& ctl, const GapArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  profile::v1::GetSkillGapRequest request;
  request.set_person("people/" + me.person);
  if (!arguments.role.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_role(), FindRole(*session, me, arguments.role));
  }
  if (!arguments.person.empty()) request.set_other_person("people/" + ShortName(arguments.person));
  ASSIGN_OR_RETURN(const auto gap, session->Call(session->profile(), &Profile::GetSkillGap, me, request));
  ctl.Document(gap);
  const std::string against = !gap.role().empty()            ? gap.role()
                              : !gap.compared_with().empty() ? gap.compared_with()
                                                             : "the skills wanted";
  if (gap.items().empty()) {
    ctl.Say(absl::StrCat("Nothing is missing against ", against, ". Say what you want with `cortadoctl people update ",
                         me.person, " skills_wanted=...`.\n"));
  } else {
    ctl.Say(absl::StrCat("Missing against ", against, ", the weightiest first:\n"));
    ShowMissing(ctl, gap);
  }
  if (gap.met_count() > 0) {
    ctl.Say(absl::StrCat(Count(gap.met_count(), "skill", "skills"), " needed ", gap.met_count() == 1 ? "is" : "are",
                         " held well enough.\n"));
  }
  if (!gap.unclear().empty()) {
    ctl.Say(absl::StrCat(
        "Held at a level nobody stated, so perhaps enough: ",
        absl::StrJoin(gap.unclear(), ", ", [](std::string* out, const GapItem& item) { *out += Named(item); }), ".\n"));
  }
  ShowDirections(ctl, gap);
  return absl::OkStatus();
}

absl::Status Resolve(Ctl& ctl, const std::vector<std::string>& names) {
  profile::v1::ResolveSkillsRequest request;
  for (const absl::string_view name : absl::StrSplit(absl::StrJoin(names, ","), ',', absl::SkipWhitespace())) {
    request.add_texts(std::string(absl::StripAsciiWhitespace(name)));
  }
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const auto response, session->Call(session->profile(), &Profile::ResolveSkills, caller, request));
  ctl.Document(response);
  Table table({{"WRITTEN", Align::kLeft, true}, {"MEANS", Align::kLeft, true}, {"SKILL", Align::kLeft, true}});
  for (const profile::v1::ResolvedSkill& resolved : response.resolved()) {
    if (resolved.has_skill()) {
      table.Add({resolved.text(), resolved.skill().display_name(), resolved.skill().name()});
    } else if (resolved.candidates().empty()) {
      table.Add({resolved.text(), "nothing known", ""});
    } else {
      const auto append = [](std::string* out, const Skill& skill) { *out += skill.display_name(); };
      table.Add({resolved.text(), "which one? " + absl::StrJoin(resolved.candidates(), " or ", append), ""});
    }
  }
  ctl.Say(table);
  return absl::OkStatus();
}

absl::Status Related(Ctl& ctl, const std::string& name, int limit) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Skill skill, FindSkill(*session, caller, name));
  profile::v1::ListRelatedSkillsRequest request;
  request.set_skill(skill.name());
  request.set_page_size(limit);
  ASSIGN_OR_RETURN(const auto response,
                   session->Call(session->profile(), &Profile::ListRelatedSkills, caller, request));
  ctl.Document(response);
  ctl.Say(absl::StrCat(Count(response.holder_count(), "person holds ", "people hold "), skill.display_name(), ".\n"));
  Table table({{"GOES WITH IT", Align::kLeft, true},
               {"STRENGTH", Align::kRight},
               {"HOLD BOTH", Align::kRight},
               {"HOLD THIS", Align::kRight}});
  for (const profile::v1::RelatedSkill& related : response.skills()) {
    table.Add({related.display_name(), Grouped(related.strength()), Grouped(related.both_count()),
               Grouped(related.holder_count())});
  }
  ctl.Say(table.empty() ? "No other skill goes with it for 5 people or more.\n"
                        : table.Render(ctl.style(), ctl.columns()));
  return absl::OkStatus();
}

struct UpdateArguments {
  std::string skill;
  std::string display_name;
  std::vector<std::string> aliases;
  bool clear_aliases = false;
};

void ShowSkill(const Ctl& ctl, const Skill& skill) {
  ctl.Document(skill);
  ctl.Say(RenderFacts(
      {{"skill", skill.name()}, {"name", skill.display_name()}, {"also called", absl::StrJoin(skill.aliases(), ", ")}},
      ctl.style()));
}

absl::Status CreateOne(Ctl& ctl, const UpdateArguments& arguments) {
  profile::v1::CreateSkillRequest request;
  request.mutable_skill()->set_display_name(arguments.display_name);
  for (const std::string& alias : arguments.aliases) request.mutable_skill()->add_aliases(alias);
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Skill created, session->Call(session->profile(), &Profile::CreateSkill, caller, request));
  ShowSkill(ctl, created);
  return absl::OkStatus();
}

absl::Status UpdateOne(Ctl& ctl, const UpdateArguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(Skill skill, FindSkill(*session, caller, arguments.skill));
  profile::v1::UpdateSkillRequest request;
  if (!arguments.display_name.empty()) {
    skill.set_display_name(arguments.display_name);
    request.mutable_update_mask()->add_paths("display_name");
  }
  if (arguments.clear_aliases || !arguments.aliases.empty()) {
    if (arguments.clear_aliases) skill.clear_aliases();
    for (const std::string& alias : arguments.aliases) skill.add_aliases(alias);
    request.mutable_update_mask()->add_paths("aliases");
  }
  if (request.update_mask().paths().empty()) {
    return absl::InvalidArgumentError("say what to change: --name, --alias or --clear-aliases");
  }
  *request.mutable_skill() = skill;
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Skill updated, session->Call(session->profile(), &Profile::UpdateSkill, caller, request));
  ShowSkill(ctl, updated);
  return absl::OkStatus();
}

absl::Status Merge(Ctl& ctl, const std::string& from, const std::string& into) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller caller, session->Default());
  ASSIGN_OR_RETURN(const Skill goes, FindSkill(*session, caller, from));
  ASSIGN_OR_RETURN(const Skill stays, FindSkill(*session, caller, into));
  profile::v1::MergeSkillsRequest request;
  request.set_skill(goes.name());
  request.set_into(stays.name());
  request.set_etag(goes.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto merged,
                   CallForLong(*session, session->profile(), &Profile::MergeSkills, caller, request));
  ctl.Document(merged);
  ctl.Say(absl::StrCat(goes.display_name(), " is ", merged.skill().display_name(),
                       " now: ", Count(merged.people_count(), "person", "people"), " and ",
                       Count(merged.role_count(), "role", "roles"), " were rewritten.\n"));
  return absl::OkStatus();
}

void AddChanges(CLI::App* noun, Ctl& ctl) {
  auto made = std::make_shared<UpdateArguments>();
  CLI::App* create = AddVerb(noun, "create", "add a skill to the catalogue");
  create->add_option("name", made->display_name, "as people write it")->required();
  create->add_option("--alias", made->aliases, "another name of it; may be given again");
  OnParsed(create, ctl, [&ctl, made] { return CreateOne(ctl, *made); });

  auto update = std::make_shared<UpdateArguments>();
  CLI::App* change = AddVerb(noun, "update", "give a skill another name, or further ones");
  change->add_option("skill", update->skill, "any name of it, or skills/S")->required();
  change->add_option("--name", update->display_name, "as it is shown from now on");
  change->add_option("--alias", update->aliases, "another name of it; may be given again");
  change->add_flag("--clear-aliases", update->clear_aliases, "forget the other names it has");
  OnParsed(change, ctl, [&ctl, update] { return UpdateOne(ctl, *update); });

  auto from = std::make_shared<std::string>(), into = std::make_shared<std::string>();
  CLI::App* merge = AddVerb(noun, "merge", "make one skill of two, for everybody and every role");
  merge->add_option("skill", *from, "the one that goes: any name of it, or skills/S")->required();
  merge->add_option("into", *into, "the one that stays")->required();
  merge->footer(
      "Its names become names of the other. One that was cut short goes on by itself, or when asked for again.");
  OnParsed(merge, ctl, [&ctl, from, into] { return Merge(ctl, *from, *into); });
}

}  // namespace

void AddSkill(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "skill", "what people can do");

  auto against = std::make_shared<GapArguments>();
  CLI::App* gap = AddVerb(noun, "gap", "what is missing between you and where you want to go");
  CLI::Option* role = gap->add_option("--role", against->role, "measure against this role of the catalogue");
  gap->add_option("--person", against->person, "measure against what this person holds")->excludes(role);
  OnParsed(gap, ctl, [&ctl, against] { return Gap(ctl, *against); });

  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* resolve = AddVerb(noun, "resolve", "which skills names mean");
  resolve->add_option("names", *names, "as people write them, apart by commas")->required();
  resolve->footer("Example: cortadoctl skill resolve \"k8s, node, ML\"");
  OnParsed(resolve, ctl, [&ctl, names] { return Resolve(ctl, *names); });

  auto name = std::make_shared<std::string>();
  auto limit = std::make_shared<int>(0);
  CLI::App* related = AddVerb(noun, "related", "which skills go with one, among your people");
  related->add_option("skill", *name, "any name of it, or skills/S")->required();
  related->add_option("--limit", *limit, "at most this many (10)")->check(CLI::Range(1, 100));
  OnParsed(related, ctl, [&ctl, name, limit] { return Related(ctl, *name, *limit); });

  AddChanges(noun, ctl);
}

}  // namespace cortado::ctl
