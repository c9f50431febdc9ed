// cortadoctl match show | accept | decline | question | reply | postpone | withdraw | end | rate
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Match;
using matching::v1::Request;

struct Arguments {
  std::string name;
  std::string text;
  std::string time;
  std::string length;
  std::string fit;
  bool end = false;
};

std::string Shown(const google::protobuf::Timestamp& time, absl::TimeZone zone) {
  return absl::FormatTime("%a %d %b %Y, %H:%M (UTC%Ez)", ToTime(time), zone);
}

// Fills in which request, and makes the call.
template <class Message, class Answer>
absl::StatusOr<Answer> Step(Ctl& ctl, const std::string& name,
                            grpc::Status (Matching::*method)(grpc::ClientContext*, const Message&, Answer*),
                            Message message) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  message.set_request("requests/" + ShortName(name));
  message.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(Answer answer, session->Call(session->matching(), method, me, message));
  ctl.Document(answer);
  return answer;
}

absl::Status Show(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::GetRequestRequest get;
  get.set_name("requests/" + ShortName(arguments.name));
  ASSIGN_OR_RETURN(const Request request, session->Call(session->matching(), &Matching::GetRequest, me, get));
  const absl::TimeZone zone = ZoneOf(*session, me);
  std::vector<std::pair<std::string, std::string>> facts = {{"request", request.name()},
                                                            {"from", request.requester().display_name()},
                                                            {"to", request.mentor().display_name()},
                                                            {"state", EnumWords(request.state())},
                                                            {"message", request.message()}};
  for (const auto& time : request.proposed_times()) facts.emplace_back("time", Shown(time, zone));
  for (const Request::Question& one : request.questions()) {
    facts.emplace_back("question", one.question());
    if (!one.details().empty()) facts.emplace_back("reply", one.details());
  }
  if (request.has_expire_time()) facts.emplace_back("answer by", Shown(request.expire_time(), zone));
  if (request.has_postpone_end_time()) facts.emplace_back("not before", Shown(request.postpone_end_time(), zone));
  if (request.next_choices_size() > 0) facts.emplace_back("next choices", absl::StrJoin(request.next_choices(), ", "));
  facts.emplace_back("went on as", request.next_request());
  facts.emplace_back("match", request.match());
  ctl.Say(RenderFacts(facts, ctl.style()));
  ctl.Document(request);
  return absl::OkStatus();
}

absl::Status Accept(Ctl& ctl, const Arguments& arguments) {
  matching::v1::AcceptMatchRequest request;
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  if (!arguments.time.empty()) {
    ASSIGN_OR_RETURN(const absl::Time time, ParseInstant(arguments.time, zone));
    *request.mutable_chosen_time() = ToTimestamp(time);
  }
  if (!arguments.length.empty()) {
    ASSIGN_OR_RETURN(const absl::Duration length, ParseSpan(arguments.length));
    request.mutable_duration()->set_seconds(absl::ToInt64Seconds(length));
  }
  ASSIGN_OR_RETURN(const Match match, Step(ctl, arguments.name, &Matching::AcceptMatch, request));
  ctl.Say(absl::StrCat("Matched with ", match.mentee().display_name(), ": ", match.name(), ".\n"));
  if (!match.note().text().empty()) ctl.Say(absl::StrCat(match.note().text(), "\n"));
  for (const auto& time : match.free_times()) ctl.Say(absl::StrCat("  free: ", Shown(time, zone), "\n"));
  if (!match.chat().empty()) {
    ctl.Say(absl::StrCat("You meet on ", Shown(match.chosen_time(), zone), ": ", match.chat(), ".\n"));
  } else if (!match.has_chosen_time()) {
    ctl.Say(absl::StrCat("Find a time with: cortadoctl chat times ", ShortName(match.mentee().person()), " --as ",
                         me.person, "\n"));
  }
  return absl::OkStatus();
}

absl::Status Decline(Ctl& ctl, const Arguments& arguments) {
  RETURN_IF_ERROR(Step(ctl, arguments.name, &Matching::DeclineMatch, matching::v1::DeclineMatchRequest()).status());
  ctl.Say("Declined. They learn that it came to nothing, and no reason.\n");
  return absl::OkStatus();
}

absl::Status Question(Ctl& ctl, const Arguments& arguments) {
  matching::v1::AskRequesterRequest request;
  request.set_question(arguments.text);
  ASSIGN_OR_RETURN(const Request asked, Step(ctl, arguments.name, &Matching::AskRequester, request));
  ctl.Say(absl::StrCat(asked.requester().display_name(), " is asked to tell more; you still may answer.\n"));
  return absl::OkStatus();
}

absl::Status Reply(Ctl& ctl, const Arguments& arguments) {
  matching::v1::ReplyWithDetailsRequest request;
  request.set_details(arguments.text);
  ASSIGN_OR_RETURN(const Request told, Step(ctl, arguments.name, &Matching::ReplyWithDetails, request));
  ctl.Say(absl::StrCat("Told ", told.mentor().display_name(), ", who now has three working days.\n"));
  return absl::OkStatus();
}

absl::Status Postpone(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  const absl::TimeZone zone = ZoneOf(*session, me);
  const bool is_day = arguments.time.size() == sizeof("2026-11-24") - 1;
  ASSIGN_OR_RETURN(const absl::Time time, ParseInstant(arguments.time + (is_day ? " 09:00" : ""), zone));
  matching::v1::PostponeMatchRequest request;
  *request.mutable_postpone_end_time() = ToTimestamp(time);
  ASSIGN_OR_RETURN(const Request postponed, Step(ctl, arguments.name, &Matching::PostponeMatch, request));
  ctl.Say(absl::StrCat("Not now: ", postponed.requester().display_name(), " is told to wait until ",
                       Shown(postponed.postpone_end_time(), zone), ".\n"));
  return absl::OkStatus();
}

absl::Status Withdraw(Ctl& ctl, const Arguments& arguments) {
  RETURN_IF_ERROR(Step(ctl, arguments.name, &Matching::WithdrawMatch, matching::v1::WithdrawMatchRequest()).status());
  ctl.Say("Taken back. Nobody is asked instead.\n");
  return absl::OkStatus();
}

absl::Status End(Ctl& ctl, const Arguments& arguments) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::EndMatchRequest request;
  request.set_name("matches/" + ShortName(arguments.name));
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Match ended, session->Call(session->matching(), &Matching::EndMatch, me, request));
  ctl.Say(absl::StrCat("Ended: ", ended.mentee().display_name(), " and ", ended.mentor().display_name(), ".\n"));
  ctl.Document(ended);
  return absl::OkStatus();
}

absl::Status Rate(Ctl& ctl, const Arguments& arguments) {
  static const auto* fits = new std::map<std::string, Match::Fit>{
      {"good", Match::FIT_GOOD}, {"unsure", Match::FIT_UNSURE}, {"not", Match::FIT_NOT}};
  const auto fit = fits->find(arguments.fit);
  if (fit == fits->end()) return absl::InvalidArgumentError("say good, unsure or not");
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  matching::v1::RateFitRequest request;
  request.set_name("matches/" + ShortName(arguments.name));
  request.set_fit(fit->second);
  request.set_end_match(arguments.end);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Match rated, session->Call(session->matching(), &Matching::RateFit, me, request));
  ctl.Say(absl::StrCat("Noted, for you alone.", arguments.end ? " The match has ended." : "", "\n"));
  ctl.Document(rated);
  return absl::OkStatus();
}

}  // namespace

void AddAnswers(CLI::App* match, Ctl& ctl) {
  auto given = std::make_shared<Arguments>();
  const auto add = [&](const char* verb, const char* what, const char* help,
                       absl::Status (*act)(Ctl&, const Arguments&)) {
    CLI::App* command = AddVerb(match, verb, help);
    command->add_option(what, given->name, absl::StrCat("the ", what))->required();
    OnParsed(command, ctl, [&ctl, given, act] { return act(ctl, *given); });
    return command;
  };
  add("show", "request", "a request, with what was asked and told", Show);
  CLI::App* accept = add("accept", "request", "say yes, and book a time in the same step", Accept);
  accept->add_option("--at", given->time, "when to meet, one of the proposed times or another");
  accept->add_option("--length", given->length, "how long, as 30m (the shorter of what you two prefer)");
  add("decline", "request", "say no; needs no reason", Decline);
  add("question", "request", "ask them to tell more first", Question)
      ->add_option("text", given->text, "what you would like to know")
      ->required();
  add("reply", "request", "tell more", Reply)->add_option("text", given->text, "the reply")->required();
  add("postpone", "request", "say not now, until a date", Postpone)
      ->add_option("--until", given->time, "2026-11-24, or with an hour")
      ->required();
  add("withdraw", "request", "take your request back", Withdraw);
  add("end", "match", "end a match; needs no reason", End);
  CLI::App* rate = add("rate", "match", "whether it suits you; nobody else learns it", Rate);
  rate->add_option("fit", given->fit, "good, unsure or not")->required();
  rate->add_flag("--end", given->end, "with not: end the match too");
}

}  // namespace cortado::ctl
