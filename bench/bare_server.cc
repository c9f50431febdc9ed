// What the real server is measured against: the callback API and the same multiplexed Redis client, one GET per call,
// the same bytes, no product code. With --echo it does not even ask Redis.
//
// Usage: bare_server REDIS_SOCKET KEY_PREFIX ADDRESS_FILE [--echo]
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "common/app/server.h"
#include "common/redis/client.h"
#include "common/task/task.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace {

using cortado::Detached;

class BareService : public grpc::Service {
 public:
  BareService(cortado::redis::Client* client, std::string prefix) : client_(client), prefix_(std::move(prefix)) {
    AddMethod(new grpc::internal::RpcServiceMethod("/cortado.profile.v1.ProfileService/GetPerson",
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
               [this](grpc::CallbackServerContext* context, const grpc::ByteBuffer* body, grpc::ByteBuffer* answer) {
                 grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
                 if (client_ == nullptr) {
                   *answer = *body;
                   reactor->Finish(grpc::Status::OK);
                 } else {
                   Answer(body, answer, reactor);
                 }
                 return reactor;
               }));
  }

 private:
  Detached Answer(const grpc::ByteBuffer* body, grpc::ByteBuffer* answer, grpc::ServerUnaryReactor* reactor) {
    cortado::profile::v1::GetPersonRequest request;
    grpc::ByteBuffer copy = *body;
    grpc::ProtoBufferReader reader(&copy);
    request.ParseFromZeroCopyStream(&reader);
    std::vector<std::string> command;
    command.reserve(2);
    command.push_back("GET");
    command.push_back(prefix_ + request.name().substr(sizeof("people/") - 1));
    auto reply =
        co_await client_->Run("", std::move(command), cortado::redis::Use::kRead, absl::Now() + absl::Seconds(5));
    if (!reply.ok() || reply->IsNil()) {
      reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "absent"));
      co_return;
    }
    size_t colon = reply->text.find(':') + 1;
    grpc::Slice slice(reply->text.data() + colon, reply->text.size() - colon);
    *answer = grpc::ByteBuffer(&slice, 1);
    reactor->Finish(grpc::Status::OK);
  }

  cortado::redis::Client* client_;
  const std::string prefix_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bare_server REDIS_SOCKET KEY_PREFIX ADDRESS_FILE [--echo]\n");
    return 2;
  }
  cortado::app::BlockStopSignals();
  bool echo = argc > 4 && std::strcmp(argv[4], "--echo") == 0;
  cortado::EventLoop loop;
  cortado::redis::Address address;
  address.unix_socket = argv[1];
  cortado::redis::Client client(address, loop);
  BareService service(echo ? nullptr : &client, argv[2]);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::string path = argv[3];
  std::ofstream(path + ".new") << "127.0.0.1:" << port << "\n";
  std::rename((path + ".new").c_str(), path.c_str());
  cortado::app::WaitForStopSignal();
  server->Shutdown();
  return 0;
}
