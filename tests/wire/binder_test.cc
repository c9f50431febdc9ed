// The binder around a core made for the test, over a real gRPC connection.
#include <grpcpp/generic/generic_stub.h>

#include <atomic>

#include "common/rpc/service.h"
#include "common/status/error.h"
#include "common/status/status.h"
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
using testing::RefusesField;
using testing::TokenOf;
using Stub = profile::v1::ProfileService::Stub;

// Answers with what it saw.
class Core {
 public:
  Task<absl::StatusOr<Person>> Get(Call call, const profile::v1::GetPersonRequest& request) {
    Person person;
    person.set_name(request.name());
    person.set_display_name(call.organization() + "/" + call.subject());
    deadline = call.deadline();
    if (request.name() == "people/broken") co_return absl::InternalError("SELECT secret FROM keys");
    if (request.name() == "people/taken") {
      co_return Error(StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN, "taken").Metadata("id", "x");
    }
    co_return person;
  }
  Task<absl::StatusOr<Person>> Create(Call, const profile::v1::CreatePersonRequest& request) {
    co_return request.person();
  }
  Task<absl::StatusOr<Person>> Update(Call, const profile::v1::UpdatePersonRequest& request) {
    co_return request.person();
  }
  Task<absl::StatusOr<profile::v1::ImportPeopleResponse>> Import(Call,
                                                                 Reader<profile::v1::ImportPeopleRequest>& reader) {
    profile::v1::ImportPeopleResponse response;
    while (true) {
      CO_ASSIGN_OR_RETURN(auto message, co_await reader.Read());
      if (!message.has_value()) co_return response;
      response.set_added_count(response.added_count() + message->rows_size());
    }
  }
  Task<absl::Status> Watch(Call, const profile::v1::WatchPeopleRequest&,
                           Writer<profile::v1::ListPeopleChangesResponse>& writer) {
    for (int i = 0; i < 3; ++i) {
      profile::v1::ListPeopleChangesResponse response;
      response.set_people_count(i);
      CO_RETURN_IF_ERROR(co_await writer.Write(response));
    }
    co_return absl::OkStatus();
  }
  absl::Time deadline;
};

class BinderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    service_.Unary("GetPerson", &Core::Get, core_);
    service_.Unary("CreatePerson", &Core::Create, core_);
    service_.Unary("UpdatePerson", &Core::Update, core_);
    service_.ClientStream("ImportPeople", &Core::Import, core_);
    service_.ServerStream("WatchPeople", &Core::Watch, core_);
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel(grpc::ChannelArguments());
    stub_ = profile::v1::ProfileService::NewStub(channel_);
  }
  absl::StatusOr<Person> Get(const Caller& caller, const std::string& name = "people/ada") {
    profile::v1::GetPersonRequest request;
    request.set_name(name);
    return Ask(*stub_, &Stub::GetPerson, caller, request);
  }
  profile::v1::UpdatePersonRequest UpdateOf(std::vector<std::string> mask) {
    profile::v1::UpdatePersonRequest request;
    request.mutable_person()->set_name("people/ada");
    for (std::string& path : mask) request.mutable_update_mask()->add_paths(std::move(path));
    request.set_request_id("request-1");
    return request;
  }

  auth::SigningKey key_ = *auth::SigningKey::Generate();
  metrics::Registry registry_;
  auth::Verifier verifier_{std::make_shared<auth::KeyRing>(key_), auth::kIssuer, auth::kAudience, RealClock()};
  Binder binder_{verifier_, registry_, RealClock(), LimitOptions(), true};
  Core core_;
  Service service_{profile::v1::ProfileService::service_full_name(), binder_};
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
  Caller employee_ = TokenOf(key_, "acme", "ada");
  Caller hr_ = TokenOf(key_, "acme", "hr", {"HR_ADMIN"});
};

TEST_F(BinderTest, OrganizationAndSubjectComeFromTheToken) { EXPECT_EQ(Get(employee_)->display_name(), "acme/ada"); }

TEST_F(BinderTest, NoTokenIsUnauthenticated) {
  EXPECT_THAT(Get({}), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(BinderTest, ATamperedTokenIsUnauthenticated) {
  Caller caller = employee_;
  caller.token[caller.token.size() / 2] ^= 1;
  EXPECT_THAT(Get(caller), FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(BinderTest, ATokenOfAnotherKeyIsUnauthenticated) {
  EXPECT_THAT(Get(TokenOf(*auth::SigningKey::Generate(), "acme", "ada")),
              FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
}

TEST_F(BinderTest, ARoleWithoutARowIsDenied) {
  EXPECT_THAT(Get(TokenOf(key_, "acme", "audrey", {"AUDITOR"})),
              FailsWith(StatusCode::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(BinderTest, ATokenOfOneOrganizationCannotNameAnother) {
  Caller caller = employee_;
  caller.organization = "other";
  EXPECT_THAT(Get(caller), FailsWith(StatusCode::kPermissionDenied, "ACCESS_DENIED"));
}

TEST_F(BinderTest, AServiceNamesItsOrganizationOrIsRefused) {
  EXPECT_EQ(Get(testing::ServiceFor(key_, "acme"))->display_name(), "acme/test");
  EXPECT_THAT(Get(testing::ServiceFor(key_, "")), RefusesField("x-cortado-org"));
  EXPECT_THAT(Get(testing::ServiceFor(key_, "a}b")), RefusesField("x-cortado-org"));
}

TEST_F(BinderTest, ABodyThatDoesNotParseIsMalformed) {
  grpc::GenericStub generic(channel_);
  grpc::ClientContext context;
  testing::Prepare(context, employee_);
  grpc::Slice garbage("\xff\xff\xff\xff", 4);
  grpc::ByteBuffer body(&garbage, 1);
  grpc::ByteBuffer answer;
  grpc::CompletionQueue queue;
  auto call = generic.PrepareUnaryCall(&context, "/cortado.profile.v1.ProfileService/GetPerson", body, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&answer, &status, this);
  void* tag;
  bool ok;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_THAT(FromGrpc(status), FailsWith(StatusCode::kInvalidArgument, "MALFORMED_REQUEST"));
}

TEST_F(BinderTest, ARefusedFieldIsNamedByItsPath) {
  EXPECT_THAT(Get(employee_, "persons/ada"), RefusesField("name"));
  EXPECT_THAT(Get(employee_, ""), RefusesField("name"));
  profile::v1::CreatePersonRequest request;
  request.set_request_id("request-1");
  EXPECT_THAT(Ask(*stub_, &Stub::CreatePerson, hr_, request), RefusesField("person"));
  request.mutable_person()->set_display_name("Ada");
  request.mutable_person()->add_skills_held()->set_skill("Go");
  request.mutable_person()->mutable_skills_held(0)->set_level(6);
  EXPECT_THAT(Ask(*stub_, &Stub::CreatePerson, hr_, request), RefusesField("person.skills_held[0].level"));
  request.mutable_person()->mutable_skills_held(0)->set_level(5);
  request.set_request_id("no");
  EXPECT_THAT(Ask(*stub_, &Stub::CreatePerson, hr_, request), RefusesField("request_id"));
}

TEST_F(BinderTest, TheSentenceForTheUserNamesTheField) {
  absl::optional<absl::Cord> bytes = Get(employee_, "persons/ada").status().GetPayload(kUserMessageUrl);
  ASSERT_TRUE(bytes.has_value());
  type::v1::UserMessage user;
  ASSERT_TRUE(user.ParseFromString(std::string(*bytes)));
  EXPECT_EQ(user.text().text(), "Please check how name is written.");
}

// What developers are told is English: none of it gets into the sentence for a person.
TEST_F(BinderTest, TheSentenceForTheUserIsInOneLanguage) {
  const absl::Status refused = Get(employee_, "persons/ada").status();
  const grpc::Status sent = ToGrpc(refused, "de");
  api::v1::Status details;
  ASSERT_TRUE(details.ParseFromString(sent.error_details()));
  std::string sentence;
  for (const google::protobuf::Any& any : details.details()) {
    type::v1::UserMessage user;
    if (any.UnpackTo(&user)) sentence = user.text().text();
  }
  EXPECT_EQ(sentence, "Bitte prüfe, wie name geschrieben ist.");
}

TEST_F(BinderTest, WhatTheServerWritesCannotBeSent) {
  profile::v1::CreatePersonRequest request;
  request.set_request_id("request-1");
  request.mutable_person()->set_display_name("Ada");
  request.mutable_person()->set_slack_user("U1");
  request.mutable_person()->set_join_state(profile::v1::JOIN_STATE_JOINED);
  absl::StatusOr<Person> person = Ask(*stub_, &Stub::CreatePerson, hr_, request);
  ASSERT_THAT(person, IsOk());
  EXPECT_EQ(person->slack_user(), "");
  EXPECT_EQ(person->join_state(), profile::v1::JOIN_STATE_UNSPECIFIED);
}

TEST_F(BinderTest, AMaskNamesFieldsThatCanBeWritten) {
  EXPECT_THAT(Ask(*stub_, &Stub::UpdatePerson, hr_, UpdateOf({})), RefusesField("update_mask"));
  EXPECT_THAT(Ask(*stub_, &Stub::UpdatePerson, hr_, UpdateOf({"*"})), RefusesField("update_mask"));
  EXPECT_THAT(Ask(*stub_, &Stub::UpdatePerson, hr_, UpdateOf({"slack_user"})), RefusesField("update_mask"));
  EXPECT_THAT(Ask(*stub_, &Stub::UpdatePerson, hr_, UpdateOf({"title"})), IsOk());
  EXPECT_THAT(Ask(*stub_, &Stub::UpdatePerson, hr_, UpdateOf({"display_name"})), RefusesField("person.display_name"));
}

TEST_F(BinderTest, AnInternalErrorTellsNothing) {
  absl::StatusOr<Person> person = Get(employee_, "people/broken");
  EXPECT_THAT(person, FailsWith(StatusCode::kInternal, "INTERNAL"));
  EXPECT_EQ(person.status().message(), "internal error");
}

TEST_F(BinderTest, AReasonAndItsMetadataReachTheCaller) {
  absl::StatusOr<Person> person = Get(employee_, "people/taken");
  EXPECT_THAT(person, FailsWith(StatusCode::kAlreadyExists, "ALREADY_TAKEN"));
  EXPECT_EQ(MetadataOf(person.status(), "id"), "x");
}

TEST_F(BinderTest, ACallWithoutADeadlineGetsOne) {
  profile::v1::GetPersonRequest request;
  request.set_name("people/ada");
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + employee_.token);
  Person person;
  ASSERT_TRUE(stub_->GetPerson(&context, request, &person).ok());
  EXPECT_LE(core_.deadline, absl::Now() + absl::Seconds(5));
  EXPECT_GT(core_.deadline, absl::Now() + absl::Seconds(3));
}

TEST_F(BinderTest, AStreamOfRequestsIsReadToItsEnd) {
  grpc::ClientContext context;
  testing::Prepare(context, hr_);
  profile::v1::ImportPeopleResponse response;
  auto writer = stub_->ImportPeople(&context, &response);
  profile::v1::ImportPeopleRequest request;
  for (int i = 0; i < 7; ++i) request.add_rows()->mutable_person()->set_display_name("Ada");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(writer->Write(request));
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.added_count(), 35);
}

TEST_F(BinderTest, ABadMessageInAStreamIsNamed) {
  grpc::ClientContext context;
  testing::Prepare(context, hr_);
  profile::v1::ImportPeopleResponse response;
  auto writer = stub_->ImportPeople(&context, &response);
  profile::v1::ImportPeopleRequest request;
  request.add_rows();
  writer->Write(request);
  writer->WritesDone();
  EXPECT_THAT(FromGrpc(writer->Finish()), RefusesField("rows[0].person"));
}

TEST_F(BinderTest, AStreamOfAnswersArrivesInOrder) {
  grpc::ClientContext context;
  testing::Prepare(context, testing::ServiceFor(key_, "acme"));
  auto reader = stub_->WatchPeople(&context, profile::v1::WatchPeopleRequest());
  profile::v1::ListPeopleChangesResponse response;
  std::vector<int64_t> seen;
  while (reader->Read(&response)) seen.push_back(response.people_count());
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_THAT(seen, ::testing::ElementsAre(0, 1, 2));
}

TEST_F(BinderTest, AServiceWithAMethodUnboundIsIncomplete) {
  EXPECT_EQ(service_.Complete().code(), StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace cortado::rpc
