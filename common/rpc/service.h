// A service made from its descriptor: each RPC is one line that binds its name to the core's function.
//
//   auto service = std::make_unique<rpc::Service>(profile::v1::ProfileService::service_full_name(), binder);
//   service->Unary("GetPerson", &People::Get, people);
//   service->ServerStream("WatchPeople", &Feed::Watch, feed);
//   service->ClientStream("ImportPeople", &Import::Run, import);
//
// The server refuses to start while a method of the descriptor is not bound (see Complete). Bind before the start.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/binder.h"
#include "common/rpc/stream.h"
#include "common/task/task.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/descriptor.h"

namespace cortado::rpc {

class Service : public grpc::Service {
 public:
  // `full_name` is one of a service whose protos are linked in. `binder` outlives the service.
  Service(const char* full_name, Binder& binder);

  // Binds a method that takes one message and returns one. `core` outlives the service.
  template <class Core, class Request, class Response>
  void Unary(const char* name, Task<absl::StatusOr<Response>> (Core::*function)(Call, const Request&), Core& core);

  // Binds a method that returns a stream: the function writes, and its status ends the stream.
  template <class Core, class Request, class Response>
  void ServerStream(const char* name, Task<absl::Status> (Core::*function)(Call, const Request&, Writer<Response>&),
                    Core& core);

  // Binds a method that takes a stream: the function reads until the end and returns the answer.
  template <class Core, class Request, class Response>
  void ClientStream(const char* name, Task<absl::StatusOr<Response>> (Core::*function)(Call, Reader<Request>&),
                    Core& core);

  // FAILED_PRECONDITION naming the first method that is not bound or has no access row.
  absl::Status Complete() const;

 private:
  // Registers a handler under the method's name; returns the method's rules, which live as long as the service.
  const Method& Add(const char* name, grpc::internal::RpcMethod::RpcType type, grpc::internal::MethodHandler* handler);
  const Method& Prepare(const char* name);

  template <class Core, class Request, class Response>
  static Detached Drive(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                        const grpc::ByteBuffer* body, grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor,
                        Task<absl::StatusOr<Response>> (Core::*function)(Call, const Request&), Core& core);
  template <class Core, class Request, class Response>
  static Detached DriveWriter(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                              const grpc::ByteBuffer* body, WriteReactor* reactor,
                              Task<absl::Status> (Core::*function)(Call, const Request&, Writer<Response>&),
                              Core& core);
  template <class Core, class Request, class Response>
  static Detached DriveReader(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                              grpc::ByteBuffer* answer, ReadReactor* reactor,
                              Task<absl::StatusOr<Response>> (Core::*function)(Call, Reader<Request>&), Core& core);

  const google::protobuf::ServiceDescriptor& descriptor_;
  Binder& binder_;
  std::vector<std::unique_ptr<Method>> methods_;
  std::vector<std::unique_ptr<std::string>> paths_;
  std::set<std::string> bound_;
  absl::Status defect_;
};

template <class Core, class Request, class Response>
Detached Service::Drive(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                        const grpc::ByteBuffer* body, grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor,
                        Task<absl::StatusOr<Response>> (Core::*function)(Call, const Request&), Core& core) {
  absl::Time began = binder.Now();
  absl::StatusOr<Call> call = binder.Admit(method, *context);
  absl::Status status = call.status();
  google::protobuf::Arena arena;
  auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
  if (status.ok()) status = binder.Read(method, *body, *request);
  if (status.ok()) {
    absl::StatusOr<Response> response = co_await (core.*function)(*call, *request);
    status = response.status();
    if (status.ok()) {
      bool own;
      grpc::Status written = grpc::SerializationTraits<Response>::Serialize(*response, answer, &own);
      if (!written.ok()) status = absl::InternalError("the answer does not serialise");
    }
  }
  grpc::Status closed =
      binder.Close(method, *context, {call.ok() ? &*call : nullptr, began, body->Length(), answer->Length()}, status);
  reactor->Finish(std::move(closed));  // Nothing of the call is touched after this.
}

template <class Core, class Request, class Response>
Detached Service::DriveWriter(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                              const grpc::ByteBuffer* body, WriteReactor* reactor,
                              Task<absl::Status> (Core::*function)(Call, const Request&, Writer<Response>&),
                              Core& core) {
  absl::Time began = binder.Now();
  absl::StatusOr<Call> call = binder.Admit(method, *context);
  absl::Status status = call.status();
  Request request;
  if (status.ok()) status = binder.Read(method, *body, request);
  if (status.ok()) {
    Writer<Response> writer(*reactor, binder);
    status = co_await (core.*function)(*call, request, writer);
  }
  grpc::Status closed = binder.Close(method, *context, {call.ok() ? &*call : nullptr, began}, status);
  reactor->Finish(std::move(closed));
}

template <class Core, class Request, class Response>
Detached Service::DriveReader(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                              grpc::ByteBuffer* answer, ReadReactor* reactor,
                              Task<absl::StatusOr<Response>> (Core::*function)(Call, Reader<Request>&), Core& core) {
  absl::Time began = binder.Now();
  absl::StatusOr<Call> call = binder.Admit(method, *context);
  absl::Status status = call.status();
  if (status.ok()) {
    Reader<Request> reader(*reactor, binder, method);
    absl::StatusOr<Response> response = co_await (core.*function)(*call, reader);
    status = response.status();
    if (status.ok()) {
      bool own;
      grpc::Status written = grpc::SerializationTraits<Response>::Serialize(*response, answer, &own);
      if (!written.ok()) status = absl::InternalError("the answer does not serialise");
    }
  }
  grpc::Status closed = binder.Close(method, *context, {call.ok() ? &*call : nullptr, began}, status);
  reactor->Finish(std::move(closed));
}

template <class Core, class Request, class Response>
void Service::Unary(const char* name, Task<absl::StatusOr<Response>> (Core::*function)(Call, const Request&),
                    Core& core) {
  const Method& method = Prepare(name);
  Add(name, grpc::internal::RpcMethod::NORMAL_RPC,
      new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
          [binder = &binder_, &method, function, &core](grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* body, grpc::ByteBuffer* answer) {
            grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
            Drive(*binder, method, context, body, answer, reactor, function, core);
            return reactor;
          }));
}

template <class Core, class Request, class Response>
void Service::ServerStream(const char* name,
                           Task<absl::Status> (Core::*function)(Call, const Request&, Writer<Response>&), Core& core) {
  const Method& method = Prepare(name);
  Add(name, grpc::internal::RpcMethod::SERVER_STREAMING,
      new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
          [binder = &binder_, &method, function, &core](grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* body) {
            auto* reactor = new WriteReactor;
            DriveWriter(*binder, method, context, body, reactor, function, core);
            return reactor;
          }));
}

template <class Core, class Request, class Response>
void Service::ClientStream(const char* name, Task<absl::StatusOr<Response>> (Core::*function)(Call, Reader<Request>&),
                           Core& core) {
  const Method& method = Prepare(name);
  Add(name, grpc::internal::RpcMethod::CLIENT_STREAMING,
      new grpc::internal::CallbackClientStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
          [binder = &binder_, &method, function, &core](grpc::CallbackServerContext* context,
                                                        grpc::ByteBuffer* answer) {
            auto* reactor = new ReadReactor;
            DriveReader(*binder, method, context, answer, reactor, function, core);
            return reactor;
          }));
}

}  // namespace cortado::rpc
