#include "clients/ctl/session.h"

#include "absl/strings/str_cat.h"
#include "common/app/server.h"
#include "common/auth/service_key.h"
#include "common/id/id.h"
#include "common/status/error.h"

namespace cortado::ctl {
namespace {

constexpr int kTries = 3;
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLoadingPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestLoading = absl::Seconds(30);
constexpr char kOperator[] = "operator";

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address, const app::TlsFiles& tls) {
  // A command without a server still gets channels: its calls are refused before they are sent.
  return app::Dial(address.empty() ? "unix:/dev/null" : address, tls);
}

}  // namespace

Session::Session(Target target, Options options)
    : target_(std::move(target)),
      options_(std::move(options)),
      profile_channel_(ChannelTo(target_.addresses.profile, target_.tls)),
      matching_channel_(ChannelTo(target_.addresses.matching, target_.tls)),
      scheduling_channel_(ChannelTo(target_.addresses.scheduling, target_.tls)),
      profile_(profile::v1::ProfileService::NewStub(profile_channel_)),
      auth_(profile::v1::AuthService::NewStub(profile_channel_)),
      matching_(matching::v1::MatchingService::NewStub(matching_channel_)),
      scheduling_(scheduling::v1::SchedulingService::NewStub(scheduling_channel_)),
      notification_(scheduling::v1::NotificationService::NewStub(scheduling_channel_)) {}

const std::shared_ptr<grpc::Channel>& Session::channel(const std::string& address) const {
  if (address == target_.addresses.matching) return matching_channel_;
  return address == target_.addresses.scheduling ? scheduling_channel_ : profile_channel_;
}

absl::StatusOr<auth::SigningKey> Session::Key() {
  if (!key_) {
    ASSIGN_OR_RETURN(auth::SigningKey key, LoadKey(target_.key_file));
    key_ = std::move(key);
  }
  return *key_;
}

absl::StatusOr<std::string> Session::Mint(TokenWish wish) {
  if (wish.organization.empty()) wish.organization = target_.organization;
  ASSIGN_OR_RETURN(const auth::SigningKey key, Key());
  return MintToken(key, wish, target_.Now());
}

absl::StatusOr<Caller> Session::As(const std::string& person) {
  ASSIGN_OR_RETURN(const std::string id, PersonId(person));
  ASSIGN_OR_RETURN(std::string token, Mint({.organization = {}, .subject = id, .roles = {"EMPLOYEE"}}));
  return Caller{std::move(token), id};
}

absl::Status Session::Missing() const {
  if (target_.missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      target_.missing, ": start one with `cortado`, or say where one is with --address or CORTADO_ADDRESS"));
}

absl::StatusOr<Caller> Session::Holder() {
  if (holder_) return *holder_;
  std::string token = target_.token;
  if (auth::ReadServiceKey(token)) {
    profile::v1::ExchangeTokenRequest request;
    request.set_service_key(token);
    request.set_request_id(id::New());
    const absl::StatusOr<profile::v1::Tokens> tokens = Call(*auth_, &Auth::ExchangeToken, Caller(), request);
    if (!tokens.ok()) return tokens.status();
    token = tokens->access_token();
  }
  const absl::StatusOr<auth::Claims> claims = ClaimsOf(token);
  if (!claims.ok()) {
    return absl::UnauthenticatedError(absl::StrCat(target_.token_from, ": ", claims.status().message()));
  }
  holder_ = Caller{token, claims->Has("EMPLOYEE") ? claims->subject : ""};
  return *holder_;
}

absl::StatusOr<Caller> Session::Default() {
  RETURN_IF_ERROR(Missing());
  if (!options_.as.empty()) return As(options_.as);
  if (!target_.token.empty()) return Holder();
  if (target_.organization.empty() || !LoadKey(target_.key_file).ok()) {
    return absl::UnauthenticatedError(absl::StrCat(
        "nothing says who you are: there is no CORTADO_TOKEN, no operator's token of a local server, and no ",
        target_.organization.empty() ? "--organization" : "signing key", " to make one with"));
  }
  ASSIGN_OR_RETURN(std::string token,
                   Mint({.organization = {}, .subject = kOperator, .roles = {"HR_ADMIN", "OPERATOR"}}));
  return Caller{std::move(token)};
}

absl::StatusOr<Caller> Session::Me() {
  ASSIGN_OR_RETURN(Caller caller, Default());
  if (!caller.person.empty()) return caller;
  return absl::InvalidArgumentError("who are you? This is done by a person: add --as PERSON");
}

std::string Session::RequestId() {
  const bool first = last_request_id_.empty();
  last_request_id_ = first && !options_.request_id.empty() ? options_.request_id : id::New();
  return last_request_id_;
}

absl::Status Session::Prepare(grpc::ClientContext& context, const Caller& caller, absl::Duration timeout) const {
  RETURN_IF_ERROR(Missing());
  if (!caller.token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", caller.token));
  if (!caller.organization.empty()) context.AddMetadata("x-cortado-org", caller.organization);
  const std::string& language = caller.language.empty() ? options_.language : caller.language;
  if (!language.empty()) context.AddMetadata("accept-language", language);
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return absl::OkStatus();
}

bool Patience::WaitOut(absl::Duration wait) {
  if (wait <= absl::ZeroDuration() || absl::Now() + wait - began_ > kLongestLoading) return false;
  absl::SleepFor(wait);
  return true;
}

bool Patience::TryAgain(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  if (reason == "RATE_LIMITED" || reason == "TOO_MANY_IN_FLIGHT") return WaitOut(RetryAfterOf(status));
  if (!absl::IsUnavailable(status)) return false;
  if (reason == "LOADING") {
    if (absl::Now() - began_ > kLongestLoading) return false;
    absl::SleepFor(kLoadingPause);
    return true;
  }
  if (tries_ == kTries) return false;
  absl::SleepFor(kFirstPause * (1 << (2 * (tries_ - 1))));
  ++tries_;
  return true;
}

absl::TimeZone ZoneOf(Session& session, const Caller& me) {
  profile::v1::GetPersonRequest request;
  request.set_name("people/" + me.person);
  const auto person = session.Call(session.profile(), &Profile::GetPerson, me, request);
  absl::TimeZone zone = absl::UTCTimeZone();
  if (person.ok()) absl::LoadTimeZone(person->time_zone(), &zone);
  return zone;
}

}  // namespace cortado::ctl
