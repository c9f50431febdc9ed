#include "services/scheduling/hosts.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::scheduling {

absl::StatusOr<rpc::Call> CallOfHost(const rpc::Call& call, const std::string& host) {
  if (!call.IsService()) {
    const bool is_own = host.empty() || host == absl::StrCat("people/", call.subject());
    if (!is_own) return InvalidField("host", "must be empty: everybody acts for themselves");
    return call;
  }
  if (host.empty()) return InvalidField("host", "must name the person a service acts for");
  ASSIGN_OR_RETURN(const std::string person, id::ParseName("people", host));
  auto info = std::make_shared<rpc::CallInfo>();
  info->organization = call.organization();
  info->subject = person;
  info->actor = call.subject();
  info->roles.Add(api::v1::ROLE_EMPLOYEE);
  info->method = call.method();
  info->accept_language = call.accept_language();
  info->deadline = call.deadline();
  return rpc::Call(std::move(info));
}

}  // namespace cortado::scheduling
