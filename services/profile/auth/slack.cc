#include "services/profile/auth/slack.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "cortado/profile/v1/reason.pb.h"
#include "services/profile/values.h"

namespace cortado::profile {
namespace {

constexpr char kScope[] = "slack";
constexpr size_t kIdSize = 20;  // Of what id::New gives.

}  // namespace

absl::Status SlackUserNotLinked() {
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_SLACK_USER_NOT_LINKED,
               "the Slack user is linked to nobody and cannot be, or has not confirmed it");
}

// "l", the link, "k" and the key: nothing that a session of a login or of a key could be.
std::string ActingSession(absl::string_view link, absl::string_view key) { return absl::StrCat("l", link, key); }

std::optional<Acting> ReadActingSession(absl::string_view session) {
  if (session.size() <= 1 + kIdSize || session[0] != 'l') return std::nullopt;
  return Acting{std::string(session.substr(1, kIdSize)), std::string(session.substr(1 + kIdSize))};
}

Task<absl::StatusOr<v1::SlackInstallation>> Slack::Create(rpc::Call call,
                                                          const v1::CreateSlackInstallationRequest& request) {
  v1::SlackInstallation installation = request.slack_installation();
  *installation.mutable_create_time() = Stamp(clock_.Now());
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.Install(call, installation, request.request_id(), std::move(fingerprint)));
  CO_ASSIGN_OR_RETURN(std::optional<v1::SlackInstallation> kept,
                      co_await store_.FindInstallation(call, installation.team()));
  if (!kept) co_return NotFound();
  kept->clear_bot_tokens();
  co_return *std::move(kept);
}

Task<absl::StatusOr<v1::SlackInstallation>> Slack::Get(rpc::Call call, const v1::GetSlackInstallationRequest& request) {
  CO_ASSIGN_OR_RETURN(std::optional<v1::SlackInstallation> found,
                      co_await store_.FindInstallation(call, request.team()));
  if (!found) co_return NotFound();
  if (call.scope() != kScope) found->clear_bot_tokens();
  co_return *std::move(found);
}

Task<absl::StatusOr<google::protobuf::Empty>> Slack::Delete(rpc::Call call,
                                                            const v1::DeleteSlackInstallationRequest& request) {
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.Uninstall(call, request.team(), request.request_id(), std::move(fingerprint)));
  co_return google::protobuf::Empty();
}

Task<absl::StatusOr<v1::Person>> Slack::Candidate(rpc::Call call, const v1::LinkSlackUserRequest& request) {
  if (request.is_guest() || request.is_foreign()) co_return SlackUserNotLinked();
  CO_ASSIGN_OR_RETURN(const auto installed, co_await store_.FindInstallation(call, request.slack_user().team()));
  if (!installed) co_return SlackUserNotLinked();
  CO_ASSIGN_OR_RETURN(std::optional<std::string> id, co_await people_.FindByEmail(call, request.email()));
  if (!id) co_return SlackUserNotLinked();
  CO_ASSIGN_OR_RETURN(std::optional<v1::Person> person, co_await people_.Find(call, *std::move(id)));
  if (!person || !person->active()) co_return SlackUserNotLinked();
  co_return *std::move(person);
}

Task<absl::StatusOr<v1::LinkSlackUserResponse>> Slack::Link(rpc::Call call, const v1::LinkSlackUserRequest& request) {
  CO_ASSIGN_OR_RETURN(const v1::Person person, co_await Candidate(call, request));
  std::string id = PersonId(person.name());
  std::string fingerprint = store::Fingerprint(call, request);
  v1::LinkSlackUserResponse response;
  response.set_person(person.name());
  response.set_display_name(person.display_name());
  if (!request.confirm_code().empty()) {
    CO_ASSIGN_OR_RETURN(const bool linked, co_await store_.Confirm(call, request.slack_user(), std::move(id),
                                                                   id::Sha256Hex(request.confirm_code()),
                                                                   request.request_id(), std::move(fingerprint)));
    if (!linked) co_return SlackUserNotLinked();
    response.set_state(v1::SLACK_LINK_STATE_LINKED);
    co_return response;
  }
  const std::string code = id::New();
  CO_ASSIGN_OR_RETURN(
      const store::Outcome outcome,
      co_await store_.Propose(call, request.slack_user(), std::move(id), id::Sha256Hex(code),
                              clock_.Now() + kConfirmWithin, request.request_id(), std::move(fingerprint)));
  if (outcome.refused()) co_return SlackUserNotLinked();
  response.set_state(v1::SLACK_LINK_STATE_PENDING);
  if (!outcome.replayed()) response.set_confirm_code(code);
  co_return response;
}

Task<absl::StatusOr<v1::SlackUser>> Slack::GetUser(rpc::Call call, const v1::GetSlackUserRequest& request) {
  std::string person = PersonId(request.person());
  CO_ASSIGN_OR_RETURN(std::optional<v1::SlackUser> user, co_await store_.FindUser(call, std::move(person)));
  if (!user) co_return NotFound();
  co_return *std::move(user);
}

Task<absl::StatusOr<google::protobuf::Empty>> Slack::Unlink(rpc::Call call, const v1::UnlinkSlackUserRequest& request) {
  std::string person = PersonId(request.person());
  if (!call.IsSelf(person) && !call.Has(api::v1::ROLE_HR_ADMIN)) co_return AccessDenied();
  std::string fingerprint = store::Fingerprint(call, request);
  CO_RETURN_IF_ERROR(co_await store_.Unlink(call, std::move(person), request.request_id(), std::move(fingerprint)));
  co_return google::protobuf::Empty();
}

}  // namespace cortado::profile
