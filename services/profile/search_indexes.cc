#include "services/profile/search_indexes.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/status/status.h"

namespace cortado::profile {
namespace {

constexpr int kRolesAtOnce = 200;

class SearchIndexSource : public CopySource<SearchIndex> {
 public:
  SearchIndexSource(PersonStore& people, RoleStore& roles, Skills& skills)
      : people_(people), roles_(roles), skills_(skills) {}

  std::string name() const override { return "profile.search"; }
  void Pack(SearchIndex& fresh) const override { fresh.Pack(); }
  Task<absl::StatusOr<Changes>> ReadPeople(rpc::Call call, std::vector<std::string> ids) override;
  Task<absl::Status> LoadOthers(rpc::Call call, SearchIndex& fresh) override;
  Task<absl::StatusOr<Changes>> ReadOthers(rpc::Call call, std::vector<store::FeedEntry> entries) override;

 private:
  PersonStore& people_;
  RoleStore& roles_;
  Skills& skills_;
};

Task<absl::StatusOr<SearchIndexSource::Changes>> SearchIndexSource::ReadPeople(rpc::Call call,
                                                                               std::vector<std::string> ids) {
  CO_ASSIGN_OR_RETURN(auto people, co_await people_.FindAll(std::move(call), ids));
  Changes changes;
  for (size_t i = 0; i < ids.size(); ++i) {
    changes.push_back([id = std::move(ids[i]), person = std::move(people[i])](SearchIndex& there) {
      return person ? there.PutPerson(*person) : there.RemovePerson(id);
    });
  }
  co_return changes;
}

Task<absl::Status> SearchIndexSource::LoadOthers(rpc::Call call, SearchIndex& fresh) {
  CO_ASSIGN_OR_RETURN(const SkillViewPtr skills, co_await skills_.View(call));
  for (const auto& [id, skill] : skills->by_id) fresh.PutSkill(skill);
  std::string after;
  for (bool more = true; more;) {
    CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await roles_.ListIds(call, after, kRolesAtOnce));
    more = ids.size() == kRolesAtOnce;
    if (more) after = ids.back();
    CO_ASSIGN_OR_RETURN(const std::vector<v1::Role> roles, co_await roles_.FindAll(call, std::move(ids)));
    for (const v1::Role& role : roles) fresh.PutRole(role);
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<SearchIndexSource::Changes>> SearchIndexSource::ReadOthers(rpc::Call call,
                                                                               std::vector<store::FeedEntry> entries) {
  std::set<std::string> skills, roles;
  for (const store::FeedEntry& entry : entries) {
    if (entry.kind == "skill") skills.insert(entry.id);
    if (entry.kind == "role") roles.insert(entry.id);
  }
  Changes changes;
  if (!skills.empty()) {
    CO_ASSIGN_OR_RETURN(const SkillViewPtr view, co_await skills_.View(call));
    for (const std::string& id : skills) {
      changes.push_back([view, id](SearchIndex& there) {
        const auto found = view->by_id.find(id);
        return found == view->by_id.end() ? there.RemoveSkill(id) : there.PutSkill(found->second);
      });
    }
  }
  for (const std::string& id : roles) {
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Role> role, co_await roles_.Find(call, id));
    changes.push_back([role, id](SearchIndex& there) { return role ? there.PutRole(*role) : there.RemoveRole(id); });
  }
  co_return changes;
}

}  // namespace

std::unique_ptr<CopySource<SearchIndex>> NewSearchIndexSource(PersonStore& people, RoleStore& roles, Skills& skills) {
  return std::make_unique<SearchIndexSource>(people, roles, skills);
}

}  // namespace cortado::profile
