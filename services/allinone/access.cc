#include "services/allinone/access.h"

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/rpc/call.h"
#include "common/status/status.h"
#include "common/task/sync_wait.h"

namespace cortado::allinone {
namespace {

rpc::Call Inside(const std::string& organization) {
  return rpc::InternalCall(organization, "cortado", absl::Now() + absl::Seconds(10));
}

}  // namespace

absl::Status KeepOperatorKey(const DataDirectory& data, profile::Profile& profile, const std::string& organization) {
  if (const absl::StatusOr<std::string> kept = data.Read("run/operator.token"); kept.ok()) {
    profile::v1::ExchangeTokenRequest request;
    request.set_service_key(std::string(absl::StripAsciiWhitespace(*kept)));
    const absl::Status good = SyncWait(profile.auth().Exchange(Inside(organization), request)).status();
    if (good.ok() || absl::IsUnavailable(good)) return good;
  }
  profile::v1::CreateServiceKeyRequest create;
  create.mutable_service_key()->set_display_name("operator of this machine");
  // No auditor: whoever runs the machine is not the one to read what they did.
  for (auto role : {api::v1::ROLE_HR_ADMIN, api::v1::ROLE_OPERATOR}) {
    create.mutable_service_key()->add_roles(role);
  }
  create.set_request_id(id::New());
  ASSIGN_OR_RETURN(const profile::v1::ServiceKey key,
                   SyncWait(profile.service_keys().Create(Inside(organization), create)));
  return data.Write("run/operator.token", key.secret() + "\n");
}

absl::StatusOr<std::string> BootstrapCode(profile::Profile& profile, const std::string& organization, bool dev) {
  if (dev) return std::string();
  return SyncWait(profile.auth().MakeBootstrapCode(Inside(organization)));
}

}  // namespace cortado::allinone
