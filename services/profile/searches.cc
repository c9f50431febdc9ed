#include "services/profile/searches.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace cortado::profile {
namespace {

constexpr size_t kUsualCount = 10;

size_t CountOf(int page_size) { return page_size == 0 ? kUsualCount : static_cast<size_t>(page_size); }

}  // namespace

Task<absl::StatusOr<v1::SearchPeopleResponse>> Searches::SearchPeople(rpc::Call call,
                                                                      const v1::SearchPeopleRequest& request) {
  CO_ASSIGN_OR_RETURN(const SearchIndexes::IndexPtr index, co_await indexes_.Get(call));
  co_await executors_.OnWorkers();
  std::vector<type::v1::PersonCard> cards = index->Read([&](const SearchIndex& there) {
    return there.FindPeople(request.query(), CountOf(request.page_size()), request.department(), clock_.Now());
  });
  std::vector<std::string> ids;
  v1::SearchPeopleResponse response;
  for (type::v1::PersonCard& card : cards) {
    ids.emplace_back(absl::StripPrefix(card.person(), "people/"));
    *response.add_people() = std::move(card);
  }
  CO_RETURN_IF_ERROR(co_await people_.RecordShown(call, std::move(ids)));
  co_return response;
}

Task<absl::StatusOr<v1::SearchSkillsResponse>> Searches::SearchSkills(rpc::Call call,
                                                                      const v1::SearchSkillsRequest& request) {
  CO_ASSIGN_OR_RETURN(const SearchIndexes::IndexPtr index, co_await indexes_.Get(call));
  co_await executors_.OnWorkers();
  std::vector<v1::Skill> skills = index->Read(
      [&](const SearchIndex& there) { return there.FindSkills(request.query(), CountOf(request.page_size())); });
  v1::SearchSkillsResponse response;
  for (v1::Skill& skill : skills) *response.add_skills() = std::move(skill);
  co_return response;
}

Task<absl::StatusOr<v1::SearchRolesResponse>> Searches::SearchRoles(rpc::Call call,
                                                                    const v1::SearchRolesRequest& request) {
  CO_ASSIGN_OR_RETURN(const SearchIndexes::IndexPtr index, co_await indexes_.Get(call));
  co_await executors_.OnWorkers();
  std::vector<v1::Role> roles = index->Read(
      [&](const SearchIndex& there) { return there.FindRoles(request.query(), CountOf(request.page_size())); });
  v1::SearchRolesResponse response;
  for (v1::Role& role : roles) *response.add_roles() = std::move(role);
  co_return response;
}

}  // namespace cortado::profile
