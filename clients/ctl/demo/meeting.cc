#include "clients/ctl/demo/meeting.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/ctl/discovery.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/problem.h"
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

constexpr int kMinutes = 30;
constexpr int kTimes = 3;

// What was written a moment ago has not reached the service that answers.
template <typename Answer>
bool HasNotArrived(const absl::StatusOr<Answer>& answer) {
  return absl::IsNotFound(answer.status()) || ReasonOf(answer.status()) == "NOT_AVAILABLE";
}

// As it is typed from here: relative where it lies below the current directory.
std::string Typed(const std::string& path) {
  std::error_code error;
  const std::filesystem::path relative = std::filesystem::proximate(path, error);
  return error || relative.empty() || *relative.begin() == ".." ? path : relative.string();
}

}  // namespace

absl::StatusOr<Match> Meeting::Matched(const Actor& who, const std::string& message) {
  matching::v1::RequestMatchRequest ask;
  ask.set_mentor(mentor_.name());
  ask.set_message(message);
  ask.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(const Request request, session_.Call(session_.matching(), &Matching::RequestMatch, who.caller, ask));
  matching::v1::AcceptMatchRequest accept;
  accept.set_request(request.name());
  accept.set_request_id(session_.RequestId());
  return session_.Call(session_.matching(), &Matching::AcceptMatch, mentor_.caller, accept);
}

absl::Status Meeting::AskAndAccept(const std::string& message) {
  stage_.Chapter("The request, and the yes");
  ASSIGN_OR_RETURN(const Match match, Matched(asker_, message));
  match_ = match.name();
  stage_.Line(absl::StrCat(Clean(asker_.person.display_name()), " asks ",
                           stage_.style().Bold(Clean(mentor_.person.display_name())), ", ", Introduction(mentor_),
                           ":"));
  stage_.Line(absl::StrCat("  \"", Clean(message), "\""));
  stage_.Line(absl::StrCat(Clean(mentor_.FirstName()), " says ", stage_.style().Green("yes"), ". ",
                           stage_.style().Dim(match_)));
  stage_.facts["match"] = {{"name", match_}, {"mentor", mentor_.name()}};
  return absl::OkStatus();
}

absl::Status Meeting::FindTimes() {
  stage_.Chapter("Three times that suit both");
  scheduling::v1::FindTimesRequest request;
  request.add_people(asker_.name());
  request.add_people(mentor_.name());
  request.mutable_duration()->set_seconds(kMinutes * 60);
  request.set_page_size(kTimes);
  request.set_match(match_);
  ASSIGN_OR_RETURN(
      const FindTimesResponse response,
      Eventually<FindTimesResponse>(
          [&] { return session_.Call(session_.scheduling(), &Scheduling::FindTimes, asker_.caller, request); },
          HasNotArrived<FindTimesResponse>));
  if (response.times().empty()) {
    return absl::FailedPreconditionError(absl::StrCat("no time suits both: ", response.note().text()));
  }
  time_ = response.times(0);
  last_time_ = response.times(response.times_size() - 1);
  Table table({{Clean(asker_.FirstName())}, {Clean(mentor_.FirstName())}});
  for (const auto& time : response.times()) {
    const absl::Time start = ToTime(time.start_time());
    table.Add({absl::StrCat(WallClock(start, asker_.zone), "  ", asker_.zone.name()),
               absl::StrCat(WallClock(start, mentor_.zone), "  ", mentor_.zone.name())});
    stage_.facts["times"].push_back(absl::FormatTime(absl::RFC3339_sec, start, absl::UTCTimeZone()));
  }
  stage_.Show(table);
  return absl::OkStatus();
}

absl::StatusOr<Chat> Meeting::TryBooking(const Actor& who, const std::string& match, const std::string& topic) {
  scheduling::v1::BookChatRequest request;
  request.add_attendees(mentor_.name());
  *request.mutable_start_time() = time_.start_time();
  request.mutable_duration()->set_seconds(kMinutes * 60);
  request.set_topic(topic);
  request.set_match(match);
  request.set_request_id(session_.RequestId());
  return session_.Call(session_.scheduling(), &Scheduling::BookChat, who.caller, request);
}

absl::Status Meeting::Book(const std::string& topic, const std::string& folder) {
  stage_.Chapter("The booking");
  ASSIGN_OR_RETURN(chat_, TryBooking(asker_, match_, topic));
  const Chat& chat = chat_;
  const absl::Time start = ToTime(chat.start_time());
  stage_.Line(absl::StrCat(stage_.style().Green("Booked: "), stage_.style().Bold(WallClock(start, asker_.zone)), " (",
                           asker_.zone.name(), "), ", kMinutes, " minutes, about ", Clean(topic), ". ",
                           stage_.style().Dim(chat.name())));
  const std::string path = absl::StrCat(folder.empty() ? "." : folder, "/chat-", ShortName(chat.name()), ".ics");
  RETURN_IF_ERROR(WriteFile(path, chat.invitation()));
  stage_.Line(absl::StrCat("The invitation, for any calendar: ", Clean(Typed(path))));
  stage_.facts["chat"] = {{"name", chat.name()}, {"invitation", path}};
  return absl::OkStatus();
}

absl::Status Meeting::Move() {
  if (last_time_.start_time().seconds() == time_.start_time().seconds()) return absl::OkStatus();
  stage_.Chapter("Something comes up");
  scheduling::v1::RescheduleChatRequest request;
  request.set_name(chat_.name());
  request.set_etag(chat_.etag());
  *request.mutable_start_time() = last_time_.start_time();
  request.set_request_id(session_.RequestId());
  ASSIGN_OR_RETURN(const Chat moved,
                   session_.Call(session_.scheduling(), &Scheduling::RescheduleChat, mentor_.caller, request));
  const absl::Time start = ToTime(moved.start_time());
  stage_.Line(absl::StrCat(Clean(mentor_.FirstName()), " moves the chat to ",
                           stage_.style().Bold(WallClock(start, asker_.zone)), " (", asker_.zone.name(), ")."));
  stage_.Line("The old time is free again in the same step, and the invitation is the same one, changed.");
  stage_.facts["moved"] = absl::FormatTime(absl::RFC3339_sec, start, absl::UTCTimeZone());
  return absl::OkStatus();
}

absl::Time Meeting::start() const { return ToTime(time_.start_time()); }

absl::Status Meeting::Refuse(const Caller& operator_caller, const std::vector<std::string>& rivals) {
  stage_.Chapter("Somebody else wants the same time");
  for (const std::string& id : rivals) {
    ASSIGN_OR_RETURN(const Actor rival, FindActor(session_, operator_caller, id));
    const absl::StatusOr<Match> match = Matched(rival, "May I ask you, too?");
    // Many may not ask just this person: their own line, no language in common. The next one may.
    if (match.ok()) return RefuseOne(rival, match->name());
  }
  stage_.Line(absl::StrCat("Nobody else of this file may ask ", Clean(mentor_.FirstName()), ", so nobody is refused."));
  return absl::OkStatus();
}

absl::Status Meeting::RefuseOne(const Actor& rival, const std::string& match) {
  stage_.Line(absl::StrCat(Clean(rival.person.display_name()), ", ", Introduction(rival), ","));
  stage_.Line(absl::StrCat("is matched with ", Clean(mentor_.FirstName()), " as well, and tries to book ",
                           WallClock(start(), rival.zone), "."));
  const absl::StatusOr<Chat> chat = TryBooking(rival, match, "");
  if (chat.ok()) return absl::InternalError("the same time was given away twice");
  const Problem problem = Explain(chat.status());
  if (problem.reason != "SLOT_TAKEN") return chat.status();
  stage_.Line(absl::StrCat(stage_.style().Yellow("Refused: "), problem.text, " ",
                           stage_.style().Dim(absl::StrCat("(", problem.reason, ")"))));
  Table table({{"STILL FREE"}, {absl::StrCat("FOR ", absl::AsciiStrToUpper(Clean(mentor_.FirstName())))}});
  const std::string times = MetadataOf(chat.status(), "times");
  for (absl::string_view text : absl::StrSplit(times, ',', absl::SkipEmpty())) {
    ASSIGN_OR_RETURN(const absl::Time time, ParseInstant(absl::StripAsciiWhitespace(text), absl::UTCTimeZone()));
    table.Add({absl::StrCat(WallClock(time, rival.zone), "  ", rival.zone.name()),
               absl::StrCat(WallClock(time, mentor_.zone), "  ", mentor_.zone.name())});
  }
  if (!table.empty()) stage_.Show(table);
  stage_.facts["refusal"] = {{"person", rival.name()}, {"reason", problem.reason}, {"times", times}};
  return absl::OkStatus();
}

}  // namespace cortado::ctl
