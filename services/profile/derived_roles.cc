#include "services/profile/derived_roles.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/profile/role_deriver.h"

namespace cortado::profile {
namespace {

constexpr int kUsualPeople = 20;
constexpr int kFewestPeople = 5;
constexpr int kTries = 5;

std::vector<int32_t> TitlesOf(const Census& census, const v1::DeriveRolesRequest& request) {
  const int fewest = request.min_people() == 0 ? kUsualPeople : request.min_people();
  std::set<int32_t> titles;
  for (const std::string& title : request.titles()) titles.insert(census.TitleNumber(title));
  for (int32_t title = 0; request.titles().empty() && title < census.title_count(); ++title) titles.insert(title);
  std::vector<int32_t> enough;
  for (const int32_t title : titles) {
    if (title >= 0 && census.TitleOf(title).people >= fewest) enough.push_back(title);
  }
  return enough;
}

v1::DerivedRole MakeRole(const Census::Title& title, const HeldTable& held, const SkillView& view,
                         const RoleEvidence& evidence) {
  v1::DerivedRole derived;
  derived.set_people_count(title.people);
  v1::Role& role = *derived.mutable_role();
  role.set_display_name(title.name);
  role.set_origin(v1::ROLE_ORIGIN_DERIVED);
  for (const DerivedRequirement& found : evidence.requirements) {
    const v1::Skill* skill = GetSkill(view, held.skills[found.skill]);
    if (skill == nullptr) continue;
    v1::Requirement& requirement = *role.add_requirements();
    requirement.set_skill(skill->name());
    requirement.set_display_name(skill->display_name());
    requirement.set_level(found.level);
    requirement.set_importance(found.importance);
    v1::Evidence& why = *derived.add_evidence();
    why.set_share(found.share);
    why.set_lift(found.lift);
  }
  return derived;
}

}  // namespace

Task<absl::StatusOr<std::vector<v1::DerivedRole>>> DerivedRoles::Derive(rpc::Call call,
                                                                        const v1::DeriveRolesRequest& request) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(call));
  std::vector<v1::DerivedRole> derived;
  const auto derive = [&](const Census& census) {
    const std::vector<int32_t> titles = TitlesOf(census, request);
    const HeldTable held = census.Held();
    const std::vector<RoleEvidence> evidence = DeriveRoles(held.people, titles, held.skill_count());
    for (size_t i = 0; i < titles.size(); ++i) {
      if (evidence[i].requirements.empty()) continue;
      derived.push_back(MakeRole(census.TitleOf(titles[i]), held, *view, evidence[i]));
    }
  };
  CO_RETURN_IF_ERROR(co_await censuses_.Read(call, derive));
  std::sort(derived.begin(), derived.end(), [](const v1::DerivedRole& a, const v1::DerivedRole& b) {
    return a.role().display_name() < b.role().display_name();
  });
  co_return derived;
}

Task<absl::Status> DerivedRoles::Plan(rpc::Call call, std::vector<v1::DerivedRole> derived,
                                      std::vector<RoleWrite>& writes, v1::DeriveRolesResponse& response) {
  std::vector<std::string> titles;
  for (const v1::DerivedRole& one : derived) titles.push_back(one.role().display_name());
  CO_ASSIGN_OR_RETURN(const auto known, co_await roles_.FindIds(call, titles));
  std::set<std::string> seen;
  for (size_t i = 0; i < derived.size(); ++i) {
    v1::Role& role = *derived[i].mutable_role();
    RoleWrite write;
    write.id = known[i].value_or(SkillSlug(role.display_name()));
    // Of two titles of one role the first by name makes it.
    if (!seen.insert(write.id).second) continue;
    CO_ASSIGN_OR_RETURN(write.before, co_await roles_.Find(call, write.id));
    if (write.before && write.before->origin() != v1::ROLE_ORIGIN_DERIVED) {
      response.set_kept(response.kept() + 1);
      continue;
    }
    role.set_name(absl::StrCat("roles/", write.id));
    if (write.before) {
      role.set_etag(write.before->etag());
      *role.mutable_aliases() = write.before->aliases();
    }
    if (!write.before || !google::protobuf::util::MessageDifferencer::Equals(*write.before, role)) {
      write.after = role;
      writes.push_back(std::move(write));
    }
    *response.add_roles() = std::move(derived[i]);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<v1::DeriveRolesResponse>> DerivedRoles::Run(rpc::Call call, const v1::DeriveRolesRequest& request) {
  if (request.min_people() != 0 && request.min_people() < kFewestPeople) {
    co_return InvalidField("min_people", "must be 0, or 5 to 1,000");
  }
  CO_ASSIGN_OR_RETURN(const std::vector<v1::DerivedRole> derived, co_await Derive(call, request));
  for (int attempt = 1;; ++attempt) {
    v1::DeriveRolesResponse response;
    std::vector<RoleWrite> writes;
    CO_RETURN_IF_ERROR(co_await Plan(call, derived, writes, response));
    if (request.validate_only()) co_return response;
    absl::Status written;
    for (size_t begin = 0; written.ok() && begin < writes.size(); begin += RoleStore::kBatch) {
      const size_t end = std::min(writes.size(), begin + RoleStore::kBatch);
      std::vector<RoleWrite> batch(writes.begin() + begin, writes.begin() + end);
      written = co_await roles_.PutAll(call, std::move(batch));
    }
    if (!written.ok() && (!absl::IsAborted(written) || attempt == kTries)) co_return written;
    // Once more for the etags of what was written: nothing is left to write then.
    if (written.ok() && (writes.empty() || attempt == kTries)) co_return response;
  }
}

}  // namespace cortado::profile
