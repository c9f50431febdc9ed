// The access matrix: every RPC of the descriptors x {no token, expired, tampered, other organisation}. A new RPC fails
// EveryMethodHasARow until it has one.
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/testing/matchers.h"
#include "common/testing/redis_server.h"
#include "common/testing/wire.h"
#include "cortado/api/v1/peer_service.grpc.pb.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/profile/v1/audit_service.grpc.pb.h"
#include "cortado/profile/v1/profile_service.grpc.pb.h"
#include "cortado/scheduling/v1/scheduling_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "tests/testing/site.h"

namespace cortado {
namespace {

using testing::Caller;
using testing::TokenOf;

// A request of each method in text format; $P stands for a person's id, $X for the id of anything else.
const std::map<std::string, std::string>& Rows() {
  static const auto* rows = new std::map<std::string, std::string>{
      {"CreateOrganization", "organization { display_name: 'X' } request_id: '$R'"},
      {"GetOrganization", ""},
      {"CreatePerson", "person { display_name: 'X' manager: 'people/$P' } request_id: '$R'"},
      {"GetPerson", "name: 'people/$P'"},
      {"BatchGetPeople", "names: 'people/$P'"},
      {"UpdatePerson",
       "person { name: 'people/$P' etag: '1' title: 'X' } update_mask { paths: 'title' } request_id: '$R'"},
      {"DeletePerson", "name: 'people/$P' etag: '1' request_id: '$R'"},
      {"ListPeople", ""},
      {"LookupPerson", "external_id: '$P'"},
      {"ListReports", "manager: 'people/$P'"},
      {"ImportPeople", "rows { person { external_id: 'X' display_name: 'X' } manager_external_id: '$P' }"},
      {"GetOffer", "name: 'people/$P/offer'"},
      {"UpdateOffer",
       "offer { name: 'people/$P/offer' mentor: true } update_mask { paths: 'mentor' } request_id: '$R'"},
      {"GetTime", "name: 'people/$P/time'"},
      {"UpdateTime",
       "time { name: 'people/$P/time' weekly_minutes: 30 } update_mask { paths: 'weekly_minutes' } request_id: '$R'"},
      {"ListDestinations", "parent: 'people/$P'"},
      {"CreateDestination", "parent: 'people/$P' destination { kind: DESTINATION_KIND_SIDEWAYS } request_id: '$R'"},
      {"DeleteDestination", "name: 'people/$P/destinations/$X' etag: '1' request_id: '$R'"},
      {"BlockPerson", "parent: 'people/$P' block { person: 'people/$P' } request_id: '$R'"},
      {"UnblockPerson", "name: 'people/$P/blocks/$X' request_id: '$R'"},
      {"ListBlocks", "parent: 'people/$P'"},
      {"CreateRole", "role { display_name: 'Made $R' } request_id: '$R'"},
      {"GetRole", "name: 'roles/$X'"},
      {"UpdateRole",
       "role { name: 'roles/$X' etag: '1' display_name: 'X' } update_mask { paths: 'display_name' } request_id: '$R'"},
      {"DeleteRole", "name: 'roles/$X' etag: '1' request_id: '$R'"},
      {"ListRoles", ""},
      {"CreateSkill", "skill { display_name: 'Made $R' } request_id: '$R'"},
      {"ListSkills", ""},
      {"ResolveSkills", "texts: '$X'"},
      {"GetSkillGap", "person: 'people/$P'"},
      {"ListPeopleChanges", ""},
      {"WatchPeople", ""},
      {"SuggestRoleModels", "person: 'people/$P'"},
      {"ExplainMatch", "person: 'people/$P' mentor: 'people/$P'"},
      {"RequestMatch", "mentor: 'people/$P' request_id: '$R'"},
      {"AcceptMatch", "request: 'requests/$X' request_id: '$R'"},
      {"DeclineMatch", "request: 'requests/$X' request_id: '$R'"},
      {"GetRequest", "name: 'requests/$X'"},
      {"ListRequests", ""},
      {"GetMatch", "name: 'matches/$X'"},
      {"ListMatches", ""},
      {"GetAvailability", "person: 'people/$P'"},
      {"FindTimes", "people: 'people/bob' people: 'people/$P'"},
      {"BookChat",
       "attendees: 'people/$P' start_time { seconds: 4000000020 } duration { seconds: 1800 } request_id: '$R'"},
      {"RescheduleChat", "name: 'chats/$X' etag: '1' start_time { seconds: 4000000020 } request_id: '$R'"},
      {"CancelChat", "name: 'chats/$X' etag: '1' request_id: '$R'"},
      {"GetChat", "name: 'chats/$X'"},
      {"ListChats", ""},
      {"ExchangeToken", "service_key: 'cortado-key.$P.$P.$P' request_id: '$R'"},
      {"RefreshToken", "refresh_token: '$P' request_id: '$R'"},
      {"RevokeSessions", "person: 'people/$P' request_id: '$R'"},
      {"ListSessions", "person: 'people/$P'"},
      {"CreateServiceKey", "service_key { display_name: 'X' roles: ROLE_AUDITOR } request_id: '$R'"},
      {"ListServiceKeys", ""},
      {"DeleteServiceKey", "name: 'serviceKeys/$P' request_id: '$R'"},
      {"ListSigningKeys", ""},
      {"CreateSlackInstallation", "slack_installation { team: 'T1B' } request_id: '$R'"},
      {"GetSlackInstallation", "team: 'T1A'"},
      {"DeleteSlackInstallation", "team: 'T1A' request_id: '$R'"},
      {"LinkSlackUser", "slack_user { team: 'T1A' user: 'U1A' } email: '$P@acme.example' request_id: '$R'"},
      {"CreateIssuer",
       "issuer { issuer: 'https://$X.example' client_id: '$P' link_by: LINK_BY_EXTERNAL_ID external_id_claim: 'sub' } "
       "request_id: '$R'"},
      {"ListIssuers", ""},
      {"DeleteIssuer", "name: 'issuers/$P' request_id: '$R'"},
      {"GrantAccess", "person: 'people/$P' role: ROLE_AUDITOR request_id: '$R'"},
      {"RevokeAccess", "person: 'people/$P' role: ROLE_AUDITOR request_id: '$R'"},
      {"ListAccessGrants", ""},
      {"CheckSession", "session: '$X' subject: '$P'"},
      {"ListAuditEntries", "filter { object: 'people/$P' }"},
      {"VerifyAudit", ""},
      {"ExportAudit", ""},
      {"ListAuditRecords", "service: 'profile' filter { object: 'people/$P' }"},
      {"ListAuditSegments", "service: 'profile'"},
  };
  return *rows;
}

const api::v1::Access& AccessOf(const google::protobuf::MethodDescriptor& method) {
  return method.options().GetExtension(api::v1::access);
}

struct Answer {
  absl::Status status;
  std::string details;
  std::string bytes;
};

// One organisation with a person and things of theirs; another with Bob, who wants to see them.
class AccessMatrixTest : public ::testing::Test {
 protected:
  void SetUp() override {
    acme_ = site_.CreateOrganization("Acme");
    other_ = site_.CreateOrganization("Other");
    site_.CreatePerson(acme_, "ada", "Planted Ada");
    site_.CreatePerson(other_, "bob", "Bob");
    site_.CreateRole(acme_, "planted-role", "Planted role");
  }

  // Every method that the server serves, of whatever service: a new one fails here until it has a row.
  std::vector<const google::protobuf::MethodDescriptor*> Methods() {
    std::vector<const google::protobuf::MethodDescriptor*> methods;
    for (const std::string& service : site_.cluster().service_names()) {
      const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
      for (int i = 0; i < descriptor->method_count(); ++i) methods.push_back(descriptor->method(i));
    }
    return methods;
  }

  Answer Call(const google::protobuf::MethodDescriptor& method, const Caller& caller, const std::string& person,
              const std::string& thing) {
    std::string text = absl::StrReplaceAll(
        Rows().at(method.name()), {{"$P", person}, {"$X", thing}, {"$R", absl::StrCat("request-", ++request_)}});
    std::unique_ptr<google::protobuf::Message> request(factory_.GetPrototype(method.input_type())->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << method.full_name();
    return Send(method, caller, request->SerializeAsString());
  }

  // Any kind of method: one message, then no more, and everything that comes back.
  Answer Send(const google::protobuf::MethodDescriptor& method, const Caller& caller, const std::string& body) {
    grpc::GenericStub stub(site_.channel());
    grpc::ClientContext context;
    Caller brief = caller;
    brief.timeout = method.server_streaming() ? absl::Milliseconds(300) : absl::Seconds(10);
    testing::Prepare(context, brief);
    grpc::CompletionQueue queue;
    auto call =
        stub.PrepareCall(&context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
    auto wait = [&] {
      void* tag;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    Answer answer;
    grpc::Slice slice(body);
    grpc::ByteBuffer request(&slice, 1);
    call->StartCall(this);
    if (wait()) {
      call->WriteLast(request, grpc::WriteOptions(), this);
      wait();
      while (true) {
        grpc::ByteBuffer response;
        call->Read(&response, this);
        if (!wait()) break;
        std::vector<grpc::Slice> slices;
        if (!response.Dump(&slices).ok()) break;
        for (const auto& part : slices) answer.bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
      }
    }
    grpc::Status status;
    call->Finish(&status, this);
    wait();
    answer.status = rpc::FromGrpc(status);
    answer.details = status.error_details();
    return answer;
  }

  testing::Site site_;
  google::protobuf::DynamicMessageFactory factory_;
  std::string acme_;
  std::string other_;
  int request_ = 10'000'000;
};

TEST_F(AccessMatrixTest, EveryMethodHasARow) {
  std::set<std::string> names;
  for (const auto* method : Methods()) {
    names.insert(method->name());
    EXPECT_EQ(Rows().count(method->name()), 1u) << method->full_name() << " has no row";
  }
  EXPECT_EQ(names.size(), Rows().size());
}

TEST_F(AccessMatrixTest, NobodyGetsInWithoutAGoodToken) {
  Caller good = TokenOf(site_.key(), acme_, "ada", {"EMPLOYEE", "HR_ADMIN"});
  Caller tampered = good;
  tampered.token[tampered.token.size() - 10] ^= 1;
  Caller expired{site_.ExpiredToken(acme_, "ada")};
  Caller stranger = TokenOf(*auth::SigningKey::Generate(), acme_, "ada", {"EMPLOYEE", "HR_ADMIN"});
  auth::Claims claims;
  claims.audience = "calendar";
  claims.organization = acme_;
  claims.subject = "ada";
  claims.roles = {"EMPLOYEE", "HR_ADMIN"};
  claims.issued_at = absl::Now();
  claims.expires = absl::Now() + absl::Hours(1);
  Caller elsewhere{auth::Mint(site_.key(), claims)};
  for (const auto* method : Methods()) {
    for (const Caller& caller : {Caller{}, tampered, expired, stranger, elsewhere, Caller{"garbage"}}) {
      if (caller.token.empty() && method->name() == "ListSigningKeys") continue;  // Public keys are public.
      Answer answer = Call(*method, caller, "ada", "planted-role");
      EXPECT_THAT(answer.status, testing::FailsWith(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID"))
          << method->full_name();
      EXPECT_EQ(answer.bytes, "");
    }
  }
}

TEST_F(AccessMatrixTest, EveryRoleThatHasNoRowIsDenied) {
  for (const auto* method : Methods()) {
    const api::v1::Access& access = AccessOf(*method);
    if (access.without_token()) continue;
    for (int role = api::v1::ROLE_EMPLOYEE; role <= api::v1::ROLE_SERVICE; ++role) {
      if (std::count(access.roles().begin(), access.roles().end(), role) > 0) continue;
      const std::string name = api::v1::Role_Name(static_cast<api::v1::Role>(role)).substr(sizeof("ROLE_") - 1);
      const Caller caller = role == api::v1::ROLE_SERVICE ? testing::ServiceFor(site_.key(), acme_)
                                                          : TokenOf(site_.key(), acme_, "ada", {name});
      EXPECT_THAT(Call(*method, caller, "ada", "planted-role").status,
                  testing::FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"))
          << method->full_name() << " as " << name;
    }
  }
}

TEST_F(AccessMatrixTest, AnotherOrganizationSeesNothingAndCannotTellForeignFromAbsent) {
  Caller employee = TokenOf(site_.key(), other_, "bob");
  Caller hr = TokenOf(site_.key(), other_, "bob", {"EMPLOYEE", "HR_ADMIN"});
  Caller service = testing::ServiceFor(site_.key(), other_);
  for (const auto* method : Methods()) {
    if (method->name() == "CreateOrganization") continue;  // Belongs to none.
    for (const Caller& caller : {employee, hr, service}) {
      Answer foreign = Call(*method, caller, "ada", "planted-role");
      Answer absent = Call(*method, caller, "zed", "absent-thing");
      EXPECT_EQ(foreign.status.code(), absent.status.code()) << method->full_name() << foreign.status << absent.status;
      EXPECT_EQ(foreign.details, absent.details) << method->full_name();
      EXPECT_FALSE(absl::StrContains(foreign.bytes, "Planted")) << method->full_name();
    }
  }
}

TEST_F(AccessMatrixTest, ATokenCannotNameAnotherOrganization) {
  Caller caller = TokenOf(site_.key(), other_, "bob", {"EMPLOYEE", "HR_ADMIN"});
  caller.organization = acme_;
  for (const auto* method : Methods()) {
    EXPECT_EQ(Call(*method, caller, "ada", "planted-role").status.code(), absl::StatusCode::kPermissionDenied)
        << method->full_name();
  }
}

TEST_F(AccessMatrixTest, AMalformedBodyIsRefusedByEveryMethod) {
  for (const auto* method : Methods()) {
    Caller caller = TokenOf(site_.key(), acme_, "ada", {"EMPLOYEE", "HR_ADMIN"});
    Answer answer = Send(*method, caller, "\xff\xff\xff\xff");
    if (answer.status.code() == absl::StatusCode::kPermissionDenied) {
      caller = TokenOf(site_.key(), acme_, "ada", {"AUDITOR"});
      answer = Send(*method, caller, "\xff\xff\xff\xff");
    }
    if (answer.status.code() == absl::StatusCode::kPermissionDenied) {
      caller = testing::ServiceFor(site_.key(), method->name() == "CreateOrganization" ? "" : acme_);
      answer = Send(*method, caller, "\xff\xff\xff\xff");
    }
    EXPECT_THAT(answer.status, testing::FailsWith(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST"))
        << method->full_name();
  }
}

TEST_F(AccessMatrixTest, ABodyOverOneMegabyteIsRefusedByEveryMethod) {
  Caller caller = TokenOf(site_.key(), acme_, "ada", {"EMPLOYEE", "HR_ADMIN"});
  for (const auto* method : Methods()) {
    EXPECT_EQ(Send(*method, caller, std::string((1 << 20) + 1, 'x')).status.code(),
              absl::StatusCode::kResourceExhausted)
        << method->full_name();
  }
}

}  // namespace
}  // namespace cortado
