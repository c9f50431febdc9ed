#include "clients/ctl/seed/planting.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "clients/ctl/demo/actor.h"
#include "clients/ctl/import_people.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/render/words.h"
#include "common/status/error.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using matching::v1::Request;
using profile::v1::Person;
using scheduling::v1::Chat;

constexpr int kChatSeconds = 30 * 60;

std::string PersonName(absl::string_view id) { return absl::StrCat("people/", id); }

// What was written a moment ago has not reached the service that answers.
template <typename Answer>
bool HasNotArrived(const absl::StatusOr<Answer>& answer) {
  const std::string reason = ReasonOf(answer.status());
  return absl::IsNotFound(answer.status()) || reason == "NOT_AVAILABLE" || reason == "CONSENT_REQUIRED";
}

// The first day from Monday to Friday that is `days` days after `now` or later, at `hour` o'clock in `zone`.
absl::Time WorkingTime(absl::Time now, int days, int hour, absl::TimeZone zone) {
  absl::CivilDay day = absl::ToCivilDay(now, zone) + days;
  while (absl::GetWeekday(day) == absl::Weekday::saturday || absl::GetWeekday(day) == absl::Weekday::sunday) ++day;
  return absl::FromCivil(absl::CivilHour(day) + hour, zone);
}

class Planter {
 public:
  Planter(Session& session, const Seed& seed, absl::Time now) : session_(session), seed_(seed), now_(now) {}

  absl::StatusOr<Planted> Plant();

 private:
  absl::Status BringIn();
  absl::Status Do(const Act& act);
  absl::StatusOr<std::string> AddRole(const Act& act);
  absl::StatusOr<std::string> SayDestination(const Act& act);
  absl::StatusOr<std::string> Pause(const Act& act);
  absl::StatusOr<std::string> Block(const Act& act);
  absl::StatusOr<std::string> Ask(const Act& act);
  absl::StatusOr<std::string> AskAndDecline(const Act& act);
  absl::StatusOr<std::string> AskAndAccept(const Act& act);
  absl::StatusOr<std::string> Book(const Act& act);
  absl::StatusOr<std::string> BookAndCancel(const Act& act);
  absl::StatusOr<std::string> Leave(const Act& act);

  absl::StatusOr<std::optional<Request>> FindRequest(const Act& act);
  absl::StatusOr<Request> Asked(const Act& act);
  absl::StatusOr<Chat> Booked(const Act& act);
  // The same for the same act of the same seed, always.
  std::string RequestId(const char* verb, const Act& act) const {
    return absl::StrCat("seed-", seed_.name, "-", verb, "-", act.who, "-", act.whom, "-", act.days);
  }
  // One call, by the person `id`.
  template <class Stub, class Ask, class Answer>
  absl::StatusOr<Answer> Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Ask&, Answer*),
                              const char* id, const Ask& request) {
    ASSIGN_OR_RETURN(const Caller caller, session_.As(id));
    return session_.Call(stub, method, caller, request);
  }

  Session& session_;
  const Seed& seed_;
  const absl::Time now_;
  Caller hr_;
  Planted planted_;
};

absl::StatusOr<Planted> Planter::Plant() {
  ASSIGN_OR_RETURN(hr_, session_.Default());
  RETURN_IF_ERROR(BringIn());
  for (const Act& act : seed_.acts) RETURN_IF_ERROR(Do(act));
  return std::move(planted_);
}

absl::Status Planter::BringIn() {
  ASSIGN_OR_RETURN(std::vector<ImportRow> rows, PeopleOf(seed_));
  profile::v1::BatchGetPeopleRequest request;
  for (const ImportRow& row : rows) planted_.people.push_back(PersonName(row.person().external_id()));
  for (const std::string& name : planted_.people) request.add_names(name);
  // One of them looks, for a look of HR's would be recorded.
  ASSIGN_OR_RETURN(const auto found, Call(session_.profile(), &Profile::BatchGetPeople,
                                          rows.front().person().external_id().c_str(), request));
  if (found.people_size() == request.names_size()) return absl::OkStatus();
  return SendPeople(session_, hr_, MakeMessages(std::move(rows), /*assume_open=*/false)).status();
}

absl::Status Planter::Do(const Act& act) {
  struct Way {
    Deed deed;
    const char* what;
    absl::StatusOr<std::string> (Planter::*make)(const Act&);
  };
  static constexpr Way kWays[] = {
      {Deed::kRole, "role", &Planter::AddRole},
      {Deed::kDestination, "destination", &Planter::SayDestination},
      {Deed::kPause, "pause", &Planter::Pause},
      {Deed::kBlock, "block", &Planter::Block},
      {Deed::kRequest, "request", &Planter::Ask},
      {Deed::kDecline, "declined request", &Planter::AskAndDecline},
      {Deed::kMatch, "match", &Planter::AskAndAccept},
      {Deed::kChat, "chat", &Planter::Book},
      {Deed::kCancelledChat, "cancelled chat", &Planter::BookAndCancel},
      {Deed::kLeave, "leaver", &Planter::Leave},
  };
  const Way& way = *std::find_if(std::begin(kWays), std::end(kWays), [&](const Way& w) { return w.deed == act.deed; });
  ASSIGN_OR_RETURN(std::string name, (this->*way.make)(act));
  const bool is_between_people = act.deed != Deed::kRole && act.deed != Deed::kDestination && *act.whom != '\0';
  planted_.things.push_back({way.what, act.deed == Deed::kRole ? "" : PersonName(act.who),
                             is_between_people ? PersonName(act.whom) : "", std::move(name)});
  return absl::OkStatus();
}

absl::StatusOr<std::string> Planter::AddRole(const Act& act) {
  profile::v1::CreateRoleRequest create;
  create.set_role_id(act.who);
  create.mutable_role()->set_display_name(act.text);
  profile::v1::Requirement& needed = *create.mutable_role()->add_requirements();
  needed.set_skill(act.whom);
  needed.set_level(4);
  create.set_request_id(RequestId("role", act));
  const auto role = session_.Call(session_.profile(), &Profile::CreateRole, hr_, create);
  if (role.ok() || absl::IsAlreadyExists(role.status())) return absl::StrCat("roles/", act.who);
  return role.status();
}

absl::StatusOr<std::string> Planter::SayDestination(const Act& act) {
  profile::v1::ListDestinationsRequest list;
  list.set_parent(PersonName(act.who));
  ASSIGN_OR_RETURN(const auto said, Call(session_.profile(), &Profile::ListDestinations, act.who, list));
  if (!said.destinations().empty()) return said.destinations(said.destinations_size() - 1).name();
  profile::v1::CreateDestinationRequest create;
  create.set_parent(PersonName(act.who));
  create.mutable_destination()->set_kind(profile::v1::DESTINATION_KIND_SIDEWAYS);
  create.mutable_destination()->set_role(absl::StrCat("roles/", act.whom));
  create.mutable_destination()->add_motives(profile::v1::MOTIVE_MASTERY);
  create.set_request_id(RequestId("destination", act));
  ASSIGN_OR_RETURN(const auto destination, Call(session_.profile(), &Profile::CreateDestination, act.who, create));
  return destination.name();
}

absl::StatusOr<std::string> Planter::Pause(const Act& act) {
  profile::v1::GetOfferRequest get;
  get.set_name(absl::StrCat(PersonName(act.who), "/offer"));
  ASSIGN_OR_RETURN(profile::v1::Offer offer, Call(session_.profile(), &Profile::GetOffer, act.who, get));
  if (offer.has_pause_end_time()) return offer.name();
  const absl::CivilDay end = absl::ToCivilDay(now_, absl::UTCTimeZone()) + act.days;
  profile::v1::UpdateOfferRequest update;
  update.mutable_offer()->set_name(offer.name());
  update.mutable_offer()->set_etag(offer.etag());
  *update.mutable_offer()->mutable_pause_end_time() = ToTimestamp(absl::FromCivil(end, absl::UTCTimeZone()));
  update.mutable_update_mask()->add_paths("pause_end_time");
  update.set_request_id(RequestId("pause", act));
  RETURN_IF_ERROR(Call(session_.profile(), &Profile::UpdateOffer, act.who, update).status());
  return offer.name();
}

absl::StatusOr<std::string> Planter::Block(const Act& act) {
  profile::v1::BlockPersonRequest request;
  request.set_parent(PersonName(act.who));
  request.mutable_block()->set_person(PersonName(act.whom));
  request.set_request_id(RequestId("block", act));
  ASSIGN_OR_RETURN(const profile::v1::Block block, Call(session_.profile(), &Profile::BlockPerson, act.who, request));
  return block.name();
}

absl::StatusOr<std::optional<Request>> Planter::FindRequest(const Act& act) {
  ASSIGN_OR_RETURN(const Caller caller, session_.As(act.who));
  matching::v1::ListRequestsRequest list;
  list.set_side(matching::v1::SIDE_MENTEE);
  ASSIGN_OR_RETURN(const auto requests,
                   ListPages(session_, session_.matching(), &Matching::ListRequests, caller, list));
  for (const Request& request : requests.requests()) {
    if (request.mentor().person() == PersonName(act.whom)) return request;
  }
  return std::nullopt;
}

// Asks, unless it was asked already; returns the request as the one asked sees it.
absl::StatusOr<Request> Planter::Asked(const Act& act) {
  // Matching reads of new people from profile; until it has, it does not know the asker or the one asked.
  ASSIGN_OR_RETURN(
      std::optional<Request> request,
      Eventually<std::optional<Request>>([&] { return FindRequest(act); }, HasNotArrived<std::optional<Request>>));
  if (!request) {
    matching::v1::RequestMatchRequest ask;
    ask.set_mentor(PersonName(act.whom));
    ask.set_message(act.text);
    ask.set_request_id(RequestId("ask", act));
    ASSIGN_OR_RETURN(
        request, Eventually<Request>([&] { return Call(session_.matching(), &Matching::RequestMatch, act.who, ask); },
                                     HasNotArrived<Request>));
  }
  matching::v1::GetRequestRequest get;
  get.set_name(request->name());
  return Call(session_.matching(), &Matching::GetRequest, act.whom, get);
}

absl::StatusOr<std::string> Planter::Ask(const Act& act) {
  ASSIGN_OR_RETURN(const Request request, Asked(act));
  return request.name();
}

absl::StatusOr<std::string> Planter::AskAndDecline(const Act& act) {
  ASSIGN_OR_RETURN(const Request request, Asked(act));
  if (request.state() != Request::STATE_OPEN) return request.name();
  matching::v1::DeclineMatchRequest decline;
  decline.set_request(request.name());
  decline.set_request_id(RequestId("decline", act));
  RETURN_IF_ERROR(Call(session_.matching(), &Matching::DeclineMatch, act.whom, decline).status());
  return request.name();
}

absl::StatusOr<std::string> Planter::AskAndAccept(const Act& act) {
  ASSIGN_OR_RETURN(const Request request, Asked(act));
  if (request.state() != Request::STATE_OPEN) return request.match();
  matching::v1::AcceptMatchRequest accept;
  accept.set_request(request.name());
  accept.set_request_id(RequestId("accept", act));
  ASSIGN_OR_RETURN(const matching::v1::Match match,
                   Call(session_.matching(), &Matching::AcceptMatch, act.whom, accept));
  return match.name();
}

// Books, unless it was booked already; returns the chat.
absl::StatusOr<Chat> Planter::Booked(const Act& act) {
  ASSIGN_OR_RETURN(const Caller caller, session_.As(act.who));
  scheduling::v1::ListChatsRequest list;
  list.mutable_start_time()->set_seconds(1);  // Since ever.
  list.set_show_cancelled(true);
  ASSIGN_OR_RETURN(const auto chats, ListPages(session_, session_.scheduling(), &Scheduling::ListChats, caller, list));
  for (const Chat& chat : chats.chats()) {
    if (chat.host() == PersonName(act.who) && chat.topic() == act.text) return chat;
  }
  ASSIGN_OR_RETURN(const Actor host, GetActor(session_, PersonName(act.who)));
  ASSIGN_OR_RETURN(const std::optional<Request> request, FindRequest(act));
  scheduling::v1::BookChatRequest book;
  book.add_attendees(PersonName(act.whom));
  *book.mutable_start_time() = ToTimestamp(WorkingTime(now_, act.days, act.hour, host.zone));
  book.mutable_duration()->set_seconds(kChatSeconds);
  book.set_topic(act.text);
  if (request) book.set_match(request->match());
  book.set_request_id(RequestId("book", act));
  return Eventually<Chat>([&] { return session_.Call(session_.scheduling(), &Scheduling::BookChat, caller, book); },
                          HasNotArrived<Chat>);
}

absl::StatusOr<std::string> Planter::Book(const Act& act) {
  ASSIGN_OR_RETURN(const Chat chat, Booked(act));
  return chat.name();
}

absl::StatusOr<std::string> Planter::BookAndCancel(const Act& act) {
  ASSIGN_OR_RETURN(const Chat chat, Booked(act));
  if (chat.state() == Chat::STATE_CANCELLED) return chat.name();
  scheduling::v1::CancelChatRequest cancel;
  cancel.set_name(chat.name());
  cancel.set_etag(chat.etag());
  cancel.set_request_id(RequestId("cancel", act));
  RETURN_IF_ERROR(Call(session_.scheduling(), &Scheduling::CancelChat, act.whom, cancel).status());
  return chat.name();
}

absl::StatusOr<std::string> Planter::Leave(const Act& act) {
  profile::v1::GetPersonRequest get;
  get.set_name(PersonName(act.who));
  ASSIGN_OR_RETURN(const Person person, Call(session_.profile(), &Profile::GetPerson, act.who, get));
  if (!person.active()) return person.name();
  profile::v1::UpdatePersonRequest update;
  update.mutable_person()->set_name(person.name());
  update.mutable_person()->set_etag(person.etag());
  update.mutable_person()->set_active(false);
  // The rule of the message wants a name in every write.
  update.mutable_person()->set_display_name(person.display_name());
  update.mutable_update_mask()->add_paths("active");
  update.set_request_id(RequestId("leave", act));
  RETURN_IF_ERROR(session_.Call(session_.profile(), &Profile::UpdatePerson, hr_, update).status());
  return person.name();
}

}  // namespace

absl::StatusOr<Planted> Plant(Session& session, const Seed& seed, absl::Time now) {
  return Planter(session, seed, now).Plant();
}

}  // namespace cortado::ctl
