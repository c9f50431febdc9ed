#include "services/profile/skills.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"

namespace cortado::profile {
namespace {

constexpr size_t kMostAtOnce = 100;  // Skills added by one write.
constexpr int kTries = 5;

SkillViewPtr MakeView(std::string version, std::vector<v1::Skill> skills) {
  auto view = std::make_shared<SkillView>();
  view->version = std::move(version);
  for (v1::Skill& skill : skills) view->by_id.emplace(std::string(absl::StripPrefix(skill.name(), "skills/")), skill);
  for (const auto& [id, skill] : view->by_id) {
    // The store lets no slug mean two skills, so nothing is refused here.
    (void)view->catalog.Add({id, skill.display_name(), {skill.aliases().begin(), skill.aliases().end()}});
  }
  return view;
}

v1::Skill MakeSkill(const CatalogSkill& skill) {
  v1::Skill made;
  made.set_name(absl::StrCat("skills/", skill.id));
  made.set_display_name(skill.name);
  return made;
}

absl::Status Unknown(const SkillView& view, const SkillMention& mention) {
  Error error(absl::StatusCode::kInvalidArgument, v1::REASON_SKILL_UNKNOWN, "no skill of the catalogue has this name");
  error.Field(mention.path, "must be a skill of the catalogue");
  if (const auto near = view.catalog.Nearest(*mention.skill); near)
    error.Metadata("nearest", absl::StrCat("skills/", *near));
  return error;
}

absl::Status Ambiguous(const std::vector<std::string>& ids, const SkillMention& mention) {
  std::string names =
      absl::StrJoin(ids, ",", [](std::string* out, const std::string& id) { absl::StrAppend(out, "skills/", id); });
  return Error(absl::StatusCode::kInvalidArgument, v1::REASON_SKILL_AMBIGUOUS, "the name may mean several skills")
      .Field(mention.path, "must name one skill")
      .Metadata("skills", names);
}

}  // namespace

std::optional<NamedSkill> FindSkill(const SkillView& view, absl::string_view text) {
  std::optional<std::string> id;
  if (absl::StartsWith(text, "skills/")) {
    id = std::string(absl::StripPrefix(text, "skills/"));
  } else {
    id = view.catalog.Find(text);
  }
  if (!id) return std::nullopt;
  const auto found = view.by_id.find(*id);
  if (found == view.by_id.end()) return std::nullopt;
  return NamedSkill{found->second.name(), found->second.display_name()};
}

void CollectSkills(v1::Person& person, absl::string_view path, std::vector<SkillMention>& mentions) {
  for (int i = 0; i < person.skills_held_size(); ++i) {
    v1::HeldSkill& skill = *person.mutable_skills_held(i);
    mentions.push_back(
        {skill.mutable_skill(), skill.mutable_display_name(), absl::StrCat(path, "skills_held[", i, "].skill")});
  }
  for (int i = 0; i < person.skills_wanted_size(); ++i) {
    v1::WantedSkill& skill = *person.mutable_skills_wanted(i);
    mentions.push_back(
        {skill.mutable_skill(), skill.mutable_display_name(), absl::StrCat(path, "skills_wanted[", i, "].skill")});
  }
}

void CollectSkills(v1::Role& role, absl::string_view path, std::vector<SkillMention>& mentions) {
  for (int i = 0; i < role.requirements_size(); ++i) {
    v1::Requirement& requirement = *role.mutable_requirements(i);
    mentions.push_back({requirement.mutable_skill(), requirement.mutable_display_name(),
                        absl::StrCat(path, "requirements[", i, "].skill")});
  }
}

Task<absl::StatusOr<SkillViewPtr>> Skills::Reload(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(auto listed, co_await store_.List(call));
  SkillViewPtr view = MakeView(std::move(listed.first), std::move(listed.second));
  const sync::MutexLock lock(mutex_);
  views_[call.organization()] = view;
  co_return view;
}

Task<absl::StatusOr<SkillViewPtr>> Skills::View(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(const std::string version, co_await store_.Version(call));
  {
    const sync::MutexLock lock(mutex_);
    const auto held = views_.find(call.organization());
    if (held != views_.end() && held->second->version == version) co_return held->second;
  }
  co_return co_await Reload(std::move(call));
}

Task<absl::StatusOr<std::pair<SkillViewPtr, int>>> Skills::ViewWith(rpc::Call call, std::vector<std::string> names) {
  int added = 0;
  for (int attempt = 1;; ++attempt) {
    CO_ASSIGN_OR_RETURN(SkillViewPtr view, co_await View(call));
    std::vector<std::string> missing;
    for (const std::string& name : names) {
      if (!absl::StartsWith(name, "skills/") && !FindSkill(*view, name)) missing.push_back(name);
    }
    if (missing.empty()) co_return std::make_pair(std::move(view), added);
    SkillCatalog grown = view->catalog;
    std::vector<v1::Skill> fresh;
    for (const std::string& name : missing) {
      const auto [id, is_new] = grown.FindOrAdd(name);
      if (is_new && fresh.size() < kMostAtOnce) fresh.push_back(MakeSkill(*grown.Get(id)));
    }
    const int count = static_cast<int>(fresh.size());
    const absl::StatusOr<store::Outcome> outcome = co_await store_.Insert(call, std::move(fresh), "", "");
    // Somebody else may have added one of them meanwhile: look again.
    const bool raced = outcome.status().code() == absl::StatusCode::kAlreadyExists && attempt < kTries;
    if (!outcome.ok() && !raced) co_return outcome.status();
    if (outcome.ok()) {
      added += count;
      attempt = 0;
    }
  }
}

Task<absl::Status> Skills::Settle(rpc::Call call, std::vector<SkillMention> mentions) {
  if (mentions.empty()) co_return absl::OkStatus();
  CO_ASSIGN_OR_RETURN(SkillViewPtr view, co_await View(call));
  std::vector<std::string> missing;
  for (const SkillMention& mention : mentions) {
    if (FindSkill(*view, *mention.skill)) continue;
    const std::vector<std::string> meant = view->catalog.Resolve(*mention.skill);
    if (meant.size() > 1) co_return Ambiguous(meant, mention);
    if (!call.Has(api::v1::ROLE_HR_ADMIN) || absl::StartsWith(*mention.skill, "skills/")) {
      co_return Unknown(*view, mention);
    }
    missing.push_back(*mention.skill);
  }
  if (!missing.empty()) {
    CO_ASSIGN_OR_RETURN(auto grown, co_await ViewWith(call, std::move(missing)));
    view = std::move(grown.first);
  }
  for (const SkillMention& mention : mentions) {
    const std::optional<NamedSkill> skill = FindSkill(*view, *mention.skill);
    if (!skill) co_return Unknown(*view, mention);
    *mention.skill = skill->name;
    *mention.display_name = skill->display_name;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::Skill>> Skills::Create(rpc::Call call, const v1::CreateSkillRequest& request) {
  v1::Skill skill = request.skill();
  const std::string id = SkillSlug(skill.display_name());
  skill.set_name(absl::StrCat("skills/", id));
  std::vector<v1::Skill> one;
  one.push_back(skill);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Insert(call, std::move(one), request.request_id(),
                                                                           store::Fingerprint(call, request)));
  if (!outcome.replayed()) {
    skill.set_etag(absl::StrCat(outcome.revision));
    co_return skill;
  }
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await View(call));
  const auto found = view->by_id.find(id);
  if (found == view->by_id.end()) co_return NotFound();
  co_return found->second;
}

Task<absl::StatusOr<v1::ListSkillsResponse>> Skills::List(rpc::Call call, const v1::ListSkillsRequest& request) {
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), call.organization()));
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await View(call));
  const int most = rpc::PageSize(request.page_size());
  v1::ListSkillsResponse response;
  auto at = view->by_id.upper_bound(after);
  for (; at != view->by_id.end() && response.skills_size() < most; ++at) *response.add_skills() = at->second;
  if (at != view->by_id.end()) {
    response.set_next_page_token(id::MakePageToken(std::prev(at)->first, call.organization()));
  }
  co_return response;
}

Task<absl::StatusOr<v1::ResolveSkillsResponse>> Skills::Resolve(rpc::Call call,
                                                                const v1::ResolveSkillsRequest& request) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await View(call));
  v1::ResolveSkillsResponse response;
  for (const std::string& text : request.texts()) {
    v1::ResolvedSkill& resolved = *response.add_resolved();
    resolved.set_text(text);
    const std::vector<std::string> ids = view->catalog.Resolve(text);
    if (ids.size() == 1) *resolved.mutable_skill() = view->by_id.at(ids[0]);
    for (size_t i = 0; ids.size() > 1 && i < ids.size(); ++i) *resolved.add_candidates() = view->by_id.at(ids[i]);
  }
  co_return response;
}

}  // namespace cortado::profile
