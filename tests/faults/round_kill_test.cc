// A programme's round while the whole program is killed: worked out, published and announced all the same, each person
// matched once and told once. CORTADO_TEST_SCALE multiplies the kills (1 by default: 3 in each step).
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/auth/keys.h"
#include "common/auth/token.h"
#include "common/id/id.h"
#include "common/testing/matchers.h"
#include "common/testing/scale.h"
#include "cortado/dev/v1/dev_service.grpc.pb.h"
#include "cortado/matching/v1/matching_service.grpc.pb.h"
#include "cortado/scheduling/v1/notification_service.grpc.pb.h"
#include "tests/faults/running_cortado.h"

namespace cortado::testing {
namespace {

using matching::v1::Round;

constexpr uint64_t kSeed = 20261122;
constexpr int kPeople = 120;
constexpr absl::Duration kPatience = absl::Minutes(2);

class RoundKillTest : public ::testing::Test {
 protected:
  RoundKillTest() { Connect(); }

  void Connect() {
    const std::shared_ptr<grpc::Channel> channel = cortado_.Dial();
    matching_ = matching::v1::MatchingService::NewStub(channel);
    dev_ = dev::v1::DevService::NewStub(channel);
    notifications_ = scheduling::v1::NotificationService::NewStub(channel);
  }
  void KillAndStart() {
    cortado_.Kill();
    cortado_.Start();
    ahead_ = absl::ZeroDuration();
    Connect();
  }
  // A token by the clock of the program, which begins at the machine's each time it starts.
  Caller As(const std::string& person, std::vector<std::string> roles) const {
    auth::Claims claims;
    claims.organization = cortado_.organization();
    claims.subject = person;
    claims.roles = std::move(roles);
    claims.issued_at = absl::Now() + ahead_;
    claims.expires = claims.issued_at + absl::Hours(24);
    return {auth::Mint(key_, claims)};
  }

  // Calls until it is answered, with the same request id: a server that just came up may still be loading.
  template <class Stub, class Request, class Response>
  Response Insist(const std::unique_ptr<Stub>& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Caller& caller,
                  const Request& request) {
    const absl::Time give_up = absl::Now() + kPatience;
    for (;;) {
      const absl::StatusOr<Response> answer = Ask(*stub, method, caller, request);
      if (answer.ok()) return *answer;
      if (!absl::IsUnavailable(answer.status()) || absl::Now() > give_up) {
        ADD_FAILURE() << answer.status();
        return Response();
      }
    }
  }

  void MakePeople() {
    for (int i = 0; i < kPeople; ++i) {
      people_.push_back(absl::StrCat("p", i));
      cortado_.AddPerson(people_.back());
    }
  }
  void MakeDraw() {
    matching::v1::CreateProgramRequest create;
    create.mutable_program()->set_display_name("Coffee");
    create.mutable_program()->set_kind(matching::v1::PROGRAM_KIND_COFFEE);
    create.set_request_id(id::New());
    program_ = Insist(matching_, &Matching::CreateProgram, As("hr", {"HR_ADMIN"}), create).name();
    matching::v1::InviteParticipantsRequest invite;
    invite.set_program(program_);
    for (const std::string& person : people_) invite.add_people("people/" + person);
    invite.set_request_id(id::New());
    Insist(matching_, &Matching::InviteParticipants, As("hr", {"HR_ADMIN"}), invite);
    for (const std::string& person : people_) {
      matching::v1::RespondToInvitationRequest join;
      join.set_program(program_);
      join.set_answer(matching::v1::RespondToInvitationRequest::ANSWER_JOIN);
      join.set_request_id(id::New());
      Insist(matching_, &Matching::RespondToInvitation, As(person, {"EMPLOYEE"}), join);
    }
    matching::v1::CreateRoundRequest round;
    round.set_program(program_);
    round.set_request_id(id::New());
    round_ = Insist(matching_, &Matching::CreateRound, As("hr", {"HR_ADMIN"}), round).name();
  }

  Round GetRound() {
    matching::v1::GetRoundRequest request;
    request.set_name(round_);
    return Insist(matching_, &Matching::GetRound, As("hr", {"HR_ADMIN"}), request);
  }
  // Moves the clock on, so that what died is taken over, and looks until the round is in one of `states`.
  Round Await(const std::set<Round::State>& states) {
    const absl::Time give_up = absl::Now() + kPatience;
    for (;;) {
      const Round round = GetRound();
      if (states.count(round.state()) > 0) return round;
      if (absl::Now() > give_up) {
        ADD_FAILURE() << "still " << Round::State_Name(round.state());
        return round;
      }
      Advance(absl::Minutes(1));
    }
  }
  void Advance(absl::Duration step) {
    dev::v1::AdvanceClockRequest request;
    request.mutable_step()->set_seconds(absl::ToInt64Seconds(step));
    request.set_request_id(id::New());
    Insist(dev_, &dev::v1::DevService::Stub::AdvanceClock, As("operator", {"OPERATOR"}), request);
    ahead_ += step;
  }
  // Kills within the first moments of what `begin` begins, again and again.
  template <class Begin>
  void KillDuring(Begin begin) {
    for (int kill = 0; kill < Scaled(3); ++kill) {
      begin();
      const absl::Time until = absl::Now() + absl::Microseconds(random_() % 30'000);
      while (absl::Now() < until) GetRound();
      KillAndStart();
    }
  }

  using Matching = matching::v1::MatchingService::Stub;

  std::mt19937_64 random_{kSeed};
  RunningCortado cortado_{"cortado_dev", {"--dev"}};
  const auth::SigningKey key_ = *auth::SigningKey::LoadOrCreate(cortado_.data() + "/keys/token.pem");
  std::unique_ptr<Matching> matching_;
  std::unique_ptr<dev::v1::DevService::Stub> dev_;
  std::unique_ptr<scheduling::v1::NotificationService::Stub> notifications_;
  std::vector<std::string> people_;
  std::string program_;
  std::string round_;
  absl::Duration ahead_;
};

TEST_F(RoundKillTest, ARoundIsFinishedPublishedAndToldOnceHoweverOftenTheProgramIsKilled) {
  std::printf("seed %lu\n", kSeed);
  MakePeople();
  MakeDraw();
  matching::v1::RunRoundRequest run;
  run.set_name(round_);
  run.set_request_id(id::New());
  KillDuring([&] { Insist(matching_, &Matching::RunRound, As("hr", {"HR_ADMIN"}), run); });
  ASSERT_EQ(Await({Round::STATE_SUCCEEDED, Round::STATE_FAILED}).state(), Round::STATE_SUCCEEDED);
  matching::v1::PublishRoundRequest publish;
  publish.set_name(round_);
  publish.set_request_id(id::New());
  KillDuring([&] { Insist(matching_, &Matching::PublishRound, As("hr", {"HR_ADMIN"}), publish); });
  Await({Round::STATE_PUBLISHED, Round::STATE_ANNOUNCED});
  KillDuring([&] { Advance(absl::Minutes(20)); });
  const Round round = Await({Round::STATE_ANNOUNCED});
  EXPECT_EQ(round.figures().matched(), kPeople);
  EXPECT_EQ(round.dropped_count(), 0);

  for (const std::string& person : people_) {
    const auto matches =
        Insist(matching_, &Matching::ListMatches, As(person, {"EMPLOYEE"}), matching::v1::ListMatchesRequest());
    EXPECT_EQ(matches.matches_size(), 1) << person;
  }
  const auto told = [this](const std::string& person) {
    scheduling::v1::ListNotificationsRequest request;
    request.set_parent("people/" + person);
    request.set_page_size(100);
    int count = 0;
    const auto all = Insist(notifications_, &scheduling::v1::NotificationService::Stub::ListNotifications,
                            As(person, {"EMPLOYEE"}), request);
    for (const auto& one : all.notifications()) count += one.kind() == scheduling::v1::NOTIFICATION_KIND_PAIR_MATCHED;
    return count;
  };
  const absl::Time give_up = absl::Now() + kPatience;
  for (const std::string& person : people_) {
    while (told(person) == 0 && absl::Now() < give_up) continue;
    EXPECT_EQ(told(person), 1) << person;
  }
}

}  // namespace
}  // namespace cortado::testing
