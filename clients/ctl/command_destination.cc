// cortadoctl destination add | list | delete
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/ctl/command.h"
#include "clients/ctl/destination_arguments.h"
#include "clients/ctl/pages.h"
#include "clients/ctl/person_text.h"
#include "clients/ctl/render/words.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using profile::v1::Destination;

void Show(const Ctl& ctl, const google::protobuf::RepeatedPtrField<Destination>& destinations) {
  Table table({{"SAID"}, {"WHERE TO", Align::kLeft, true}, {"SEEN BY"}, {"DESTINATION", Align::kLeft, true}});
  for (const Destination& destination : destinations) {
    table.Add({absl::FormatTime("%Y-%m-%d", ToTime(destination.create_time()), absl::UTCTimeZone()),
               DestinationPhrase(destination), EnumWords(destination.audience()), destination.name()});
  }
  ctl.Say(table.empty() ? "No destination is told.\n" : table.Render(ctl.style(), ctl.columns()));
}

absl::Status AddOne(Ctl& ctl, const DestinationArguments& arguments) {
  profile::v1::CreateDestinationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_destination(), ReadDestination(arguments));
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  request.set_parent("people/" + me.person);
  request.set_request_id(session->RequestId());
  ASSIGN_OR_RETURN(const Destination destination,
                   session->Call(session->profile(), &Profile::CreateDestination, me, request));
  google::protobuf::RepeatedPtrField<Destination> one;
  *one.Add() = destination;
  Show(ctl, one);
  ctl.Document(destination);
  return absl::OkStatus();
}

absl::Status List(Ctl& ctl, const std::string& who) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const std::string id, PersonId(who.empty() ? me.person : who));
  profile::v1::ListDestinationsRequest request;
  request.set_parent("people/" + id);
  ASSIGN_OR_RETURN(const auto destinations,
                   ListPages(*session, session->profile(), &Profile::ListDestinations, me, request));
  Show(ctl, destinations.destinations());
  ctl.Document(destinations);
  return absl::OkStatus();
}

// NOT_FOUND: none of the caller's has that name.
absl::StatusOr<Destination> FindMine(Session& session, const Caller& me, const std::string& text) {
  profile::v1::ListDestinationsRequest request;
  request.set_parent("people/" + me.person);
  ASSIGN_OR_RETURN(const auto mine, ListPages(session, session.profile(), &Profile::ListDestinations, me, request));
  for (const Destination& destination : mine.destinations()) {
    if (destination.name() == text || ShortName(destination.name()) == text) return destination;
  }
  return absl::NotFoundError(
      absl::StrCat("\"", text, "\" is no destination of yours; `cortadoctl destination list` shows them"));
}

absl::Status Delete(Ctl& ctl, const std::string& name) {
  ASSIGN_OR_RETURN(Session * session, ctl.session());
  ASSIGN_OR_RETURN(const Caller me, session->Me());
  ASSIGN_OR_RETURN(const Destination destination, FindMine(*session, me, name));
  profile::v1::DeleteDestinationRequest request;
  request.set_name(destination.name());
  request.set_etag(destination.etag());
  request.set_request_id(session->RequestId());
  RETURN_IF_ERROR(session->Call(session->profile(), &Profile::DeleteDestination, me, request).status());
  ctl.Say(absl::StrCat("Removed: ", DestinationPhrase(destination), ". The newest of those left counts.\n"));
  ctl.Document(destination);
  return absl::OkStatus();
}

}  // namespace

void AddDestination(CLI::App& app, Ctl& ctl) {
  CLI::App* noun = AddNoun(app, "destination", "where a person wants to go");

  auto arguments = std::make_shared<DestinationArguments>();
  CLI::App* add = AddVerb(noun, "add", "say where you want to go from now on");
  AddDestinationOptions(add, arguments)->required();
  add->footer("Example: cortadoctl destination add --kind sideways --text \"Data engineer\" --motive mastery --as p17");
  OnParsed(add, ctl, [&ctl, arguments] { return AddOne(ctl, *arguments); });

  auto who = std::make_shared<std::string>();
  CLI::App* list = AddVerb(noun, "list", "where somebody wants to go, newest first");
  list->add_option("person", *who, "whose (yours)");
  OnParsed(list, ctl, [&ctl, who] { return List(ctl, *who); });

  auto name = std::make_shared<std::string>();
  CLI::App* remove = AddVerb(noun, "delete", "take back one of your destinations");
  remove->add_option("destination", *name, "as `destination list` names it, or the last part of that")->required();
  OnParsed(remove, ctl, [&ctl, name] { return Delete(ctl, *name); });
}

}  // namespace cortado::ctl
