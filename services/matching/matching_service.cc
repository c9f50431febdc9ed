#include "services/matching/matching_service.h"

namespace cortado::matching {

std::unique_ptr<rpc::Service> MakeMatchingService(rpc::Binder& binder, Matching& matching) {
  auto service = std::make_unique<rpc::Service>("cortado.matching.v1.MatchingService", binder);
  service->Unary("SuggestRoleModels", &Suggestions::Suggest, matching.suggestions());
  service->Unary("SuggestMentorSet", &Discovery::SuggestMentorSet, matching.discovery());
  service->Unary("SuggestTeams", &Discovery::SuggestTeams, matching.discovery());
  service->Unary("GetMatchReport", &MatchReports::Get, matching.match_reports());
  service->Unary("ExplainMatch", &Suggestions::Explain, matching.suggestions());
  service->Unary("RequestMatch", &Requests::Ask, matching.requests());
  service->Unary("AcceptMatch", &Answers::Accept, matching.answers());
  service->Unary("DeclineMatch", &Answers::Decline, matching.answers());
  service->Unary("AskRequester", &Answers::Question, matching.answers());
  service->Unary("ReplyWithDetails", &Answers::Reply, matching.answers());
  service->Unary("PostponeMatch", &Answers::Postpone, matching.answers());
  service->Unary("WithdrawMatch", &Requests::Withdraw, matching.requests());
  service->Unary("EndMatch", &Matches::End, matching.matches());
  service->Unary("RateFit", &Matches::Rate, matching.matches());
  service->Unary("ProposeTime", &Proposals::Propose, matching.proposals());
  service->Unary("RecordChat", &Proposals::RecordChat, matching.proposals());
  service->Unary("GetRequest", &Requests::Get, matching.requests());
  service->Unary("ListRequests", &Requests::List, matching.requests());
  service->Unary("GetMatch", &Matches::Get, matching.matches());
  service->Unary("ListMatches", &Matches::List, matching.matches());
  service->Unary("GetConversationGuide", &Guides::Get, matching.guides());
  service->Unary("SaveConversationGuide", &Guides::Save, matching.guides());
  service->Unary("ListQuestions", &Guides::ListQuestions, matching.guides());
  service->Unary("CreateQuestion", &Guides::CreateQuestion, matching.guides());
  service->Unary("UpdateQuestion", &Guides::UpdateQuestion, matching.guides());
  service->Unary("CreateProgram", &Programs::Create, matching.programs());
  service->Unary("GetProgram", &Programs::Get, matching.programs());
  service->Unary("ListPrograms", &Programs::List, matching.programs());
  service->Unary("UpdateProgram", &Programs::Update, matching.programs());
  service->Unary("InviteParticipants", &Programs::Invite, matching.programs());
  service->Unary("RespondToInvitation", &Programs::Respond, matching.programs());
  service->Unary("ListParticipants", &Programs::ListParticipants, matching.programs());
  service->Unary("NudgeParticipants", &Nudges::Nudge, matching.nudges());
  service->Unary("CreateRound", &Rounds::Create, matching.rounds());
  service->Unary("RunRound", &Rounds::Run, matching.rounds());
  service->Unary("GetRound", &Rounds::Get, matching.rounds());
  service->Unary("ListRounds", &Rounds::List, matching.rounds());
  service->Unary("ListRoundPairs", &Rounds::ListPairs, matching.rounds());
  service->Unary("PublishRound", &Publications::Publish, matching.publications());
  service->Unary("UndoRound", &Publications::Undo, matching.publications());
  service->Unary("SkipRound", &Programs::Skip, matching.programs());
  service->Unary("ListUnmatched", &Publications::ListUnmatched, matching.publications());
  service->Unary("CancelRound", &RoundEdits::Cancel, matching.round_edits());
  service->Unary("PinPair", &RoundEdits::Pin, matching.round_edits());
  service->Unary("UnpinPair", &RoundEdits::Unpin, matching.round_edits());
  service->Unary("ForbidPair", &RoundEdits::Forbid, matching.round_edits());
  service->Unary("AllowPair", &RoundEdits::Allow, matching.round_edits());
  service->Unary("SwapPairs", &RoundSwaps::Swap, matching.round_swaps());
  service->Unary("CompareRounds", &RoundReports::Compare, matching.round_reports());
  service->Unary("ExplainUnmatched", &RoundReports::ExplainUnmatched, matching.round_reports());
  service->Unary("CopyProgram", &Programs::Copy, matching.programs());
  service->Unary("GetInsights", &InsightReports::Get, matching.insight_reports());
  service->Unary("GetFairnessReport", &InsightReports::GetFairness, matching.insight_reports());
  return service;
}

std::vector<std::unique_ptr<rpc::Service>> MakeServices(rpc::Binder& binder, Matching& matching) {
  std::vector<std::unique_ptr<rpc::Service>> services;
  services.push_back(MakeMatchingService(binder, matching));
  return services;
}

}  // namespace cortado::matching
