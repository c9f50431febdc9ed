#include "common/rpc/binder.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/id/id.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "cortado/type/v1/text.pb.h"

namespace cortado::rpc {
namespace {

absl::Duration LimitOf(api::v1::DeadlineClass deadline_class) {
  switch (deadline_class) {
    case api::v1::DEADLINE_CLASS_BULK:
      return absl::Minutes(15);
    case api::v1::DEADLINE_CLASS_WATCH:
      return absl::InfiniteDuration();
    default:
      return absl::Seconds(5);
  }
}

absl::string_view Metadata(const grpc::CallbackServerContext& context, const char* key) {
  const auto& metadata = context.client_metadata();
  auto found = metadata.find(key);
  if (found == metadata.end()) return "";
  return absl::string_view(found->second.data(), found->second.size());
}

absl::Status Unauthenticated(absl::string_view message) {
  return Error(absl::StatusCode::kUnauthenticated, api::v1::REASON_TOKEN_INVALID, message);
}

const char* CodeName(absl::StatusCode code) {
  constexpr std::array<const char*, 17> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  return kNames[static_cast<size_t>(code)];
}

// The reason of an error that carries none: every error has one.
api::v1::Reason DefaultReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return api::v1::REASON_FIELD_INVALID;
    case absl::StatusCode::kUnauthenticated:
      return api::v1::REASON_TOKEN_INVALID;
    case absl::StatusCode::kPermissionDenied:
      return api::v1::REASON_ACCESS_DENIED;
    case absl::StatusCode::kNotFound:
      return api::v1::REASON_RESOURCE_NOT_FOUND;
    case absl::StatusCode::kAborted:
      return api::v1::REASON_ETAG_MISMATCH;
    case absl::StatusCode::kUnavailable:
      return api::v1::REASON_TRY_AGAIN;
    case absl::StatusCode::kOutOfRange:
      return api::v1::REASON_RESYNC_REQUIRED;
    case absl::StatusCode::kDeadlineExceeded:
      return api::v1::REASON_DEADLINE_EXCEEDED;
    case absl::StatusCode::kAlreadyExists:
      return api::v1::REASON_ALREADY_TAKEN;
    case absl::StatusCode::kFailedPrecondition:
      return api::v1::REASON_NOT_AVAILABLE;
    case absl::StatusCode::kResourceExhausted:
      return api::v1::REASON_REQUEST_TOO_LARGE;
    case absl::StatusCode::kCancelled:
      return api::v1::REASON_CANCELLED;
    default:
      return api::v1::REASON_INTERNAL;
  }
}

absl::Status WithReason(const absl::Status& status) {
  if (!ReasonOf(status).empty()) return status;
  bool ours = status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kUnknown;
  return Error(status.code(), DefaultReason(status.code()), ours ? "internal error" : status.message());
}

// What the sentence for the user may name: the first field found wrong, and what is wrong with it.
text::Parameters SentenceParameters(const absl::Status& status) {
  text::Parameters parameters;
  absl::optional<absl::Cord> bytes = status.GetPayload(kBadRequestUrl);
  api::v1::BadRequest bad;
  if (bytes.has_value() && bad.ParseFromString(std::string(*bytes)) && bad.field_violations_size() > 0) {
    parameters["field"] = bad.field_violations(0).field();
    parameters["problem"] = bad.field_violations(0).description();
  }
  bytes = status.GetPayload(kErrorInfoUrl);
  api::v1::ErrorInfo info;
  if (bytes.has_value() && info.ParseFromString(std::string(*bytes))) {
    parameters.insert(info.metadata().begin(), info.metadata().end());
  }
  return parameters;
}

// The part of a scope before what it may be used on: `answer` of `answer:requests/r1`.
absl::string_view Purpose(absl::string_view scope) { return scope.substr(0, scope.find(':')); }

bool MayCall(const Method& method, const auth::Claims& claims, Roles roles) {
  if (claims.scope.empty()) return method.without_token || method.allowed.Meets(roles);
  const absl::string_view purpose = Purpose(claims.scope);
  return std::find(method.scopes.begin(), method.scopes.end(), purpose) != method.scopes.end();
}

// Writes into `info` who the claims say calls, and for which organisation: the one `named` in the metadata, for a
// service that may speak for every one.
absl::Status TakeOver(const Method& method, const auth::Claims& claims, absl::string_view named, CallInfo& info) {
  for (const std::string& role : claims.roles) info.roles.Add(ParseRole(role));
  if (!MayCall(method, claims, info.roles)) return AccessDenied();
  if (claims.organization == auth::kAnyOrganization) {
    if (method.without_organization ? !named.empty() : !id::IsOrganizationId(named)) {
      return InvalidField("x-cortado-org", "must name one organisation in the metadata of this call");
    }
    info.organization = std::string(named);
  } else {
    if (!named.empty() && named != claims.organization) return AccessDenied();
    info.organization = claims.organization;
  }
  info.subject = claims.subject;
  info.actor = claims.actor;
  info.scope = claims.scope;
  info.session = claims.session;
  return absl::OkStatus();
}

Limits::Class ClassOf(api::v1::DeadlineClass deadline_class) {
  switch (deadline_class) {
    case api::v1::DEADLINE_CLASS_WRITE:
      return Limits::Class::kWrite;
    case api::v1::DEADLINE_CLASS_BULK:
      return Limits::Class::kBulk;
    case api::v1::DEADLINE_CLASS_WATCH:
      return Limits::Class::kWatch;
    default:
      return Limits::Class::kRead;
  }
}

// Steps of the wall clock must neither lock callers out nor let them in.
Instant SteadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Whoever comes back sooner only hears it again.
constexpr absl::Duration kShortestWait = absl::Milliseconds(100);
// A client has only so many calls under way, so that one which ignores what it is told comes back less often when its
// refusals take a while: what a call costs before it is refused is taken from everybody else's calls.
constexpr absl::Duration kRefusedAfter = absl::Milliseconds(15);
// And not all after the same while: those who are refused together would come back together, and ever more of them.
constexpr absl::Duration kRefusedOver = absl::Milliseconds(20);
// Refusals that wait hold memory; above so many there is no patience left.
constexpr int kMostHeldBack = 4096;

bool TransportCancelled(const void* context) {
  return static_cast<const grpc::CallbackServerContext*>(context)->IsCancelled();
}

}  // namespace

Binder::Binder(const auth::Verifier& verifier, metrics::Registry& registry, const Clock& clock,
               const LimitOptions& limits, bool dev)
    : verifier_(verifier), registry_(registry), clock_(clock), dev_(dev), limits_(limits) {
  constexpr std::array<const char*, Limits::kRefusals> kNames = {"",        "caller",   "actor", "organization",
                                                                 "service", "in_flight"};
  auto& refused = registry_.Counters("cortado_rpc_refused_total", "Calls refused by a limit, by the limit.", {"limit"});
  for (size_t i = 1; i < kNames.size(); ++i) refused_[i] = &refused.With({kNames[i]});
}

absl::StatusOr<Method> Binder::Describe(const google::protobuf::MethodDescriptor& descriptor) const {
  Method method;
  method.name = absl::StrCat(descriptor.service()->full_name(), "/", descriptor.name());
  const api::v1::Access& access = descriptor.options().GetExtension(api::v1::access);
  for (int role : access.roles()) method.allowed.Add(static_cast<api::v1::Role>(role));
  method.without_organization = access.without_organization();
  method.without_token = access.without_token();
  method.scopes.assign(access.scopes().begin(), access.scopes().end());
  method.deadline_class = descriptor.options().GetExtension(api::v1::deadline_class);
  const bool has_row = !access.roles().empty() || access.without_token() || !access.scopes().empty();
  if (!has_row || method.deadline_class == api::v1::DEADLINE_CLASS_UNSPECIFIED) {
    return absl::FailedPreconditionError(absl::StrCat(method.name, " has no access row or no deadline class"));
  }
  method.validator = &Validator::Of(*descriptor.input_type());
  method.view = &View::Of(*descriptor.output_type());
  method.calls = &registry_.Counters("cortado_rpc_calls_total", "Finished calls.", {"method", "code"});
  method.ok_calls = &method.calls->With({descriptor.name(), "OK"});
  method.seconds =
      &registry_.Histograms("cortado_rpc_seconds", "Time from arrival to answer.", {"method"}, metrics::LatencyBounds())
           .With({descriptor.name()});
  return method;
}

int64_t Binder::UnderWay() const {
  using Class = Limits::Class;
  int64_t calls = 0;
  for (const Class kind : {Class::kRead, Class::kWrite, Class::kBulk, Class::kWatch}) {
    for (const bool service : {false, true}) calls += limits_.InFlight(kind, service);
  }
  return calls;
}

absl::Status Binder::Enter(const Method& method, const CallInfo& info) {
  const Limits::Caller caller{info.organization, info.subject, info.actor, info.roles.Has(api::v1::ROLE_SERVICE)};
  const Limits::Verdict verdict = limits_.Enter(caller, ClassOf(method.deadline_class), SteadyNow());
  if (verdict.refusal == Limits::Refusal::kNone) return absl::OkStatus();
  refused_[static_cast<size_t>(verdict.refusal)]->Increment();
  const bool crowded = verdict.refusal == Limits::Refusal::kInFlight;
  return Error(absl::StatusCode::kResourceExhausted,
               crowded ? api::v1::REASON_TOO_MANY_IN_FLIGHT : api::v1::REASON_RATE_LIMITED,
               crowded ? "too many calls of this kind are under way" : "too many calls in a short time")
      .RetryAfter(std::max(verdict.wait, kShortestWait));
}

Task<absl::StatusOr<Call>> Binder::Admit(const Method& method, const grpc::CallbackServerContext& context) {
  const absl::Time now = absl::Now();  // gRPC's deadlines and the driver's know no other clock.
  const absl::Time deadline = std::min(absl::FromChrono(context.deadline()), now + LimitOf(method.deadline_class));
  const absl::string_view authorization = Metadata(context, "authorization");
  auto info = std::make_shared<CallInfo>();
  if (!method.without_token || !authorization.empty()) {
    constexpr absl::string_view kBearer = "Bearer ";
    if (!absl::StartsWithIgnoreCase(authorization, kBearer)) {
      co_return Unauthenticated("send a token as metadata `authorization: Bearer TOKEN`");
    }
    const absl::string_view token = authorization.substr(kBearer.size());
    std::shared_ptr<const auth::Claims> claims = verifier_.Known(token);
    if (claims == nullptr) {
      CO_ASSIGN_OR_RETURN(claims, co_await Authenticate(token, deadline));
    }
    CO_RETURN_IF_ERROR(TakeOver(method, *claims, Metadata(context, "x-cortado-org"), *info));
  }
  info->method = method.name;
  info->accept_language = std::string(Metadata(context, "accept-language"));
  info->deadline = deadline;
  if (deadline <= absl::Now()) co_return absl::DeadlineExceededError("the deadline passed before the call began");
  info->is_cancelled = &TransportCancelled;
  info->transport = &context;
  const absl::Status entered = Enter(method, *info);  // From here on the call counts until it is closed.
  if (entered.ok() && refusing_.load()) {             // After it counts: whoever waits for the last call misses none.
    limits_.Leave(ClassOf(method.deadline_class), info->roles.Has(api::v1::ROLE_SERVICE));
    co_return absl::UnavailableError("this server is stopping; repeat with the same request id");
  }
  if (!entered.ok()) {
    co_await HoldBack(now);
    co_return entered;
  }
  co_return Call(std::move(info));
}

Task<void> Binder::HoldBack(absl::Time began) {
  // Steps of the golden ratio, modulo 1, lie evenly however many there are (Weyl's sequence).
  const double place = refusals_.fetch_add(0x9E3779B9u) / 4294967296.0;
  const absl::Time until = began + kRefusedAfter + kRefusedOver * place;
  if (held_back_.fetch_add(1) < kMostHeldBack) co_await waiting_room_.SleepUntil(until);
  held_back_.fetch_sub(1);
}

Task<absl::StatusOr<std::shared_ptr<const auth::Claims>>> Binder::Authenticate(absl::string_view token,
                                                                               absl::Time deadline) const {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<const auth::Claims> claims, verifier_.Check(token));
  CO_ASSIGN_OR_RETURN(claims, co_await Vouch(std::move(claims), deadline));
  verifier_.Remember(token, claims);
  co_return claims;
}

Task<absl::StatusOr<std::shared_ptr<const auth::Claims>>> Binder::Vouch(std::shared_ptr<const auth::Claims> claims,
                                                                        absl::Time deadline) const {
  if (claims->session.empty()) {
    const bool service = claims->organization == auth::kAnyOrganization;  // Signed by a server itself.
    if (!service && !dev_) co_return Unauthenticated("a token without a session counts only on a server with --dev");
    co_return claims;
  }
  if (session_check_ == nullptr) co_return Unauthenticated("this server knows no sessions");
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> now, co_await session_check_(claims, deadline));
  // A role that was taken away since the token was made does not count; one that was given needs a new token.
  auto counts = std::make_shared<auth::Claims>(*claims);
  auto& roles = counts->roles;
  roles.erase(
      std::remove_if(roles.begin(), roles.end(),
                     [&](const std::string& role) { return std::find(now.begin(), now.end(), role) == now.end(); }),
      roles.end());
  co_return counts;
}

absl::Status Binder::Read(const Method& method, const grpc::ByteBuffer& body,
                          google::protobuf::Message& request) const {
  grpc::ByteBuffer copy = body;  // Shares the bytes; the reader consumes its buffer.
  grpc::ProtoBufferReader reader(&copy);
  if (!reader.status().ok() || !request.ParseFromZeroCopyStream(&reader)) {
    return Error(absl::StatusCode::kInvalidArgument, api::v1::REASON_MALFORMED_REQUEST,
                 "the body does not parse as the method's request");
  }
  return method.validator->Check(request);
}

grpc::ByteBuffer Binder::Write(const Method& method, const Call& call, google::protobuf::Message& response) {
  method.view->Show(call, response);
  grpc::Slice slice(response.ByteSizeLong());
  // Writes with the sizes that ByteSizeLong has just left in the message.
  response.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

grpc::Status Binder::Close(const Method& method, grpc::CallbackServerContext& context, const Finished& finished,
                           const absl::Status& bare) {
  const Call* call = finished.call;
  if (call != nullptr) limits_.Leave(ClassOf(method.deadline_class), call->IsService());
  absl::Duration took = clock_.Now() - finished.began;
  method.seconds->Observe(absl::ToDoubleSeconds(took));
  absl::Status status = bare.ok() ? bare : WithReason(bare);
  std::string reason;
  if (status.ok()) {
    method.ok_calls->Increment();
  } else {
    absl::string_view short_name = absl::string_view(method.name).substr(method.name.find('/') + 1);
    method.calls->With({short_name, CodeName(status.code())}).Increment();
    reason = ReasonOf(status);
    if (status.code() == absl::StatusCode::kInternal) {
      log::Error("rpc.internal", {{"method", method.name}, {"what", bare.message()}});
    }
  }
  log::LogRequest({.method = method.name,
                   .code = CodeName(status.code()),
                   .organization = call == nullptr ? "" : call->organization(),
                   .subject = call == nullptr ? "" : call->subject(),
                   .reason = reason,
                   .duration = took,
                   .request_bytes = static_cast<int64_t>(finished.request_bytes),
                   .response_bytes = static_cast<int64_t>(finished.response_bytes)});
  if (status.ok()) return grpc::Status::OK;
  if (const absl::Duration wait = RetryAfterOf(status); wait > absl::ZeroDuration()) {
    context.AddTrailingMetadata("grpc-retry-pushback-ms",
                                absl::StrCat(absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  }
  return ToGrpc(status, Metadata(context, "accept-language"));
}

grpc::Status ToGrpc(const absl::Status& bare, absl::string_view accept_language) {
  absl::Status status = WithReason(bare);
  std::string code = absl::StrCat("error.", absl::AsciiStrToLower(ReasonOf(status)));
  std::string language = text::ChooseLanguage(accept_language, "", "");
  text::Message sentence = text::MakeMessage(code, language, SentenceParameters(status));
  if (sentence.text != code) {  // The catalogue knows a sentence for it.
    type::v1::UserMessage user;
    user.mutable_text()->set_code(sentence.code);
    user.mutable_text()->set_text(sentence.text);
    status.SetPayload(kUserMessageUrl, absl::Cord(user.SerializeAsString()));
  }
  api::v1::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  // In order of their type, so that equal errors are equal bytes: the order of a Status's payloads is random.
  std::map<std::string, std::string> payloads;
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& bytes) { payloads.emplace(std::string(url), std::string(bytes)); });
  for (auto& [url, bytes] : payloads) {
    google::protobuf::Any* detail = details.add_details();
    detail->set_type_url(url);
    detail->set_value(std::move(bytes));
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  api::v1::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : details.details()) {
      result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  return result;
}

}  // namespace cortado::rpc
