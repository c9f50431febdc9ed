#include "services/matching/guide/guides.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "common/text/catalog.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/matching/guide/composing.h"
#include "services/matching/guide/own_questions.h"
#include "services/matching/guide/question_bank.h"
#include "services/matching/person_cards.h"
#include "services/matching/readers.h"
#include "services/matching/records.h"

namespace cortado::matching {
namespace {

constexpr size_t kLongestText = 500;

// Checks one question to be kept, and drops its words where they are the source's.
absl::Status Settle(const std::string& path, const std::vector<v1::Question>& own, v1::GuideQuestion& question) {
  const std::string& words = question.text().text();
  if (words.size() > kLongestText) {
    return InvalidField(absl::StrCat(path, ".text.text"), absl::StrCat("must be at most ", kLongestText, " bytes"));
  }
  if (question.source().empty() && words.empty()) {
    return InvalidField(absl::StrCat(path, ".text.text"), "is required for a question of one's own");
  }
  if (!question.source().empty() && !IsQuestion(question.source(), own)) {
    return InvalidField(absl::StrCat(path, ".source"), "must be a question there is; empty for one's own words");
  }
  std::map<std::string, std::string> slots;
  for (const auto& [name, value] : question.text().parameters()) {
    if (SlotOf(name) != 0 && value.size() <= kLongestText) slots[name] = value;
  }
  question.mutable_text()->clear_parameters();
  for (const auto& [name, value] : slots) (*question.mutable_text()->mutable_parameters())[name] = value;
  question.mutable_text()->clear_code();
  for (const char* language : {"en", "de"}) {
    if (!question.source().empty() && words == QuestionWords(question, own, language))
      question.mutable_text()->clear_text();
  }
  return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<v1::Match>> Guides::OwnMatch(rpc::Call call, std::string id) {
  CO_ASSIGN_OR_RETURN(v1::Match match, co_await matches_.GetMatch(call, std::move(id)));
  if (!call.IsSelf(PersonId(match.mentee())) && !call.IsSelf(PersonId(match.mentor()))) co_return NotFound();
  co_return match;
}

Task<absl::StatusOr<v1::ConversationGuide>> Guides::Show(rpc::Call call, const v1::Match& match,
                                                         v1::ConversationGuide guide,
                                                         const std::vector<v1::Question>& own) {
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  live->Read([&](const OrganizationView& view) {
    const std::string language = LanguageFor(call, view);
    *guide.mutable_mentee() = match.mentee();
    *guide.mutable_mentor() = match.mentor();
    FillCard(view, call, clock_.Now(), *guide.mutable_mentee());
    FillCard(view, call, clock_.Now(), *guide.mutable_mentor());
    for (v1::GuideQuestion& question : *guide.mutable_questions()) {
      question.mutable_text()->set_code(question.source());
      if (question.text().text().empty()) question.mutable_text()->set_text(QuestionWords(question, own, language));
    }
  });
  guide.set_name(absl::StrCat(match.name(), "/guide"));
  co_return guide;
}

Task<absl::StatusOr<v1::ConversationGuide>> Guides::Get(rpc::Call call,
                                                        const v1::GetConversationGuideRequest& request) {
  CO_ASSIGN_OR_RETURN(const v1::Match match, co_await OwnMatch(call, IdOf(request.match())));
  CO_ASSIGN_OR_RETURN(const auto kept, co_await store_.Find(call, IdOf(request.match())));
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Question> own, co_await store_.Questions(call));
  if (kept && !request.fresh()) co_return co_await Show(call, match, *kept, own);
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await views_.Get(call));
  std::optional<v1::ConversationGuide> made;
  live->Read([&](const OrganizationView& view) {
    const std::optional<int32_t> mentee = FindActive(view, PersonId(match.mentee()));
    const std::optional<int32_t> mentor = FindActive(view, PersonId(match.mentor()));
    if (!mentee || !mentor) return;
    made = ComposeGuide(view, clock_.Now(), *mentee, *mentor, kept.value_or(v1::ConversationGuide()), own);
  });
  if (!made) co_return NotFound();
  co_return co_await Show(call, match, *std::move(made), own);
}

Task<absl::StatusOr<v1::ConversationGuide>> Guides::Save(rpc::Call call,
                                                         const v1::SaveConversationGuideRequest& request) {
  std::string match_id = IdOf(request.guide().name());
  match_id = match_id.substr(0, match_id.find('/'));
  if (match_id.empty()) co_return InvalidField("guide.name", "is required: matches/M/guide");
  CO_ASSIGN_OR_RETURN(const v1::Match match, co_await OwnMatch(call, match_id));
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Question> own, co_await store_.Questions(call));
  v1::ConversationGuide guide = request.guide();
  for (int i = 0; i < guide.questions_size(); ++i) {
    CO_RETURN_IF_ERROR(Settle(absl::StrCat("guide.questions[", i, "]"), own, *guide.mutable_questions(i)));
  }
  CO_ASSIGN_OR_RETURN(
      v1::ConversationGuide kept,
      co_await store_.Put(call, match_id, std::move(guide), request.request_id(), store::Fingerprint(call, request)));
  co_return co_await Show(call, match, std::move(kept), own);
}

Task<absl::StatusOr<v1::ListQuestionsResponse>> Guides::ListQuestions(rpc::Call call,
                                                                      const v1::ListQuestionsRequest& request) {
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), call.organization()));
  CO_ASSIGN_OR_RETURN(const std::vector<v1::Question> own, co_await store_.Questions(call));
  const int most = rpc::PageSize(request.page_size());
  v1::ListQuestionsResponse response;
  for (const v1::Question& question : own) {
    if (question.name() <= after) continue;
    if (response.questions_size() == most) {
      response.set_next_page_token(id::MakePageToken(response.questions(most - 1).name(), call.organization()));
      break;
    }
    *response.add_questions() = question;
  }
  co_return response;
}

Task<absl::StatusOr<v1::Question>> Guides::CreateQuestion(rpc::Call call, const v1::CreateQuestionRequest& request) {
  CO_RETURN_IF_ERROR(CheckQuestion(request.question()));
  v1::Question question = request.question();
  question.clear_etag();
  co_return co_await store_.PutQuestion(call, id::New(), std::move(question), request.request_id(),
                                        store::Fingerprint(call, request));
}

Task<absl::StatusOr<v1::Question>> Guides::UpdateQuestion(rpc::Call call, const v1::UpdateQuestionRequest& request) {
  if (request.question().etag().empty()) {
    co_return InvalidField("question.etag", "is required: send the one that was read");
  }
  std::string id = IdOf(request.question().name());
  CO_ASSIGN_OR_RETURN(v1::Question question, co_await store_.Question(call, id));
  for (const std::string& path : request.update_mask().paths()) {
    const bool writable =
        path == "group" || path == "text_en" || path == "text_de" || path == "kinds" || path == "archived";
    if (!writable) co_return InvalidField("update_mask", absl::StrCat("names ", path, ", which is no field to write"));
  }
  google::protobuf::util::FieldMaskUtil::MergeOptions replace;
  replace.set_replace_repeated_fields(true);
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(request.question(), request.update_mask(), replace, &question);
  CO_RETURN_IF_ERROR(CheckQuestion(question));
  question.set_etag(request.question().etag());
  co_return co_await store_.PutQuestion(call, std::move(id), std::move(question), request.request_id(),
                                        store::Fingerprint(call, request));
}

}  // namespace cortado::matching
