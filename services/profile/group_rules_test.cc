#include "services/profile/group_rules.h"

#include <string>
#include <vector>

#include "common/testing/matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cortado::profile {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;

v1::Organization Asking(const std::string& id, const std::vector<std::string>& choices) {
  v1::Organization organization;
  v1::GroupQuestion& question = *organization.add_group_questions();
  question.set_id(id);
  question.set_question("Which?");
  for (const std::string& choice : choices) question.add_choices(choice);
  return organization;
}

v1::Groups Saying(const std::vector<std::pair<std::string, std::string>>& answers) {
  v1::Groups groups;
  for (const auto& [question, choice] : answers) {
    v1::GroupAnswer& answer = *groups.add_answers();
    answer.set_question(question);
    answer.set_choice(choice);
  }
  return groups;
}

TEST(QuestionRules, ChoicesAreAtLeastTwoAndDiffer) {
  EXPECT_THAT(CheckQuestions(v1::Organization()), IsOk());
  EXPECT_THAT(CheckQuestions(Asking("age", {"under 30", "30 and more"})), IsOk());
  EXPECT_THAT(CheckQuestions(Asking("age", {"under 30"})), RefusesField("organization.group_questions[0].choices"));
  EXPECT_THAT(CheckQuestions(Asking("age", {"Yes", "no", " YES "})),
              RefusesField("organization.group_questions[0].choices[2]"));
  EXPECT_THAT(CheckQuestions(Asking("age", {"yes", " "})), RefusesField("organization.group_questions[0].choices[1]"));
}

TEST(QuestionRules, NoTwoHaveOneId) {
  v1::Organization organization = Asking("age", {"under 30", "30 and more"});
  *organization.add_group_questions() = organization.group_questions(0);
  EXPECT_THAT(CheckQuestions(organization), RefusesField("organization.group_questions[1].id"));
}

TEST(AnswerRules, OnlyWhatIsAskedCanBeAnswered) {
  const v1::Organization organization = Asking("age", {"under 30", "30 and more"});
  EXPECT_THAT(CheckAnswers(Saying({}), organization), IsOk());
  EXPECT_THAT(CheckAnswers(Saying({{"age", "under 30"}}), organization), IsOk());
  // As it is worded, to the byte.
  const auto not_asked = FailsWith(absl::StatusCode::kFailedPrecondition, "QUESTION_NOT_ASKED");
  EXPECT_THAT(CheckAnswers(Saying({{"age", "Under 30"}}), organization), not_asked);
  EXPECT_THAT(CheckAnswers(Saying({{"faith", "under 30"}}), organization), not_asked);
  EXPECT_THAT(CheckAnswers(Saying({{"age", "under 30"}, {"age", "30 and more"}}), organization),
              RefusesField("groups.answers[1].question"));
}

TEST(QuestionDigest, TellsSetsOfQuestionsApart) {
  EXPECT_EQ(DigestOfQuestions(v1::Organization()), "");
  const std::string one = DigestOfQuestions(Asking("age", {"a", "b"}));
  EXPECT_NE(one, "");
  EXPECT_EQ(one, DigestOfQuestions(Asking("age", {"a", "b"})));
  EXPECT_NE(one, DigestOfQuestions(Asking("ages", {"a", "b"})));
  EXPECT_NE(one, DigestOfQuestions(Asking("age", {"a", "c"})));
  EXPECT_NE(DigestOfQuestions(Asking("age", {"a\n1 b", "c"})), DigestOfQuestions(Asking("age", {"a", "b", "c"})));
}

}  // namespace
}  // namespace cortado::profile
