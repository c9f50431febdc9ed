#include "clients/ctl/health.h"

#include <grpcpp/generic/generic_stub.h>

#include <vector>

#include "absl/time/clock.h"
#include "common/rpc/binder.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

// grpc.health.v1.HealthCheckResponse is one field: number 1, an enum. Debian packages no stub of it, and two bytes do
// not ask for one.
std::string StatusWord(grpc::ByteBuffer& response) {
  std::vector<grpc::Slice> slices;
  if (!response.Dump(&slices).ok()) return "UNKNOWN";
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  const int status = bytes.size() == 2 && bytes[0] == 0x08 ? bytes[1] : 0;
  switch (status) {
    case 1:
      return "SERVING";
    case 2:
      return "NOT_SERVING";
    case 3:
      return "SERVICE_UNKNOWN";
    default:
      return "UNKNOWN";
  }
}

// HealthCheckRequest is one field as well: number 1, a string. Empty stands for the server as a whole.
grpc::ByteBuffer Question(const std::string& service) {
  if (service.empty()) return grpc::ByteBuffer(nullptr, 0);
  grpc::Slice slice(std::string("\x0a") + static_cast<char>(service.size()) + service);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

absl::StatusOr<std::string> AskHealth(const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout,
                                      const std::string& service) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", Question(service), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, &queue);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  RETURN_IF_ERROR(rpc::FromGrpc(status));
  return StatusWord(response);
}

}  // namespace cortado::ctl
