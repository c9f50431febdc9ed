// cortadoctl time get | set | free
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/chat_calls.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Time;

struct Arguments {
  std::vector<std::string> hours, protect, preferred;
  bool protect_nothing = false, prefer_nothing = false;
  std::optional<int> weekly_minutes, chat_minutes, buffer_minutes, follow_up_minutes;
  std::optional<std::string> notice;
};

absl::StatusOr<Time> Fetch(Session& session, const Caller& me) {
  profile::v1::GetTimeRequest request;
  request.set_name(absl::StrCat("people/", me.person, "/time"));
  return session.Call(session.profile(), &Profile::GetTime, me, request);
}

absl::Status Get(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Time time, Fetch(*session, me));
  ctl.Say(RenderTime(time, ctl.style()));
  ctl.Document(time);
  return absl::OkStatus();
}

absl::Status ReadHours(const std::vector<std::string>& texts,
                       google::protobuf::RepeatedPtrField<profile::v1::DayHours>& into) {
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(const std::vector<profile::v1::DayHours> days, ParseHours(text));
    for (const auto& day : days) *into.Add() = day;
  }
  return absl::OkStatus();
}

// Fills in what was given, and the mask.
absl::Status Fill(const Arguments& arguments, profile::v1::UpdateTimeRequest& request) {
  Time& time = *request.mutable_time();
  auto& mask = *request.mutable_update_mask();
  const auto number = [&](const std::optional<int>& given, void (Time::*set)(int32_t), const char* path) {
    if (!given) return;
    (time.*set)(*given);
    mask.add_paths(path);
  };
  RETURN_IF_ERROR(ReadHours(arguments.hours, *time.mutable_working_hours()));
  if (!arguments.hours.empty()) mask.add_paths("working_hours");
  RETURN_IF_ERROR(ReadHours(arguments.protect, *time.mutable_protected_blocks()));
  if (!arguments.protect.empty() || arguments.protect_nothing) mask.add_paths("protected_blocks");
  RETURN_IF_ERROR(ReadHours(arguments.preferred, *time.mutable_preferred_hours()));
  if (!arguments.preferred.empty() || arguments.prefer_nothing) mask.add_paths("preferred_hours");
  number(arguments.weekly_minutes, &Time::set_weekly_minutes, "weekly_minutes");
  number(arguments.chat_minutes, &Time::set_chat_minutes, "chat_minutes");
  number(arguments.buffer_minutes, &Time::set_buffer_minutes, "buffer_minutes");
  number(arguments.follow_up_minutes, &Time::set_follow_up_minutes, "follow_up_minutes");
  if (arguments.notice) {
    ASSIGN_OR_RETURN(const absl::Duration notice, ParseSpan(*arguments.notice));
    time.mutable_notice()->set_seconds(absl::ToInt64Seconds(notice));
    mask.add_paths("notice");
  }
  if (mask.paths().empty()) {
    return absl::InvalidArgumentError("say what to change, as --hours \"mon-fri 09:00-17:00\" or --weekly-minutes 60");
  }
  return absl::OkStatus();
}

absl::Status Set(Ctl& ctl, const Arguments& arguments) {
  profile::v1::UpdateTimeRequest request;
  RETURN_IF_ERROR(Fill(arguments, request));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Time before, Fetch(*session, me));
  request.mutable_time()->set_name(before.name());
  request.mutable_time()->set_etag(before.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Time after, session->Call(session->profile(), &Profile::UpdateTime, me, request));
  ctl.Say(RenderTime(after, ctl.style()));
  ctl.Document(after);
  return absl::OkStatus();
}

// Oneself as booking sees it, between two instants as people type them; empty: from now, for two weeks.
absl::Status Free(Ctl& ctl, const std::string& from, const std::string& until) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  scheduling::v1::GetAvailabilityRequest request;
  request.set_person("people/" + me.person);
  if (!from.empty()) {
    ASSIGN_OR_RETURN(const absl::Time start, ParseInstant(from, zone));
    *request.mutable_start_time() = ToTimestamp(start);
  }
  if (!until.empty()) {
    ASSIGN_OR_RETURN(const absl::Time end, ParseInstant(until, zone));
    *request.mutable_end_time() = ToTimestamp(end);
  }
  ASSIGN_OR_RETURN(const auto own, session->Call(session->scheduling(), &Scheduling::GetAvailability, me, request));
  Table table({{"FREE FROM", Align::kLeft, true}, {"TO", Align::kLeft, true}});
  for (const auto& free : own.free()) {
    table.Add({WallClock(ToTime(free.start_time()), zone), WallClock(ToTime(free.end_time()), zone)});
  }
  ctl.Say(table.empty() ? "Nothing is free for a chat.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Say(absl::StrCat("Minutes left that week: ", own.minutes_left(), ".\n"));
  if (!own.calendar_connected()) ctl.Say("No calendar is connected: only your hours and chats were looked at.\n");
  ctl.Document(own);
  return absl::OkStatus();
}

}  // namespace

void AddTime(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "time", "the time you can give");

  OnParsed(AddVerb(noun, "get", "show when you have time"), ctl, [&ctl] { return Get(ctl); });

  auto arguments = std::make_shared<Arguments>();
  CLI::App* set = AddVerb(noun, "set", "say when you have time");
  set->add_option("--hours", arguments->hours, "when you work, as \"mon-fri 09:00-17:00\"; may be given again");
  set->add_option("--protect", arguments->protect, "never book these, as \"tue 12:00-13:00\"; may be given again");
  set->add_flag("--protect-nothing", arguments->protect_nothing, "no protected hours any more")->excludes("--protect");
  set->add_option("--weekly-minutes", arguments->weekly_minutes, "minutes a week for chats, 0 to 2,400");
  set->add_option("--chat-minutes", arguments->chat_minutes, "how long a chat is, 10 to 240");
  set->add_option("--notice", arguments->notice, "no chat sooner than this after booking, as 2h or 1d");
  set->add_option("--buffer", arguments->buffer_minutes, "minutes kept free after each chat, 0 to 120");
  set->add_option("--follow-up", arguments->follow_up_minutes,
                  "minutes around each chat that count against the weekly minutes too, 0 to 120");
  set->add_option("--preferred", arguments->preferred,
                  "when you like chats best, as \"tue 14:00-16:00\"; may be given again");
  set->add_flag("--prefer-nothing", arguments->prefer_nothing, "no preferred hours any more")->excludes("--preferred");
  OnParsed(set, ctl, [&ctl, arguments] { return Set(ctl, *arguments); });

  auto from = std::make_shared<std::string>();
  auto until = std::make_shared<std::string>();
  CLI::App* free = AddVerb(noun, "free", "when you are free for a chat, as booking sees it");
  free->add_option("--from", *from, "not before, as \"2026-11-24 15:00\" in your zone (now)");
  free->add_option("--until", *until, "not after, at most 8 weeks later (two weeks later)");
  OnParsed(free, ctl, [&ctl, from, until] { return Free(ctl, *from, *until); });
}

}  // namespace cortado::ctl
