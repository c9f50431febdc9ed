// The matching service with programmes: two mentees (ada, eve), two mentors (bob, cid), and what HR does with them.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/task/sync_wait.h"
#include "common/testing/matchers.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching::testing {

using Answer = v1::RespondToInvitationRequest;

class ProgramsWire : public MatchingWire {
 protected:
  explicit ProgramsWire(bool with_people = true) {
    if (!with_people) return;
    Put(Somebody("ada").Wants("Go").In("Data"));
    Put(Somebody("eve").Wants("SQL").In("Data"));
    Put(Somebody("bob").Has("Go", 4).In("Web"));
    Put(Somebody("cid").Has("SQL", 4).In("Sales"));
    Load();
  }

  cortado::testing::Caller Hr() { return cortado::testing::TokenOf(key_, "acme", "hr", {"HR_ADMIN"}); }
  cortado::testing::Caller Owner(const std::string& person) {
    return cortado::testing::TokenOf(key_, "acme", person, {"EMPLOYEE", "PROGRAM_OWNER"});
  }

  static v1::Program Cohort() {
    v1::Program program;
    program.set_display_name("Spring");
    program.set_kind(v1::PROGRAM_KIND_COHORT);
    return program;
  }
  static v1::ProgramRule& AddRule(v1::Program& program, const std::string& id, v1::ProgramRule::Kind kind,
                                  v1::ProgramRule::Strength strength, const std::string& value = "") {
    v1::ProgramRule& rule = *program.add_rules();
    rule.set_id(id);
    rule.set_kind(kind);
    rule.set_strength(strength);
    if (!value.empty()) rule.add_values(value);
    return rule;
  }
  absl::StatusOr<v1::Program> Create(const v1::Program& program) {
    v1::CreateProgramRequest request;
    *request.mutable_program() = program;
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::CreateProgram, Hr(), request);
  }
  absl::StatusOr<v1::Program> Get(const cortado::testing::Caller& caller, const std::string& name) {
    v1::GetProgramRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetProgram, caller, request);
  }
  std::vector<std::string> Listed(const cortado::testing::Caller& caller) {
    std::vector<std::string> names;
    const auto response = cortado::testing::Ask(*stub_, &Stub::ListPrograms, caller, v1::ListProgramsRequest());
    EXPECT_THAT(response, cortado::testing::IsOk());
    for (const v1::Program& program : response->programs()) names.push_back(program.name());
    return names;
  }
  absl::StatusOr<v1::Program> Update(v1::Program program, const std::string& path) {
    v1::UpdateProgramRequest request;
    *request.mutable_program() = std::move(program);
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::UpdateProgram, Hr(), request);
  }
  absl::StatusOr<v1::InviteParticipantsResponse> Invite(const std::string& program,
                                                        const std::vector<std::string>& people, bool mentor = false,
                                                        const std::string& tag = "") {
    v1::InviteParticipantsRequest request;
    request.set_program(program);
    for (const std::string& person : people) request.add_people("people/" + person);
    request.mutable_participant()->set_mentor(mentor);
    if (!tag.empty()) request.mutable_participant()->add_tags(tag);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::InviteParticipants, Hr(), request);
  }
  absl::StatusOr<v1::Participant> Respond(const std::string& person, const std::string& program,
                                          Answer::Answer answer) {
    v1::RespondToInvitationRequest request;
    request.set_program(program);
    request.set_answer(answer);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::RespondToInvitation, As(person), request);
  }
  void Enrol(const std::string& program, const std::vector<std::string>& people, bool mentor = false,
             const std::string& tag = "") {
    ASSERT_THAT(Invite(program, people, mentor, tag), cortado::testing::IsOk());
    for (const std::string& person : people)
      ASSERT_THAT(Respond(person, program, Answer::ANSWER_JOIN), cortado::testing::IsOk());
  }
  absl::StatusOr<v1::ListParticipantsResponse> Participants(const cortado::testing::Caller& caller,
                                                            const std::string& program) {
    v1::ListParticipantsRequest request;
    request.set_program(program);
    return cortado::testing::Ask(*stub_, &Stub::ListParticipants, caller, request);
  }

  absl::StatusOr<v1::Round> CreateRound(const std::string& program, const v1::Round& round = {}) {
    v1::CreateRoundRequest request;
    request.set_program(program);
    *request.mutable_round() = round;
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::CreateRound, Hr(), request);
  }
  absl::StatusOr<v1::Round> GetRound(const std::string& name) {
    v1::GetRoundRequest request;
    request.set_name(name);
    return cortado::testing::Ask(*stub_, &Stub::GetRound, Hr(), request);
  }
  absl::StatusOr<v1::Round> Run(const std::string& name, const std::string& request_id = "") {
    v1::RunRoundRequest request;
    request.set_name(name);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::RunRound, Hr(), request);
  }
  // Makes a round, runs it, and returns what came of it.
  v1::Round RunToTheEnd(const std::string& program, const v1::Round& round = {}) {
    const auto made = CreateRound(program, round);
    EXPECT_THAT(made, cortado::testing::IsOk());
    return Rerun(made->name());
  }
  // Runs a round that is there, and returns what came of it.
  v1::Round Rerun(const std::string& name) {
    EXPECT_THAT(Run(name), cortado::testing::IsOk());
    matching_.rounds().WaitUntilIdle();
    return *GetRound(name);
  }
  // "ada-bob", ...
  std::set<std::string> PairsOf(const v1::Round& round) { return PairsOf(round.name()); }
  std::set<std::string> PairsOf(const std::string& round) {
    v1::ListRoundPairsRequest request;
    request.set_round(round);
    const auto response = cortado::testing::Ask(*stub_, &Stub::ListRoundPairs, Hr(), request);
    EXPECT_THAT(response, cortado::testing::IsOk());
    std::set<std::string> pairs;
    for (const v1::Pair& pair : response->pairs()) {
      std::string names;
      for (const auto& card : pair.people()) absl::StrAppend(&names, names.empty() ? "" : "-", card.display_name());
      pairs.insert(names);
    }
    return pairs;
  }
  // Lets work on rounds that is due be done.
  void WorkOnRounds() {
    const rpc::Call call = rpc::InternalCall("acme", "job:rounds.resume", absl::Now() + absl::Seconds(10));
    ASSERT_THAT(SyncWait(matching_.rounds().Resume(call)), cortado::testing::IsOk());
    matching_.rounds().WaitUntilIdle();
  }
  // Events of a kind that the outbox has.
  std::vector<api::v1::Event> Happened(const std::string& kind) {
    const rpc::Call call = rpc::InternalCall("acme", "test", absl::Now() + absl::Seconds(10));
    const auto all = SyncWait(matching_.outbox().Next(call, "", 1000));
    EXPECT_THAT(all, cortado::testing::IsOk());
    std::vector<api::v1::Event> events;
    for (const api::v1::Event& event : *all) {
      if (event.kind() == kind) events.push_back(event);
    }
    return events;
  }
  static v1::PinnedPair& Add(v1::PinnedPair* pair, const std::string& person, const std::string& other) {
    pair->set_person("people/" + person);
    pair->set_other("people/" + other);
    return *pair;
  }
};

}  // namespace cortado::matching::testing
