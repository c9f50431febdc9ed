// Calls any method of any service with any bytes, and keeps everything that comes back. Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "common/testing/wire.h"
#include "google/protobuf/descriptor.h"

namespace cortado::testing {

struct Answer {
  absl::Status status;
  std::string details;   // `grpc-status-details-bin`.
  std::string trailers;  // All other trailing metadata, sorted.
  std::string bytes;     // Of all messages.

  // Everything a caller can tell this answer from another by, but how long it took.
  std::string Everything() const;
};

// The methods of these services, by their full names.
std::vector<const google::protobuf::MethodDescriptor*> MethodsOf(const std::vector<std::string>& services);

// One message, then no more, and everything that comes back; a stream that stays open is hung up after 300 ms.
Answer CallAnyMethod(const std::shared_ptr<grpc::Channel>& channel, const google::protobuf::MethodDescriptor& method,
                     const Caller& caller, const std::string& body);

}  // namespace cortado::testing
