#include "common/rpc/service.h"

#include "absl/strings/str_cat.h"
#include "common/log/check.h"

namespace cortado::rpc {

namespace {

const google::protobuf::ServiceDescriptor& FindService(const char* full_name) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name);
  CORTADO_CHECK(found != nullptr);
  return *found;
}

}  // namespace

Service::Service(const char* full_name, Binder& binder) : descriptor_(FindService(full_name)), binder_(binder) {}

const Method& Service::Prepare(const char* name) {
  const google::protobuf::MethodDescriptor* descriptor = descriptor_.FindMethodByName(name);
  CORTADO_CHECK(descriptor != nullptr);
  absl::StatusOr<Method> method = binder_.Describe(*descriptor);
  if (!method.ok()) defect_ = method.status();
  methods_.push_back(std::make_unique<Method>(method.ok() ? *std::move(method) : Method()));
  return *methods_.back();
}

const Method& Service::Add(const char* name, grpc::internal::RpcMethod::RpcType type,
                           grpc::internal::MethodHandler* handler) {
  size_t index = bound_.size();
  CORTADO_CHECK(bound_.insert(name).second);
  // gRPC keeps the pointer to the path for as long as the service.
  paths_.push_back(std::make_unique<std::string>(absl::StrCat("/", descriptor_.full_name(), "/", name)));
  AddMethod(new grpc::internal::RpcServiceMethod(paths_.back()->c_str(), type, nullptr));
  MarkMethodRawCallback(static_cast<int>(index), handler);
  return *methods_.back();
}

absl::Status Service::Complete() const {
  if (!defect_.ok()) return defect_;
  for (int i = 0; i < descriptor_.method_count(); ++i) {
    if (bound_.count(descriptor_.method(i)->name()) == 0) {
      return absl::FailedPreconditionError(absl::StrCat(descriptor_.method(i)->full_name(), " is not bound"));
    }
  }
  return absl::OkStatus();
}

}  // namespace cortado::rpc
