#include "services/profile/searches.h"

#include <string>
#include <utility>
#include <vector>

#include "common/status/status.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr size_t kUsualCount = 10;

size_t CountOf(int page_size) { return page_size == 0 ? kUsualCount : static_cast<size_t>(page_size); }

}  // namespace

Task<absl::StatusOr<v1::SearchPeopleResponse>> Searches::SearchPeople(rpc::Call call,
                                                                      const v1::SearchPeopleRequest& request) {
  std::vector<type::v1::PersonCard> cards;
  const auto look = [&](const SearchIndex& there) {
    cards = there.FindPeople(request.query(), CountOf(request.page_size()), request.department(), clock_.Now());
  };
  CO_RETURN_IF_ERROR(co_await indexes_.Read(call, look));
  std::vector<std::string> ids;
  v1::SearchPeopleResponse response;
  for (type::v1::PersonCard& card : cards) {
    ids.push_back(PersonId(card.person()));
    *response.add_people() = std::move(card);
  }
  CO_RETURN_IF_ERROR(co_await people_.RecordShown(call, std::move(ids)));
  co_return response;
}

Task<absl::StatusOr<v1::SearchSkillsResponse>> Searches::SearchSkills(rpc::Call call,
                                                                      const v1::SearchSkillsRequest& request) {
  std::vector<v1::Skill> skills;
  const auto look = [&](const SearchIndex& there) {
    skills = there.FindSkills(request.query(), CountOf(request.page_size()));
  };
  CO_RETURN_IF_ERROR(co_await indexes_.Read(std::move(call), look));
  v1::SearchSkillsResponse response;
  for (v1::Skill& skill : skills) *response.add_skills() = std::move(skill);
  co_return response;
}

Task<absl::StatusOr<v1::SearchRolesResponse>> Searches::SearchRoles(rpc::Call call,
                                                                    const v1::SearchRolesRequest& request) {
  std::vector<v1::Role> roles;
  const auto look = [&](const SearchIndex& there) {
    roles = there.FindRoles(request.query(), CountOf(request.page_size()));
  };
  CO_RETURN_IF_ERROR(co_await indexes_.Read(std::move(call), look));
  v1::SearchRolesResponse response;
  for (v1::Role& role : roles) *response.add_roles() = std::move(role);
  co_return response;
}

}  // namespace cortado::profile
