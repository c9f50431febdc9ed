// What happens around every RPC, once: deadline, token, access, limits, field rules, log, metrics, translation of
// errors.
//
// The methods of a service are taken from its descriptor and registered raw (bytes in, bytes out), because typed ones
// answer a body that does not parse with UNIMPLEMENTED. Thread-safe after the start.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/token.h"
#include "common/metrics/metrics.h"
#include "common/rpc/call.h"
#include "common/rpc/limits.h"
#include "common/rpc/validator.h"
#include "common/rpc/view.h"
#include "common/task/event_loop.h"
#include "common/task/task.h"
#include "common/time/clock.h"

namespace cortado::rpc {

// One method: its rules, read once from the protos, and its figures.
struct Method {
  std::string name;  // `cortado.profile.v1.ProfileService/GetPerson`
  Roles allowed;
  bool without_organization = false;
  bool without_token = false;
  std::vector<std::string> scopes;
  api::v1::DeadlineClass deadline_class = api::v1::DEADLINE_CLASS_UNSPECIFIED;
  const Validator* validator = nullptr;
  const View* view = nullptr;
  metrics::Histogram* seconds = nullptr;
  metrics::Family<metrics::Counter>* calls = nullptr;
  metrics::Counter* ok_calls = nullptr;
};

// Looks up the session (or service key) behind a token and returns the roles that its subject has now. UNAUTHENTICATED:
// it is gone. UNAVAILABLE: it cannot be said.
using SessionCheck =
    std::function<Task<absl::StatusOr<std::vector<std::string>>>(std::shared_ptr<const auth::Claims>, absl::Time)>;

class Binder {
 public:
  // All outlive the binder. `dev`: tokens without a session count, for whoever they are; else only those of services.
  Binder(const auth::Verifier& verifier, metrics::Registry& registry, const Clock& clock, const LimitOptions& limits,
         bool dev);

  // Before the start. Without a check no token that names a session counts.
  void SetSessionCheck(SessionCheck check) { session_check_ = std::move(check); }

  // Reads a method's rules. FAILED_PRECONDITION when it has no access row or no deadline class (default deny).
  absl::StatusOr<Method> Describe(const google::protobuf::MethodDescriptor& descriptor) const;

  // Decides who calls, and whether now: UNAUTHENTICATED (TOKEN_INVALID), PERMISSION_DENIED (ACCESS_DENIED), UNAVAILABLE
  // when the session behind a token cannot be looked up or after Refuse, RESOURCE_EXHAUSTED (RATE_LIMITED,
  // TOO_MANY_IN_FLIGHT, with RetryInfo), DEADLINE_EXCEEDED when the deadline has passed. What a session allows may be 5
  // seconds old. What was admitted is closed, once. A limit refuses after 15 to 35 milliseconds: whoever asks again at
  // once is slowed down by it.
  Task<absl::StatusOr<Call>> Admit(const Method& method, const grpc::CallbackServerContext& context);

  // Reads a body: INVALID_ARGUMENT (MALFORMED_REQUEST, or FIELD_INVALID with the path).
  absl::Status Read(const Method& method, const grpc::ByteBuffer& body, google::protobuf::Message& request) const;

  // Returns the bytes of what the caller may see of an answer; the rest is cleared.
  static grpc::ByteBuffer Write(const Method& method, const Call& call, google::protobuf::Message& response);

  // What is known of a call at its end.
  struct Finished {
    const Call* call;  // Null when the caller was not admitted.
    absl::Time began;
    size_t request_bytes = 0;
    size_t response_bytes = 0;
  };
  // Counts and logs a finished call, and says it in gRPC's words, with a sentence for the user in their language. An
  // error that says when to come back says so in the trailing metadata `grpc-retry-pushback-ms` too (gRFC A6).
  grpc::Status Close(const Method& method, grpc::CallbackServerContext& context, const Finished& finished,
                     const absl::Status& status);

  // From now on calls of class WATCH count as cancelled, so that they end.
  void Drain() { draining_.store(true); }
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  // From now on a new call is UNAVAILABLE, so that the caller repeats it elsewhere; what was admitted goes on.
  void Refuse() { refusing_.store(true); }
  // How many calls were admitted and are not closed yet.
  int64_t UnderWay() const;
  absl::Time Now() const { return clock_.Now(); }

 private:
  Task<absl::StatusOr<std::shared_ptr<const auth::Claims>>> Authenticate(absl::string_view token,
                                                                         absl::Time deadline) const;
  Task<absl::StatusOr<std::shared_ptr<const auth::Claims>>> Vouch(std::shared_ptr<const auth::Claims> claims,
                                                                  absl::Time deadline) const;
  absl::Status Enter(const Method& method, const CallInfo& info);
  Task<void> HoldBack(absl::Time began);

  const auth::Verifier& verifier_;
  metrics::Registry& registry_;
  const Clock& clock_;
  const bool dev_;
  SessionCheck session_check_;
  Limits limits_;
  std::array<metrics::Counter*, Limits::kRefusals> refused_{};
  std::atomic<bool> draining_{false};
  std::atomic<bool> refusing_{false};
  std::atomic<int> held_back_{0};
  std::atomic<uint32_t> refusals_{0};
  EventLoop waiting_room_;  // Of refusals. Last: it resumes what uses the rest.
};

// The same error in gRPC's words, with details in `grpc-status-details-bin`. INTERNAL and UNKNOWN lose their message.
grpc::Status ToGrpc(const absl::Status& status, absl::string_view language);
// And back: reason, fields and metadata survive.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace cortado::rpc
