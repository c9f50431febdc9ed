// Insights and the fairness report over gRPC: for whom they are, and that they tell what happened.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::FailsWith;
using ::cortado::testing::IsOk;
using ::cortado::testing::RefusesField;
using ::testing::ElementsAre;
using ::testing::Not;
using testing::Somebody;

constexpr absl::StatusCode kNotFound = absl::StatusCode::kNotFound;
using Answer = v1::RespondToInvitationRequest;

class InsightsWireTest : public testing::MatchingWire {
 protected:
  // Ada, and 16 others in pairs of who asks (a0..a7, Data) and who is asked (b0..b7, Web).
  InsightsWireTest() {
    Put(Somebody("ada").Wants("Go").In("Data"));
    for (int i = 0; i < 8; ++i) {
      Put(Somebody(Asker(i)).Wants("Go").In("Data"));
      Put(Somebody(Mentor(i)).Has("Go", 5).In("Web"));
    }
    Load();
  }
  static std::string Asker(int i) { return absl::StrCat("a", i); }
  static std::string Mentor(int i) { return absl::StrCat("b", i); }
  cortado::testing::Caller Hr() { return cortado::testing::TokenOf(key_, "acme", "hr", {"HR_ADMIN"}); }
  cortado::testing::Caller Owner(const std::string& person) {
    return cortado::testing::TokenOf(key_, "acme", person, {"EMPLOYEE", "PROGRAM_OWNER"});
  }

  absl::StatusOr<v1::Insights> Insights(const cortado::testing::Caller& caller, const std::string& program = "",
                                        int64_t seconds = 0) {
    v1::GetInsightsRequest request;
    request.set_program(program);
    if (seconds != 0) request.mutable_time()->set_seconds(seconds);
    return cortado::testing::Ask(*stub_, &Stub::GetInsights, caller, request);
  }
  absl::StatusOr<v1::Insights> Fairness(const cortado::testing::Caller& caller, const std::string& program = "") {
    v1::GetFairnessReportRequest request;
    request.set_program(program);
    return cortado::testing::Ask(*stub_, &Stub::GetFairnessReport, caller, request);
  }
  // The cells of a row of a table, as a person would read them.
  static std::vector<std::string> Row(const v1::Insights& insights, const std::string& id, const std::string& row) {
    std::vector<std::string> cells;
    for (const v1::InsightTable& table : insights.tables()) {
      for (int i = 0; i < table.cells_size() && table.id() == id; ++i) {
        const v1::InsightCell& cell = table.cells(i);
        if (table.rows(i / table.columns_size()) != row) continue;
        cells.push_back(cell.hidden() ? "hidden" : cell.has_value() ? absl::StrCat(cell.value()) : "-");
      }
    }
    return cells;
  }

  // The first `count` ask, and get their yes ten hours later.
  void Match(int count) {
    std::vector<std::string> requests;
    for (int i = 0; i < count; ++i) requests.push_back(AskFor(Asker(i), Mentor(i))->name());
    clock_.Advance(absl::Hours(10));
    for (int i = 0; i < count; ++i) ASSERT_THAT(Accept(Mentor(i), requests[i]), IsOk());
  }
  v1::Program Create(const std::string& owner) {
    v1::CreateProgramRequest request;
    request.mutable_program()->set_display_name("Spring");
    request.mutable_program()->set_kind(v1::PROGRAM_KIND_COHORT);
    request.mutable_program()->add_owners("people/" + owner);
    request.set_request_id(NextId());
    return *cortado::testing::Ask(*stub_, &Stub::CreateProgram, Hr(), request);
  }
  void Invite(const std::string& program, const std::vector<std::string>& people) {
    v1::InviteParticipantsRequest request;
    request.set_program(program);
    for (const std::string& person : people) request.add_people("people/" + person);
    request.set_request_id(NextId());
    ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::InviteParticipants, Hr(), request), IsOk());
  }
  void Respond(const std::string& person, const std::string& program, Answer::Answer answer) {
    v1::RespondToInvitationRequest request;
    request.set_program(program);
    request.set_answer(answer);
    request.set_request_id(NextId());
    ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::RespondToInvitation, As(person), request), IsOk());
  }
  // Matches two as a round of the programme would.
  void Pair(const std::string& program, const std::string& mentee, const std::string& mentor) {
    redis::Client client(redis_.address(), loop_);
    store::Store writes(client, "matching", clock_);
    RequestStore store(client, writes);
    const rpc::Call call = rpc::InternalCall("acme", "test", absl::Now() + absl::Seconds(10));
    v1::Request request;
    request.set_name("requests/of-" + mentee);
    request.mutable_requester()->set_person("people/" + mentee);
    request.mutable_mentor()->set_person("people/" + mentor);
    request.set_state(v1::Request::STATE_OPEN);
    request.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    const auto asked = SyncWait(store.Insert(call, {request, absl::OkStatus(), NextId(), NextId()}, 9));
    ASSERT_THAT(asked, IsOk());
    v1::Request accepted = *asked;
    accepted.set_state(v1::Request::STATE_ACCEPTED);
    v1::Match match;
    match.set_name("matches/of-" + mentee);
    *match.mutable_mentee() = request.requester();
    *match.mutable_mentor() = request.mentor();
    match.set_state(v1::Match::STATE_ACTIVE);
    match.set_program(program);
    match.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    ASSERT_THAT(SyncWait(store.Accept(call, OwnStep(accepted), match, 9, clock_.Now())), IsOk());
  }
};

TEST_F(InsightsWireTest, TheOrganisationIsForHrAndAProgrammeForItsOwnersToo) {
  const std::string program = Create("b0").name();
  EXPECT_THAT(Insights(Hr()), IsOk());
  EXPECT_THAT(Fairness(Hr()), IsOk());
  EXPECT_THAT(Insights(Owner("b0")), FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Fairness(Owner("b0")), FailsWith(absl::StatusCode::kPermissionDenied, "ACCESS_DENIED"));
  EXPECT_THAT(Insights(Owner("b0"), program), IsOk());
  EXPECT_THAT(Fairness(Owner("b0"), program), IsOk());
  EXPECT_THAT(Insights(Owner("b1"), program), FailsWith(kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Insights(As("a0")), Not(IsOk()));
}

TEST_F(InsightsWireTest, TheOrganisationTellsWhoIsMatchedAndHowLongItTook) {
  Match(6);
  const auto insights = Insights(Hr());
  ASSERT_THAT(insights, IsOk());
  EXPECT_EQ(insights->period(), "2027-Q1");
  EXPECT_THAT(Row(*insights, "participation_by_department", "all"), ElementsAre("17", "17", "17", "6", "11", "0"));
  EXPECT_THAT(Row(*insights, "matched_by_department", "all"), ElementsAre("6"));
  EXPECT_THAT(Row(*insights, "waiting", "from the request to the yes"), ElementsAre("10"));
  EXPECT_THAT(Row(*insights, "skills", "Go"), ElementsAre("9", "8"));
  EXPECT_THAT(Row(*Insights(Hr(), "", 1'700'000'000), "matched_by_department", "all"), ElementsAre("0"));
}

TEST_F(InsightsWireTest, FewMatchesAreHiddenAndSaySo) {
  Match(3);
  const auto insights = Insights(Hr());
  ASSERT_THAT(insights, IsOk());
  EXPECT_THAT(Row(*insights, "participation_by_department", "all"),
              ElementsAre("17", "17", "17", "hidden", "hidden", "hidden"));
  EXPECT_THAT(Row(*insights, "matched_by_department", "all"), ElementsAre("hidden"));
  EXPECT_THAT(Row(*insights, "waiting", "from the request to the yes"), ElementsAre("hidden"));
  EXPECT_THAT(insights->tables(2).cells(0).text().text(), ::testing::HasSubstr("fewer than five"));
}

TEST_F(InsightsWireTest, NotNowLooksLikeNoAnswer) {
  const std::string program = Create("b0").name();
  Invite(program, {"a0", "a1", "a2", "a3", "a4", "a5", "b0", "b1", "b2", "b3", "b4", "b5"});
  for (int i = 0; i < 6; ++i) Respond(Asker(i), program, Answer::ANSWER_JOIN);
  Respond("b1", program, Answer::ANSWER_NOT_NOW);
  const auto before = Insights(Hr(), program);
  ASSERT_THAT(before, IsOk());
  EXPECT_THAT(Row(*before, "participation_by_department", "all"), ElementsAre("12", "6", "6", "0", "6", "0"));
  Respond("b2", program, Answer::ANSWER_NOT_NOW);
  EXPECT_EQ(Insights(Hr(), program)->SerializeAsString(), before->SerializeAsString());
}

TEST_F(InsightsWireTest, AMatchCountsInItsProgrammeAlone) {
  const std::string program = Create("b0").name();
  Invite(program, {"a0", "a1", "a2", "a3", "a4", "a5"});
  for (int i = 0; i < 6; ++i) Respond(Asker(i), program, Answer::ANSWER_JOIN);
  for (int i = 0; i < 6; ++i) Pair(program, Asker(i), Mentor(i));
  const auto insights = Insights(Hr(), program);
  ASSERT_THAT(insights, IsOk());
  EXPECT_THAT(Row(*insights, "participation_by_department", "all"), ElementsAre("6", "6", "6", "6", "0", "0"));
  EXPECT_THAT(Row(*insights, "reach", "Data"), ElementsAre("6"));
  EXPECT_THAT(Row(*Insights(Hr()), "participation_by_department", "all"),
              ElementsAre("17", "17", "17", "0", "17", "0"));
}

TEST_F(InsightsWireTest, FairnessTellsWhoIsSuggested) {
  const auto fairness = Fairness(Hr());
  ASSERT_THAT(fairness, IsOk());
  EXPECT_EQ(fairness->period(), "");
  // Everybody may be suggested; those who hold what is looked for, are.
  EXPECT_THAT(Row(*fairness, "suggested_by_department", "Web"), ElementsAre("470", "1000"));
  EXPECT_THAT(Row(*fairness, "matched_share_by_department", "Data"), ElementsAre("529", "-"));
}

// The clock is at January 2027: what was said before it counts, what is said in it does not yet.
constexpr int64_t kDecember = 1'797'000'000;
constexpr int64_t kJanuary = 1'800'000'100;

class GroupFairnessTest : public InsightsWireTest {
 protected:
  GroupFairnessTest() {
    AskWhether({"yes", "no"});
    for (int i = 0; i < 8; ++i) {
      Put(Somebody(Asker(i)).Wants("Go").In("Data").Says("care", "yes", kDecember));
      Put(Somebody(Mentor(i)).Has("Go", 5).In("Web").Says("care", i < 7 ? "no" : "yes", kDecember));
    }
  }
  void AskWhether(const std::vector<std::string>& choices) {
    profile::v1::PeopleChange change;
    if (!choices.empty()) {
      profile::v1::GroupQuestion& question = *change.mutable_organization()->add_group_questions();
      question.set_id("care");
      question.set_question("Do you care for somebody?");
      for (const std::string& choice : choices) question.add_choices(choice);
    }
    change.mutable_organization()->set_display_name("Acme");
    feed_.Add(std::move(change));
    feed_.WaitUntilTaken();
  }
  static std::vector<std::string> Tables(const v1::Insights& insights) {
    std::vector<std::string> ids;
    for (const v1::InsightTable& table : insights.tables()) {
      if (absl::StrContains(table.id(), "group")) ids.push_back(table.id());
    }
    return ids;
  }
};

TEST_F(GroupFairnessTest, TellsWhoIsSuggestedByWhatPeopleSay) {
  const auto fairness = Fairness(Hr());
  ASSERT_THAT(fairness, IsOk());
  EXPECT_THAT(Tables(*fairness), ElementsAre("suggested_by_group.care", "matched_share_by_group.care"));
  // Ada alone says nothing, and is put together with the smaller group.
  EXPECT_THAT(Row(*fairness, "suggested_by_group.care", "yes"), ElementsAre("529", "125"));
  EXPECT_THAT(Row(*fairness, "suggested_by_group.care", "no"), ElementsAre());
  EXPECT_THAT(Row(*fairness, "suggested_by_group.care", "other"), ElementsAre("470", "875"));
  EXPECT_THAT(fairness->tables(5).title().text(), ::testing::HasSubstr("Do you care for somebody?"));
}

TEST_F(GroupFairnessTest, IsMadeOnceAMonthOfWhatWasSaidBefore) {
  Put(Somebody(Asker(0)).Wants("Go").In("Data").Says("care", "no", kJanuary));
  const auto january = Fairness(Hr());
  ASSERT_THAT(january, IsOk());
  EXPECT_THAT(Row(*january, "suggested_by_group.care", "yes"), ElementsAre("470", "125"));
  // Somebody leaves, somebody takes back what they said: figures before and after would tell what it was.
  Put(Somebody(Mentor(0)).Gone());
  Put(Somebody(Mentor(1)).Has("Go", 5).In("Web"));
  const auto after = Fairness(Hr());
  ASSERT_THAT(after, IsOk());
  for (const v1::InsightTable& table : january->tables()) {
    if (!absl::StrContains(table.id(), "group")) continue;
    const auto same = std::find_if(after->tables().begin(), after->tables().end(),
                                   [&table](const v1::InsightTable& one) { return one.id() == table.id(); });
    ASSERT_NE(same, after->tables().end());
    EXPECT_EQ(same->SerializeAsString(), table.SerializeAsString());
  }
  clock_.Advance(absl::Hours(24 * 31));
  const auto february = Fairness(Hr());
  ASSERT_THAT(february, IsOk());
  EXPECT_THAT(Row(*february, "suggested_by_group.care", "yes"), ElementsAre("500", "142"));
}

TEST_F(GroupFairnessTest, IsInTheLanguageOfWhoeverAsksAndTheSameInAll) {
  ASSERT_THAT(Fairness(Hr()), IsOk());
  cortado::testing::Caller german = Hr();
  german.language = "de";
  const auto fairness = Fairness(german);
  ASSERT_THAT(fairness, IsOk());
  EXPECT_THAT(Row(*fairness, "suggested_by_group.care", "andere"), ElementsAre("470", "875"));
}

TEST_F(GroupFairnessTest, NoProgrammeTellsOfGroups) {
  const std::string program = Create("b0").name();
  Invite(program, {"a0", "a1", "a2", "a3", "a4", "a5"});
  for (int i = 0; i < 6; ++i) Respond(Asker(i), program, Answer::ANSWER_JOIN);
  const auto fairness = Fairness(Owner("b0"), program);
  ASSERT_THAT(fairness, IsOk());
  EXPECT_THAT(Tables(*fairness), ElementsAre());
}

TEST_F(GroupFairnessTest, IsGoneWithTheQuestion) {
  ASSERT_THAT(Fairness(Hr()), IsOk());
  AskWhether({});
  const auto fairness = Fairness(Hr());
  ASSERT_THAT(fairness, IsOk());
  EXPECT_THAT(Tables(*fairness), ElementsAre());
}

TEST_F(InsightsWireTest, ATimeOutsideOfTheCalendarIsRefused) {
  EXPECT_THAT(Insights(Hr(), "", -1), RefusesField("time"));
  EXPECT_THAT(Insights(Hr(), "", 300'000'000'000), RefusesField("time"));
}

}  // namespace
}  // namespace cortado::matching
