// A programme and its rounds over gRPC, each call as one line: for tests of what is done to rounds.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/matching/testing/matching_wire.h"

namespace cortado::matching::testing {

class RoundWire : public MatchingWire {
 protected:
  cortado::testing::Caller Hr() { return cortado::testing::TokenOf(key_, "acme", "hr", {"HR_ADMIN"}); }

  static v1::Program ProgramOf(v1::ProgramKind kind) {
    v1::Program program;
    program.set_display_name("Spring");
    program.set_kind(kind);
    return program;
  }
  static v1::ProgramRule RuleOf(const std::string& id, v1::ProgramRule::Kind kind, v1::ProgramRule::Strength strength,
                                const std::string& value = "") {
    v1::ProgramRule rule;
    rule.set_id(id);
    rule.set_kind(kind);
    rule.set_strength(strength);
    if (!value.empty()) rule.add_values(value);
    return rule;
  }
  static v1::PinnedPair PairOf(const std::string& person, const std::string& other) {
    v1::PinnedPair pair;
    pair.set_person("people/" + person);
    pair.set_other("people/" + other);
    return pair;
  }

  // Returns the name of a new programme.
  std::string Create(const v1::Program& program) {
    v1::CreateProgramRequest request;
    *request.mutable_program() = program;
    request.set_request_id(NextId());
    const auto made = cortado::testing::Ask(*stub_, &Stub::CreateProgram, Hr(), request);
    EXPECT_THAT(made, cortado::testing::IsOk());
    return made->name();
  }
  void Enrol(const std::string& program, const std::vector<std::string>& people, bool mentor = false) {
    v1::InviteParticipantsRequest invite;
    invite.set_program(program);
    for (const std::string& person : people) invite.add_people("people/" + person);
    invite.mutable_participant()->set_mentor(mentor);
    invite.set_request_id(NextId());
    ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::InviteParticipants, Hr(), invite), cortado::testing::IsOk());
    for (const std::string& person : people) {
      v1::RespondToInvitationRequest join;
      join.set_program(program);
      join.set_answer(v1::RespondToInvitationRequest::ANSWER_JOIN);
      join.set_request_id(NextId());
      ASSERT_THAT(cortado::testing::Ask(*stub_, &Stub::RespondToInvitation, As(person), join),
                  cortado::testing::IsOk());
    }
  }

  absl::StatusOr<v1::Round> CreateRound(const std::string& program, const v1::Round& round = {}) {
    v1::CreateRoundRequest request;
    request.set_program(program);
    *request.mutable_round() = round;
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::CreateRound, Hr(), request);
  }
  v1::Round GetRound(const std::string& name) {
    v1::GetRoundRequest request;
    request.set_name(name);
    const auto round = cortado::testing::Ask(*stub_, &Stub::GetRound, Hr(), request);
    EXPECT_THAT(round, cortado::testing::IsOk());
    return *round;
  }
  absl::StatusOr<v1::Round> Run(const std::string& name) {
    v1::RunRoundRequest request;
    request.set_name(name);
    request.set_request_id(NextId());
    return cortado::testing::Ask(*stub_, &Stub::RunRound, Hr(), request);
  }
  // Runs a round and returns what came of it.
  v1::Round RunToTheEnd(const std::string& name) {
    EXPECT_THAT(Run(name), cortado::testing::IsOk());
    matching_.rounds().WaitUntilIdle();
    return GetRound(name);
  }
  absl::StatusOr<v1::Round> Cancel(const std::string& name, const std::string& request_id = "") {
    v1::CancelRoundRequest request;
    request.set_name(name);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, &Stub::CancelRound, Hr(), request);
  }

  template <class Request>
  using EditMethod = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, v1::Round*);
  template <class Request>
  absl::StatusOr<v1::Round> Edit(EditMethod<Request> method, const std::string& round, const v1::PinnedPair& pair,
                                 const std::string& etag = "", const std::string& request_id = "") {
    Request request;
    request.set_round(round);
    *request.mutable_pair() = pair;
    request.set_etag(etag);
    request.set_request_id(request_id.empty() ? NextId() : request_id);
    return cortado::testing::Ask(*stub_, method, Hr(), request);
  }
  v1::SwapPairsRequest SwapOf(const std::string& round, const std::string& person, const std::string& other) {
    v1::SwapPairsRequest request;
    request.set_round(round);
    request.set_person("people/" + person);
    request.set_other("people/" + other);
    request.set_request_id(NextId());
    return request;
  }
  absl::StatusOr<v1::SwapPairsResponse> Swap(const v1::SwapPairsRequest& request) {
    return cortado::testing::Ask(*stub_, &Stub::SwapPairs, Hr(), request);
  }
  absl::StatusOr<v1::CompareRoundsResponse> Compare(const std::string& round, const std::string& other) {
    v1::CompareRoundsRequest request;
    request.set_round(round);
    request.set_other(other);
    return cortado::testing::Ask(*stub_, &Stub::CompareRounds, Hr(), request);
  }
  absl::StatusOr<v1::ExplainUnmatchedResponse> Why(const std::string& round, const std::string& person) {
    v1::ExplainUnmatchedRequest request;
    request.set_round(round);
    request.set_person("people/" + person);
    return cortado::testing::Ask(*stub_, &Stub::ExplainUnmatched, Hr(), request);
  }

  // "ada-bob", ...
  static std::string WordsOf(const v1::Pair& pair) {
    std::string names;
    for (const auto& card : pair.people()) absl::StrAppend(&names, names.empty() ? "" : "-", card.display_name());
    return names;
  }
  std::set<std::string> PairsOf(const std::string& round) {
    v1::ListRoundPairsRequest request;
    request.set_round(round);
    const auto response = cortado::testing::Ask(*stub_, &Stub::ListRoundPairs, Hr(), request);
    EXPECT_THAT(response, cortado::testing::IsOk());
    std::set<std::string> pairs;
    for (const v1::Pair& pair : response->pairs()) pairs.insert(WordsOf(pair));
    return pairs;
  }
};

}  // namespace cortado::matching::testing
