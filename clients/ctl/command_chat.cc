// cortadoctl chat times | hold | release | book | move | cancel | respond | list
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/chat_calls.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::Chat;

struct Arguments {
  std::vector<std::string> people;
  std::string minutes = "30m";
  std::string match;
  std::string at;
  std::string from;
  std::string until;
  std::string topic;
  std::string invitation;
  int count = 3;
};

// Whose free times are told by no calendar, or by an old reading of it.
void SayCalendars(const Ctl& ctl, const scheduling::v1::FindTimesResponse& response) {
  std::vector<std::string> without;
  for (const std::string& person : response.calendar_not_connected()) without.push_back(ShortName(person));
  if (!without.empty()) ctl.Say(absl::StrCat("Calendar not connected: ", absl::StrJoin(without, ", "), ".\n"));
  for (const auto& old : response.old_calendars()) {
    ctl.Say(absl::StrCat("The calendar of ", ShortName(old.person()), " was last read ",
                         absl::FormatDuration(absl::Trunc(absl::Seconds(old.age().seconds()), absl::Minutes(1))),
                         " ago.\n"));
  }
}

absl::Status Times(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(arguments.people));
  ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(arguments.minutes));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::FindTimesRequest request;
  request.add_people("people/" + me.person);
  for (const std::string& name : names) request.add_people(name);
  request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  request.set_page_size(arguments.count);
  if (!arguments.from.empty()) {
    ASSIGN_OR_RETURN(const absl::Time from, ParseInstant(arguments.from, ZoneOf(*session, me)));
    *request.mutable_start_time() = ToTimestamp(from);
  }
  if (!arguments.until.empty()) {
    ASSIGN_OR_RETURN(const absl::Time until, ParseInstant(arguments.until, ZoneOf(*session, me)));
    *request.mutable_end_time() = ToTimestamp(until);
  }
  ASSIGN_OR_RETURN(*request.mutable_match(), MatchWith(*session, me, names, arguments.match));
  ASSIGN_OR_RETURN(const auto response, session->Call(session->scheduling(), &Scheduling::FindTimes, me, request));
  ctl.Document(response);
  std::vector<TableColumn> columns = {{"--at"}};
  for (const std::string& person : request.people()) columns.push_back({ShortName(person), Align::kLeft, true});
  Table table(std::move(columns));
  for (const auto& time : response.times()) {
    std::vector<std::string> cells = {
        absl::FormatTime("%Y-%m-%dT%H:%MZ", ToTime(time.start_time()), absl::UTCTimeZone())};
    for (const auto& local : time.local_starts()) cells.push_back(local.text());
    table.Add(std::move(cells));
  }
  if (!table.empty()) ctl.Say(table);
  if (!response.note().text().empty()) ctl.Say(absl::StrCat(response.note().text(), "\n"));
  if (table.empty() && response.note().text().empty()) ctl.Say("No time fits everybody.\n");
  SayCalendars(ctl, response);
  return absl::OkStatus();
}

absl::Status Book(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(arguments.people));
  ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(arguments.minutes));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const absl::Time at, ParseInstant(arguments.at, ZoneOf(*session, me)));
  scheduling::v1::BookChatRequest request;
  for (const std::string& name : names) request.add_attendees(name);
  *request.mutable_start_time() = ToTimestamp(at);
  request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  request.set_topic(arguments.topic);
  ASSIGN_OR_RETURN(*request.mutable_match(), MatchWith(*session, me, names, arguments.match));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Chat chat, session->Call(session->scheduling(), &Scheduling::BookChat, me, request));
  if (!arguments.invitation.empty()) RETURN_IF_ERROR(WriteFile(arguments.invitation, chat.invitation()));
  ShowChat(ctl, chat);
  if (!arguments.invitation.empty()) ctl.Say(absl::StrCat("The invitation is in ", arguments.invitation, ".\n"));
  ctl.Document(chat);
  return absl::OkStatus();
}

// The chat as it is now, for its etag.
absl::StatusOr<Chat> Read(Session& session, const Caller& me, const std::string& name) {
  scheduling::v1::GetChatRequest request;
  request.set_name("chats/" + ShortName(name));
  return session.Call(session.scheduling(), &Scheduling::GetChat, me, request);
}

absl::Status Move(Ctl& ctl, const std::string& name, const std::string& at, const std::string& minutes) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const absl::Time start, ParseInstant(at, ZoneOf(*session, me)));
  scheduling::v1::RescheduleChatRequest request;
  if (!minutes.empty()) {
    ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(minutes));
    request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  }
  ASSIGN_OR_RETURN(const Chat before, Read(*session, me, name));
  request.set_name(before.name());
  request.set_etag(before.etag());
  *request.mutable_start_time() = ToTimestamp(start);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Chat after, session->Call(session->scheduling(), &Scheduling::RescheduleChat, me, request));
  ShowChat(ctl, after);
  ctl.Document(after);
  return absl::OkStatus();
}

absl::Status Cancel(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Chat before, Read(*session, me, name));
  scheduling::v1::CancelChatRequest request;
  request.set_name(before.name());
  request.set_etag(before.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Chat after, session->Call(session->scheduling(), &Scheduling::CancelChat, me, request));
  ShowChat(ctl, after);
  ctl.Document(after);
  return absl::OkStatus();
}

absl::Status Hold(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(arguments.people));
  ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(arguments.minutes));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  ASSIGN_OR_RETURN(const absl::Time at, ParseInstant(arguments.at, zone));
  scheduling::v1::HoldTimeRequest request;
  for (const std::string& name : names) request.add_attendees(name);
  *request.mutable_start_time() = ToTimestamp(at);
  request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  ASSIGN_OR_RETURN(*request.mutable_match(), MatchWith(*session, me, names, arguments.match));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto hold, session->Call(session->scheduling(), &Scheduling::HoldTime, me, request));
  ctl.Say(absl::StrCat(hold.name(), " keeps the time for you until ", WallClock(ToTime(hold.expire_time()), zone),
                       "; `chat book` takes it, `chat release` lets it go.\n"));
  ctl.Document(hold);
  return absl::OkStatus();
}

absl::Status Release(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::ReleaseHoldRequest request;
  request.set_name("holds/" + ShortName(name));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const auto empty, session->Call(session->scheduling(), &Scheduling::ReleaseHold, me, request));
  ctl.Say("The time is free again.\n");
  ctl.Document(empty);
  return absl::OkStatus();
}

absl::Status Respond(Ctl& ctl, const std::string& name, const std::string& answer) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::RespondToChatRequest request;
  request.set_name("chats/" + ShortName(name));
  request.set_response(answer == "yes"     ? scheduling::v1::Attendee::RESPONSE_ACCEPTED
                       : answer == "maybe" ? scheduling::v1::Attendee::RESPONSE_TENTATIVE
                                           : scheduling::v1::Attendee::RESPONSE_DECLINED);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Chat chat, session->Call(session->scheduling(), &Scheduling::RespondToChat, me, request));
  ShowChat(ctl, chat);
  ctl.Document(chat);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl, bool cancelled) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::ListChatsRequest request;
  request.set_show_cancelled(cancelled);
  ASSIGN_OR_RETURN(const auto chats, ListPages(*session, session->scheduling(), &Scheduling::ListChats, me, request));
  Table table(
      {{"CHAT"}, {"WHEN", Align::kLeft, true}, {"WITH", Align::kLeft, true}, {"STATE"}, {"TOPIC", Align::kLeft, true}});
  for (const Chat& chat : chats.chats()) {
    std::vector<std::string> others;
    std::string when;
    for (const auto& attendee : chat.attendees()) {
      if (attendee.person().person() == "people/" + me.person) {
        when = attendee.local_start().text();
      } else {
        others.push_back(attendee.person().display_name());
      }
    }
    table.Add({ShortName(chat.name()), when, absl::StrJoin(others, ", "), EnumWords(chat.state()), chat.topic()});
  }
  ctl.Say(table.empty() ? "No chats.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(chats);
  return absl::OkStatus();
}

}  // namespace

void AddChat(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "chat", "when they meet");
  auto arguments = std::make_shared<Arguments>();

  CLI::App* times = AddVerb(noun, "times", "times that suit you and others");
  times->add_option("people", arguments->people, "everybody else, 1 to 7")->required();
  times->add_option("--minutes", arguments->minutes, "how long (30)");
  times->add_option("--count", arguments->count, "how many times, 1 to 20 (3)");
  times->add_option("--from", arguments->from, "not before, as \"2026-11-24 15:00\" in your zone");
  times->add_option("--until", arguments->until, "not after, at most 4 weeks later (two weeks later)");
  times->add_option("--match", arguments->match, "the match that lets you book (found by itself for two)");
  OnParsed(times, ctl, [&ctl, arguments] { return Times(ctl, *arguments); });

  CLI::App* book = AddVerb(noun, "book", "book a chat, with you as host");
  book->add_option("people", arguments->people, "everybody else, 1 to 7")->required();
  book->add_option("--at", arguments->at, "when it begins: \"2026-11-24 15:00\" in your zone, or 2026-11-24T15:00Z")
      ->required();
  book->add_option("--minutes", arguments->minutes, "how long (30)");
  book->add_option("--topic", arguments->topic, "what it is about");
  book->add_option("--match", arguments->match, "the match that lets you book (found by itself for two)");
  book->add_option("--invitation", arguments->invitation, "write the invitation to this .ics file");
  OnParsed(book, ctl, [&ctl, arguments] { return Book(ctl, *arguments); });

  auto name = std::make_shared<std::string>();
  auto minutes = std::make_shared<std::string>();
  CLI::App* move = AddVerb(noun, "move", "move a chat; its old time is free again at once");
  move->add_option("chat", *name, "the chat")->required();
  move->add_option("time", arguments->at,
                   "when it shall begin: \"2026-11-24 15:00\" in your zone, or 2026-11-24T15:00Z")
      ->required();
  move->add_option("--minutes", *minutes, "how long (as it was)");
  OnParsed(move, ctl, [&ctl, arguments, name, minutes] { return Move(ctl, *name, arguments->at, *minutes); });

  CLI::App* cancel = AddVerb(noun, "cancel", "cancel a chat; its time is free again at once");
  cancel->add_option("chat", *name, "the chat")->required();
  OnParsed(cancel, ctl, [&ctl, name] { return Cancel(ctl, *name); });

  CLI::App* hold = AddVerb(noun, "hold", "keep a time for yourself for ten minutes");
  hold->add_option("people", arguments->people, "everybody else, 1 to 7")->required();
  hold->add_option("--at", arguments->at, "when it begins: \"2026-11-24 15:00\" in your zone, or 2026-11-24T15:00Z")
      ->required();
  hold->add_option("--minutes", arguments->minutes, "how long (30)");
  hold->add_option("--match", arguments->match, "the match that lets you book (found by itself for two)");
  OnParsed(hold, ctl, [&ctl, arguments] { return Hold(ctl, *arguments); });

  CLI::App* release = AddVerb(noun, "release", "let a held time go");
  release->add_option("hold", *name, "the hold")->required();
  OnParsed(release, ctl, [&ctl, name] { return Release(ctl, *name); });

  auto answer = std::make_shared<std::string>();
  CLI::App* respond = AddVerb(noun, "respond", "say whether you come to a chat");
  respond->add_option("chat", *name, "the chat")->required();
  respond->add_option("answer", *answer, "yes, maybe or no")->required()->check(CLI::IsMember({"yes", "maybe", "no"}));
  OnParsed(respond, ctl, [&ctl, name, answer] { return Respond(ctl, *name, *answer); });

  auto cancelled = std::make_shared<bool>(false);
  CLI::App* list = AddVerb(noun, "list", "your chats from now on, by start");
  list->add_flag("--cancelled", *cancelled, "also those cancelled");
  OnParsed(list, ctl, [&ctl, cancelled] { return List(ctl, *cancelled); });
}

}  // namespace cortado::ctl
