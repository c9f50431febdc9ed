// A call that is refused, and what the person is told, in both languages.
// Thread contract: as Session.
#pragma once

#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/status.h"
#include "clients/ctl/demo/stage.h"
#include "clients/ctl/render/problem.h"
#include "clients/ctl/session.h"
#include "common/status/status.h"

namespace cortado::ctl {

struct Refusal {
  absl::Status status;  // Of the call in English; OK: it was not refused.
  std::string reason;
  std::string english;
  std::string german;
};

// Makes the call in English and, once it is refused, in German.
template <class Stub, class Request, class Response>
Refusal Refused(Session& session, Stub& stub,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Caller caller,
                const Request& request) {
  Refusal refusal;
  caller.language = "en";
  refusal.status = session.Call(stub, method, caller, request).status();
  if (refusal.status.ok()) return refusal;
  caller.language = "de";
  const Problem problem = Explain(refusal.status);
  refusal.reason = problem.reason;
  refusal.english = problem.text;
  refusal.german = Explain(session.Call(stub, method, caller, request).status()).text;
  return refusal;
}

// Shows on `stage` what was tried and what the person reads. INTERNAL: it was not refused, or there is no sentence in
// each language; the call's own error when it was refused for another reason than `reason`.
absl::Status ShowRefusal(Stage& stage, const std::string& what, const std::string& reason, const Refusal& refusal);

}  // namespace cortado::ctl
