// cortadoctl offer get | set
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/hours_text.h"
#include "clients/ctl/import/people_cells.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Offer;

struct Arguments {
  std::optional<bool> mentor, mentee, coffee, reverse;
  std::optional<int> places;
  std::optional<std::vector<std::string>> topics, observe_first;
  std::optional<std::string> pause_until, booking;
};

absl::StatusOr<Offer> Fetch(Session& session, const Caller& caller, const std::string& person) {
  profile::v1::GetOfferRequest request;
  request.set_name(absl::StrCat("people/", person, "/offer"));
  return session.Call(session.profile(), &Profile::GetOffer, caller, request);
}

absl::Status Get(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const std::string id, PersonId(who.empty() ? me.person : who));
  ASSIGN_OR_RETURN(const Offer offer, Fetch(*session, me, id));
  ctl.Say(RenderOffer(offer, ctl.style()));
  ctl.Document(offer);
  return absl::OkStatus();
}

absl::Status SetBooking(const std::string& text, Offer& offer) {
  const auto booking = ParseEnum<profile::v1::Booking>(text);
  if (!booking) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no way to book: write ask_first, open_door or closed"));
  }
  offer.set_booking(*booking);
  return absl::OkStatus();
}

absl::Status SetPause(const std::string& text, Offer& offer) {
  if (text == "none") return absl::OkStatus();  // Named in the mask and left empty: the pause ends.
  ASSIGN_OR_RETURN(const absl::Time until, ParseInstant(text, absl::UTCTimeZone()));
  *offer.mutable_pause_end_time() = ToTimestamp(until);
  return absl::OkStatus();
}

// Fills in what was given, and the mask.
absl::Status Fill(const Arguments& arguments, profile::v1::UpdateOfferRequest& request) {
  Offer& offer = *request.mutable_offer();
  auto& mask = *request.mutable_update_mask();
  const auto flag = [&](const std::optional<bool>& given, void (Offer::*set)(bool), const char* path) {
    if (!given) return;
    (offer.*set)(*given);
    mask.add_paths(path);
  };
  flag(arguments.mentor, &Offer::set_mentor, "mentor");
  flag(arguments.mentee, &Offer::set_mentee, "mentee");
  flag(arguments.coffee, &Offer::set_coffee, "coffee");
  flag(arguments.reverse, &Offer::set_reverse, "reverse");
  if (arguments.places) {
    offer.set_places(*arguments.places);
    mask.add_paths("places");
  }
  if (arguments.topics) {
    for (const std::string& topic : *arguments.topics) offer.add_topics(topic);
    mask.add_paths("topics");
  }
  if (arguments.observe_first) {
    for (const std::string& place : *arguments.observe_first) offer.add_observe_first(place);
    mask.add_paths("observe_first");
  }
  if (arguments.booking) {
    RETURN_IF_ERROR(SetBooking(*arguments.booking, offer));
    mask.add_paths("booking");
  }
  if (arguments.pause_until) {
    RETURN_IF_ERROR(SetPause(*arguments.pause_until, offer));
    mask.add_paths("pause_end_time");
  }
  if (mask.paths().empty()) return absl::InvalidArgumentError("say what to change, as --mentor or --places 2");
  return absl::OkStatus();
}

absl::Status Set(Ctl& ctl, const Arguments& arguments) {
  profile::v1::UpdateOfferRequest request;
  RETURN_IF_ERROR(Fill(arguments, request));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Offer before, Fetch(*session, me, me.person));
  request.mutable_offer()->set_name(before.name());
  request.mutable_offer()->set_etag(before.etag());
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Offer after, session->Call(session->profile(), &Profile::UpdateOffer, me, request));
  ctl.Say(RenderOffer(after, ctl.style()));
  ctl.Document(after);
  return absl::OkStatus();
}

// Adds --NAME and --no-NAME. By a function, because CLI11 takes an optional<bool> for a count and sets it to 0 at once.
void AddChoice(CLI::App* verb, const std::string& name, std::optional<bool>& choice, const std::string& description) {
  verb->add_flag_function(
      absl::StrCat("--", name, ",!--no-", name), [&choice](int64_t count) { choice = count > 0; }, description);
}

}  // namespace

void AddOffer(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "offer", "what a person gives");

  auto who = std::make_shared<std::string>();
  CLI::App* get = AddVerb(noun, "get", "show what somebody gives");
  get->add_option("person", *who, "whose (yours)");
  OnParsed(get, ctl, [&ctl, who] { return Get(ctl, *who); });

  auto arguments = std::make_shared<Arguments>();
  CLI::App* set = AddVerb(noun, "set", "say what you give; the first time is joining");
  AddChoice(set, "mentor", arguments->mentor, "open to mentor others");
  AddChoice(set, "mentee", arguments->mentee, "looking for role models");
  AddChoice(set, "coffee", arguments->coffee, "open to a coffee with anybody");
  AddChoice(set, "reverse", arguments->reverse, "open to learn from somebody earlier in their career");
  set->add_option("--places", arguments->places, "how many people at once, 0 to 20");
  set->add_option("--topic", arguments->topics, "what you like to talk about; may be given again");
  set->add_option("--watch-first", arguments->observe_first, "where one can watch you work; may be given again");
  set->add_option("--booking", arguments->booking, "ask_first, open_door or closed");
  set->add_option("--pause-until", arguments->pause_until,
                  "not suggested before, as \"2026-12-01 00:00\" UTC; none ends it");
  set->footer("Example: cortadoctl offer set --mentor --places 2 --booking ask_first --as p17");
  OnParsed(set, ctl, [&ctl, arguments] { return Set(ctl, *arguments); });
}

}  // namespace cortado::ctl
