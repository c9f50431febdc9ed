// What one connection may do to a server of ours: sizes, streams, pings; in plain HTTP/2 (RFC 9113) where a client of
// gRPC would not do it.
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "common/app/server.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"

namespace cortado::app {
namespace {

using testing::IsOk;

constexpr char kSettings = 4;
constexpr char kPing = 6;
constexpr char kGoAway = 7;
constexpr uint32_t kMaxConcurrentStreams = 3;
constexpr uint32_t kMaxHeaderListSize = 6;
constexpr uint32_t kEnhanceYourCalm = 11;

std::string Frame(char type, const std::string& body) {
  return std::string{0, 0, static_cast<char>(body.size()), type, 0, 0, 0, 0, 0} + body;
}

uint32_t Number(const std::string& bytes, size_t at, size_t size) {
  uint32_t number = 0;
  for (size_t i = 0; i < size; ++i) number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
  return number;
}

class TransportTest : public ::testing::Test {
 protected:
  TransportTest() {
    EXPECT_THAT(server_.Start(), IsOk());
    server_.SetServing(true);
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(server_.port()));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, ""));
  }
  ~TransportTest() override { close(fd_); }

  void Send(const std::string& bytes) { (void)!send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // The body of the next frame of this type; empty when none comes within 10 s.
  std::string Next(char type) {
    while (true) {
      if (received_.size() >= 9 && received_.size() >= 9 + Number(received_, 0, 3)) {
        const size_t size = Number(received_, 0, 3);
        const char found = received_[3];
        const std::string body = received_.substr(9, size);
        received_.erase(0, 9 + size);
        if (found == type && !body.empty()) return body;
        continue;
      }
      pollfd readable{fd_, POLLIN, 0};
      char part[4096];
      if (poll(&readable, 1, 10'000) != 1) return "";
      const ssize_t got = read(fd_, part, sizeof part);
      if (got <= 0) return "";
      received_.append(part, static_cast<size_t>(got));
    }
  }

  grpc::Status Check(const std::string& metadata, size_t body_size) {
    grpc::GenericStub stub(Dial(server_.address()));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    if (!metadata.empty()) context.AddMetadata("x-large", metadata);
    grpc::Slice slice(std::string(body_size, '\0'));
    grpc::CompletionQueue queue;
    auto call =
        stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                              body_size == 0 ? grpc::ByteBuffer(nullptr, 0) : grpc::ByteBuffer(&slice, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, &queue);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status;
  }

  auth::SigningKey key_ = *auth::SigningKey::Generate();
  metrics::Registry registry_;
  Server server_{{.keys = std::make_shared<auth::KeyRing>(key_), .dev = true, .streams_per_connection = 100},
                 RealClock(),
                 registry_};
  int fd_ = -1;
  std::string received_;
};

TEST_F(TransportTest, TellsAConnectionHowManyStreamsAndHowMuchMetadataItTakes) {
  const std::string settings = Next(kSettings);
  std::map<uint32_t, uint32_t> values;
  for (size_t at = 0; at + 6 <= settings.size(); at += 6) values[Number(settings, at, 2)] = Number(settings, at + 2, 4);
  EXPECT_EQ(values[kMaxConcurrentStreams], 100u);
  EXPECT_EQ(values[kMaxHeaderListSize], 8192u);
}

TEST_F(TransportTest, RefusesMoreMetadataThanItTakesAndServesOn) {
  EXPECT_TRUE(Check(std::string(4'000, 'x'), 0).ok());
  EXPECT_EQ(Check(std::string(20'000, 'x'), 0).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Check(std::string(200'000, 'x'), 0).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Check("", 0).ok());
}

TEST_F(TransportTest, RefusesALargerMessageThanItTakesAndServesOn) {
  EXPECT_EQ(Check("", (1 << 20) + 1).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Check("", 5 << 20).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Check("", 0).ok());
}

TEST_F(TransportTest, HangsUpOnWhoeverPingsWithoutEnd) {
  ASSERT_FALSE(Next(kSettings).empty());
  for (int i = 0; i < 20; ++i) Send(Frame(kPing, "12345678"));
  const std::string goodbye = Next(kGoAway);
  ASSERT_GE(goodbye.size(), 8u);
  EXPECT_EQ(Number(goodbye, 4, 4), kEnhanceYourCalm);
  EXPECT_TRUE(Check("", 0).ok());
}

}  // namespace
}  // namespace cortado::app
