// A real organisation as one programme over gRPC, from RunRound to SUCCEEDED, and on to its matches: everyone with a
// gap looks for a mentor, whoever has five years has two places. Without the file (testing/real_people.h) there is
// nobody to pair and nothing to see. CORTADO_TEST_SCALE multiplies how many take part; 40 is everybody.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/task/gather.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "services/matching/affinity/gap.h"
#include "services/matching/testing/programs_wire.h"
#include "services/matching/testing/real_people.h"

namespace cortado::matching {
namespace {

using ::cortado::testing::IsOk;

constexpr int kEvery = 40;
constexpr int kAtOnce = 100;
constexpr int kFiveYears = 5;
constexpr double kGoalSeconds = 30;

class RealRoundWireTest : public testing::ProgramsWire {
 protected:
  RealRoundWireTest() {
    const int step = std::max(1, static_cast<int>(kEvery / cortado::testing::Scale()));
    int row = 0;
    for (const auto& [id, answers] : testing::ReadRealPeople()) {
      if (row++ % step != 0) continue;
      profile::v1::PeopleChange change = testing::ChangeOf(answers);
      AddParts(id, change.person());
      feed_.Add(std::move(change));
    }
    feed_.WaitUntilTaken();
  }

  // As whom they take part: everybody has a say of their own, which is written here as they would answer it.
  void AddParts(const std::string& id, const profile::v1::PersonSnapshot& snapshot) {
    std::set<std::string> held;
    for (const auto& skill : snapshot.person().skills_held()) held.insert(skill.skill());
    const auto& wanted = snapshot.person().skills_wanted();
    v1::Participant participant;
    participant.set_state(v1::Participant::STATE_ENROLLED);
    participant.set_mentee(std::any_of(wanted.begin(), wanted.end(),
                                       [&held](const auto& skill) { return held.count(skill.skill()) == 0; }));
    participant.set_mentor(snapshot.person().years_experience() >= kFiveYears);
    participant.set_places(2);
    if (participant.mentee() || participant.mentor()) parts_[id] = participant;
  }

  void EnrolEverybody(const v1::Program& program) {
    redis::Client client(redis_.address(), loop_);
    store::Store store(client, "matching", clock_);
    ProgramStore programs(store, clock_);
    const auto call = [] { return rpc::InternalCall("acme", "test", absl::Now() + absl::Seconds(60)); };
    std::map<std::string, Invitee> some;
    const auto invite = [&] {
      ASSERT_THAT(SyncWait(programs.Invite(call(), program, some, v1::Participant(), NextId(), "test")), IsOk());
      std::vector<Task<absl::StatusOr<v1::Participant>>> answers;
      for (const auto& [person, told] : some) {
        const auto enrollment = SyncWait(programs.GetParticipant(call(), IdOf(program.name()), person));
        ASSERT_THAT(enrollment, IsOk());
        Enrollment answer = *enrollment;
        answer.participant = parts_[person];
        answers.push_back(programs.Answer(call(), IdOf(program.name()), answer, NextId(), "test"));
      }
      for (const auto& answered : SyncWait(Gather(std::move(answers)))) ASSERT_THAT(answered, IsOk());
      some.clear();
    };
    for (const auto& [person, part] : parts_) {
      some[person] = {};
      if (some.size() == kAtOnce) invite();
    }
    if (!some.empty()) invite();
  }

  v1::Round WaitFor(const std::string& name) {
    matching_.rounds().WaitUntilIdle();
    return *GetRound(name);
  }
  void Publish(const std::string& name) {
    v1::PublishRoundRequest request;
    request.set_name(name);
    request.set_request_id(NextId());
    ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::PublishRound, Hr(), request), IsOk());
  }

  std::map<std::string, v1::Participant> parts_;  // By person.
};

TEST_F(RealRoundWireTest, AWholeOrganisationIsPairedInHalfAMinute) {
  if (parts_.empty()) return;
  v1::Program program = Cohort();
  AddRule(program, "own-line", v1::ProgramRule::KIND_OWN_LINE, v1::ProgramRule::STRENGTH_FORBID);
  program = *Create(program);
  EnrolEverybody(program);
  const std::string name = CreateRound(program.name())->name();
  const absl::Time began = absl::Now();
  ASSERT_THAT(Run(name), IsOk());
  const v1::Round round = WaitFor(name);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - began);
  ASSERT_EQ(round.state(), v1::Round::STATE_SUCCEEDED) << round.ShortDebugString();
  EXPECT_EQ(round.figures().gap(), 0) << "the certificate is exact within the candidate graph";
  std::cout << "from RunRound to SUCCEEDED: " << seconds << " s (" << round.figures().people() << " people, "
            << round.figures().matched() << " matched, " << round.figures().across_departments()
            << " across departments)" << std::endl;
  EXPECT_LE(seconds, kGoalSeconds);
  const absl::Time publishing = absl::Now();
  Publish(name);
  const v1::Round published = WaitFor(name);
  EXPECT_EQ(published.state(), v1::Round::STATE_PUBLISHED);
  EXPECT_EQ(published.dropped_count(), 0) << "nobody has gone: every pair is eligible still";
  std::cout << "published in " << absl::ToDoubleSeconds(absl::Now() - publishing) << " s" << std::endl;
  const absl::Time announcing = absl::Now();
  clock_.Advance(absl::Minutes(15));
  const rpc::Call call = rpc::InternalCall("acme", "job:rounds.resume", absl::Now() + absl::Seconds(10));
  ASSERT_THAT(SyncWait(matching_.rounds().Resume(call)), IsOk());
  EXPECT_EQ(WaitFor(name).state(), v1::Round::STATE_ANNOUNCED);
  std::cout << "announced in " << absl::ToDoubleSeconds(absl::Now() - announcing) << " s" << std::endl;
}

}  // namespace
}  // namespace cortado::matching
