#include "clients/ctl/demo/meeting.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/demo/refusal.h"
#include "clients/ctl/discovery.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/width.h"
#include "clients/ctl/render/words.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Match;
using matching::v1::Request;
using scheduling::v1::Chat;
using scheduling::v1::FindTimesResponse;

// As it is typed from here: relative where it lies below the current directory.
std::string Typed(const std::string& path) {
  std::error_code error;
  const std::filesystem::path relative = std::filesystem::proximate(path, error);
  return error || relative.empty() || *relative.begin() == ".." ? path : relative.string();
}

}  // namespace

absl::StatusOr<Match> Meeting::Matched(const Actor& who, const std::string& message) {
  matching::v1::RequestMatchRequest ask;
  ask.set_mentor(scene_.mentor.name());
  ask.set_message(message);
  ask.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(const Request request, session_.Call(session_.matching(), &Matching::RequestMatch, who.caller, ask));
  matching::v1::AcceptMatchRequest accept;
  accept.set_request(request.name());
  accept.set_request_id(session_.RequestId());
  return session_.Call(session_.matching(), &Matching::AcceptMatch, scene_.mentor.caller, accept);
}

absl::Time Meeting::start() const { return ToTime(agreed_.chat.start_time()); }

absl::Status Meeting::Booked(const std::string& folder) {
  const Chat& chat = agreed_.chat;
  stage_.Line(absl::StrCat(stage_.style().Green("Booked: "), stage_.style().Bold(WallClock(start(), scene_.asker.zone)),
                           " (", scene_.asker.zone.name(), "), ", kChatMinutes, " minutes. ",
                           stage_.style().Dim(chat.name())));
  const std::string path = absl::StrCat(folder.empty() ? "." : folder, "/chat-", ShortName(chat.name()), ".ics");
  RETURN_IF_ERROR(WriteFile(path, chat.invitation()));
  stage_.Line(absl::StrCat("The invitation, for any calendar: ", Clean(Typed(path))));
  stage_.facts["chat"] = {{"name", chat.name()}, {"invitation", path}};
  RETURN_IF_ERROR(ShowMail(scene_, scene_.asker, "", /*briefly=*/true).status());
  return ShowInvitations(scene_, "REQUEST", chat.sequence());
}

absl::Status Meeting::Refuse(const Caller& operator_caller, const std::vector<std::string>& rivals) {
  stage_.Chapter("Somebody else wants the same time");
  for (const std::string& id : rivals) {
    ASSIGN_OR_RETURN(Actor rival, FindActor(session_, operator_caller, id));
    const absl::StatusOr<Match> match = Matched(rival, "May I ask you, too?");
    // Many may not ask just this person: their own line, no language in common. The next one may.
    if (!match.ok()) continue;
    rival_ = Rival{std::move(rival), match->name()};
    return RefuseOne(*rival_);
  }
  stage_.Line(
      absl::StrCat("Nobody else of this file may ask ", Clean(scene_.mentor.FirstName()), ", so nobody is refused."));
  return absl::OkStatus();
}

absl::Status Meeting::RefuseOne(const Rival& other) {
  const Actor& mentor = scene_.mentor;
  const Actor& rival = other.who;
  stage_.Line(absl::StrCat(Clean(rival.person.display_name()), ", ", Introduction(rival), ","));
  stage_.Line(absl::StrCat("is matched with ", Clean(mentor.FirstName()), " as well, and tries to book ",
                           WallClock(start(), rival.zone), "."));
  scheduling::v1::BookChatRequest request;
  request.add_attendees(mentor.name());
  *request.mutable_start_time() = agreed_.chat.start_time();
  request.mutable_duration()->set_seconds(kChatMinutes * 60);
  request.set_match(other.match);
  request.set_request_id(session_.RequestId());
  const Refusal refusal = Refused(session_, session_.scheduling(), &Scheduling::BookChat, rival.caller, request);
  if (refusal.status.ok()) return absl::InternalError("the same time was given away twice");
  if (refusal.reason != "SLOT_TAKEN") return refusal.status;
  stage_.Line(absl::StrCat(stage_.style().Yellow("Refused: "), refusal.english, " ",
                           stage_.style().Dim(absl::StrCat("(", refusal.reason, ")"))));
  stage_.Line(absl::StrCat("In German: ", refusal.german));
  Table table({{"STILL FREE"}, {absl::StrCat("FOR ", absl::AsciiStrToUpper(Clean(mentor.FirstName())))}});
  const std::string times = MetadataOf(refusal.status, "times");
  for (absl::string_view text : absl::StrSplit(times, ',', absl::SkipEmpty())) {
    ASSIGN_OR_RETURN(const absl::Time time, ParseInstant(absl::StripAsciiWhitespace(text), absl::UTCTimeZone()));
    table.Add({absl::StrCat(WallClock(time, rival.zone), "  ", rival.zone.name()),
               absl::StrCat(WallClock(time, mentor.zone), "  ", mentor.zone.name())});
  }
  if (!table.empty()) stage_.Show(table);
  stage_.facts["refusal"] = {{"person", rival.name()}, {"reason", refusal.reason}, {"times", times}};
  return absl::OkStatus();
}

absl::StatusOr<std::vector<absl::Time>> Meeting::FindTimes() {
  scheduling::v1::FindTimesRequest request;
  request.add_people(scene_.asker.name());
  request.add_people(scene_.mentor.name());
  request.mutable_duration()->set_seconds(kChatMinutes * 60);
  request.set_page_size(kTimesToldOf);
  request.set_match(agreed_.match);
  *request.mutable_start_time() = agreed_.chat.end_time();
  ASSIGN_OR_RETURN(const FindTimesResponse response,
                   session_.Call(session_.scheduling(), &Scheduling::FindTimes, scene_.asker.caller, request));
  if (response.times().empty()) {
    return absl::FailedPreconditionError(absl::StrCat("no later time suits both: ", response.note().text()));
  }
  std::vector<absl::Time> times;
  for (const auto& time : response.times()) times.push_back(ToTime(time.start_time()));
  return times;
}

absl::Status Meeting::Move() {
  stage_.Chapter("Three times that suit both, and a move");
  ASSIGN_OR_RETURN(const std::vector<absl::Time> times, FindTimes());
  ShowTimes(scene_, times);
  for (const absl::Time time : times) {
    stage_.facts["times"].push_back(absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone()));
  }
  scheduling::v1::RescheduleChatRequest request;
  request.set_name(agreed_.chat.name());
  *request.mutable_start_time() = ToTimestamp(times.front());
  request.set_etag(agreed_.chat.etag());
  request.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(agreed_.chat,
                   session_.Call(session_.scheduling(), &Scheduling::RescheduleChat, scene_.asker.caller, request));
  stage_.Line(absl::StrCat(Clean(scene_.asker.FirstName()), " ", stage_.style().Green("moves"),
                           " the chat to the first of them; the old time is free in the same step."));
  stage_.facts["moved"] = {{"start_time", absl::FormatTime(absl::RFC3339_sec, start(), absl::UTCTimeZone())},
                           {"sequence", agreed_.chat.sequence()}};
  return ShowInvitations(scene_, "REQUEST", agreed_.chat.sequence());
}

absl::Status Meeting::Cancel() {
  stage_.Chapter("The cancellation");
  scheduling::v1::CancelChatRequest request;
  request.set_name(agreed_.chat.name());
  request.set_etag(agreed_.chat.etag());
  request.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(agreed_.chat,
                   session_.Call(session_.scheduling(), &Scheduling::CancelChat, scene_.mentor.caller, request));
  stage_.Line(absl::StrCat(Clean(scene_.mentor.FirstName()), " ", stage_.style().Yellow("cancels"),
                           " the chat. It leaves both calendars; the two stay matched."));
  stage_.facts["cancelled"] = {{"sequence", agreed_.chat.sequence()}};
  return ShowInvitations(scene_, "CANCEL", agreed_.chat.sequence());
}

}  // namespace cortado::ctl
