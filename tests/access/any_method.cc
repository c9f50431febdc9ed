#include "tests/access/any_method.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cortado::testing {

std::string Answer::Everything() const {
  return absl::StrCat(static_cast<int>(status.code()), "\n", std::string(status.message()), "\n", details, "\n",
                      trailers, "\n", bytes);
}

std::vector<const google::protobuf::MethodDescriptor*> MethodsOf(const std::vector<std::string>& services) {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const std::string& service : services) {
    const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    for (int i = 0; i < descriptor->method_count(); ++i) methods.push_back(descriptor->method(i));
  }
  return methods;
}

Answer CallAnyMethod(const std::shared_ptr<grpc::Channel>& channel, const google::protobuf::MethodDescriptor& method,
                     const Caller& caller, const std::string& body) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  Caller brief = caller;
  if (method.server_streaming()) brief.timeout = absl::Milliseconds(300);
  Prepare(context, brief);
  grpc::CompletionQueue queue;
  void* const tag = &queue;
  auto call = stub.PrepareCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
  auto wait = [&] {
    void* done;
    bool ok = false;
    return queue.Next(&done, &ok) && ok;
  };
  Answer answer;
  const grpc::Slice slice(body);
  const grpc::ByteBuffer request(&slice, 1);
  call->StartCall(tag);
  if (wait()) {
    call->WriteLast(request, grpc::WriteOptions(), tag);
    wait();
    while (true) {
      grpc::ByteBuffer response;
      call->Read(&response, tag);
      if (!wait()) break;
      std::vector<grpc::Slice> slices;
      if (!response.Dump(&slices).ok()) break;
      for (const auto& part : slices) answer.bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  grpc::Status status;
  call->Finish(&status, tag);
  wait();
  answer.status = rpc::FromGrpc(status);
  answer.details = status.error_details();
  std::vector<std::string> trailers;
  for (const auto& [name, value] : context.GetServerTrailingMetadata()) {
    if (name == "grpc-status-details-bin") continue;
    trailers.push_back(
        absl::StrCat(absl::string_view(name.data(), name.size()), "=", absl::string_view(value.data(), value.size())));
  }
  std::sort(trailers.begin(), trailers.end());
  answer.trailers = absl::StrJoin(trailers, "\n");
  return answer;
}

}  // namespace cortado::testing
