// What every service promises of a freeze, a snapshot and a restore, asked of one that keeps nothing but things.
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/app/server.h"
#include "common/audit/ledger.h"
#include "common/peer/peer_service.h"
#include "common/rpc/binder.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::testing {
namespace {

using PeerStub = api::v1::PeerService::Stub;
using Request = api::v1::RestoreOrganizationRequest;

constexpr char kFreeze[] = "freeze-of-test";
constexpr char kService[] = "matching";

constexpr char kAcme[] = "acme";
constexpr absl::Duration kWithin = absl::Seconds(20);

const store::WriteScript kForgetThing("test.forget_thing", R"lua(
  if redis.call('DEL', K[1]) == 0 then return unchanged('things') end
  resource = 'things'
)lua");

// A service without a core: what common/ does for each.
struct ThingService {
  ThingService(redis::Client& client, EventLoop& loop, Executors& executors,
               std::shared_ptr<const audit::Archive> archive)
      : store_(client, kService, RealClock()),
        trail_({store_, client, executors, RealClock(), std::move(archive)}),
        outbox_(store_, client),
        dossiers_(store_, client, RealClock(), {},
                  [this](rpc::Call call, std::string person) { return Erase(std::move(call), std::move(person)); }),
        retention_(store_, client, RealClock(), nullptr),
        backups_({store_, client, trail_, dossiers_, loop, executors, RealClock()}) {}

  // Things are named after people.
  Task<absl::StatusOr<privacy::Erased>> Erase(rpc::Call call, std::string person) {
    store::Write write;
    write.script = &kForgetThing;
    write.keys.push_back(store_.Key(call.organization(), "thing:" + person));
    CO_RETURN_IF_ERROR((co_await store_.Write(std::move(call), std::move(write))).status());
    privacy::Erased erased;
    erased.done = true;
    co_return erased;
  }

  audit::Trail& trail() { return trail_; }
  events::Outbox& outbox() { return outbox_; }
  privacy::Dossiers& dossiers() { return dossiers_; }
  privacy::Retention& retention() { return retention_; }
  backup::Backups& backups() { return backups_; }

  store::Store store_;
  audit::Trail trail_;
  events::Outbox outbox_;
  privacy::Dossiers dossiers_;
  privacy::Retention retention_;
  backup::Backups backups_;
};

class BackupRpcTest : public ::testing::Test {
 protected:
  BackupRpcTest()
      : key_(*auth::SigningKey::Generate()),
        things_(client_, loop_, executors_,
                std::make_shared<const audit::Archive>(*audit::OpenArchive(redis_.directory() + "/audit"))),
        ledger_(std::make_shared<const privacy::ErasureLedger>(
            *privacy::ErasureLedger::Open(redis_.directory() + "/erasures"))) {
    parts_.Add(things_);
    parts_.backups.Use(ledger_);
    app::ServerOptions options;
    options.keys = std::make_shared<auth::KeyRing>(key_);
    options.dev = true;
    server_ = std::make_unique<app::Server>(std::move(options), RealClock(), registry_);
    server_->Add(peer::MakePeerService(server_->binder(), parts_));
    EXPECT_THAT(server_->Start(), IsOk());
    channel_ = server_->InProcessChannel();
    peer_ = api::v1::PeerService::NewStub(channel_);
    const absl::Time until = absl::Now() + kWithin;
    while (!client_.Connected() && absl::Now() < until) {
    }
  }
  ~BackupRpcTest() override { server_->Stop(absl::Seconds(1)); }

  Caller Service() const { return ServiceFor(key_, kAcme); }
  std::string Key(const std::string& rest) const { return absl::StrCat("cortado:{", kAcme, "}:", kService, ":", rest); }
  std::string Redis(const std::vector<std::string>& command) { return redis_.Ask(command); }

  absl::StatusOr<api::v1::FreezeOrganizationResponse> Freeze(const std::string& service = kService) {
    api::v1::FreezeOrganizationRequest request;
    request.set_service(service);
    request.set_freeze_id(kFreeze);
    request.set_seconds(60);
    return Ask(*peer_, &PeerStub::FreezeOrganization, Service(), request);
  }
  absl::Status Thaw() {
    api::v1::ThawOrganizationRequest request;
    request.set_service(kService);
    request.set_freeze_id(kFreeze);
    return Ask(*peer_, &PeerStub::ThawOrganization, Service(), request).status();
  }
  absl::StatusOr<std::vector<api::v1::SnapshotPiece>> Snapshot() {
    api::v1::SnapshotOrganizationRequest request;
    request.set_service(kService);
    request.set_freeze_id(kFreeze);
    grpc::ClientContext context;
    Prepare(context, Service());
    const auto stream = peer_->SnapshotOrganization(&context, request);
    std::vector<api::v1::SnapshotPiece> pieces;
    api::v1::SnapshotPiece piece;
    while (stream->Read(&piece)) pieces.push_back(piece);
    const absl::Status status = rpc::FromGrpc(stream->Finish());
    if (!status.ok()) return status;
    return pieces;
  }
  static Request Target(bool replace) {
    Request request;
    request.mutable_target()->set_service(kService);
    request.mutable_target()->set_freeze_id(kFreeze);
    request.mutable_target()->set_replace(replace);
    return request;
  }
  static Request Of(const api::v1::SnapshotPiece& piece) {
    Request request;
    *request.mutable_piece() = piece;
    return request;
  }
  static Request End(int64_t records, int64_t revision = 7) {
    Request request;
    request.mutable_end()->set_record_count(records);
    request.mutable_end()->set_revision(revision);
    return request;
  }
  absl::Status Restore(const std::vector<Request>& requests) {
    grpc::ClientContext context;
    Prepare(context, Service());
    api::v1::RestoreOrganizationResponse response;
    const auto stream = peer_->RestoreOrganization(&context, &response);
    for (const Request& request : requests) {
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
    return rpc::FromGrpc(stream->Finish());
  }
  // Target, pieces, end.
  absl::Status RestoreAll(const std::vector<api::v1::SnapshotPiece>& pieces, bool replace = true) {
    std::vector<Request> requests = {Target(replace)};
    int64_t records = 0;
    for (const api::v1::SnapshotPiece& piece : pieces) {
      requests.push_back(Of(piece));
      records += piece.last() ? 1 : 0;
    }
    requests.push_back(End(records));
    return Restore(requests);
  }
  // Two records of a service, as a snapshot gives them.
  std::vector<api::v1::SnapshotPiece> SomePieces() {
    Redis({"SET", Key("thing:a"), "7:one"});
    Redis({"SET", Key("thing:b"), "7:two"});
    EXPECT_THAT(Freeze(), IsOk());
    const auto pieces = Snapshot();
    EXPECT_THAT(pieces, IsOk());
    return pieces.value_or(std::vector<api::v1::SnapshotPiece>());
  }

  testing::RedisServer redis_;
  const auth::SigningKey key_;
  EventLoop loop_;
  Executors executors_;
  redis::Client client_{redis_.address(), loop_};
  ThingService things_;
  const std::shared_ptr<const privacy::ErasureLedger> ledger_;
  peer::Parts parts_;
  metrics::Registry registry_;
  std::unique_ptr<app::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<PeerStub> peer_;
};

TEST_F(BackupRpcTest, NothingIsReadWithoutAFreeze) {
  EXPECT_EQ(ReasonOf(Snapshot().status()), "FREEZE_LOST");
  ASSERT_THAT(Freeze(), IsOk());
  EXPECT_THAT(Snapshot(), IsOk());
  ASSERT_THAT(Thaw(), IsOk());
  EXPECT_EQ(ReasonOf(Snapshot().status()), "FREEZE_LOST");
  EXPECT_EQ(ReasonOf(Restore({Target(true), End(0)})), "FREEZE_LOST");
}

TEST_F(BackupRpcTest, AServiceThatDoesNotRunHereIsNotFound) {
  EXPECT_EQ(Freeze("elsewhere").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(BackupRpcTest, OnlyServicesMayAsk) {
  api::v1::FreezeOrganizationRequest request;
  request.set_service(kService);
  request.set_freeze_id(kFreeze);
  request.set_seconds(60);
  const auto asked = Ask(*peer_, &PeerStub::FreezeOrganization, TokenOf(key_, kAcme, "hr", {"HR_ADMIN"}), request);
  EXPECT_EQ(asked.status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(BackupRpcTest, EveryKindOfValueComesBackAsItWas) {
  const std::string large(700'000, 'x');
  Redis({"SET", Key("large"), large});
  Redis({"HSET", Key("hash"), "a", "1", "b", "2"});
  Redis({"ZADD", Key("sorted"), "1", "a", "2", "b"});
  Redis({"SADD", Key("set"), "a", "b"});
  Redis({"XADD", Key("stream"), "5-1", "k", "v"});
  Redis({"SET", Key("brief"), "gone soon", "PX", "600000"});
  ASSERT_THAT(Freeze(), IsOk());
  const auto pieces = Snapshot();
  ASSERT_THAT(pieces, IsOk());
  for (const api::v1::SnapshotPiece& piece : *pieces) EXPECT_LE(piece.value().size(), 262'144u);
  for (const char* key : {"large", "hash", "sorted", "set", "stream", "brief"}) Redis({"DEL", Key(key)});
  Redis({"SET", Key("later"), "of no backup"});
  ASSERT_THAT(RestoreAll(*pieces), IsOk());
  EXPECT_EQ(Redis({"GET", Key("large")}), large);
  EXPECT_EQ(Redis({"PTTL", Key("large")}), "-1");
  EXPECT_EQ(Redis({"HGETALL", Key("hash")}), "a\n1\nb\n2");
  EXPECT_EQ(Redis({"ZRANGE", Key("sorted"), "0", "-1", "WITHSCORES"}), "a\n1\nb\n2");
  EXPECT_EQ(Redis({"SCARD", Key("set")}), "2");
  EXPECT_EQ(Redis({"XLEN", Key("stream")}), "1");
  EXPECT_GT(std::stoll(Redis({"PTTL", Key("brief")})), 0);
  EXPECT_LE(std::stoll(Redis({"PTTL", Key("brief")})), 600'000);
  EXPECT_EQ(Redis({"EXISTS", Key("later")}), "0");
  EXPECT_THAT(Thaw(), IsOk());
}

TEST_F(BackupRpcTest, TheNextWriteIsALaterOneThanAllThatWere) {
  const std::vector<api::v1::SnapshotPiece> pieces = SomePieces();
  ASSERT_THAT(RestoreAll(pieces), IsOk());
  ASSERT_THAT(Thaw(), IsOk());
  EXPECT_GT(std::stoll(Redis({"GET", Key("rev")})), 7);
}

TEST_F(BackupRpcTest, WhoIsInTheLedgerIsErasedFromWhatComesBack) {
  const std::vector<api::v1::SnapshotPiece> pieces = SomePieces();
  ASSERT_THAT(ledger_->Append({kAcme, "a", "erasure-of-a", absl::Now()}), IsOk());
  ASSERT_THAT(ledger_->Append({"another", "b", "erasure-of-b", absl::Now()}), IsOk());
  ASSERT_THAT(RestoreAll(pieces), IsOk());
  EXPECT_EQ(Redis({"EXISTS", Key("thing:a")}), "0");
  EXPECT_EQ(Redis({"GET", Key("thing:b")}), "7:two") << "of another organisation";
  EXPECT_EQ(Redis({"HEXISTS", Key("erasures"), "erasure-of-a"}), "1") << "no start looks for them again";
}

TEST_F(BackupRpcTest, WhatIsThereIsReplacedOnlyWhenTold) {
  ASSERT_THAT(SyncWait(things_.Erase(rpc::InternalCall(kAcme, "test", absl::Now() + kWithin), "nobody")), IsOk());
  Redis({"SET", Key("rev"), "3"});
  const std::vector<api::v1::SnapshotPiece> pieces = SomePieces();
  EXPECT_EQ(ReasonOf(RestoreAll(pieces, /*replace=*/false)), "ORGANIZATION_NOT_EMPTY");
  EXPECT_THAT(RestoreAll(pieces, /*replace=*/true), IsOk());
}

TEST_F(BackupRpcTest, TheRestoreStandsInTheTrail) {
  const std::vector<api::v1::SnapshotPiece> pieces = SomePieces();
  ASSERT_THAT(RestoreAll(pieces), IsOk());
  EXPECT_THAT(Redis({"XREVRANGE", Key("audit"), "+", "-", "COUNT", "1"}), ::testing::HasSubstr("RestoreOrganization"));
}

TEST_F(BackupRpcTest, AStreamWithoutItsEndCountsForNothing) {
  const std::vector<api::v1::SnapshotPiece> pieces = SomePieces();
  Redis({"SET", Key("thing:a"), "8:newer"});
  EXPECT_EQ(Restore({Target(true), Of(pieces[0])}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Redis({"GET", Key("thing:a")}), "8:newer");
  EXPECT_EQ(Redis({"KEYS", absl::StrCat("cortado:{", kAcme, "}[^:]*")}), "") << "nothing is left aside";
}

struct Wrong {
  const char* name;
  std::function<std::vector<Request>(std::vector<api::v1::SnapshotPiece>)> make;
};

class WrongRestoreTest : public BackupRpcTest, public ::testing::WithParamInterface<Wrong> {};

TEST_P(WrongRestoreTest, IsRefusedAndChangesNothing) {
  std::vector<api::v1::SnapshotPiece> pieces;
  for (const api::v1::SnapshotPiece& piece : SomePieces()) {
    if (piece.key() == "thing:a" || piece.key() == "thing:b") pieces.push_back(piece);
  }
  ASSERT_EQ(pieces.size(), 2u);
  Redis({"SET", Key("thing:a"), "8:newer"});
  const absl::Status status = Restore(GetParam().make(pieces));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(Redis({"GET", Key("thing:a")}), "8:newer");
  EXPECT_EQ(Redis({"KEYS", absl::StrCat("cortado:{", kAcme, "}[^:]*")}), "") << "nothing is left aside";
  EXPECT_THAT(Thaw(), IsOk());
}

Request PieceOf(const std::string& key, const std::string& value, bool last) {
  Request request;
  request.mutable_piece()->set_key(key);
  request.mutable_piece()->set_value(value);
  request.mutable_piece()->set_last(last);
  return request;
}

Request TargetOf() {
  Request request;
  request.mutable_target()->set_service(kService);
  request.mutable_target()->set_freeze_id(kFreeze);
  request.mutable_target()->set_replace(true);
  return request;
}

Request EndOf(int64_t records) {
  Request request;
  request.mutable_end()->set_record_count(records);
  request.mutable_end()->set_revision(7);
  return request;
}

Request Sent(const api::v1::SnapshotPiece& piece) {
  Request request;
  *request.mutable_piece() = piece;
  return request;
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongRestoreTest,
    ::testing::Values(
        Wrong{"NoTarget",
              [](auto pieces) {
                return std::vector<Request>{Sent(pieces[0]), EndOf(1)};
              }},
        Wrong{"TwoTargets",
              [](auto) {
                return std::vector<Request>{TargetOf(), TargetOf(), EndOf(0)};
              }},
        Wrong{"EmptyStep",
              [](auto) {
                return std::vector<Request>{TargetOf(), Request(), EndOf(0)};
              }},
        Wrong{"FewerRecordsThanSaid",
              [](auto pieces) {
                return std::vector<Request>{TargetOf(), Sent(pieces[0]), EndOf(2)};
              }},
        Wrong{"SomethingBehindTheEnd",
              [](auto pieces) {
                return std::vector<Request>{TargetOf(), Sent(pieces[0]), EndOf(1), Sent(pieces[1])};
              }},
        Wrong{"AnotherRecordInTheMiddleOfOne",
              [](auto pieces) {
                return std::vector<Request>{TargetOf(), PieceOf("thing:c", "half", false), Sent(pieces[0]), EndOf(1)};
              }},
        Wrong{"ARecordWithoutItsEnd",
              [](auto pieces) {
                return std::vector<Request>{TargetOf(), Sent(pieces[0]), PieceOf("thing:c", "half", false), EndOf(1)};
              }},
        Wrong{"NoRecordOfRedis",
              [](auto) {
                return std::vector<Request>{TargetOf(), PieceOf("thing:c", "no dump of anything", true), EndOf(1)};
              }},
        Wrong{"NoRecordOfRedisInParts",
              [](auto) {
                return std::vector<Request>{TargetOf(), PieceOf("thing:c", "no dump", false),
                                            PieceOf("thing:c", " of anything", true), EndOf(1)};
              }},
        Wrong{"AKeyOfTheStagesOwn",
              [](auto pieces) {
                api::v1::SnapshotPiece piece = pieces[0];
                piece.set_key("~expires");
                return std::vector<Request>{TargetOf(), Sent(piece), EndOf(1)};
              }},
        Wrong{"ASealedFileThatIsNone",
              [](auto) {
                return std::vector<Request>{TargetOf(), PieceOf("sealed:../../key.pem", "x", true), EndOf(1)};
              }}),
    [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace cortado::testing
