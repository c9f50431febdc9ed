#include "services/profile/roles.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/profile/crossing.h"
#include "services/profile/person_rules.h"
#include "services/profile/skill_catalog.h"
#include "services/profile/values.h"

namespace cortado::profile {

Task<absl::StatusOr<v1::Role>> Roles::Show(rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(std::optional<v1::Role> role, co_await store_.Find(std::move(call), std::move(id)));
  if (!role) co_return NotFound();
  co_return *std::move(role);
}

Task<absl::StatusOr<v1::Role>> Roles::Write(rpc::Call call, RoleWrite write, std::string request_id,
                                            std::string fingerprint) {
  v1::Role& role = *write.after;
  role.set_origin(v1::ROLE_ORIGIN_EDITED);
  std::vector<SkillMention> mentions;
  CollectSkills(role, "role.", mentions);
  CO_RETURN_IF_ERROR(co_await skills_.Settle(call, std::move(mentions)));
  v1::Role written = role;
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome,
                      co_await store_.Put(call, std::move(write), std::move(request_id), std::move(fingerprint)));
  if (outcome.replayed()) co_return co_await Show(call, RoleId(outcome.resource));
  written.set_name(outcome.resource);
  written.set_etag(absl::StrCat(outcome.revision));
  co_return written;
}

Task<absl::StatusOr<v1::Role>> Roles::Create(rpc::Call call, const v1::CreateRoleRequest& request) {
  RoleWrite write;
  write.after = request.role();
  write.id = request.role_id().empty() ? SkillSlug(request.role().display_name()) : request.role_id();
  co_return co_await Write(call, std::move(write), request.request_id(), store::Fingerprint(call, request));
}

Task<absl::StatusOr<v1::Role>> Roles::Get(rpc::Call call, const v1::GetRoleRequest& request) {
  co_return co_await Show(std::move(call), RoleId(request.name()));
}

Task<absl::StatusOr<v1::Role>> Roles::Update(rpc::Call call, const v1::UpdateRoleRequest& request) {
  if (request.role().etag().empty()) co_return InvalidField("role.etag", "is required: send the one that was read");
  RoleWrite write;
  write.id = RoleId(request.role().name());
  CO_ASSIGN_OR_RETURN(write.before, co_await Show(call, write.id));
  write.after = write.before;
  // What was read now and not by the caller is refused by the script, which knows a repeat of the request.
  write.before->set_etag(request.role().etag());
  CopyFields(request.update_mask(), request.role(), *write.after);
  co_return co_await Write(call, std::move(write), request.request_id(), store::Fingerprint(call, request));
}

Task<absl::StatusOr<google::protobuf::Empty>> Roles::Delete(rpc::Call call, const v1::DeleteRoleRequest& request) {
  RoleWrite write;
  write.id = RoleId(request.name());
  CO_ASSIGN_OR_RETURN(write.before, co_await store_.Find(call, write.id));
  // Of one that is gone the script tells whether this request removed it.
  if (!write.before) write.before.emplace();
  write.before->set_etag(request.etag());
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Put(call, std::move(write), request.request_id(),
                                                                        store::Fingerprint(call, request)));
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

Task<absl::StatusOr<v1::Crossing>> Roles::GetCrossing(rpc::Call call, const v1::GetCrossingRequest& request) {
  v1::Crossing crossing;
  CO_ASSIGN_OR_RETURN(*crossing.mutable_from_role(), co_await Show(call, RoleId(request.from_role())));
  CO_ASSIGN_OR_RETURN(*crossing.mutable_to_role(), co_await Show(call, RoleId(request.to_role())));
  Compare(crossing);
  co_return crossing;
}

}  // namespace cortado::profile
