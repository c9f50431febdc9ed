// cortadoctl calendar show | put | offer-anyway | forget
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/busy_times.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/import/people_file.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using scheduling::v1::BusyTime;
using scheduling::v1::Calendar;

constexpr absl::Duration kAhead = absl::Hours(24 * 365);

struct Reading {
  std::string file;
  std::string from;
  std::string to;
  std::string read;
};

std::string NameOf(const Caller& me) { return absl::StrCat("people/", me.person, "/calendar"); }

// What its state means for those who want to meet its owner.
std::string Meaning(const Calendar& calendar) {
  switch (calendar.state()) {
    case Calendar::STATE_NOT_CONNECTED:
      return "not connected: you are free inside your working hours";
    case Calendar::STATE_OLD:
      return "old: its last reading still counts";
    case Calendar::STATE_OUTDATED:
      return calendar.offer_anyway()
                 ? "outdated: you are met by its last reading, as you said"
                 : "outdated: you count as busy until it is read again, or `calendar offer-anyway on`";
    default:
      return "current";
  }
}

void Show(const Ctl& ctl, const Calendar& calendar, absl::TimeZone zone) {
  ctl.Document(calendar);
  std::vector<std::pair<std::string, std::string>> facts = {{"calendar", Meaning(calendar)}};
  if (calendar.state() != Calendar::STATE_NOT_CONNECTED) {
    facts.emplace_back("read", absl::StrCat(WallClock(ToTime(calendar.read_time()), zone), ", ",
                                            Span(absl::Seconds(calendar.age().seconds())), " ago"));
    facts.emplace_back("covers", absl::StrCat(WallClock(ToTime(calendar.start_time()), zone), " to ",
                                              WallClock(ToTime(calendar.end_time()), zone)));
    facts.emplace_back("busy", Count(calendar.busy_count(), "time", "times"));
    facts.emplace_back("offer anyway", calendar.offer_anyway() ? "yes" : "no");
  }
  ctl.Say(RenderFacts(facts, ctl.style()));
}

absl::StatusOr<Calendar> Fetch(Session& session, const Caller& me) {
  scheduling::v1::GetCalendarRequest request;
  request.set_name(NameOf(me));
  return session.Call(session.scheduling(), &Scheduling::GetCalendar, me, request);
}

absl::Status Get(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Calendar calendar, Fetch(*session, me));
  Show(ctl, calendar, ZoneOf(*session, me));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  ASSIGN_OR_RETURN(const csv::ByteSource source, OpenPeopleFile(path));
  std::string text;
  char buffer[1 << 14];
  for (;;) {
    ASSIGN_OR_RETURN(const size_t size, source(buffer, sizeof buffer));
    if (size == 0) return text;
    text.append(buffer, size);
  }
}

absl::Status Put(Ctl& ctl, const Reading& reading) {
  ASSIGN_OR_RETURN(const std::string text, ReadAll(reading.file));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  absl::StatusOr<std::vector<BusyTime>> times = ParseBusyTimes(text, zone);
  if (!times.ok()) return absl::InvalidArgumentError(absl::StrCat(reading.file, ", ", times.status().message()));
  absl::Time from = absl::Now();
  if (!reading.from.empty()) {
    ASSIGN_OR_RETURN(from, ParseInstant(reading.from, zone));
  }
  absl::Time to = from + kAhead;
  if (!reading.to.empty()) {
    ASSIGN_OR_RETURN(to, ParseInstant(reading.to, zone));
  }
  scheduling::v1::PutBusyTimesRequest request;
  request.set_name(NameOf(me));
  *request.mutable_start_time() = ToTimestamp(from);
  *request.mutable_end_time() = ToTimestamp(to);
  if (!reading.read.empty()) {
    ASSIGN_OR_RETURN(const absl::Time read, ParseInstant(reading.read, zone));
    *request.mutable_read_time() = ToTimestamp(read);
  }
  for (BusyTime& busy : *times) *request.add_busy() = std::move(busy);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Calendar calendar,
                   session->Call(session->scheduling(), &Scheduling::PutBusyTimes, me, request));
  Show(ctl, calendar, zone);
  return absl::OkStatus();
}

absl::Status OfferAnyway(Ctl& ctl, const std::string& answer) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Calendar before, Fetch(*session, me));
  if (before.state() == Calendar::STATE_NOT_CONNECTED) {
    return absl::FailedPreconditionError("no calendar of yours is connected; hand one in with `calendar put FILE`");
  }
  scheduling::v1::UpdateCalendarRequest request;
  request.mutable_calendar()->set_name(before.name());
  request.mutable_calendar()->set_etag(before.etag());
  request.mutable_calendar()->set_offer_anyway(answer == "on");
  request.mutable_update_mask()->add_paths("offer_anyway");
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Calendar after,
                   session->Call(session->scheduling(), &Scheduling::UpdateCalendar, me, request));
  Show(ctl, after, ZoneOf(*session, me));
  return absl::OkStatus();
}

absl::Status Forget(Ctl& ctl) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  scheduling::v1::DeleteCalendarRequest request;
  request.set_name(NameOf(me));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const google::protobuf::Empty done,
                   session->Call(session->scheduling(), &Scheduling::DeleteCalendar, me, request));
  ctl.Say("Nothing of your calendar is kept any more.\n");
  ctl.Document(done);
  return absl::OkStatus();
}

}  // namespace

void AddCalendar(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "calendar", "when your own calendar says that you are busy");
  OnParsed(AddVerb(noun, "show", "what is known of your calendar, and how old that is"), ctl,
           [&ctl] { return Get(ctl); });

  auto reading = std::make_shared<Reading>();
  CLI::App* put = AddVerb(noun, "put", "hand in when you are busy, in the place of what was known before");
  put->add_option("file", reading->file, "CSV with the columns start,end (and uid), or JSON lines with these keys")
      ->required();
  put->add_option("--from", reading->from, "what the file covers begins here (now)");
  put->add_option("--to", reading->to, "and ends here, at most 400 days later (a year later)");
  put->add_option("--read", reading->read, "when your calendar was read (now)");
  put->footer("Example: cortadoctl calendar put busy.csv\nOutside what the file covers you count as busy.");
  OnParsed(put, ctl, [&ctl, reading] { return Put(ctl, *reading); });

  auto answer = std::make_shared<std::string>();
  CLI::App* offer = AddVerb(noun, "offer-anyway", "be met by the last reading, however old it is, or not");
  offer->add_option("answer", *answer, "on or off")->required()->check(CLI::IsMember({"on", "off"}));
  OnParsed(offer, ctl, [&ctl, answer] { return OfferAnyway(ctl, *answer); });

  OnParsed(AddVerb(noun, "forget", "keep nothing of your calendar any more"), ctl, [&ctl] { return Forget(ctl); });
}

}  // namespace cortado::ctl
