#include "services/profile/skills.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/person_rules.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr size_t kMostAtOnce = 100;  // Skills added by one write.
constexpr int kTries = 20;

bool IsBlank(absl::string_view name) { return absl::StripAsciiWhitespace(name).empty(); }

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

CatalogSkill Plain(const v1::Skill& skill) {
  return {SkillId(skill.name()), skill.display_name(), {skill.aliases().begin(), skill.aliases().end()}};
}

// Whether `after` has a name that `before` lacked and another skill has. An alias that was shared all along stays so.
bool TakesFromOthers(const SkillCatalog& catalog, const CatalogSkill& before, CatalogSkill after) {
  const auto was_there = [&before](const std::string& alias) {
    return std::find(before.aliases.begin(), before.aliases.end(), alias) != before.aliases.end();
  };
  if (after.name == before.name) after.name = before.id;
  after.aliases.erase(std::remove_if(after.aliases.begin(), after.aliases.end(), was_there), after.aliases.end());
  return catalog.FindOther(after).has_value();
}

}  // namespace

absl::Status SkillRefusal(absl::string_view refusal) {
  if (refusal == "ABSENT") return NotFound();
  if (refusal == "ETAG") return EtagMismatch();
  if (refusal == "STALE") return absl::AbortedError("the catalogue of skills keeps changing; try again");
  return Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN,
               "the name or an alias already means another skill")
      .Field("skill.display_name", "belongs to another skill, as name or alias");
}

absl::Status NoSuchSkill(const SkillView& view, const SkillMention& mention) {
  const std::vector<std::string> meant = view.catalog.Resolve(*mention.skill);
  return meant.size() > 1 ? Ambiguous(meant, mention) : Unknown(view, mention);
}

Task<absl::StatusOr<SkillViewPtr>> Skills::Reload(rpc::Call call) {
  CO_ASSIGN_OR_RETURN(StoredSkills stored, co_await store_.List(call));
  SkillViewPtr view = MakeView(std::move(stored));
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

Task<absl::StatusOr<store::Outcome>> Skills::Change(rpc::Call call,
                                                    std::function<SkillWrite(const SkillView&)> decide) {
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await View(call));
    SkillWrite write = decide(*view);
    write.version = view->version;
    CO_ASSIGN_OR_RETURN(store::Outcome outcome, co_await store_.Put(call, std::move(write)));
    if (!outcome.refused()) co_return outcome;
    if (outcome.refusal != "STALE") co_return SkillRefusal(outcome.refusal);
  }
  co_return SkillRefusal("STALE");
}

Task<absl::StatusOr<std::pair<SkillViewPtr, int>>> Skills::ViewWith(rpc::Call call, std::vector<std::string> names) {
  int added = 0;
  for (;;) {
    CO_ASSIGN_OR_RETURN(SkillViewPtr view, co_await View(call));
    const auto is_missing = [&](const std::string& name) {
      return !absl::StartsWith(name, "skills/") && !FindSkill(*view, name);
    };
    if (std::none_of(names.begin(), names.end(), is_missing)) co_return std::make_pair(std::move(view), added);
    int count = 0;
    const auto add = [&names, &count](const SkillView& now) {
      SkillWrite write;
      write.event = "skill.created";
      SkillCatalog grown = now.catalog;
      for (const std::string& name : names) {
        if (absl::StartsWith(name, "skills/") || FindSkill(now, name)) continue;
        const auto [id, is_new] = grown.FindOrAdd(name);
        if (is_new && write.skills.size() < kMostAtOnce) write.skills.push_back(MakeSkill(*grown.Get(id)));
      }
      count = static_cast<int>(write.skills.size());
      if (count == 0) write.refusal = "ABSENT";
      return write;
    };
    const absl::StatusOr<store::Outcome> outcome = co_await Change(call, add);
    // Nothing to add: somebody else added them all meanwhile, so look again.
    if (!outcome.ok() && count > 0) co_return outcome.status();
    added += count;
  }
}

Task<absl::Status> Skills::Settle(rpc::Call call, std::vector<SkillMention> mentions) {
  if (mentions.empty()) co_return absl::OkStatus();
  CO_ASSIGN_OR_RETURN(SkillViewPtr view, co_await View(call));
  std::vector<std::string> missing;
  for (const SkillMention& mention : mentions) {
    if (FindSkill(*view, *mention.skill)) continue;
    // White space alone is no name, whoever writes it.
    const bool is_name = !absl::StartsWith(*mention.skill, "skills/") && !IsBlank(*mention.skill);
    const bool may_add = call.Has(api::v1::ROLE_HR_ADMIN) && is_name;
    if (!may_add || view->catalog.Resolve(*mention.skill).size() > 1) co_return NoSuchSkill(*view, mention);
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

Task<absl::StatusOr<v1::Skill>> Skills::Show(rpc::Call call, std::string name) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await View(std::move(call)));
  const v1::Skill* skill = GetSkill(*view, name);
  if (skill == nullptr) co_return NotFound();
  co_return *skill;
}

Task<absl::StatusOr<v1::Skill>> Skills::Create(rpc::Call call, const v1::CreateSkillRequest& request) {
  SkillWrite write;
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  write.event = "skill.created";
  write.skills.push_back(request.skill());
  write.skills[0].set_name(absl::StrCat("skills/", SkillSlug(request.skill().display_name())));
  const auto decide = [&write](const SkillView& view) {
    const CatalogSkill skill = Plain(write.skills[0]);
    SkillWrite decided = write;
    if (view.catalog.FindOther(skill) || view.catalog.FindNamed(skill.id)) decided.refusal = "TAKEN";
    return decided;
  };
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await Change(call, decide));
  co_return co_await Show(std::move(call), outcome.resource);
}

Task<absl::StatusOr<v1::Skill>> Skills::Update(rpc::Call call, const v1::UpdateSkillRequest& request) {
  if (request.skill().name().empty()) co_return InvalidField("skill.name", "is required");
  if (request.skill().etag().empty()) co_return InvalidField("skill.etag", "is required: send the one that was read");
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "display_name" || path == "aliases") continue;
    co_return InvalidField("update_mask", absl::StrCat("names ", path, ", which is no field to write"));
  }
  SkillWrite write;
  write.request_id = request.request_id();
  write.fingerprint = store::Fingerprint(call, request);
  const auto decide = [&write, &request](const SkillView& view) {
    SkillWrite decided = write;
    const auto found = view.by_id.find(SkillId(request.skill().name()));
    if (found == view.by_id.end()) {
      decided.refusal = "ABSENT";
      return decided;
    }
    v1::Skill skill = found->second;
    CopyFields(request.update_mask(), request.skill(), skill);
    if (skill.etag() != request.skill().etag()) {
      decided.refusal = "ETAG";
    } else if (TakesFromOthers(view.catalog, Plain(found->second), Plain(skill))) {
      decided.refusal = "TAKEN";
    }
    if (skill.display_name() != found->second.display_name()) {
      decided.renamed = SkillId(skill.name());
    }
    decided.skills.push_back(std::move(skill));
    return decided;
  };
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await Change(call, decide));
  co_return co_await Show(std::move(call), outcome.resource);
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
