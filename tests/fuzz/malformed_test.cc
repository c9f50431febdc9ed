// A flood of malformed requests through every method of every service: none may crash, none may be an error of ours,
// and what is refused says why and changes nothing. 350,000 of them, which take about a minute; three times as many are
// the million of a release (CORTADO_TEST_SCALE).
#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "gmock/gmock.h"
#include "google/protobuf/dynamic_message.h"
#include "gtest/gtest.h"
#include "tests/fuzz/random_message.h"
#include "tests/testing/site.h"

namespace cortado::testing {
namespace {

using google::protobuf::MethodDescriptor;

constexpr uint64_t kSeed = 20261122;
constexpr int kThreads = 8;

// The naughty strings, where they lie beside the repository.
std::vector<std::string> NaughtyTexts() {
  std::ifstream file("../shared/data/adversarial/blns/blns.json");
  const auto list = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> texts;
  if (list.is_array()) {
    for (const auto& text : list) texts.push_back(text.get<std::string>());
  }
  return texts;
}

class MalformedTest : public ::testing::Test {
 protected:
  MalformedTest() {
    log::SetMinimumSeverity(log::Severity::kError);
    acme_ = site_.CreateOrganization("Acme");
    for (const char* id : {"ada", "bob", "cyd"}) site_.CreatePerson(acme_, id, id);
    site_.CreateRole(acme_, "role1", "Role one");
    site_.Offer(acme_, "bob", 3, profile::v1::BOOKING_OPEN_DOOR);
    for (const std::string& service : site_.cluster().service_names()) {
      const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
      for (int i = 0; i < descriptor->method_count(); ++i) methods_.push_back(descriptor->method(i));
    }
  }
  ~MalformedTest() override { log::SetMinimumSeverity(log::Severity::kInfo); }

  RandomMessage Source(uint64_t seed) const {
    return RandomMessage(
        seed, NaughtyTexts(),
        {"people/ada", "people/bob", "people/zed", "people/ada/offer", "people/bob/time", "roles/role1", "skills/sql",
         "requests/r1", "matches/m1", "chats/c1", "organizations/" + acme_});
  }

  // One unary or streaming call with these bytes, to its end.
  absl::Status Send(grpc::GenericStub& stub, const MethodDescriptor& method, const Caller& caller,
                    const std::string& body) {
    grpc::ClientContext context;
    Caller brief = caller;
    brief.timeout = method.server_streaming() ? absl::Milliseconds(20) : absl::Seconds(20);
    Prepare(context, brief);
    grpc::CompletionQueue queue;
    auto call =
        stub.PrepareCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
    auto wait = [&] {
      void* tag;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    grpc::Slice slice(body);
    grpc::ByteBuffer request(&slice, 1);
    call->StartCall(this);
    if (wait()) {
      call->WriteLast(request, grpc::WriteOptions(), this);
      wait();
      grpc::ByteBuffer response;
      do {
        call->Read(&response, this);
      } while (wait());
    }
    grpc::Status status;
    call->Finish(&status, this);
    wait();
    return rpc::FromGrpc(status);
  }

  // Some caller who may call the method, most of the time.
  Caller SomeCaller(RandomMessage& source, const MethodDescriptor& method) const {
    if (method.options().GetExtension(api::v1::access).without_organization()) return ServiceFor(site_.key(), "");
    switch (source.Below(8)) {
      case 0:
        return ServiceFor(site_.key(), acme_);
      case 1:
        return Caller{"x"};
      default:
        return TokenOf(site_.key(), acme_, "ada", {"EMPLOYEE", "HR_ADMIN", "AUDITOR", "OPERATOR"});
    }
  }

  std::string Body(RandomMessage& source, const MethodDescriptor& method) {
    std::unique_ptr<google::protobuf::Message> message;
    {
      std::lock_guard lock(factory_mutex_);
      message.reset(factory_.GetPrototype(method.input_type())->New());
    }
    source.Fill(*message);
    // Naughty strings are not all UTF-8, which a parser must refuse.
    std::string bytes = message->SerializePartialAsString();
    return source.Below(2) == 0 ? source.Mutate(std::move(bytes)) : bytes;
  }

  // What is wrong with an answer; empty when nothing is.
  static std::string Fault(const absl::Status& status) {
    const std::string reason = ReasonOf(status);
    if (status.ok()) return "";
    if (status.code() == absl::StatusCode::kInternal || status.code() == absl::StatusCode::kUnknown) {
      return absl::StrCat("an error of ours: ", status.ToString());
    }
    if (reason.empty() && status.code() != absl::StatusCode::kDeadlineExceeded &&
        status.code() != absl::StatusCode::kResourceExhausted) {
      return absl::StrCat("no reason: ", status.ToString());
    }
    if (reason == "FIELD_INVALID" && FieldsOf(status).empty()) return absl::StrCat("no field: ", status.ToString());
    return "";
  }

  // Adds what a Lua expression over `KEYS[1]` makes of one key of each service.
  int64_t Sum(const std::string& key, const char* script) {
    int64_t sum = 0;
    for (const char* service : {"profile", "matching", "scheduling"}) {
      int64_t value = 0;
      const std::string name = absl::StrCat("cortado:{", acme_, "}:", service, ":", key);
      if (absl::SimpleAtoi(site_.redis().Ask({"EVAL", script, "1", name}), &value)) sum += value;
    }
    return sum;
  }
  // Grows with every write, those included that follow by themselves: of the courier, of what a service keeps of
  // another.
  int64_t Revision() { return Sum("rev", "return redis.call('GET', KEYS[1]) or 0"); }
  // Writes of calls, by the audit trail: a write's entry stands at the beginning of its revision.
  int64_t WritesOfCalls() {
    return Sum("audit", R"lua(
      local writes = 0
      for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
        local is_write = string.sub(entry[1], -2) == '-0'
        for i = 1, #entry[2], 2 do
          if is_write and entry[2][i] == 'method' and string.sub(entry[2][i + 1], 1, 8) == 'cortado.' then
            writes = writes + 1
          end
        end
      end
      return writes)lua");
  }

  absl::Status Healthy() {
    profile::v1::GetPersonRequest request;
    request.set_name("people/ada");
    return Ask(site_.profile(), &ProfileStub::GetPerson, site_.As(acme_, "ada"), request).status();
  }

  Site site_;
  std::string acme_;
  std::vector<const MethodDescriptor*> methods_;
  std::mutex factory_mutex_;
  google::protobuf::DynamicMessageFactory factory_;
};

TEST_F(MalformedTest, NoRequestIsAnErrorOfOurs) {
  const int64_t requests = Scaled(350'000);
  std::cout << requests << " requests, seed " << kSeed << std::endl;
  std::mutex mutex;
  std::map<std::string, int64_t> answers;
  std::vector<std::string> faults;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      RandomMessage source = Source(kSeed + static_cast<uint64_t>(t));
      grpc::GenericStub stub(site_.channel());
      for (int64_t i = t; i < requests; i += kThreads) {
        const MethodDescriptor& method = *methods_[source.Below(methods_.size())];
        const absl::Status status = Send(stub, method, SomeCaller(source, method), Body(source, method));
        const std::string fault = Fault(status);
        std::lock_guard lock(mutex);
        ++answers[absl::StrCat(absl::StatusCodeToString(status.code()), " ", ReasonOf(status))];
        if (!fault.empty() && faults.size() < 20) faults.push_back(absl::StrCat(method.full_name(), ": ", fault));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& [answer, count] : answers) std::cout << "  " << count << " " << answer << std::endl;
  EXPECT_THAT(faults, ::testing::IsEmpty());
  EXPECT_THAT(Healthy(), IsOk());
  EXPECT_GT(answers["INVALID_ARGUMENT MALFORMED_REQUEST"], requests / 100);
  EXPECT_GT(answers["INVALID_ARGUMENT FIELD_INVALID"], requests / 100);
}

TEST_F(MalformedTest, WhatIsRefusedChangesNothing) {
  RandomMessage source = Source(kSeed + 1000);
  grpc::GenericStub stub(site_.channel());
  int64_t before = Revision(), writes_before = WritesOfCalls();
  for (int64_t i = 0; i < Scaled(3'000); ++i) {
    const MethodDescriptor& method = *methods_[source.Below(methods_.size())];
    if (method.client_streaming()) continue;  // An import keeps the batches before the one that is refused.
    const absl::Status status = Send(stub, method, SomeCaller(source, method), Body(source, method));
    const int64_t after = Revision();
    if (after == before) continue;
    const int64_t writes = WritesOfCalls();
    if (!status.ok()) {
      ASSERT_EQ(writes, writes_before) << method.full_name() << " " << status;
    }
    before = after;
    writes_before = writes;
  }
}

// Connects to the server's port and sends `bytes`; reads whatever comes until the other side closes or 50 ms pass.
void Speak(int port, const std::string& bytes) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{0, 50'000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0) {
      char buffer[4096];
      while (recv(fd, buffer, sizeof buffer, 0) > 0) {
      }
    }
  }
  close(fd);
}

// One HTTP/2 frame (RFC 9113 section 4.1).
std::string Frame(uint32_t length, uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (int shift : {16, 8, 0}) frame += static_cast<char>(length >> shift);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  for (int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift);
  return frame + payload;
}

TEST_F(MalformedTest, RawAbuseOfThePortDisturbsNobody) {
  const std::vector<std::string> parts = absl::StrSplit(site_.cluster().address(), ':');
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(parts.back(), &port));
  const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const std::string settings = Frame(0, 4, 0, 0, "");
  RandomMessage source = Source(kSeed + 2000);
  std::string pings, resets, continuations = Frame(4, 1, 0, 1, "\x82\x86\x84\x41");
  for (int i = 0; i < 2000; ++i) {
    pings += Frame(8, 6, 0, 0, "12345678");
    resets += Frame(4, 1, 4, static_cast<uint32_t>(2 * i + 1), "\x82\x86\x84\x87");
    resets += Frame(4, 3, 0, static_cast<uint32_t>(2 * i + 1), std::string("\0\0\0\x08", 4));
    continuations += Frame(4, 9, 0, 1, "\x82\x86\x84\x41");
  }
  std::vector<std::string> attacks = {
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      std::string(100'000, '\0'),
      preface,
      preface + std::string(100'000, '\xff'),
      preface + settings + pings,
      preface + settings + resets,
      preface + settings + continuations,
      preface + settings + Frame(0xffffff, 0, 0, 1, "short"),
      preface + settings + Frame(200'000, 1, 4, 1, std::string(200'000, '\x40')),
      preface + Frame(6, 4, 0, 0, std::string("\0\x04\xff\xff\xff\xff", 6)),
      preface + settings + Frame(4, 8, 0, 0, std::string("\x7f\xff\xff\xff", 4)) +
          Frame(4, 8, 0, 0, std::string("\x7f\xff\xff\xff", 4)),
  };
  const std::string sound = preface + settings + resets.substr(0, 200);
  for (int64_t i = 0; i < Scaled(100); ++i) attacks.push_back(source.Mutate(sound));
  std::vector<std::thread> threads;
  std::atomic<size_t> next{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < attacks.size(); i = next++) Speak(port, attacks[i]);
    });
  }
  while (next < attacks.size()) ASSERT_THAT(Healthy(), IsOk());
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Healthy(), IsOk());
}

}  // namespace
}  // namespace cortado::testing
