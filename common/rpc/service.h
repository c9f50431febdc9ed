// A service made from its descriptor: each RPC is one line that binds its name to the core's function.
//
//   auto service = std::make_unique<rpc::Service>(profile::v1::ProfileService::service_full_name(), binder);
//   service->Unary("CreatePerson", &People::Create, people);   // Returns its answer,
//   service->Unary("GetPerson", &People::Get, people);         // or fills it in place, on the call's arena.
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
#include <type_traits>
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

  // The same for a function that fills the answer, which is empty, and lives on the arena of the call: for what is
  // called most. What it wrote before an error is dropped.
  template <class Core, class Request, class Response>
  void Unary(const char* name, Task<absl::Status> (Core::*function)(Call, const Request&, Response&), Core& core);

  // Binds a method that returns a stream: the function writes, and its status ends the stream.
  template <class Core, class Request, class Response>
  void ServerStream(const char* name, Task<absl::Status> (Core::*function)(Call, const Request&, Writer<Response>&),
                    Core& core);

  // Binds a method that takes a stream: the function reads until the end and returns the answer.
  template <class Core, class Request, class Response>
  void ClientStream(const char* name, Task<absl::StatusOr<Response>> (Core::*function)(Call, Reader<Request>&),
                    Core& core);

  const std::string& full_name() const { return descriptor_.full_name(); }

  // FAILED_PRECONDITION naming the first method that is not bound or has no access row.
  absl::Status Complete() const;

 private:
  // Registers a handler under the method's name; returns the method's rules, which live as long as the service.
  const Method& Add(const char* name, grpc::internal::RpcMethod::RpcType type, grpc::internal::MethodHandler* handler);
  const Method& Prepare(const char* name);

  template <class Request, class Response, class Function, class Core>
  void BindUnary(const char* name, Function function, Core& core);
  template <class Request, class Response, class Function, class Core>
  static Detached Drive(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                        const grpc::ByteBuffer* body, grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor,
                        Function function, Core& core);
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

template <class Request, class Response, class Function, class Core>
Detached Service::Drive(Binder& binder, const Method& method, grpc::CallbackServerContext* context,
                        const grpc::ByteBuffer* body, grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor,
                        Function function, Core& core) {
  absl::Time began = binder.Now();
  absl::StatusOr<Call> call = co_await binder.Admit(method, *context);
  absl::Status status = call.status();
  google::protobuf::Arena arena;
  auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
  if (status.ok()) status = binder.Read(method, *body, *request);
  if (status.ok()) {
    if constexpr (std::is_invocable_v<Function, Core&, Call, const Request&, Response&>) {
      auto* response = google::protobuf::Arena::CreateMessage<Response>(&arena);
      status = co_await (core.*function)(*call, *request, *response);
      if (status.ok()) *answer = Binder::Write(method, *call, *response);
    } else {
      absl::StatusOr<Response> response = co_await (core.*function)(*call, *request);
      status = response.status();
      if (status.ok()) *answer = Binder::Write(method, *call, *response);
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
  absl::StatusOr<Call> call = co_await binder.Admit(method, *context);
  absl::Status status = call.status();
  Request request;
  if (status.ok()) status = binder.Read(method, *body, request);
  if (status.ok()) {
    Writer<Response> writer(*reactor, binder, method, *call);
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
  absl::StatusOr<Call> call = co_await binder.Admit(method, *context);
  absl::Status status = call.status();
  if (status.ok()) {
    Reader<Request> reader(*reactor, binder, method);
    absl::StatusOr<Response> response = co_await (core.*function)(*call, reader);
    status = response.status();
    if (status.ok()) *answer = Binder::Write(method, *call, *response);
  }
  grpc::Status closed = binder.Close(method, *context, {call.ok() ? &*call : nullptr, began}, status);
  reactor->Finish(std::move(closed));
}

template <class Core, class Request, class Response>
void Service::Unary(const char* name, Task<absl::StatusOr<Response>> (Core::*function)(Call, const Request&),
                    Core& core) {
  BindUnary<Request, Response>(name, function, core);
}

template <class Core, class Request, class Response>
void Service::Unary(const char* name, Task<absl::Status> (Core::*function)(Call, const Request&, Response&),
                    Core& core) {
  BindUnary<Request, Response>(name, function, core);
}

template <class Request, class Response, class Function, class Core>
void Service::BindUnary(const char* name, Function function, Core& core) {
  const Method& method = Prepare(name);
  Add(name, grpc::internal::RpcMethod::NORMAL_RPC,
      new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
          [binder = &binder_, &method, function, &core](grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* body, grpc::ByteBuffer* answer) {
            grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
            Drive<Request, Response>(*binder, method, context, body, answer, reactor, function, core);
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
