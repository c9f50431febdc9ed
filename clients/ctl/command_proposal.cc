// cortadoctl match times | propose
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Match;

struct Arguments {
  std::string match, time, length;
};

std::string Shown(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return absl::FormatTime("%a %d %b %Y, %H:%M (UTC%Ez)", ToTime(time), zone);
}

void SayTimes(const Ctl& ctl, const Match& match, const Caller& me, absl::TimeZone zone) {
  for (const Match::Proposal& proposal : match.proposals()) {
    const bool own = ShortName(proposal.person()) == me.person;
    ctl.Say(absl::StrCat("  ", own ? "you proposed " : "proposed: ", Shown(proposal.start_time(), zone), "\n"));
  }
  for (const auto& time : match.free_times()) ctl.Say(absl::StrCat("  free: ", Shown(time, zone), "\n"));
}

absl::Status Times(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::GetMatchRequest request;
  request.set_name("matches/" + ShortName(arguments.match));
  request.set_with_times(true);
  ASSIGN_OR_RETURN(const Match match, session->Call(session->matching(), &Matching::GetMatch, me, request));
  ctl.Say(absl::StrCat(match.mentee().display_name(), " and ", match.mentor().display_name(), ":\n"));
  if (!match.chat().empty()) ctl.Say(absl::StrCat("  booked: ", match.chat(), "\n"));
  SayTimes(ctl, match, me, ZoneOf(*session, me));
  ctl.Document(match);
  return absl::OkStatus();
}

absl::Status Propose(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  matching::v1::ProposeTimeRequest request;
  request.set_match("matches/" + ShortName(arguments.match));
  ASSIGN_OR_RETURN(const absl::Time time, ParseInstant(arguments.time, zone));
  *request.mutable_start_time() = ToTimestamp(time);
  if (!arguments.length.empty()) {
    ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(arguments.length));
    request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  }
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Match match, session->Call(session->matching(), &Matching::ProposeTime, me, request));
  if (match.has_note()) ctl.Say(absl::StrCat(match.note().text(), "\n"));
  if (!match.chat().empty()) {
    ctl.Say(absl::StrCat("Booked: ", match.chat(), ".\n"));
  } else if (!match.has_note()) {
    ctl.Say("Proposed. It is booked as soon as one of the others wants it too.\n");
  }
  SayTimes(ctl, match, me, zone);
  ctl.Document(match);
  return absl::OkStatus();
}

}  // namespace

void AddProposals(CLI::App* match, Ctl& ctl) {
  auto given = std::make_shared<Arguments>();
  CLI::App* times = AddVerb(match, "times", "when the people of a match could meet");
  times->add_option("match", given->match, "the match")->required();
  OnParsed(times, ctl, [&ctl, given] { return Times(ctl, *given); });
  CLI::App* propose = AddVerb(match, "propose", "propose a time for the first chat, or take one that was proposed");
  propose->add_option("match", given->match, "the match")->required();
  propose->add_option("time", given->time, "as \"2026-12-01 15:30\", at a full quarter of an hour")->required();
  propose->add_option("--length", given->length, "how long, as 30m (the shortest of what you all prefer)");
  OnParsed(propose, ctl, [&ctl, given] { return Propose(ctl, *given); });
}

}  // namespace cortado::ctl
