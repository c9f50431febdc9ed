// Random lives of requests among five people, against a model that stores nothing but a list: every answer the same,
// every state the same, nobody over their places, nobody left without an answer. 1,000 lives on every change, from four
// seeds; 100,000 at CORTADO_TEST_SCALE=100.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/scale.h"
#include "services/matching/testing/life_model.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching {
namespace {

using State = testing::LifeModel::State;

constexpr int kPeople = 5;
constexpr int kSteps = 16;
constexpr absl::Duration kDay = absl::Hours(24);

v1::Request::State InApi(State state) {
  switch (state) {
    case State::kOpen:
      return v1::Request::STATE_OPEN;
    case State::kAccepted:
      return v1::Request::STATE_ACCEPTED;
    case State::kClosed:
      return v1::Request::STATE_CLOSED;
    case State::kWithdrawn:
      return v1::Request::STATE_WITHDRAWN;
    case State::kPostponed:
      return v1::Request::STATE_POSTPONED;
  }
  return v1::Request::STATE_UNSPECIFIED;
}

class LifeCycleModelTest : public testing::MatchingWire, public ::testing::WithParamInterface<uint64_t> {
 protected:
  // Straight to the core: the wire has tests of its own.
  rpc::Call CallOf(int person) {
    auto info = std::make_shared<rpc::CallInfo>();
    info->organization = "acme";
    info->subject = model_.people[person].id;
    info->roles.Add(api::v1::ROLE_EMPLOYEE);
    info->method = "test";
    info->deadline = absl::Now() + absl::Seconds(30);
    return rpc::Call(info);
  }
  int Upto(int most) { return static_cast<int>(random_() % (static_cast<uint64_t>(most) + 1)); }
  bool OneIn(int n) { return Upto(n - 1) == 0; }

  void Tell(int person) {
    const testing::LifeModel::Somebody& one = model_.people[person];
    testing::Somebody snapshot(one.id);
    snapshot.WithPlaces(one.places);
    if (!one.here) snapshot.Gone();
    if (one.on_a_break) snapshot.Paused();
    if (one.door_closed) snapshot.Closed();
    for (const int other : one.blocks) snapshot.Blocks(model_.people[other].id);
    feed_.Put(snapshot);
  }

  // A new world: the same five people, with nothing between them.
  void Begin() {
    redis_.Ask({"FLUSHALL"});
    clock_.Set(absl::FromUnixSeconds(1'800'000'000) + Upto(6) * kDay);
    model_ = {};
    for (int i = 0; i < kPeople; ++i)
      model_.people.push_back({absl::StrCat("p", i), 1 + Upto(1), true, false, false, {}});
    for (int i = 0; i < kPeople; ++i) Tell(i);
    feed_.WaitUntilTaken();
    story_.clear();
  }

  // Notes what was done; the service's answer must be the model's.
  template <class Resource>
  bool Agree(const std::string& step, const std::string& expected, const absl::StatusOr<Resource>& answer) {
    const std::string reason = answer.ok() ? "" : ReasonOf(answer.status());
    absl::StrAppend(&story_, step, " -> ", expected.empty() ? "OK" : expected, "\n");
    EXPECT_EQ(reason, expected) << story_ << answer.status();
    return reason == expected && answer.ok();
  }

  template <class Request>
  Request Step(int request) {
    Request step;
    step.set_request(model_.all[request].name.empty() ? "requests/none" : model_.all[request].name);
    step.set_request_id(NextId());
    return step;
  }

  // Asks the service for the names of what the model says was asked next.
  void LearnNames() {
    for (testing::LifeModel::Asked& one : model_.all) {
      if (!one.name.empty() || one.origin < 0) continue;
      v1::GetRequestRequest get;
      get.set_name(model_.all[one.origin].name);
      const absl::StatusOr<v1::Request> origin = SyncWait(matching_.requests().Get(CallOf(one.asker), get));
      ASSERT_TRUE(origin.ok()) << story_ << origin.status();
      one.name = origin->next_request();
      EXPECT_NE(one.name, "") << story_ << get.name();
    }
  }

  void Ask() {
    const int person = Upto(kPeople - 1);
    std::vector<int> people = {0, 1, 2, 3, 4};
    std::shuffle(people.begin(), people.end(), random_);
    const int mentor = people[0];
    v1::RequestMatchRequest request;
    request.set_mentor("people/" + model_.people[mentor].id);
    request.set_request_id(NextId());
    std::vector<int> choices;
    for (int i = Upto(3); i > 0; --i) {
      if (people[i] == person) continue;
      choices.push_back(people[i]);
      request.add_next_choices("people/" + model_.people[people[i]].id);
    }
    const absl::StatusOr<v1::Request> asked = SyncWait(matching_.requests().Ask(CallOf(person), request));
    const std::string expected = model_.Ask(person, mentor, choices, clock_.Now());
    if (Agree(absl::StrCat("p", person, " asks p", mentor), expected, asked)) model_.all.back().name = asked->name();
  }

  void Answer(int person, int request) {
    Answers& answers = matching_.answers();
    const rpc::Call call = CallOf(person);
    const std::string who = absl::StrCat("p", person, " on ", request, ": ");
    switch (Upto(5)) {
      case 0: {
        const auto match = SyncWait(answers.Accept(call, Step<v1::AcceptMatchRequest>(request)));
        if (Agree(who + "yes", model_.Accept(person, request), match)) model_.matches.back().name = match->name();
        return;
      }
      case 1: {
        const auto closed = SyncWait(answers.Decline(call, Step<v1::DeclineMatchRequest>(request)));
        Agree(who + "no", model_.Decline(person, request, clock_.Now()), closed);
        return;
      }
      case 2: {
        const auto asked = SyncWait(answers.Question(call, Step<v1::AskRequesterRequest>(request)));
        Agree(who + "question", model_.Question(person, request, clock_.Now()), asked);
        return;
      }
      case 3: {
        const auto told = SyncWait(answers.Reply(call, Step<v1::ReplyWithDetailsRequest>(request)));
        Agree(who + "reply", model_.Reply(person, request, clock_.Now()), told);
        return;
      }
      case 4: {
        auto postpone = Step<v1::PostponeMatchRequest>(request);
        const absl::Time until = clock_.Now() + (1 + Upto(20)) * kDay;
        postpone.mutable_postpone_end_time()->set_seconds(absl::ToUnixSeconds(until));
        const auto postponed = SyncWait(answers.Postpone(call, postpone));
        Agree(who + "not now", model_.Postpone(person, request, until), postponed);
        return;
      }
      default: {
        const auto back = SyncWait(matching_.requests().Withdraw(call, Step<v1::WithdrawMatchRequest>(request)));
        Agree(who + "withdraws", model_.Withdraw(person, request, clock_.Now()), back);
        return;
      }
    }
  }

  void EndMatch(int match) {
    const testing::LifeModel::Matched& one = model_.matches[match];
    const int person = OneIn(4) ? Upto(kPeople - 1) : OneIn(2) ? one.mentee : one.mentor;
    v1::EndMatchRequest request;
    request.set_name(one.name);
    request.set_request_id(NextId());
    const auto ended = SyncWait(matching_.matches().End(CallOf(person), request));
    Agree(absl::StrCat("p", person, " ends match ", match), model_.End(person, match), ended);
  }

  void Change(int person) {
    testing::LifeModel::Somebody& one = model_.people[person];
    switch (Upto(3)) {
      case 0:
        one.on_a_break = !one.on_a_break;
        break;
      case 1:
        one.door_closed = !one.door_closed;
        break;
      case 2:
        one.here = !one.here;
        break;
      default:
        if (const int other = (person + 1 + Upto(kPeople - 2)) % kPeople; one.blocks.erase(other) == 0) {
          one.blocks.insert(other);
        }
    }
    absl::StrAppend(&story_, one.id, one.here ? " here" : " gone", one.on_a_break ? ", on a break" : "",
                    one.door_closed ? ", closed" : "", ", blocks ", one.blocks.size(), "\n");
    Tell(person);
    feed_.WaitUntilTaken();
    model_.LookAt(person, clock_.Now());
  }

  void Wait(absl::Duration time) {
    clock_.Advance(time);
    absl::StrAppend(&story_, absl::FormatDuration(time), " go by\n");
    const absl::Status done = RunDue();
    EXPECT_TRUE(done.ok()) << story_ << done;
    model_.RunDue(clock_.Now());
  }

  void Step() {
    clock_.Advance(absl::Seconds(1 + Upto(1000)));
    const int kind = Upto(19);
    const int request = model_.all.empty() ? -1 : Upto(static_cast<int>(model_.all.size()) - 1);
    if (request < 0 || kind < 6) {
      Ask();
    } else if (kind < 15) {
      const testing::LifeModel::Asked& one = model_.all[request];
      const int person = OneIn(8) ? Upto(kPeople - 1) : OneIn(3) ? one.asker : one.mentor;
      Answer(person, request);
    } else if (kind < 17) {
      Wait(Upto(5) * kDay + absl::Hours(Upto(23)));
    } else if (kind < 18 && !model_.matches.empty()) {
      EndMatch(Upto(static_cast<int>(model_.matches.size()) - 1));
    } else {
      Change(Upto(kPeople - 1));
    }
    LearnNames();
  }

  // Every request and count that is stored must be the model's.
  void Compare() {
    std::map<std::string, v1::Request> stored;
    for (int person = 0; person < kPeople; ++person) {
      const auto list = SyncWait(matching_.requests().List(CallOf(person), v1::ListRequestsRequest()));
      ASSERT_TRUE(list.ok()) << list.status();
      for (const v1::Request& one : list->requests()) stored[one.name()] = one;
      EXPECT_LE(model_.ActiveOf(person), model_.people[person].places) << story_;
      EXPECT_LE(model_.OpenBy(person), kOpenRequests) << story_;
      const std::string id = model_.people[person].id;
      EXPECT_EQ(Stored("open", id), model_.OpenTo(person)) << story_;
      EXPECT_EQ(Stored("active", id), model_.ActiveOf(person)) << story_;
    }
    size_t kept = 0;
    for (const testing::LifeModel::Asked& one : model_.all) {
      if (one.gone) continue;
      ++kept;
      EXPECT_EQ(stored[one.name].state(), InApi(one.state)) << story_ << one.name;
      EXPECT_EQ(stored[one.name].waits_for_requester(), one.state == State::kOpen && one.waits_for_asker) << story_;
    }
    EXPECT_EQ(stored.size(), kept) << story_;
  }
  int Stored(const std::string& counts, const std::string& id) {
    const std::string count = redis_.Ask({"HGET", "cortado:{acme}:matching:" + counts, id});
    return count.empty() ? 0 : std::stoi(count);
  }

  std::mt19937_64 random_{GetParam()};
  testing::LifeModel model_;
  std::string story_;
};

TEST_P(LifeCycleModelTest, EveryLifeGoesAsTheRulesSayAndEndsWithAnAnswer) {
  for (int i = 0; i < kPeople; ++i) Put(testing::Somebody(absl::StrCat("p", i)));
  ASSERT_THAT(Suggest("p0"), cortado::testing::IsOk());
  for (int64_t life = cortado::testing::Scaled(250); life > 0 && !HasFailure(); --life) {
    Begin();
    for (int step = 0; step < kSteps && !HasFailure(); ++step) Step();
    Compare();
    // Each choice in turn gets its days, a request put off its date, and all of it is deleted in the end.
    for (int month = 0; month < 6 && !HasFailure(); ++month) {
      Wait(35 * kDay);
      LearnNames();
      if (month == 2) Compare();
    }
    for (int i = 0; i < static_cast<int>(model_.all.size()); ++i) EXPECT_FALSE(model_.Waits(i)) << story_;
    Compare();
    EXPECT_FALSE(HasFailure()) << "seed " << GetParam() << ", " << life << " lives left";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LifeCycleModelTest, ::testing::Values(20261122, 20261123, 20261124, 20261125),
                         [](const auto& one) { return absl::StrCat("Seed", one.param); });

}  // namespace
}  // namespace cortado::matching
