// Guides and the organisation's own questions in Redis, one script per write. Thread-safe. Every function gives
// UNAVAILABLE when the store does not answer. Under `cortado:{ORG}:matching:`:
//   guide:M    ConversationGuide of match M, without people
//   questions  hash: id -> Question
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/guide.pb.h"

namespace cortado::matching {

inline constexpr int kMostOwnQuestions = 200;

class GuideStore {
 public:
  // Outlives this.
  explicit GuideStore(store::Store& store) : store_(store) {}

  // Returns the guide of a match, or nothing.
  Task<absl::StatusOr<std::optional<v1::ConversationGuide>>> Find(rpc::Call call, std::string match);

  // Writes the guide of a match at the guide's etag (empty: there is none yet) and returns it; on a replay as it is
  // now. ABORTED (ETAG_MISMATCH); NOT_FOUND when the match is gone.
  Task<absl::StatusOr<v1::ConversationGuide>> Put(rpc::Call call, std::string match, v1::ConversationGuide guide,
                                                  std::string request_id, std::string fingerprint);

  // Returns all of the organisation's questions, by id.
  Task<absl::StatusOr<std::vector<v1::Question>>> Questions(rpc::Call call);
  // Returns one. NOT_FOUND.
  Task<absl::StatusOr<v1::Question>> Question(rpc::Call call, std::string id);

  // Writes a question at its etag, empty for a new one, and returns it; on a replay as it is now. ABORTED
  // (ETAG_MISMATCH), NOT_FOUND, FAILED_PRECONDITION (QUESTION_BANK_FULL).
  Task<absl::StatusOr<v1::Question>> PutQuestion(rpc::Call call, std::string id, v1::Question question,
                                                 std::string request_id, std::string fingerprint);

 private:
  std::string Key(const rpc::Call& call, absl::string_view rest) const { return store_.Key(call.organization(), rest); }

  store::Store& store_;
};

}  // namespace cortado::matching
