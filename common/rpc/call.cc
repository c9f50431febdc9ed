#include "common/rpc/call.h"

#include "absl/strings/str_cat.h"

namespace cortado::rpc {

Call InternalCall(absl::string_view organization, absl::string_view name, absl::Time deadline) {
  auto info = std::make_shared<CallInfo>();
  info->organization = std::string(organization);
  info->subject = std::string(name);
  info->method = std::string(name);
  info->roles.Add(api::v1::ROLE_SERVICE);
  info->deadline = deadline;
  return Call(std::move(info));
}

api::v1::Role ParseRole(absl::string_view name) {
  api::v1::Role role = api::v1::ROLE_UNSPECIFIED;
  return api::v1::Role_Parse(absl::StrCat("ROLE_", name), &role) ? role : api::v1::ROLE_UNSPECIFIED;
}

}  // namespace cortado::rpc
