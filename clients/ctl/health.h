// Asks a server whether it serves (the standard gRPC health protocol).
// Thread contract: any thread.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace cortado::ctl {

// Returns "SERVING", "NOT_SERVING" or another word of the protocol, of the server as a whole or of one service of at
// most 127 bytes. NOT_FOUND: it does not know that service. Errors of the connection, as UNAVAILABLE.
absl::StatusOr<std::string> AskHealth(const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout,
                                      const std::string& service = "");

}  // namespace cortado::ctl
