#include "services/matching/guide/guide_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/records.h"

namespace cortado::matching {
namespace {

// K: guide, match. A: match id, revision read ('' for none), bytes.
const store::WriteScript kPutGuide("matching.put_guide", R"lua(
  if redis.call('EXISTS', K[2]) == 0 then return refuse('ABSENT') end
  local held = redis.call('GET', K[1])
  if (held and revision_of(held) or '') ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[3]))
  event('guide.saved', 'matches/' .. A[1])
  resource = 'matches/' .. A[1] .. '/guide'
)lua");

// K: questions. A: id, revision read ('' to create), bytes, the most there may be.
const store::WriteScript kPutQuestion("matching.put_question", R"lua(
  local held = redis.call('HGET', K[1], A[1])
  if A[2] == '' and redis.call('HLEN', K[1]) >= tonumber(A[4]) then return refuse('FULL') end
  if A[2] ~= '' and not held then return refuse('ABSENT') end
  if (held and revision_of(held) or '') ~= A[2] then return refuse('ETAG') end
  redis.call('HSET', K[1], A[1], record(A[3]))
  event(held and 'question.updated' or 'question.created', 'questions/' .. A[1])
  resource = 'questions/' .. A[1]
)lua");

absl::Status Refused(const store::Outcome& outcome) {
  if (outcome.refusal == "ABSENT") return NotFound();
  if (outcome.refusal == "ETAG") return EtagMismatch();
  return Error(absl::StatusCode::kFailedPrecondition, v1::REASON_QUESTION_BANK_FULL,
               absl::StrCat("there are ", kMostOwnQuestions, " questions already"));
}

absl::StatusOr<v1::Question> ReadQuestion(const std::string& id, const std::string& stored) {
  ASSIGN_OR_RETURN(const store::Record record, store::ParseRecord(stored));
  ASSIGN_OR_RETURN(v1::Question question, Parse<v1::Question>(record));
  question.set_name(absl::StrCat("questions/", id));
  return question;
}

}  // namespace

Task<absl::StatusOr<std::optional<v1::ConversationGuide>>> GuideStore::Find(rpc::Call call, std::string match) {
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record,
                      co_await store_.Find(call, Key(call, absl::StrCat("guide:", match))));
  std::optional<v1::ConversationGuide> guide;
  if (!record) co_return guide;
  CO_ASSIGN_OR_RETURN(guide, Parse<v1::ConversationGuide>(*record));
  guide->set_name(absl::StrCat("matches/", match, "/guide"));
  co_return guide;
}

Task<absl::StatusOr<v1::ConversationGuide>> GuideStore::Put(rpc::Call call, std::string match,
                                                            v1::ConversationGuide guide, std::string request_id,
                                                            std::string fingerprint) {
  store::Write write;
  write.script = &kPutGuide;
  Append(write.keys, Key(call, absl::StrCat("guide:", match)), Key(call, absl::StrCat("match:", match)));
  Append(write.arguments, match, guide.etag());
  guide.clear_name();
  guide.clear_mentee();
  guide.clear_mentor();
  write.arguments.push_back(Bytes(guide));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  CO_ASSIGN_OR_RETURN(std::optional<v1::ConversationGuide> kept, co_await Find(call, std::move(match)));
  if (!kept) co_return NotFound();
  co_return *std::move(kept);
}

Task<absl::StatusOr<std::vector<v1::Question>>> GuideStore::Questions(rpc::Call call) {
  std::vector<std::string> command;
  Append(command, std::string("HGETALL"), Key(call, "questions"));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<v1::Question> questions;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    CO_ASSIGN_OR_RETURN(v1::Question question, ReadQuestion(reply.elements[i].text, reply.elements[i + 1].text));
    questions.push_back(std::move(question));
  }
  std::sort(questions.begin(), questions.end(),
            [](const v1::Question& a, const v1::Question& b) { return a.name() < b.name(); });
  co_return questions;
}

Task<absl::StatusOr<v1::Question>> GuideStore::Question(rpc::Call call, std::string id) {
  std::vector<std::string> command;
  Append(command, std::string("HGET"), Key(call, "questions"), id);
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  if (reply.IsNil()) co_return NotFound();
  co_return ReadQuestion(id, reply.text);
}

Task<absl::StatusOr<v1::Question>> GuideStore::PutQuestion(rpc::Call call, std::string id, v1::Question question,
                                                           std::string request_id, std::string fingerprint) {
  store::Write write;
  write.script = &kPutQuestion;
  write.keys.push_back(Key(call, "questions"));
  Append(write.arguments, std::move(id), question.etag());
  question.clear_name();
  Append(write.arguments, Bytes(std::move(question)), absl::StrCat(kMostOwnQuestions));
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return Refused(outcome);
  co_return co_await Question(call, IdOf(outcome.resource));
}

}  // namespace cortado::matching
