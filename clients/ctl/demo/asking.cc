#include "clients/ctl/demo/asking.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/ctl/demo/choice.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Match;
using scheduling::v1::GetAvailabilityResponse;

// Later than the notice most people want.
constexpr absl::Duration kNotice = absl::Hours(26);

std::string Quoted(const std::string& text) { return absl::StrCat("  \"", Clean(text), "\""); }

template <typename Answer>
bool IsTooEarly(const absl::StatusOr<Answer>& answer) {
  return HasNotArrived(answer.status());
}

absl::StatusOr<GetAvailabilityResponse> FreeTimesOf(Session& session, const Actor& who) {
  scheduling::v1::GetAvailabilityRequest request;
  request.set_person(who.name());
  *request.mutable_start_time() = ToTimestamp(absl::Now() + kNotice);
  return Eventually<GetAvailabilityResponse>(
      [&] { return session.Call(session.scheduling(), &Scheduling::GetAvailability, who.caller, request); },
      IsTooEarly<GetAvailabilityResponse>);
}

}  // namespace

absl::Status Asking::HearAtAnyTime(const Actor& who) {
  using Preferences = scheduling::v1::NotificationPreferences;
  scheduling::v1::GetNotificationPreferencesRequest get;
  get.set_name(who.name() + "/notificationPreferences");
  ASSIGN_OR_RETURN(const Preferences now, Eventually<Preferences>(
                                              [&] {
                                                return session_.Call(session_.notification(),
                                                                     &Notifications::GetNotificationPreferences,
                                                                     who.caller, get);
                                              },
                                              IsTooEarly<Preferences>));
  if (now.any_time()) return absl::OkStatus();
  scheduling::v1::UpdateNotificationPreferencesRequest update;
  *update.mutable_preferences() = now;
  update.mutable_preferences()->set_any_time(true);
  update.mutable_update_mask()->add_paths("any_time");
  update.set_request_id(session_.RequestId());
  return session_.Call(session_.notification(), &Notifications::UpdateNotificationPreferences, who.caller, update)
      .status();
}

absl::StatusOr<std::vector<absl::Time>> Asking::Propose() {
  ASSIGN_OR_RETURN(const GetAvailabilityResponse one, FreeTimesOf(session_, scene_.asker));
  ASSIGN_OR_RETURN(const GetAvailabilityResponse other, FreeTimesOf(session_, scene_.mentor));
  std::vector<absl::Time> times = CommonTimes(one, other, absl::Minutes(kChatMinutes), kTimesToldOf);
  if (times.empty()) return absl::FailedPreconditionError("no time of the next two weeks suits both");
  return times;
}

absl::Status Asking::MailToMentor() {
  ASSIGN_OR_RETURN(const std::optional<DemoMail> mail, ShowMail(scene_, scene_.mentor, ""));
  if (mail) link_ = mail->link;
  return absl::OkStatus();
}

absl::Status Asking::Ask(const std::string& message) {
  stage_.Chapter("The request, with three times");
  for (const Actor* who : {&scene_.asker, &scene_.mentor}) RETURN_IF_ERROR(HearAtAnyTime(*who));
  stage_.Line(
      stage_.style().Dim(absl::StrCat("Both hear of things at any hour, for the story: mail waits for one's working "
                                      "hours unless one says otherwise.")));
  ASSIGN_OR_RETURN(proposed_, Propose());
  matching::v1::RequestMatchRequest ask;
  ask.set_mentor(scene_.mentor.name());
  ask.set_message(message);
  for (const absl::Time time : proposed_) *ask.add_proposed_times() = ToTimestamp(time);
  ask.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(const matching::v1::Request request,
                   session_.Call(session_.matching(), &Matching::RequestMatch, scene_.asker.caller, ask));
  request_ = request.name();
  stage_.Line(absl::StrCat(Clean(scene_.asker.person.display_name()), " asks ",
                           stage_.style().Bold(Clean(scene_.mentor.person.display_name())), ", ",
                           Introduction(scene_.mentor), ":"));
  stage_.Line(Quoted(message));
  ShowTimes(scene_, proposed_);
  for (const absl::Time time : proposed_) {
    stage_.facts["proposed"].push_back(absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone()));
  }
  return MailToMentor();
}

absl::Status Asking::TellMore(const std::string& question, const std::string& reply) {
  const std::string asker = Clean(scene_.asker.FirstName());
  const std::string mentor = Clean(scene_.mentor.FirstName());
  stage_.Chapter("Tell me more");
  matching::v1::AskRequesterRequest ask;
  ask.set_request(request_);
  ask.set_question(question);
  ask.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::AskRequester, scene_.mentor.caller, ask).status());
  stage_.Line(absl::StrCat(mentor, " would like to know first:"));
  stage_.Line(Quoted(question));
  RETURN_IF_ERROR(ShowMail(scene_, scene_.asker, "").status());
  matching::v1::ReplyWithDetailsRequest tell;
  tell.set_request(request_);
  tell.set_details(reply);
  tell.set_request_id(session_.RequestId());
  RETURN_IF_ERROR(session_.Call(session_.matching(), &Matching::ReplyWithDetails, scene_.asker.caller, tell).status());
  stage_.Line(absl::StrCat(asker, " replies:"));
  stage_.Line(Quoted(reply));
  return MailToMentor();
}

absl::StatusOr<Caller> Asking::Answerer() {
  if (link_.empty()) return scene_.mentor.caller;
  profile::v1::ExchangeTokenRequest exchange;
  exchange.set_answer_link(link_);
  exchange.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(const profile::v1::Tokens tokens,
                   session_.Call(session_.auth(), &Auth::ExchangeToken, Caller{}, exchange));
  return Caller{tokens.access_token(), scene_.mentor.caller.person};
}

// The chat is booked in the same step, or a moment later when scheduling was slow.
absl::StatusOr<Match> Asking::WithChat(const Match& accepted) {
  if (!accepted.chat().empty()) return accepted;
  matching::v1::GetMatchRequest get;
  get.set_name(accepted.name());
  ASSIGN_OR_RETURN(
      const Match match,
      Eventually<Match>(
          [&] { return session_.Call(session_.matching(), &Matching::GetMatch, scene_.mentor.caller, get); },
          [](const absl::StatusOr<Match>& answer) { return answer.ok() && answer->chat().empty(); }));
  if (match.chat().empty()) {
    return absl::InternalError(absl::StrCat("the yes booked no chat: ", accepted.note().text()));
  }
  return match;
}

absl::StatusOr<Agreed> Asking::SayYes() {
  const std::string mentor = Clean(scene_.mentor.FirstName());
  stage_.Chapter("The yes, which books");
  ASSIGN_OR_RETURN(const Caller answerer, Answerer());
  matching::v1::AcceptMatchRequest accept;
  accept.set_request(request_);
  *accept.mutable_chosen_time() = ToTimestamp(proposed_[proposed_.size() / 2]);
  accept.mutable_duration()->set_seconds(kChatMinutes * 60);
  accept.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(const Match accepted, session_.Call(session_.matching(), &Matching::AcceptMatch, answerer, accept));
  ASSIGN_OR_RETURN(const Match match, WithChat(accepted));
  scheduling::v1::GetChatRequest get;
  get.set_name(match.chat());
  Agreed agreed;
  agreed.match = match.name();
  ASSIGN_OR_RETURN(agreed.chat, session_.Call(session_.scheduling(), &Scheduling::GetChat, scene_.asker.caller, get));
  stage_.Line(absl::StrCat(mentor, link_.empty() ? "" : ", by the link in the mail and without a login,", " says ",
                           stage_.style().Green("yes"), " and chooses a time. ", stage_.style().Dim(match.name())));
  stage_.facts["match"] = {{"name", match.name()}, {"mentor", scene_.mentor.name()}, {"by_link", !link_.empty()}};
  return agreed;
}

}  // namespace cortado::ctl
