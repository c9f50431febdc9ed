// A server of ours behind TLS, over the wire, with certificates made for the test.
#include <grpcpp/generic/generic_stub.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/app/server.h"
#include "common/testing/certificates.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"

namespace cortado::app {
namespace {

using absl::StatusCode;
using testing::Authority;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::MoveIntoPlace;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "cortado-tls-XXXXXX").string();
    root_ = mkdtemp(name.data()) != nullptr ? name : "";
    Put("ca.pem", ours_.certificate());
    Put("other-ca.pem", other_.certificate());
    PutPair("server", ours_.Issue("server"));
    PutPair("client", ours_.Issue("client"));
    PutPair("stranger", other_.Issue("stranger"));
  }
  ~TlsTest() override {
    server_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(root_, "/", name); }
  void Put(const std::string& name, const std::string& text) { MoveIntoPlace(Path(name), text); }
  void PutPair(const std::string& name, const Authority::Issued& issued) {
    Put(name + ".key", issued.key);
    Put(name + ".pem", issued.certificate);
  }
  TlsFiles Files(const std::string& pair, const std::string& authority) const {
    TlsFiles files;
    if (!pair.empty()) files = {Path(pair + ".pem"), Path(pair + ".key")};
    if (!authority.empty()) files.authority = Path(authority);
    return files;
  }

  absl::Status Start(TlsFiles files, const std::string& listen = "127.0.0.1:0", const std::string& local = "") {
    ServerOptions options{
        .listen = listen, .keys = std::make_shared<auth::KeyRing>(key_), .tls = std::move(files), .local = local};
    server_ = std::make_unique<Server>(std::move(options), RealClock(), registry_);
    absl::Status started = server_->Start();
    if (started.ok()) server_->SetServing(true);
    return started;
  }

  // Whether a new connection to `address` with these files carries a call.
  bool Answers(const std::string& address, const TlsFiles& files) {
    grpc::GenericStub stub(Dial(address, files));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(10)));
    grpc::CompletionQueue queue;
    auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::ByteBuffer(nullptr, 0), &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, &queue);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE) << status.error_message();
    return status.ok();
  }
  bool Answers(const TlsFiles& files) { return Answers(server_->address(), files); }

  const Authority ours_{"ours"};
  const Authority other_{"other"};
  std::string root_;
  auth::SigningKey key_ = *auth::SigningKey::Generate();
  metrics::Registry registry_;
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, ServesWhoTrustsItsAuthority) {
  ASSERT_THAT(Start(Files("server", "")), IsOk());
  EXPECT_TRUE(Answers(Files("", "ca.pem")));
}

TEST_F(TlsTest, RefusesAClientInTheClear) {
  ASSERT_THAT(Start(Files("server", "")), IsOk());
  EXPECT_FALSE(Answers({}));
}

TEST_F(TlsTest, IsRefusedByAClientThatTrustsAnotherAuthority) {
  ASSERT_THAT(Start(Files("server", "")), IsOk());
  EXPECT_FALSE(Answers(Files("", "other-ca.pem")));
}

TEST_F(TlsTest, RefusesAClientWithoutACertificateWhereOneIsAskedFor) {
  ASSERT_THAT(Start(Files("server", "ca.pem")), IsOk());
  EXPECT_FALSE(Answers(Files("", "ca.pem")));
}

TEST_F(TlsTest, RefusesAClientWhoseCertificateAnotherAuthoritySigned) {
  ASSERT_THAT(Start(Files("server", "ca.pem")), IsOk());
  EXPECT_FALSE(Answers(Files("stranger", "ca.pem")));
}

TEST_F(TlsTest, ServesAClientWithTheRightCertificate) {
  ASSERT_THAT(Start(Files("server", "ca.pem")), IsOk());
  EXPECT_TRUE(Answers(Files("client", "ca.pem")));
}

TEST_F(TlsTest, ShowsAReplacedCertificateToNewConnections) {
  ASSERT_THAT(Start(Files("server", "")), IsOk());
  ASSERT_TRUE(Answers(Files("", "ca.pem")));
  ASSERT_FALSE(Answers(Files("", "other-ca.pem")));
  PutPair("server", other_.Issue("server"));
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (!Answers(Files("", "other-ca.pem")) && absl::Now() < until) absl::SleepFor(absl::Milliseconds(50));
  EXPECT_TRUE(Answers(Files("", "other-ca.pem")));
  EXPECT_FALSE(Answers(Files("", "ca.pem")));
}

TEST_F(TlsTest, LeavesThisMachineASocketInTheClear) {
  ASSERT_THAT(Start(Files("server", "ca.pem"), "127.0.0.1:0", "unix:" + Path("s")), IsOk());
  EXPECT_EQ(server_->local_address(), "unix:" + Path("s"));
  EXPECT_TRUE(Answers(server_->local_address(), {}));
  EXPECT_FALSE(Answers(server_->address(), {}));
}

TEST_F(TlsTest, RefusesAPublicAddressWithoutIt) {
  for (const char* listen : {"0.0.0.0:0", "[::]:0", "127.0.0.1.example.com:0"}) {
    absl::Status started = Start({}, listen);
    EXPECT_EQ(started.code(), StatusCode::kFailedPrecondition) << listen;
    EXPECT_THAT(std::string(started.message()), HasSubstr("--tls_cert")) << listen;
  }
}

TEST_F(TlsTest, RefusesFilesThatWillNotDo) {
  PutPair("expired", ours_.Issue("expired", absl::Seconds(-1)));
  PutPair("open", ours_.Issue("open"));
  chmod(Path("open.key").c_str(), 0640);
  Put("words.pem", "no certificate\n");
  const struct {
    TlsFiles files;
    const char* why;
  } cases[] = {
      {{Path("server.pem"), Path("client.key")}, "is not that of the certificate"},
      {{Path("server.pem"), ""}, "together"},
      {{"", "", Path("ca.pem")}, "together"},
      {Files("expired", ""), "has expired"},
      {Files("open", ""), "chmod 600"},
      {{Path("words.pem"), Path("server.key")}, "holds no PEM certificate"},
      {{Path("server.pem"), Path("server.pem")}, "holds no PEM private key"},
      {Files("server", "none.pem"), "No such file"},
  };
  for (const auto& bad : cases) {
    EXPECT_THAT(std::string(Start(bad.files).message()), HasSubstr(bad.why));
  }
}

TEST_F(TlsTest, AClientSendsNothingInTheClearBeyondThisMachine) {
  EXPECT_EQ(CheckClientFiles({}, "cortado.example.com:7301").code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(CheckClientFiles(Files("", "ca.pem"), "cortado.example.com:7301"), IsOk());
  EXPECT_THAT(CheckClientFiles({}, "127.0.0.1:7301"), IsOk());
  EXPECT_THAT(CheckClientFiles({}, "unix:/run/cortado"), IsOk());
}

}  // namespace
}  // namespace cortado::app
