#include "services/matching/program/publications.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/id/page_token.h"
#include "common/rpc/page.h"
#include "common/status/error.h"
#include "cortado/matching/v1/reason.pb.h"
#include "services/matching/person_cards.h"
#include "services/matching/readers.h"
#include "services/matching/reasons.h"

namespace cortado::matching {
namespace {

absl::Status Wrong(v1::Reason reason, absl::string_view message) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message);
}

// OK when a round may be published.
absl::Status MayPublish(const v1::Program& program, const v1::Round& round) {
  if (program.archived()) return ProgramArchived();
  if (IsAtWork(round)) return Wrong(v1::REASON_ROUND_RUNNING, "the round is being worked on");
  if (round.has_trial()) return Wrong(v1::REASON_ROUND_IS_TRIAL, "a trial cannot be published");
  if (round.state() == v1::Round::STATE_SUCCEEDED) return absl::OkStatus();
  return Wrong(v1::REASON_ROUND_NOT_READY, "only a round that succeeded and is not published yet can be");
}

absl::Status MayUndo(const v1::Round& round) {
  if (IsAtWork(round)) return Wrong(v1::REASON_ROUND_RUNNING, "the round is being worked on");
  const bool published = round.state() == v1::Round::STATE_PUBLISHED || round.state() == v1::Round::STATE_ANNOUNCED;
  if (published) return absl::OkStatus();
  return Wrong(v1::REASON_ROUND_NOT_PUBLISHED, "the round is not published");
}

std::string CodeOf(v1::Unmatched::Reason reason) {
  const absl::string_view name = absl::StripPrefix(v1::Unmatched::Reason_Name(reason), "REASON_");
  return absl::StrCat("unmatched.", absl::AsciiStrToLower(name));
}

}  // namespace

Task<absl::StatusOr<Publications::Found>> Publications::Find(rpc::Call call, std::string name, std::string etag) {
  const RoundName parsed = ParseRoundName(name);
  Found found;
  CO_ASSIGN_OR_RETURN(found.program, co_await parts_.programs.FindManaged(call, parsed.program));
  CO_ASSIGN_OR_RETURN(found.round, co_await parts_.rounds.Get(call, parsed));
  if (!etag.empty()) found.round.set_etag(std::move(etag));
  co_return found;
}

Task<absl::StatusOr<v1::Round>> Publications::Begin(rpc::Call call, Found found, std::string request_id,
                                                    std::string fingerprint) {
  bool replayed = false;
  CO_ASSIGN_OR_RETURN(v1::Round written,
                      co_await parts_.rounds.Begin(call, std::move(found.round), std::move(request_id),
                                                   std::move(fingerprint), &replayed));
  if (!replayed) parts_.work.Start(call.organization(), std::move(found.program), written);
  parts_.work.ShowProgress(call, written);
  co_return written;
}

Task<absl::StatusOr<v1::Round>> Publications::Publish(rpc::Call call, const v1::PublishRoundRequest& request) {
  CO_ASSIGN_OR_RETURN(Found found, co_await Find(call, request.name(), request.etag()));
  const absl::Status verdict = MayPublish(found.program, found.round);
  // Only a repeat of the request that published it may find it published: it is answered from what that one wrote.
  if (!verdict.ok()) found.round.set_etag("refused");
  found.round.set_state(v1::Round::STATE_PUBLISHING);
  absl::StatusOr<v1::Round> begun =
      co_await Begin(call, std::move(found), request.request_id(), store::Fingerprint(call, request));
  if (absl::IsAborted(begun.status()) && !verdict.ok()) co_return verdict;
  co_return begun;
}

Task<absl::StatusOr<v1::Round>> Publications::Undo(rpc::Call call, const v1::UndoRoundRequest& request) {
  CO_ASSIGN_OR_RETURN(Found found, co_await Find(call, request.name(), request.etag()));
  absl::Status verdict = MayUndo(found.round);
  const absl::Time told = absl::FromUnixSeconds(found.round.announce_time().seconds());
  const bool silent = found.round.state() != v1::Round::STATE_ANNOUNCED && parts_.clock.Now() < told;
  if (verdict.ok() && found.round.state() == v1::Round::STATE_PUBLISHED && !silent) {
    verdict = Wrong(v1::REASON_ROUND_RUNNING, "people are being told; take it back when that is done");
  }
  if (!verdict.ok()) found.round.set_etag("refused");
  std::string fingerprint = store::Fingerprint(call, request);
  absl::StatusOr<v1::Round> undone;
  if (silent) {
    found.round.set_state(v1::Round::STATE_SUCCEEDED);
    found.round.clear_publish_time();
    found.round.clear_announce_time();
    undone =
        co_await parts_.store.Unpublish(call, std::move(found.round), request.request_id(), std::move(fingerprint));
  } else {
    found.round.set_state(v1::Round::STATE_UNDOING);
    undone = co_await Begin(call, std::move(found), request.request_id(), std::move(fingerprint));
  }
  if (absl::IsAborted(undone.status()) && !verdict.ok()) co_return verdict;
  co_return undone;
}

Task<absl::StatusOr<v1::ListUnmatchedResponse>> Publications::ListUnmatched(rpc::Call call,
                                                                            const v1::ListUnmatchedRequest& request) {
  const std::string arguments = absl::StrCat(call.organization(), "\n", request.round(), "\nunmatched");
  CO_ASSIGN_OR_RETURN(const std::string after, rpc::PageStart(request.page_token(), arguments));
  CO_ASSIGN_OR_RETURN(const Found found, co_await Find(call, request.round(), ""));
  v1::ListUnmatchedResponse response;
  if (!HasPairs(found.round)) co_return response;
  CO_ASSIGN_OR_RETURN(Page<UnmatchedPerson> page, co_await parts_.rounds.ListUnmatched(
                                                      call, found.round, after, rpc::PageSize(request.page_size())));
  CO_ASSIGN_OR_RETURN(std::shared_ptr<LiveView> live, co_await parts_.views.Get(call));
  live->Read([&](const OrganizationView& view) {
    const std::string language = LanguageFor(call, view);
    for (const UnmatchedPerson& one : page.items) {
      v1::Unmatched& unmatched = *response.add_unmatched();
      unmatched.mutable_person()->set_person("people/" + one.person);
      FillCard(view, call, parts_.clock.Now(), *unmatched.mutable_person());
      unmatched.set_reason(one.reason);
      *unmatched.mutable_text() = MakeText(CodeOf(one.reason), language);
    }
  });
  response.set_next_page_token(id::MakePageToken(page.cursor, arguments));
  co_return response;
}

}  // namespace cortado::matching
