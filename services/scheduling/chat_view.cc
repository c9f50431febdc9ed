#include "services/scheduling/chat_view.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/text/catalog.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/invitation.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {
namespace {

const profile::v1::PersonSnapshot* FindPerson(const People& people, absl::string_view name) {
  const auto found = people.find(std::string(absl::StripPrefix(name, "people/")));
  return found == people.end() ? nullptr : &found->second;
}

// Where nobody reads mail the address says so by its domain (RFC 2606), and still tells the attendees apart.
Invitee InviteeOf(const type::v1::PersonCard& card, const profile::v1::PersonSnapshot* snapshot) {
  Invitee invitee = {card.display_name(), snapshot == nullptr ? "" : snapshot->person().email()};
  if (!IsMailAddress(invitee.email)) {
    invitee.email = absl::StrCat(absl::StripPrefix(card.person(), "people/"), "@cortado.invalid");
  }
  return invitee;
}

std::string InvitationTo(const v1::Chat& chat, const People& people, const Reader& reader) {
  const bool is_cancelled = chat.state() == v1::Chat::STATE_CANCELLED;
  Invitation invitation;
  invitation.method = is_cancelled ? Invitation::Method::kCancel : Invitation::Method::kRequest;
  invitation.uid = absl::StrCat(absl::StripPrefix(chat.name(), "chats/"), "@", reader.organization, ".cortado.invalid");
  invitation.sequence = chat.sequence();
  invitation.last_modified =
      absl::FromUnixSeconds(chat.has_update_time() ? chat.update_time().seconds() : chat.create_time().seconds());
  invitation.stamp = *invitation.last_modified;
  invitation.start = absl::FromUnixSeconds(chat.start_time().seconds());
  invitation.end = absl::FromUnixSeconds(chat.end_time().seconds());
  invitation.organizer_attends = !reader.organizer.has_value();
  if (reader.organizer.has_value()) invitation.organizer = *reader.organizer;
  std::vector<std::string> names;
  for (const v1::Attendee& attendee : chat.attendees()) {
    Invitee invitee = InviteeOf(attendee.person(), FindPerson(people, attendee.person().person()));
    if (!invitee.display_name.empty()) names.push_back(invitee.display_name);
    if (attendee.person().person() == chat.host() && invitation.organizer_attends) {
      invitation.organizer = std::move(invitee);
    } else {
      invitation.attendees.push_back(std::move(invitee));
    }
  }
  const text::Parameters title = {{"names", text::JoinList(names, reader.language)}};
  const text::Parameters description = {{"topic", chat.topic()}};
  invitation.summary = text::Render("chat.group_title", reader.language, title);
  invitation.description = text::Render("chat.description", reader.language, description);
  absl::StatusOr<std::string> object = FormatInvitation(invitation);
  return object.ok() ? *std::move(object) : "";
}

}  // namespace

std::string LanguageFor(const rpc::Call& call, const profile::v1::PersonSnapshot& self) {
  const profile::v1::Person& person = self.person();
  return text::ChooseLanguage(call.accept_language(), person.languages_size() > 0 ? person.languages(0) : "", "");
}

type::v1::PersonCard CardOf(const profile::v1::PersonSnapshot& snapshot, const Reader& reader) {
  const profile::v1::Person& person = snapshot.person();
  type::v1::PersonCard card;
  card.set_person(person.name());
  card.set_display_name(person.display_name());
  card.set_title(person.title());
  card.set_department(person.department());
  card.set_time_zone(person.time_zone());
  *card.mutable_local_time() = ShowInstant(reader.now, ZoneOf(snapshot), reader.language);
  card.set_slack_user(person.slack_user());
  return card;
}

void Show(const People& people, const Reader& reader, v1::Chat& chat) {
  const absl::Time start = absl::FromUnixSeconds(chat.start_time().seconds());
  for (v1::Attendee& attendee : *chat.mutable_attendees()) {
    const profile::v1::PersonSnapshot* snapshot = FindPerson(people, attendee.person().person());
    if (snapshot == nullptr) continue;
    *attendee.mutable_person() = CardOf(*snapshot, reader);
    *attendee.mutable_local_start() = ShowInstant(start, ZoneOf(*snapshot), reader.language);
  }
  chat.set_invitation(InvitationTo(chat, people, reader));
}

}  // namespace cortado::scheduling
