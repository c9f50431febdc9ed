// What the two of a match could talk about, and the organisation's own questions. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/task/task.h"
#include "common/time/clock.h"
#include "cortado/matching/v1/matching_service.pb.h"
#include "services/matching/guide/guide_store.h"
#include "services/matching/live_views.h"
#include "services/matching/match_store.h"

namespace cortado::matching {

class Guides {
 public:
  // All outlive this.
  Guides(LiveViews& views, MatchStore& matches, GuideStore& store, const Clock& clock)
      : views_(views), matches_(matches), store_(store), clock_(clock) {}

  Task<absl::StatusOr<v1::ConversationGuide>> Get(rpc::Call call, const v1::GetConversationGuideRequest& request);
  Task<absl::StatusOr<v1::ConversationGuide>> Save(rpc::Call call, const v1::SaveConversationGuideRequest& request);

  Task<absl::StatusOr<v1::ListQuestionsResponse>> ListQuestions(rpc::Call call,
                                                                const v1::ListQuestionsRequest& request);
  Task<absl::StatusOr<v1::Question>> CreateQuestion(rpc::Call call, const v1::CreateQuestionRequest& request);
  Task<absl::StatusOr<v1::Question>> UpdateQuestion(rpc::Call call, const v1::UpdateQuestionRequest& request);

 private:
  // The match, for one of its two. NOT_FOUND.
  Task<absl::StatusOr<v1::Match>> OwnMatch(rpc::Call call, std::string id);
  // Fills in who the two are, and the words of what nobody changed, in the caller's language.
  Task<absl::StatusOr<v1::ConversationGuide>> Show(rpc::Call call, const v1::Match& match, v1::ConversationGuide guide,
                                                   const std::vector<v1::Question>& own);

  LiveViews& views_;
  MatchStore& matches_;
  GuideStore& store_;
  const Clock& clock_;
};

}  // namespace cortado::matching
