#include "services/scheduling/chat_view.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/text/catalog.h"
#include "services/scheduling/instants.h"
#include "services/scheduling/invitation.h"
#include "services/scheduling/participant.h"
#include "services/scheduling/series_times.h"

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

std::string UidEnd(absl::string_view organization) { return absl::StrCat("@", organization, ".cortado.invalid"); }

// The same for every change, in every calendar.
std::string UidOf(absl::string_view name, const Reader& reader) {
  return absl::StrCat(name.substr(name.find('/') + 1), UidEnd(reader.organization));
}

absl::TimeZone ZoneNamed(absl::string_view name) {
  const absl::StatusOr<absl::TimeZone> zone = LoadZone(name);
  return zone.ok() ? *zone : absl::UTCTimeZone();
}

Invitee::Answer AnswerOf(const v1::Attendee& attendee) {
  switch (attendee.response()) {
    case v1::Attendee::RESPONSE_ACCEPTED:
      return Invitee::Answer::kAccepted;
    case v1::Attendee::RESPONSE_TENTATIVE:
      return Invitee::Answer::kTentative;
    case v1::Attendee::RESPONSE_DECLINED:
      return Invitee::Answer::kDeclined;
    default:
      return Invitee::Answer::kNone;
  }
}

// Whoever declined has it in no calendar.
bool ReaderDeclined(const v1::Chat& chat, const Reader& reader) {
  return std::any_of(chat.attendees().begin(), chat.attendees().end(), [&](const v1::Attendee& attendee) {
    return attendee.person().person() == reader.person && attendee.response() == v1::Attendee::RESPONSE_DECLINED;
  });
}

// Who comes, and the words.
Invitation PeopleOf(const v1::Chat& chat, const People& people, const Reader& reader) {
  Invitation invitation;
  invitation.organizer_attends = !reader.organizer.has_value();
  if (reader.organizer.has_value()) invitation.organizer = *reader.organizer;
  std::vector<std::string> names;
  for (const v1::Attendee& attendee : chat.attendees()) {
    Invitee invitee = InviteeOf(attendee.person(), FindPerson(people, attendee.person().person()));
    invitee.answer = AnswerOf(attendee);
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
  return invitation;
}

std::string Formatted(const Invitation& invitation) {
  absl::StatusOr<std::string> object = FormatInvitation(invitation);
  return object.ok() ? *std::move(object) : "";
}

std::string InvitationTo(const v1::Chat& chat, const People& people, const Reader& reader) {
  Invitation invitation = PeopleOf(chat, people, reader);
  const bool is_off = chat.state() == v1::Chat::STATE_CANCELLED || ReaderDeclined(chat, reader);
  invitation.method = is_off ? Invitation::Method::kCancel : Invitation::Method::kRequest;
  invitation.uid = UidOf(chat.name(), reader);
  invitation.sequence = chat.sequence();
  invitation.stamp = ToTime(chat.has_update_time() ? chat.update_time() : chat.create_time());
  invitation.last_modified = invitation.stamp;
  invitation.start = ToTime(chat.start_time());
  invitation.end = ToTime(chat.end_time());
  if (!chat.series().empty()) {
    invitation.uid = UidOf(chat.series(), reader);
    invitation.instance = ToTime(chat.original_start_time());
    invitation.zone = ZoneNamed(chat.time_zone());
  }
  return Formatted(invitation);
}

// RFC 5545 section 3.3.10.
std::string RuleOf(const v1::Recurrence& recurrence, absl::CivilDay first) {
  static constexpr const char* kDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  switch (recurrence.frequency()) {
    case v1::Recurrence::FREQUENCY_MONTHLY:
      return absl::StrCat("FREQ=MONTHLY;COUNT=", recurrence.count(), ";BYDAY=", WeekOfMonth(first),
                          kDays[static_cast<size_t>(absl::GetWeekday(first))]);
    case v1::Recurrence::FREQUENCY_EVERY_TWO_WEEKS:
      return absl::StrCat("FREQ=WEEKLY;INTERVAL=2;COUNT=", recurrence.count());
    default:
      return absl::StrCat("FREQ=WEEKLY;COUNT=", recurrence.count());
  }
}

// The series as it was booked: a chat that was moved or cancelled by itself has an invitation of its own.
std::string InvitationTo(const v1::Series& series, const People& people, const Reader& reader) {
  const auto& chats = series.chats();
  const auto is_unmoved = [](const v1::Chat& chat) {
    return chat.start_time().seconds() == chat.original_start_time().seconds();
  };
  const auto sample = std::find_if(chats.begin(), chats.end(), is_unmoved);
  const v1::Chat& chat = sample == chats.end() ? chats[0] : *sample;
  Invitation invitation = PeopleOf(chat, people, reader);
  const bool is_off = series.has_cancel_time();
  invitation.method = is_off ? Invitation::Method::kCancel : Invitation::Method::kRequest;
  invitation.uid = UidOf(series.name(), reader);
  for (const v1::Chat& each : chats) {
    if (is_off) invitation.sequence = std::max(invitation.sequence, each.sequence());
  }
  invitation.stamp = ToTime(is_off ? series.cancel_time() : series.create_time());
  invitation.last_modified = invitation.stamp;
  invitation.zone = ZoneNamed(series.time_zone());
  invitation.start = ToTime(chats[0].original_start_time());
  invitation.end = invitation.start + (ToTime(chat.end_time()) - ToTime(chat.start_time()));
  Invitation::Series& rest = invitation.series.emplace();
  if (series.has_recurrence()) {
    rest.rule = RuleOf(series.recurrence(), absl::ToCivilDay(invitation.start, invitation.zone));
  } else {
    for (int i = 1; i < chats.size(); ++i) rest.others.push_back(ToTime(chats[i].original_start_time()));
  }
  return Formatted(invitation);
}

// The cards and clocks of those who come; whoever is gone is a former colleague.
void ShowPeople(const People& people, const Reader& reader, v1::Chat& chat) {
  const absl::Time start = absl::FromUnixSeconds(chat.start_time().seconds());
  for (v1::Attendee& attendee : *chat.mutable_attendees()) {
    const profile::v1::PersonSnapshot* snapshot = FindPerson(people, attendee.person().person());
    if (snapshot == nullptr) {
      attendee.mutable_person()->set_display_name(text::Render("person.former_colleague", reader.language));
      continue;
    }
    *attendee.mutable_person() = CardOf(*snapshot, reader);
    *attendee.mutable_local_start() = ShowInstant(start, ZoneOf(*snapshot), reader.language);
  }
}

}  // namespace

bool IsOurUid(absl::string_view uid, absl::string_view organization) {
  return absl::EndsWith(uid, UidEnd(organization));
}

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

Reader ReaderOf(const rpc::Call& call, const People& people, absl::Time now) {
  const auto self = people.find(call.subject());
  const bool speaks = self != people.end() && self->second.person().languages_size() > 0;
  const std::string own = speaks ? self->second.person().languages(0) : "";
  Reader reader{call.organization(), text::ChooseLanguage(call.accept_language(), own, ""), now};
  reader.person = absl::StrCat("people/", call.subject());
  return reader;
}

void Show(const People& people, const Reader& reader, v1::Series& series) {
  if (series.chats().empty()) return;
  series.set_invitation(InvitationTo(series, people, reader));
  for (v1::Chat& chat : *series.mutable_chats()) {
    ShowPeople(people, reader, chat);
  }
}

void Show(const People& people, const Reader& reader, v1::Chat& chat) {
  ShowPeople(people, reader, chat);
  chat.set_invitation(InvitationTo(chat, people, reader));
}

}  // namespace cortado::scheduling
