// cortadoctl notification list | watch | preferences
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/ctl/command.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::Notification;
using scheduling::v1::NotificationPreferences;

// As SLACK: delivered, MAIL: waiting.
std::string Ways(const Notification& notification) {
  std::string ways;
  for (const auto& delivery : notification.deliveries()) {
    absl::StrAppend(&ways, ways.empty() ? "" : ", ", EnumWords(delivery.channel()), ": ", EnumWords(delivery.state()));
  }
  return ways;
}

absl::Status List(Ctl& ctl, int64_t limit) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::ListNotificationsRequest request;
  request.set_parent("people/" + me.person);
  ASSIGN_OR_RETURN(const auto found,
                   ListPages(*session, session->notification(), &Notifications::ListNotifications, me, request, limit));
  const absl::TimeZone zone = ZoneOf(*session, me);
  Table table({{"WHEN"}, {"WHAT", Align::kLeft, true}, {"ABOUT"}, {"HOW", Align::kLeft, true}});
  for (const Notification& one : found.notifications()) {
    table.Add({WallClock(ToTime(one.create_time()), zone), one.text().text(), one.subject(), Ways(one)});
  }
  ctl.Say(table.empty() ? "Nothing has happened yet.\n" : table.Render(ctl.style(), ctl.columns()));
  ctl.Document(found);
  return absl::OkStatus();
}

// One line for each: a sentence, or with --json a document.
void Print(const Ctl& ctl, const Notification& notification, absl::TimeZone zone) {
  if (ctl.json) {
    ctl.Document(nlohmann::json::parse(JsonOf(notification)).dump());
  } else {
    ctl.Say(absl::StrCat(WallClock(ToTime(notification.create_time()), zone), "  ", notification.text().text(), "  (",
                         notification.subject(), ")\n"));
  }
  std::fflush(stdout);
}

// Follows until `count` were printed (0: for ever). A stream that breaks goes on where it was.
absl::Status Watch(Ctl& ctl, int64_t count) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  scheduling::v1::WatchNotificationsRequest request;
  int64_t printed = 0;
  for (;;) {
    grpc::ClientContext context;
    RETURN_IF_ERROR(session->Prepare(context, me, absl::Hours(24)));
    const auto stream = session->notification().WatchNotifications(&context, request);
    scheduling::v1::ListNotificationChangesResponse page;
    while (stream->Read(&page)) {
      // The first page comes at once: from here on nothing is missed.
      if (request.resume_token().empty()) {
        ctl.Say("Waiting for what happens (Ctrl-C ends it).\n");
        std::fflush(stdout);
      }
      request.set_resume_token(page.resume_token());
      for (const Notification& one : page.notifications()) {
        Print(ctl, one, zone);
        if (++printed != count) continue;
        context.TryCancel();
        (void)stream->Finish();
        return absl::OkStatus();
      }
    }
    const absl::Status status = rpc::FromGrpc(stream->Finish());
    const bool goes_on = absl::IsUnavailable(status) || absl::IsCancelled(status) || absl::IsDeadlineExceeded(status);
    if (!goes_on || request.resume_token().empty()) return status;
    absl::SleepFor(absl::Seconds(1));
  }
}

struct Wishes {
  std::string channel;
  std::optional<bool> digest;
  std::optional<bool> any_time;
};

absl::Status Fill(const Wishes& wishes, scheduling::v1::UpdateNotificationPreferencesRequest& request) {
  NotificationPreferences& preferences = *request.mutable_preferences();
  if (!wishes.channel.empty()) {
    const bool slack = wishes.channel == "slack", mail = wishes.channel == "mail";
    if (!slack && !mail && wishes.channel != "default") {
      return absl::InvalidArgumentError("--channel must be slack, mail or default");
    }
    preferences.set_channel(slack  ? scheduling::v1::CHANNEL_SLACK
                            : mail ? scheduling::v1::CHANNEL_MAIL
                                   : scheduling::v1::CHANNEL_UNSPECIFIED);
    request.mutable_update_mask()->add_paths("channel");
  }
  if (wishes.digest) {
    preferences.set_digest(*wishes.digest);
    request.mutable_update_mask()->add_paths("digest");
  }
  if (wishes.any_time) {
    preferences.set_any_time(*wishes.any_time);
    request.mutable_update_mask()->add_paths("any_time");
  }
  return absl::OkStatus();
}

absl::Status Preferences(Ctl& ctl, const Wishes& wishes) {
  scheduling::v1::UpdateNotificationPreferencesRequest request;
  RETURN_IF_ERROR(Fill(wishes, request));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::GetNotificationPreferencesRequest get;
  get.set_name(absl::StrCat("people/", me.person, "/notificationPreferences"));
  ASSIGN_OR_RETURN(NotificationPreferences now,
                   session->Call(session->notification(), &Notifications::GetNotificationPreferences, me, get));
  if (request.update_mask().paths_size() > 0) {
    request.mutable_preferences()->set_name(now.name());
    request.mutable_preferences()->set_etag(now.etag());
    request.set_request_id(session->RequestId());
    ASSIGN_OR_RETURN(
        now, session->Call(session->notification(), &Notifications::UpdateNotificationPreferences, me, request));
  }
  const std::string channel = EnumWords(now.channel());
  ctl.Say(RenderFacts({{"channel", channel.empty() ? "Slack where linked, else mail" : channel},
                       {"digest", now.digest() ? "once a day" : "at once"},
                       {"hours", now.any_time() ? "any time" : "working hours"}},
                      ctl.style()));
  ctl.Document(now);
  return absl::OkStatus();
}

// Adds --NAME and --no-NAME; as in command_offer.cc.
void AddChoice(CLI::App* verb, const std::string& name, std::optional<bool>& choice, const std::string& description) {
  verb->add_flag_function(
      absl::StrCat("--", name, ",!--no-", name), [&choice](int64_t times) { choice = times > 0; }, description);
}

}  // namespace

void AddNotification(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "notification", "what you were told, and how you want to be");
  auto limit = std::make_shared<int64_t>(50);
  CLI::App* list = AddVerb(noun, "list", "what happened, newest first");
  list->add_option("--limit", *limit, "at most this many; 0: all")->check(CLI::NonNegativeNumber);
  OnParsed(list, ctl, [&ctl, limit] { return List(ctl, *limit); });

  auto count = std::make_shared<int64_t>(0);
  CLI::App* watch = AddVerb(noun, "watch", "what happens from now on, a line each");
  watch->add_option("--count", *count, "end after this many; 0: never")->check(CLI::NonNegativeNumber);
  OnParsed(watch, ctl, [&ctl, count] { return Watch(ctl, *count); });

  auto wishes = std::make_shared<Wishes>();
  CLI::App* preferences = AddVerb(noun, "preferences", "show how you want to be told; with options, say so");
  preferences->add_option("--channel", wishes->channel, "slack, mail or default (Slack where linked)");
  AddChoice(preferences, "digest", wishes->digest, "one message a day instead of many");
  AddChoice(preferences, "any-time", wishes->any_time, "outside working hours too");
  preferences->footer("Example: cortadoctl notification preferences --channel mail --digest --as p17");
  OnParsed(preferences, ctl, [&ctl, wishes] { return Preferences(ctl, *wishes); });
}

}  // namespace cortado::ctl
