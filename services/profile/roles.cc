#include "services/profile/roles.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/person_rules.h"
#include "services/profile/skill_catalog.h"

namespace cortado::profile {
namespace {

std::string IdOf(absl::string_view name) { return std::string(absl::StripPrefix(name, "roles/")); }

}  // namespace

Task<absl::StatusOr<v1::Role>> Roles::Show(rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(std::optional<v1::Role> role, co_await store_.Find(std::move(call), std::move(id)));
  if (!role) co_return NotFound();
  co_return *std::move(role);
}

Task<absl::StatusOr<v1::Role>> Roles::Write(rpc::Call call, v1::Role role, std::string etag, std::string request_id,
                                            std::string fingerprint) {
  std::vector<SkillMention> mentions;
  CollectSkills(role, "role.", mentions);
  CO_RETURN_IF_ERROR(co_await skills_.Settle(call, std::move(mentions)));
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Put(call, IdOf(role.name()), role, std::move(etag),
                                                                        std::move(request_id), std::move(fingerprint)));
  if (outcome.replayed()) co_return co_await Show(call, IdOf(outcome.resource));
  role.set_etag(absl::StrCat(outcome.revision));
  co_return role;
}

Task<absl::StatusOr<v1::Role>> Roles::Create(rpc::Call call, const v1::CreateRoleRequest& request) {
  v1::Role role = request.role();
  const std::string id = request.role_id().empty() ? SkillSlug(role.display_name()) : request.role_id();
  role.set_name(absl::StrCat("roles/", id));
  co_return co_await Write(call, std::move(role), "", request.request_id(), store::Fingerprint(call, request));
}

Task<absl::StatusOr<v1::Role>> Roles::Get(rpc::Call call, const v1::GetRoleRequest& request) {
  co_return co_await Show(std::move(call), IdOf(request.name()));
}

Task<absl::StatusOr<v1::Role>> Roles::Update(rpc::Call call, const v1::UpdateRoleRequest& request) {
  if (request.role().etag().empty()) co_return InvalidField("role.etag", "is required: send the one that was read");
  CO_ASSIGN_OR_RETURN(v1::Role role, co_await Show(call, IdOf(request.role().name())));
  CopyFields(request.update_mask(), request.role(), role);
  co_return co_await Write(call, std::move(role), request.role().etag(), request.request_id(),
                           store::Fingerprint(call, request));
}

Task<absl::StatusOr<google::protobuf::Empty>> Roles::Delete(rpc::Call call, const v1::DeleteRoleRequest& request) {
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await store_.Put(call, IdOf(request.name()), std::nullopt, request.etag(),
                                          request.request_id(), store::Fingerprint(call, request)));
  (void)outcome;
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<v1::ListRolesResponse>> Roles::List(rpc::Call call, const v1::ListRolesRequest& request) {
  CO_ASSIGN_OR_RETURN(std::string after, rpc::PageStart(request.page_token(), call.organization()));
  const int most = rpc::PageSize(request.page_size());
  CO_ASSIGN_OR_RETURN(std::vector<std::string> ids, co_await store_.ListIds(call, std::move(after), most + 1));
  v1::ListRolesResponse response;
  if (static_cast<int>(ids.size()) > most) {
    ids.pop_back();
    response.set_next_page_token(id::MakePageToken(ids.back(), call.organization()));
  }
  CO_ASSIGN_OR_RETURN(std::vector<v1::Role> roles, co_await store_.FindAll(call, std::move(ids)));
  for (v1::Role& role : roles) *response.add_roles() = std::move(role);
  co_return response;
}

}  // namespace cortado::profile
