// cortadoctl series book | show | cancel
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/chat_calls.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::Recurrence;
using scheduling::v1::Series;

struct Arguments {
  std::vector<std::string> people;
  std::vector<std::string> at;
  std::string every = "week";
  std::string minutes = "30m";
  std::string match;
  std::string topic;
  std::string invitation;
  int count = 0;
};

Recurrence::Frequency FrequencyOf(const std::string& every) {
  if (every == "month") return Recurrence::FREQUENCY_MONTHLY;
  return every == "2-weeks" ? Recurrence::FREQUENCY_EVERY_TWO_WEEKS : Recurrence::FREQUENCY_WEEKLY;
}

void ShowSeries(const Ctl& ctl, const Series& series, const Caller& me) {
  ctl.Say(absl::StrCat(series.name(), "\n"));
  Table table({{"CHAT"}, {"WHEN", Align::kLeft, true}, {"STATE"}});
  for (const auto& chat : series.chats()) {
    std::string when;
    for (const auto& attendee : chat.attendees()) {
      if (attendee.person().person() == "people/" + me.person) when = attendee.local_start().text();
    }
    table.Add({ShortName(chat.name()), when, EnumWords(chat.state())});
  }
  ctl.Say(table.Render(ctl.style(), ctl.columns()));
}

absl::Status Book(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Names(arguments.people));
  ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(arguments.minutes));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::BookSeriesRequest request;
  for (const std::string& name : names) request.add_attendees(name);
  for (const std::string& text : arguments.at) {
    ASSIGN_OR_RETURN(const absl::Time at, ParseInstant(text, ZoneOf(*session, me)));
    *(arguments.count > 0 ? request.mutable_start_time() : request.add_start_times()) = ToTimestamp(at);
  }
  if (arguments.count > 0) {
    request.mutable_recurrence()->set_frequency(FrequencyOf(arguments.every));
    request.mutable_recurrence()->set_count(arguments.count);
  }
  request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  request.set_topic(arguments.topic);
  ASSIGN_OR_RETURN(*request.mutable_match(), MatchWith(*session, me, names, arguments.match));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Series series, session->Call(session->scheduling(), &Scheduling::BookSeries, me, request));
  if (!arguments.invitation.empty()) RETURN_IF_ERROR(WriteFile(arguments.invitation, series.invitation()));
  ShowSeries(ctl, series, me);
  ctl.Document(series);
  return absl::OkStatus();
}

absl::StatusOr<Series> Read(Session& session, const Caller& me, const std::string& name) {
  scheduling::v1::GetSeriesRequest request;
  request.set_name("series/" + ShortName(name));
  return session.Call(session.scheduling(), &Scheduling::GetSeries, me, request);
}

absl::Status Show(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Series series, Read(*session, me, name));
  ShowSeries(ctl, series, me);
  ctl.Document(series);
  return absl::OkStatus();
}

absl::Status Cancel(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Series before, Read(*session, me, name));
  scheduling::v1::CancelSeriesRequest request;
  request.set_name(before.name());
  request.set_etag(before.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Series after, session->Call(session->scheduling(), &Scheduling::CancelSeries, me, request));
  ShowSeries(ctl, after, me);
  ctl.Document(after);
  return absl::OkStatus();
}

}  // namespace

void AddSeries(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "series", "chats that come again");
  auto arguments = std::make_shared<Arguments>();
  CLI::App* book = AddVerb(noun, "book", "book several chats in one step, or none");
  book->add_option("people", arguments->people, "everybody else, 1 to 7")->required();
  book->add_option("--at", arguments->at,
                   "when the first begins: \"2026-11-24 15:00\" in your zone, or 2026-11-24T15:00Z; without --count: "
                   "when each begins, 2 to 52 times")
      ->required();
  book->add_option("--count", arguments->count, "how many, 2 to 52");
  book->add_option("--every", arguments->every, "week (the default), 2-weeks, or month: the same weekday of it")
      ->check(CLI::IsMember({"week", "2-weeks", "month"}));
  book->add_option("--minutes", arguments->minutes, "how long each (30)");
  book->add_option("--topic", arguments->topic, "what they are about");
  book->add_option("--match", arguments->match, "the match that lets you book (found by itself for two)");
  book->add_option("--invitation", arguments->invitation, "write the invitation to this .ics file");
  OnParsed(book, ctl, [&ctl, arguments] { return Book(ctl, *arguments); });

  auto name = std::make_shared<std::string>();
  CLI::App* show = AddVerb(noun, "show", "a series, with its chats as they are now");
  show->add_option("series", *name, "the series")->required();
  OnParsed(show, ctl, [&ctl, name] { return Show(ctl, *name); });

  CLI::App* cancel = AddVerb(noun, "cancel", "cancel what is left of a series, in one step");
  cancel->add_option("series", *name, "the series")->required();
  OnParsed(cancel, ctl, [&ctl, name] { return Cancel(ctl, *name); });
}

}  // namespace cortado::ctl
