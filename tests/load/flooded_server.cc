#include "tests/load/flooded_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_group.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"

namespace cortado::testing {
namespace {

using Stub = profile::v1::ProfileService::Stub;

constexpr absl::Duration kUpWithin = absl::Seconds(30);
// h2load sends what is due every 10 milliseconds, on all of its connections at once: so one process a connection, each
// with its own beat.
constexpr int kConnections = 16;
constexpr int kStreams = 4;  // Of each.

std::string ReadAll(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The port in the log line {..."event":"metrics.listening"..."port":N}; 0 when it is not there.
int MetricsPort(const std::string& log) {
  for (absl::string_view line : absl::StrSplit(log, '\n')) {
    if (!absl::StrContains(line, "metrics.listening")) continue;
    absl::string_view rest = line.substr(line.find("\"port\":") + 7);
    int port = 0;
    if (absl::SimpleAtoi(rest.substr(0, rest.find_first_not_of("0123456789")), &port)) return port;
  }
  return 0;
}

std::string FetchMetrics(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
      write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
    char part[65536];
    ssize_t got;
    while ((got = read(fd, part, sizeof part)) > 0) answer.append(part, static_cast<size_t>(got));
  }
  close(fd);
  return answer;
}

}  // namespace

FloodedServer::FloodedServer(std::vector<std::string> flags)
    : key_(*auth::SigningKey::LoadOrCreate(redis_.directory() + "/token.pem")) {
  std::vector<std::string> arguments = {BinDirectory() + "/profile_server",
                                        "--redis",
                                        UrlOf(redis_.address()),
                                        "--token_key_file",
                                        Path("token.pem"),
                                        "--dev",
                                        "--address_file",
                                        Path("address")};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  server_.emplace(std::move(arguments), std::map<std::string, std::string>{}, Path("log"));
  address_ = WaitForLine(Path("address"), kUpWithin);
  const absl::Time until = absl::Now() + kUpWithin;
  while (metrics_port_ == 0 && absl::Now() < until) metrics_port_ = MetricsPort(ReadAll(Path("log")));
  if (!address_.empty() && metrics_port_ != 0) return;
  std::fprintf(stderr, "profile_server does not come up: %s\n", ReadAll(Path("log")).c_str());
  std::abort();
}

std::string FloodedServer::CreateOrganization(const std::string& name) {
  auto stub = profile::v1::ProfileService::NewStub(grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
  profile::v1::CreateOrganizationRequest organization;
  organization.mutable_organization()->set_display_name(name);
  organization.set_request_id("organization-" + name);
  auto made = Ask(*stub, &Stub::CreateOrganization, ServiceFor(key_, ""), organization);
  EXPECT_THAT(made, IsOk());
  const std::string id = made.ok() ? made->name().substr(sizeof("organizations/") - 1) : "";
  profile::v1::CreatePersonRequest person;
  person.set_person_id("ada");
  person.mutable_person()->set_external_id("ada");
  person.mutable_person()->set_display_name("Ada");
  person.mutable_person()->set_time_zone("Etc/UTC");
  person.mutable_person()->set_active(true);
  person.set_request_id("person-ada");
  EXPECT_THAT(Ask(*stub, &Stub::CreatePerson, TokenOf(key_, id, "hr", {"HR_ADMIN"}), person), IsOk());
  return id;
}

void FloodedServer::BeginFlood(const std::string& organization, int per_second, absl::Duration duration) {
  profile::v1::GetPersonRequest request;
  request.set_name("people/ada");
  const std::string message = request.SerializeAsString();
  // A message of gRPC: not compressed, its length in four bytes.
  std::ofstream(Path("body"), std::ios::binary) << std::string(4, '\0') << static_cast<char>(message.size()) << message;
  flood_.clear();
  for (int i = 0; i < kConnections; ++i) {
    std::remove(FloodPath("log", i).c_str());
    std::remove(FloodPath("requests", i).c_str());
    flood_.emplace_back(
        // At the lowest priority: a flood comes from elsewhere, and what is measured is what it costs the server.
        std::vector<std::string>{"/usr/bin/env", "nice", "-n", "19", "h2load", "--clients=1",
                                 absl::StrCat("--max-concurrent-streams=", kStreams),
                                 absl::StrCat("--rps=", per_second / kConnections),
                                 absl::StrCat("--duration=", absl::ToInt64Seconds(duration)), "--data=" + Path("body"),
                                 "--log-file=" + FloodPath("requests", i), "--header=content-type: application/grpc",
                                 "--header=te: trailers", "--header=authorization: Bearer " + Ada(organization).token,
                                 absl::StrCat("http://", address_, "/cortado.profile.v1.ProfileService/GetPerson")},
        std::map<std::string, std::string>{}, FloodPath("log", i));
  }
}

std::vector<absl::Duration> FloodedServer::AwaitFlood() {
  std::vector<absl::Duration> times;
  for (int i = 0; i < kConnections; ++i) {
    if (flood_[static_cast<size_t>(i)].Wait(absl::Minutes(5)) != 0) {
      std::fprintf(stderr, "h2load (package nghttp2-client): %s\n", ReadAll(FloodPath("log", i)).c_str());
      return {};
    }
    // A line for each request: when it began, the HTTP status, how long it took, in microseconds.
    std::ifstream requests(FloodPath("requests", i));
    int64_t began = 0, status = 0, took = 0;
    while (requests >> began >> status >> took) times.push_back(absl::Microseconds(took));
  }
  return times;
}

int64_t FloodedServer::Figure(const std::string& prefix) const {
  const std::string text = FetchMetrics(metrics_port_);
  double sum = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    double value = 0;
    if (absl::StartsWith(line, prefix) && absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &value)) sum += value;
  }
  return static_cast<int64_t>(sum);
}

int64_t FloodedServer::ResidentKilobytes() const {
  std::ifstream status(absl::StrCat("/proc/", server_->pid(), "/status"));
  std::string word;
  while (status >> word) {
    if (word != "VmRSS:") continue;
    int64_t kilobytes = 0;
    status >> kilobytes;
    return kilobytes;
  }
  return 0;
}

}  // namespace cortado::testing
