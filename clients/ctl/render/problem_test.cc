#include "clients/ctl/render/problem.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/cord.h"
#include "common/status/error.h"
#include "cortado/type/v1/text.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Style kPlain(false);

absl::Status Taken() {
  absl::Status status = Error(absl::StatusCode::kAlreadyExists, api::v1::REASON_ALREADY_TAKEN, "the e-mail is taken")
                            .Field("person.email", "belongs to somebody else")
                            .Metadata("times", "2026-11-24T14:00:00Z,2026-11-24T15:00:00Z")
                            .Metadata("times_text", "Tue 24 Nov 2026, 14:00 (UTC+00:00) and Tue 24 Nov 2026, 15:00");
  type::v1::UserMessage user;
  user.mutable_text()->set_text("This exists already: e-mail.");
  status.SetPayload(kUserMessageUrl, absl::Cord(user.SerializeAsString()));
  return status;
}

TEST(ProblemTest, TellsTheServersSentenceBeforeTheDevelopers) {
  const Problem problem = Explain(Taken());
  EXPECT_EQ(problem.text, "This exists already: e-mail.");
  EXPECT_EQ(problem.code, "ALREADY_EXISTS");
  EXPECT_EQ(problem.reason, "ALREADY_TAKEN");
}

TEST(ProblemTest, NamesReasonAndFieldAndListsOneBelowAnother) {
  EXPECT_EQ(RenderProblem(Explain(Taken()), kPlain),
            "error: This exists already: e-mail.\n"
            "  reason  ALREADY_TAKEN (ALREADY_EXISTS)\n"
            "  field   person.email: belongs to somebody else\n"
            "  times   2026-11-24T14:00:00Z\n"
            "          2026-11-24T15:00:00Z\n");
}

TEST(ProblemTest, SaysWhatToDoNext) {
  EXPECT_THAT(Explain(EtagMismatch()).next, HasSubstr("again"));
  EXPECT_THAT(Explain(absl::UnavailableError("connection refused")).next, HasSubstr("cortadoctl doctor"));
  EXPECT_THAT(Explain(Error(absl::StatusCode::kUnauthenticated, api::v1::REASON_TOKEN_INVALID, "no")).next,
              HasSubstr("token create"));
}

TEST(ProblemTest, AnErrorOfOursNeedsNoDetails) {
  EXPECT_EQ(RenderProblem(Explain(absl::InvalidArgumentError("\"x\" is no time")), kPlain),
            "error: \"x\" is no time\n");
}

TEST(ProblemTest, WhatTheServerSaysCannotSteerTheTerminal) {
  EXPECT_THAT(RenderProblem(Explain(absl::InternalError("a\x1b[2Jb")), kPlain), Not(HasSubstr("\x1b")));
}

TEST(ProblemTest, JsonHoldsTheSame) {
  const auto error = nlohmann::json::parse(ProblemJson(Explain(Taken())))["error"];
  EXPECT_EQ(error["code"], "ALREADY_EXISTS");
  EXPECT_EQ(error["reason"], "ALREADY_TAKEN");
  EXPECT_EQ(error["fields"][0]["field"], "person.email");
  EXPECT_EQ(error["metadata"]["times"], "2026-11-24T14:00:00Z,2026-11-24T15:00:00Z");
}

TEST(ProblemTest, JsonTakesBytesThatAreNoText) {
  EXPECT_FALSE(nlohmann::json::parse(ProblemJson(Explain(absl::InternalError("\xFF")))).empty());
}

}  // namespace
}  // namespace cortado::ctl
