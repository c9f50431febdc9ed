#include "common/app/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <signal.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/app/credentials.h"
#include "common/app/hang_up.h"
#include "common/app/loopback.h"
#include "common/status/status.h"
#include "common/time/zone_data.h"
#include "google/protobuf/stubs/logging.h"

namespace cortado::app {
namespace {

constexpr int kLargestMessage = 1 << 20;
constexpr int kLargestMetadata = 8 << 10;

// How long a server that is stopping goes on serving, for those who look at its health to leave.
constexpr absl::Duration kNotice = absl::Milliseconds(500);
// How long the last answers may take to the wire.
constexpr absl::Duration kLastAnswers = absl::Milliseconds(50);

constexpr int kPingsAtMostEvery = 10 * 1000;  // Milliseconds, as all below.
constexpr int kConnectionAge = 30 * 60 * 1000;
constexpr int kConnectionAgeGrace = 30 * 1000;
// A peer that went away without a word is found by pings of ours.
constexpr int kKeepaliveEvery = 60 * 1000;
constexpr int kKeepaliveAnswer = 20 * 1000;

bool IsSocket(const std::string& address) { return absl::StartsWith(address, "unix:"); }

absl::Status CheckListening(const ServerOptions& options) {
  if (options.tls.any() && IsSocket(options.listen)) {
    return absl::FailedPreconditionError(
        absl::StrCat("refusing to listen on ", options.listen, ": TLS is for host:port, a unix socket takes none"));
  }
  if (options.dev && !IsLocal(options.listen)) {
    return absl::FailedPreconditionError(
        absl::StrCat("refusing to listen on ", options.listen, ": with --dev only this machine may be served"));
  }
  if (!options.tls.any() && !IsLocal(options.listen)) {
    return absl::FailedPreconditionError(
        absl::StrCat("refusing to listen on ", options.listen,
                     ": beyond this machine it takes TLS. Give --tls_cert and --tls_key, or listen on 127.0.0.1 or a "
                     "unix socket"));
  }
  return CheckServerFiles(options.tls);
}

// What one connection may do to us, whoever is at its other end.
void BoundConnections(grpc::ServerBuilder& builder, int streams) {
  builder.SetMaxReceiveMessageSize(kLargestMessage);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kLargestMetadata);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAge);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGrace);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingsAtMostEvery);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveEvery);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveAnswer);
}

}  // namespace

Server::Server(ServerOptions options, const Clock& clock, metrics::Registry& registry)
    : options_(std::move(options)),
      verifier_(options_.keys, auth::kIssuer, auth::kAudience, clock),
      // How long calls take is time of the machine, wherever `clock` stands.
      binder_(verifier_, registry, RealClock(), options_.limits, options_.dev) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

void Server::Add(std::unique_ptr<rpc::Service> service) { services_.push_back(std::move(service)); }

absl::Status Server::Start() {
  for (const auto& service : services_) RETURN_IF_ERROR(service->Complete());
  RETURN_IF_ERROR(CheckListening(options_));
  static std::once_flag once;
  std::call_once(once, [] {
    // What a caller sends must not write to our log: a body that does not parse is refused, and that is logged.
    google::protobuf::SetLogHandler(nullptr);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
  grpc::ServerBuilder builder;
  builder.AddListeningPort(options_.listen, MakeServerCredentials(options_.tls), &port_);
  if (!options_.local.empty()) builder.AddListeningPort(options_.local, grpc::InsecureServerCredentials());
  for (const auto& service : services_) builder.RegisterService(service.get());
  BoundConnections(builder, options_.streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen));
  // Registered once; whether it serves follows the server.
  server_->GetHealthCheckService()->SetServingStatus(ZoneDataHealthName(ZoneDataVersion()), false);
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

// gRPC answers CANCELLED to a call that comes while it shuts down, which callers do not repeat. So nothing comes then:
// we refuse by ourselves first, and hang up.
void Server::LetFinish(absl::Time end) {
  absl::SleepFor(std::min(kNotice, end - absl::Now()));
  binder_.Refuse();
  while (binder_.UnderWay() > 0 && absl::Now() < end) absl::SleepFor(absl::Milliseconds(5));
  absl::SleepFor(kLastAnswers);
  HangUp(port_, IsSocket(options_.listen) ? options_.listen.substr(5) : "");
  if (!options_.local.empty()) HangUp(0, options_.local.substr(5));
}

void Server::Stop(absl::Duration grace) {
  if (server_ == nullptr) return;
  const absl::Time end = absl::Now() + grace;
  Drain();
  if (grace > absl::ZeroDuration()) LetFinish(end);
  server_->Shutdown(absl::ToChronoTime(end));
  server_->Wait();
  server_.reset();
}

std::vector<std::string> Server::service_names() const {
  std::vector<std::string> names;
  for (const auto& service : services_) names.push_back(service->full_name());
  return names;
}

std::string Server::address() const {
  if (IsSocket(options_.listen)) return options_.listen;
  return absl::StrCat(options_.listen.substr(0, options_.listen.rfind(':')), ":", port_);
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

std::shared_ptr<grpc::Channel> Dial(const std::string& address, const TlsFiles& tls) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  return grpc::CreateCustomChannel(address, MakeChannelCredentials(IsSocket(address) ? TlsFiles() : tls), arguments);
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
