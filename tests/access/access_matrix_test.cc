// The access matrix: every RPC of the descriptors x whoever may come to the door, with a good token or a bad one x
// every role x own, colleague's, foreign and absent objects. A new RPC fails EveryMethodHasARow until it has one.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "tests/access/two_organizations.h"

namespace cortado::testing {
namespace {

class AccessMatrixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new TwoOrganizations(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }

  static std::vector<const google::protobuf::MethodDescriptor*> Methods() {
    return MethodsOf(world_->site().cluster().service_names());
  }
  static Answer Send(const google::protobuf::MethodDescriptor& method, const Caller& caller, const std::string& body) {
    return CallAnyMethod(world_->site().channel(), method, caller, body);
  }
  // The answer to a request that was never made before, with the object's name taken out of it.
  static std::string AnswerTo(const Question& question, const Visitor& visitor, const std::string& object) {
    static int64_t requests = 10'000'000;
    const Answer answer = world_->Call(question, visitor, object, absl::StrCat("request-", ++requests));
    return absl::StrReplaceAll(answer.Everything(), {{object, "$"}, {object.substr(object.find('/') + 1), "$"}});
  }
  static bool IsOver(const Fate expected, const Answer& answer) {
    switch (expected) {
      case Fate::kDenied:
        return absl::IsUnauthenticated(answer.status) || absl::IsPermissionDenied(answer.status);
      case Fate::kNotFound:
        return absl::IsNotFound(answer.status);
      case Fate::kLetThrough:
        return !absl::IsUnauthenticated(answer.status) && !absl::IsPermissionDenied(answer.status) &&
               !absl::IsNotFound(answer.status);
    }
    return false;
  }
  // Everything about one cell of the matrix.
  static void Look(const Question& question, const Visitor& visitor, const std::string& object) {
    const Fate expected = Expect(world_->facts(), visitor.who, question.name, object);
    const Answer answer = world_->Call(question, visitor, object);
    const std::string cell = absl::StrCat(visitor.words, " asks ", question.name, " about ", object);
    EXPECT_TRUE(IsOver(expected, answer)) << cell << ": not " << Say(expected) << " but " << answer.status;
    if (expected != Fate::kLetThrough) {
      EXPECT_EQ(answer.bytes, "") << cell;
    }
    if (!visitor.who.is_good || (!visitor.who.has_token && expected == Fate::kDenied)) {
      EXPECT_THAT(answer.status, FailsWith(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID")) << cell;
    }
    const std::string& home = visitor.who.organization == "*" ? visitor.who.named : visitor.who.organization;
    for (const std::string& organization : {world_->acme(), world_->other()}) {
      if (organization == home && visitor.who.is_good && expected == Fate::kLetThrough) continue;
      EXPECT_FALSE(absl::StrContains(answer.Everything(), world_->PlantedIn(organization))) << cell;
    }
  }

  static TwoOrganizations* world_;
};

TwoOrganizations* AccessMatrixTest::world_ = nullptr;

TEST_F(AccessMatrixTest, EveryMethodHasARow) {
  std::set<std::string> served, asked;
  for (const auto* method : Methods()) served.insert(method->name());
  for (const Question& question : AllQuestions()) {
    asked.insert(question.method());
    EXPECT_TRUE(KnowsQuestion(question.name)) << question.name;
  }
  for (const std::string& name : served) EXPECT_EQ(asked.count(name), 1u) << name << " has no row";
  EXPECT_EQ(asked, served);
}

TEST_F(AccessMatrixTest, EverybodyIsAnsweredAsTheRulesSayAndNothingLeaks) {
  for (const Question& question : AllQuestions()) {
    for (const Visitor& visitor : world_->visitors()) {
      if (question.object == Object::kNone) Look(question, visitor, "");
      if (question.object == Object::kNone) continue;
      for (const std::string& object : world_->ObjectsFor(visitor, question.object).All()) {
        Look(question, visitor, object);
      }
    }
  }
}

TEST_F(AccessMatrixTest, ForeignAndAbsentAreTheSameToTheByte) {
  for (const Question& question : AllQuestions()) {
    if (question.object == Object::kNone) continue;
    for (const Visitor& visitor : world_->visitors()) {
      const TwoOrganizations::Objects objects = world_->ObjectsFor(visitor, question.object);
      AnswerTo(question, visitor, objects.absent);  // What is made by the way is made.
      const std::string foreign = AnswerTo(question, visitor, objects.foreign);
      EXPECT_EQ(foreign, AnswerTo(question, visitor, objects.absent))
          << visitor.words << " asks " << question.name << " about " << objects.foreign;
    }
  }
}

TEST_F(AccessMatrixTest, WhatIsBetweenOthersIsAsIfItWereNotThere) {
  int64_t looked_at = 0;
  for (const Question& question : AllQuestions()) {
    for (const Visitor& visitor : world_->visitors()) {
      const TwoOrganizations::Objects objects = world_->ObjectsFor(visitor, question.object);
      for (const std::string& object : objects.known) {
        if (Expect(world_->facts(), visitor.who, question.name, object) != Fate::kNotFound) continue;
        // What its owner alone hears is not there.
        if (Expect(world_->facts(), visitor.who, question.name, objects.absent) != Fate::kNotFound) continue;
        EXPECT_EQ(AnswerTo(question, visitor, object), AnswerTo(question, visitor, objects.absent))
            << visitor.words << " asks " << question.name << " about " << object;
        ++looked_at;
      }
    }
  }
  EXPECT_GT(looked_at, 100);
}

TEST_F(AccessMatrixTest, EveryRoleThatHasNoRowIsDenied) {
  for (const auto* method : Methods()) {
    const api::v1::Access& access = method->options().GetExtension(api::v1::access);
    if (access.without_token()) continue;
    for (int role = api::v1::ROLE_EMPLOYEE; role <= api::v1::ROLE_SERVICE; ++role) {
      if (std::count(access.roles().begin(), access.roles().end(), role) > 0) continue;
      const std::string name = api::v1::Role_Name(static_cast<api::v1::Role>(role)).substr(sizeof("ROLE_") - 1);
      const Caller caller = role == api::v1::ROLE_SERVICE
                                ? ServiceFor(world_->site().key(), world_->acme())
                                : TokenOf(world_->site().key(), world_->acme(), "ada", {name});
      EXPECT_THAT(Send(*method, caller, "").status, FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"))
          << method->full_name() << " as " << name;
    }
  }
}

TEST_F(AccessMatrixTest, AMalformedBodyIsRefusedByEveryMethod) {
  for (const auto* method : Methods()) {
    Caller caller = TokenOf(world_->site().key(), world_->acme(), "ada", {"EMPLOYEE", "HR_ADMIN"});
    Answer answer = Send(*method, caller, "\xff\xff\xff\xff");
    if (answer.status.code() == absl::StatusCode::kPermissionDenied) {
      caller = TokenOf(world_->site().key(), world_->acme(), "ada", {"AUDITOR"});
      answer = Send(*method, caller, "\xff\xff\xff\xff");
    }
    if (answer.status.code() == absl::StatusCode::kPermissionDenied) {
      caller = ServiceFor(world_->site().key(),
                          method->options().GetExtension(api::v1::access).without_organization() ? "" : world_->acme());
      answer = Send(*method, caller, "\xff\xff\xff\xff");
    }
    EXPECT_THAT(answer.status, FailsWith(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST"))
        << method->full_name();
  }
}

TEST_F(AccessMatrixTest, ABodyOverOneMegabyteIsRefusedByEveryMethod) {
  Caller caller = TokenOf(world_->site().key(), world_->acme(), "ada", {"EMPLOYEE", "HR_ADMIN"});
  for (const auto* method : Methods()) {
    const std::string large((1 << 20) + 1, 'x');
    absl::StatusCode code = Send(*method, caller, large).status.code();
    // A stream looks at who begins it before anything comes.
    if (code == absl::StatusCode::kPermissionDenied && method->client_streaming()) {
      code = Send(*method, ServiceFor(world_->site().key(), world_->acme()), large).status.code();
    }
    EXPECT_EQ(code, absl::StatusCode::kResourceExhausted) << method->full_name();
  }
}

}  // namespace
}  // namespace cortado::testing
