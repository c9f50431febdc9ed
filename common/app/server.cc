#include "common/app/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <signal.h>

#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "google/protobuf/stubs/logging.h"

namespace cortado::app {
namespace {

constexpr int kLargestMessage = 1 << 20;
constexpr int kLargestMetadata = 8 << 10;

bool IsLocal(const std::string& listen) {
  return absl::StartsWith(listen, "unix:") || absl::StartsWith(listen, "127.") ||
         absl::StartsWith(listen, "localhost:") || absl::StartsWith(listen, "[::1]:");
}

}  // namespace

Server::Server(ServerOptions options, const Clock& clock, metrics::Registry& registry)
    : options_(std::move(options)),
      verifier_(options_.keys, auth::kIssuer, auth::kAudience, clock),
      binder_(verifier_, registry, clock, options_.dev) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

void Server::Add(std::unique_ptr<rpc::Service> service) { services_.push_back(std::move(service)); }

absl::Status Server::Start() {
  for (const auto& service : services_) RETURN_IF_ERROR(service->Complete());
  if (!IsLocal(options_.listen)) {
    return absl::FailedPreconditionError(absl::StrCat("refusing to listen on ", options_.listen,
                                                      ": without TLS only loopback or a unix socket will do"));
  }
  static std::once_flag once;
  std::call_once(once, [] {
    // What a caller sends must not write to our log: a body that does not parse is refused, and that is logged.
    google::protobuf::SetLogHandler(nullptr);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
  grpc::ServerBuilder builder;
  builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &port_);
  for (const auto& service : services_) builder.RegisterService(service.get());
  builder.SetMaxReceiveMessageSize(kLargestMessage);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kLargestMetadata);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 30 * 60 * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30 * 1000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10 * 1000);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen));
  SetServing(false);
  return absl::OkStatus();
}

void Server::SetServing(bool serving) {
  if (server_ != nullptr) server_->GetHealthCheckService()->SetServingStatus(serving);
}

void Server::Drain() {
  if (server_ == nullptr) return;
  server_->GetHealthCheckService()->Shutdown();
  binder_.Drain();
}

void Server::Stop(absl::Duration grace) {
  if (server_ == nullptr) return;
  Drain();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
  server_.reset();
}

std::vector<std::string> Server::service_names() const {
  std::vector<std::string> names;
  for (const auto& service : services_) names.push_back(service->full_name());
  return names;
}

std::string Server::address() const {
  if (absl::StartsWith(options_.listen, "unix:")) return options_.listen;
  return absl::StrCat(options_.listen.substr(0, options_.listen.rfind(':')), ":", port_);
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

std::shared_ptr<grpc::Channel> Dial(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void BlockStopSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void WaitForStopSignal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  int got = 0;
  sigwait(&set, &got);
}

}  // namespace cortado::app
