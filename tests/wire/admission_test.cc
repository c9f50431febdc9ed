// Who is let in by the limits and the deadline, over a real connection, around a core made for the test.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <coroutine>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/service.h"
#include "common/status/error.h"
#include "common/sync/mutex.h"
#include "common/testing/matchers.h"
#include "common/testing/wire.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/type/v1/text.pb.h"
#include "gmock/gmock.h"

namespace cortado::rpc {
namespace {

using absl::StatusCode;
using profile::v1::Person;
using testing::Ask;
using testing::Caller;
using testing::FailsWith;
using testing::IsOk;
using testing::TokenOf;
using Stub = profile::v1::ProfileService::Stub;

constexpr char kGetPerson[] = "/cortado.profile.v1.ProfileService/GetPerson";

// Counts who comes in; keeps those who ask for people/slow until Release.
class Core {
 public:
  Task<absl::StatusOr<Person>> Get(Call, const profile::v1::GetPersonRequest& request) {
    started.fetch_add(1);
    if (request.name() == "people/slow") co_await Waiting{*this};
    co_return Person();
  }
  void Release() {
    std::vector<std::coroutine_handle<>> waiters;
    {
      sync::MutexLock lock(mutex_);
      waiters.swap(waiters_);
    }
    for (std::coroutine_handle<> waiter : waiters) waiter.resume();
  }
  size_t waiting() {
    sync::MutexLock lock(mutex_);
    return waiters_.size();
  }
  std::atomic<int> started{0};

 private:
  struct Waiting {
    Core& core;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      sync::MutexLock lock(core.mutex_);
      core.waiters_.push_back(waiter);
    }
    void await_resume() const {}
  };
  sync::Mutex mutex_;
  std::vector<std::coroutine_handle<>> waiters_;
};

class AdmissionTest : public ::testing::Test {
 protected:
  void Start(const LimitOptions& limits) {
    binder_ = std::make_unique<Binder>(verifier_, registry_, RealClock(), limits, /*dev=*/true);
    service_ = std::make_unique<Service>(profile::v1::ProfileService::service_full_name(), *binder_);
    service_->Unary("GetPerson", &Core::Get, core_);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    server_ = builder.BuildAndStart();
    stub_ = profile::v1::ProfileService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), grpc::InsecureChannelCredentials()));
  }
  absl::StatusOr<Person> Get(const Caller& caller, const std::string& name = "people/ada") {
    profile::v1::GetPersonRequest request;
    request.set_name(name);
    return Ask(*stub_, &Stub::GetPerson, caller, request);
  }
  Caller Acting(const std::string& subject, const std::string& actor) {
    auth::Claims claims;
    claims.organization = "acme";
    claims.subject = subject;
    claims.actor = actor;
    claims.roles = {"EMPLOYEE"};
    claims.issued_at = absl::Now();
    claims.expires = claims.issued_at + absl::Hours(1);
    return {auth::Mint(key_, claims)};
  }
  // Waits until the figures hold this line.
  bool Counted(const std::string& line) {
    const absl::Time until = absl::Now() + absl::Seconds(20);
    while (registry_.Text().find(line) == std::string::npos) {
      if (absl::Now() > until) return false;
      absl::SleepFor(absl::Milliseconds(5));
    }
    return true;
  }

  auth::SigningKey key_ = *auth::SigningKey::Generate();
  metrics::Registry registry_;
  auth::Verifier verifier_{std::make_shared<auth::KeyRing>(key_), auth::kIssuer, auth::kAudience, RealClock()};
  Core core_;
  std::unique_ptr<Binder> binder_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
  int port_ = 0;
  Caller ada_ = TokenOf(key_, "acme", "ada");
};

TEST_F(AdmissionTest, ACallerOverTheRateIsRefusedBeforeTheCore) {
  Start({.caller_per_second = 1});
  EXPECT_THAT(Get(ada_), IsOk());
  EXPECT_THAT(Get(ada_), FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  EXPECT_THAT(Get(TokenOf(key_, "acme", "bob")), IsOk());
  EXPECT_EQ(core_.started.load(), 2);
  EXPECT_TRUE(Counted("cortado_rpc_refused_total{limit=\"caller\"} 1"));
}

TEST_F(AdmissionTest, WhoeverAsksAgainAtOnceIsSlowedDown) {
  Start({.caller_per_second = 1});
  EXPECT_THAT(Get(ada_), IsOk());
  const absl::Time began = absl::Now();
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Get(ada_), FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  EXPECT_GE(absl::Now() - began, 4 * absl::Milliseconds(14));
  EXPECT_THAT(Get(TokenOf(key_, "acme", "bob")), IsOk());
}

TEST_F(AdmissionTest, ARefusalSaysWhenToComeBackAndWhatToTellTheUser) {
  Start({.caller_per_second = 1});
  EXPECT_THAT(Get(ada_), IsOk());
  grpc::ClientContext context;
  testing::Prepare(context, ada_);
  context.AddMetadata("accept-language", "de");
  profile::v1::GetPersonRequest request;
  request.set_name("people/ada");
  Person person;
  const absl::Status status = FromGrpc(stub_->GetPerson(&context, request, &person));
  EXPECT_THAT(status, FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));

  absl::optional<absl::Cord> bytes = status.GetPayload(kRetryInfoUrl);
  api::v1::RetryInfo retry;
  ASSERT_TRUE(bytes.has_value() && retry.ParseFromString(std::string(*bytes)));
  EXPECT_LE(retry.retry_delay().seconds(), 1);
  EXPECT_GT(retry.retry_delay().seconds() + retry.retry_delay().nanos(), 0);
  auto pushback = context.GetServerTrailingMetadata().find("grpc-retry-pushback-ms");
  ASSERT_NE(pushback, context.GetServerTrailingMetadata().end());
  int milliseconds = 0;
  ASSERT_TRUE(absl::SimpleAtoi(absl::string_view(pushback->second.data(), pushback->second.size()), &milliseconds));
  EXPECT_GE(milliseconds, 100);
  EXPECT_LE(milliseconds, 1000);

  bytes = status.GetPayload(kUserMessageUrl);
  type::v1::UserMessage user;
  ASSERT_TRUE(bytes.has_value() && user.ParseFromString(std::string(*bytes)));
  EXPECT_THAT(user.text().text(), ::testing::HasSubstr("Bitte warte"));
}

TEST_F(AdmissionTest, WhoeverActsForAPersonSpendsThatPersonsCalls) {
  Start({.caller_per_second = 1, .service_per_second = 2});
  EXPECT_THAT(Get(Acting("ada", "slack")), IsOk());
  EXPECT_THAT(Get(ada_), FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  EXPECT_THAT(Get(Acting("bob", "slack")), IsOk());
  EXPECT_THAT(Get(Acting("cem", "slack")), FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  EXPECT_TRUE(Counted("cortado_rpc_refused_total{limit=\"actor\"} 1"));
}

TEST_F(AdmissionTest, AnOrganizationOverItsRateCostsNoOther) {
  Start({.organization_per_second = 1});
  EXPECT_THAT(Get(ada_), IsOk());
  EXPECT_THAT(Get(TokenOf(key_, "acme", "bob")), FailsWith(StatusCode::kResourceExhausted, "RATE_LIMITED"));
  EXPECT_THAT(Get(TokenOf(key_, "other", "ada")), IsOk());
  EXPECT_THAT(Get(testing::ServiceFor(key_, "acme")), IsOk());
}

TEST_F(AdmissionTest, OnlySoManyCallsAreUnderWayAndEndedOnesMakeRoom) {
  Start({.reads_in_flight = 2});
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) callers.emplace_back([this] { EXPECT_THAT(Get(ada_, "people/slow"), IsOk()); });
  while (core_.waiting() < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_THAT(Get(ada_), FailsWith(StatusCode::kResourceExhausted, "TOO_MANY_IN_FLIGHT"));
  EXPECT_THAT(Get(testing::ServiceFor(key_, "acme")), IsOk());
  EXPECT_TRUE(Counted("cortado_rpc_refused_total{limit=\"in_flight\"} 1"));
  core_.Release();
  for (std::thread& caller : callers) caller.join();
  for (int i = 0; i < 10; ++i) EXPECT_THAT(Get(ada_), IsOk());
}

// One call in plain HTTP/2 (RFC 9113), in two parts: a client of gRPC would not send the body once the time is over.
std::pair<std::string, std::string> RawCall(const std::string& path, const std::string& token,
                                            const std::string& timeout) {
  auto frame = [](char type, char flags, char stream, const std::string& body) {
    const auto size = static_cast<uint32_t>(body.size());
    std::string bytes = {static_cast<char>(size >> 16),
                         static_cast<char>(size >> 8),
                         static_cast<char>(size),
                         type,
                         flags,
                         0,
                         0,
                         0,
                         stream};
    return bytes + body;
  };
  std::string headers;
  auto text = [&](const std::string& value) {  // RFC 7541: a string of up to 16,510 bytes, not compressed.
    const size_t size = value.size();
    if (size < 127) {
      headers += static_cast<char>(size);
    } else {
      headers += {127, static_cast<char>(((size - 127) & 127) | 128), static_cast<char>((size - 127) >> 7)};
    }
    headers += value;
  };
  const std::vector<std::pair<std::string, std::string>> fields = {{":method", "POST"},
                                                                   {":scheme", "http"},
                                                                   {":path", path},
                                                                   {":authority", "test"},
                                                                   {"content-type", "application/grpc"},
                                                                   {"te", "trailers"},
                                                                   {"grpc-timeout", timeout},
                                                                   {"authorization", "Bearer " + token}};
  for (const auto& [name, value] : fields) {
    headers += '\x10';  // A literal that is never indexed.
    text(name);
    text(value);
  }
  profile::v1::GetPersonRequest request;
  request.set_name("people/ada");
  const std::string message = request.SerializeAsString();
  const std::string body = std::string(4, '\0') + static_cast<char>(message.size()) + message;
  return {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "") + frame(1, 4, 1, headers), frame(0, 1, 1, body)};
}

void WriteAll(int fd, const std::string& bytes) {
  EXPECT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}

TEST_F(AdmissionTest, ACallWhoseTimeIsOverIsNotStarted) {
  Start({});
  auto begin = [this](const std::string& head) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    WriteAll(fd, head);
    return fd;
  };
  const auto [late_head, late_body] = RawCall(kGetPerson, ada_.token, "20m");
  const int late = begin(late_head);
  const absl::Time over = absl::Now() + absl::Milliseconds(200);
  while (absl::Now() < over) absl::SleepFor(absl::Milliseconds(5));
  WriteAll(late, late_body);
  const auto [head, body] = RawCall(kGetPerson, ada_.token, "5S");
  const int in_time = begin(head);
  WriteAll(in_time, body);
  EXPECT_TRUE(Counted("cortado_rpc_calls_total{code=\"OK\",method=\"GetPerson\"} 1"));
  EXPECT_EQ(core_.started.load(), 1);
  close(late);
  close(in_time);
}

}  // namespace
}  // namespace cortado::rpc
