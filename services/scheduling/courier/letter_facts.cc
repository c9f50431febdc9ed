#include "services/scheduling/courier/letter_facts.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "services/scheduling/chat_view.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

constexpr size_t kReasons = 2;

// Kinds that carry the other one's words, or ask for an answer: they need the request as it is now.
bool NeedsRequest(v1::NotificationKind kind) {
  return kind == v1::NOTIFICATION_KIND_REQUEST_RECEIVED || kind == v1::NOTIFICATION_KIND_REQUEST_REOPENED ||
         kind == v1::NOTIFICATION_KIND_DETAILS_ASKED || kind == v1::NOTIFICATION_KIND_DETAILS_GIVEN;
}

// Whether the recipient is to answer, which makes no sense any more once the request is over.
bool IsForAnswer(v1::NotificationKind kind) {
  return NeedsRequest(kind) && kind != v1::NOTIFICATION_KIND_DETAILS_ASKED;
}

// Kinds that ask the people of a match to find a time.
bool NeedsTime(v1::NotificationKind kind) {
  return kind == v1::NOTIFICATION_KIND_PAIR_MATCHED || kind == v1::NOTIFICATION_KIND_TIME_PROPOSED ||
         kind == v1::NOTIFICATION_KIND_TIMES_OFFERED || kind == v1::NOTIFICATION_KIND_CHAT_AWAITED;
}

// Kinds that leave something to say to a programme.
bool IsForProgram(v1::NotificationKind kind) {
  return kind == v1::NOTIFICATION_KIND_PROGRAM_INVITED || kind == v1::NOTIFICATION_KIND_PROGRAM_ENROLLING ||
         kind == v1::NOTIFICATION_KIND_ANSWER_AWAITED || kind == v1::NOTIFICATION_KIND_ROUND_UPCOMING;
}

// What the other one said: the request itself, the last question, or the reply to it.
std::string WordsOf(const matching::v1::Request& request, v1::NotificationKind kind) {
  const bool has_questions = request.questions_size() > 0;
  if (kind == v1::NOTIFICATION_KIND_DETAILS_ASKED) return has_questions ? request.questions().rbegin()->question() : "";
  if (kind == v1::NOTIFICATION_KIND_DETAILS_GIVEN) return has_questions ? request.questions().rbegin()->details() : "";
  return request.message();
}

std::string TimeIn(const google::protobuf::Timestamp& time, absl::TimeZone zone, const std::string& language) {
  return ShowInstant(absl::FromUnixSeconds(time.seconds()), zone, language).text();
}

// A number that the notification keeps; 0 when there is none.
int64_t NumberIn(const v1::Notification& notification, const std::string& name) {
  const auto found = notification.text().parameters().find(name);
  int64_t number = 0;
  const bool is_number = found != notification.text().parameters().end() && absl::SimpleAtoi(found->second, &number);
  return is_number ? number : 0;
}

// Whether what somebody proposed is what they still propose, and not past.
bool StandsStill(const v1::Notification& notification, const matching::v1::Match& match, absl::Time now) {
  const int64_t start = NumberIn(notification, "start");
  for (const matching::v1::Match::Proposal& proposal : match.proposals()) {
    const bool is_theirs = proposal.person() == notification.other().person();
    if (is_theirs && proposal.start_time().seconds() == start) return absl::FromUnixSeconds(start) > now;
  }
  return false;
}

}  // namespace

Task<absl::StatusOr<bool>> LetterFacts::AddRequest(rpc::Call call, const v1::Notification& notification,
                                                   std::string person, absl::TimeZone zone, LetterParts& parts) const {
  const absl::StatusOr<matching::v1::Request> request = co_await matching_.get_request(call, notification.subject());
  if (absl::IsNotFound(request.status())) co_return false;
  CO_RETURN_IF_ERROR(request.status());
  const bool for_answer = IsForAnswer(notification.kind());
  if (for_answer && request->state() != matching::v1::Request::STATE_OPEN) co_return false;
  parts.quote = WordsOf(*request, notification.kind());
  if (for_answer && request->has_expire_time()) {
    parts.answer_until = TimeIn(request->expire_time(), zone, parts.language);
  }
  for (const auto& time : request->proposed_times()) parts.times.push_back(TimeIn(time, zone, parts.language));
  if (!for_answer || !answer_url_) co_return true;
  AnswerPage page{std::move(person), request->name(), request->etag(), std::nullopt};
  if (request->has_expire_time()) page.expires = ToTime(request->expire_time());
  parts.answer_url = answer_url_(call, page);
  co_return true;
}

Task<void> LetterFacts::AddReasons(rpc::Call call, const matching::v1::Match& match, std::string person,
                                   LetterParts& parts) const {
  const std::string self = absl::StrCat("people/", person);
  const bool mentors = match.mentor().person() == self && !match.coffee();
  // What a mentee wants to learn is theirs to tell: the mentor reads it where they log in.
  if (mentors || match.others_size() > 0) co_return;
  const std::string& other = match.mentor().person() == self ? match.mentee().person() : match.mentor().person();
  const absl::StatusOr<matching::v1::Suggestion> told =
      co_await matching_.explain(std::move(call), self, other, parts.language);
  if (!told.ok()) co_return;  // The letter is good without.
  for (const matching::v1::ScorePart& part : told->parts()) {
    if (parts.reasons.size() < kReasons && part.has_reason()) parts.reasons.push_back(part.reason().text());
  }
}

Task<absl::StatusOr<bool>> LetterFacts::AddMatch(rpc::Call call, const v1::Notification& notification,
                                                 std::string person, absl::TimeZone zone, LetterParts& parts) const {
  const absl::StatusOr<matching::v1::Match> match = co_await matching_.get_match(call, notification.subject());
  if (absl::IsNotFound(match.status())) co_return false;
  CO_RETURN_IF_ERROR(match.status());
  if (match->state() != matching::v1::Match::STATE_ACTIVE) co_return false;
  const bool is_news = notification.kind() == v1::NOTIFICATION_KIND_PAIR_MATCHED;
  if (is_news) co_await AddReasons(call, *match, person, parts);
  if (!match->chat().empty()) co_return is_news;
  const bool proposes = notification.kind() == v1::NOTIFICATION_KIND_TIME_PROPOSED;
  if (proposes && !StandsStill(notification, *match, clock_.Now())) co_return false;
  const bool offers = notification.kind() == v1::NOTIFICATION_KIND_TIMES_OFFERED;
  if (offers && match->free_times().empty()) co_return false;
  for (const auto& time : match->free_times()) parts.times.push_back(TimeIn(time, zone, parts.language));
  parts.times_label = "mail.times";
  parts.answer_label = "mail.choose_time";
  if (answer_url_) parts.answer_url = answer_url_(call, {std::move(person), match->name(), "", std::nullopt});
  co_return true;
}

Task<absl::StatusOr<bool>> LetterFacts::Add(rpc::Call call, const v1::Notification& notification, std::string person,
                                            absl::TimeZone zone, LetterParts& parts) const {
  const v1::NotificationKind kind = notification.kind();
  if (NeedsRequest(kind)) co_return co_await AddRequest(std::move(call), notification, std::move(person), zone, parts);
  if (NeedsTime(kind)) co_return co_await AddMatch(std::move(call), notification, std::move(person), zone, parts);
  co_return !IsForProgram(kind) || AddProgram(call, notification, std::move(person), parts);
}

bool LetterFacts::AddProgram(const rpc::Call& call, const v1::Notification& notification, std::string person,
                             LetterParts& parts) const {
  AnswerPage page{std::move(person), notification.subject(), "", std::nullopt};
  const bool skips = notification.kind() == v1::NOTIFICATION_KIND_ROUND_UPCOMING;
  parts.answer_label = skips ? "mail.sit_out" : "mail.answer_program";
  if (skips) {
    // Sitting out is about the next round: after this one it would be another.
    page.expires = absl::FromUnixMillis(NumberIn(notification, "until"));
    if (*page.expires <= clock_.Now()) return false;
  }
  if (answer_url_) parts.answer_url = answer_url_(call, page);
  return true;
}

}  // namespace cortado::scheduling
