#include "services/scheduling/chat_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/id/id.h"
#include "common/status/status.h"

namespace cortado::scheduling {

std::string Seconds(absl::Time time) { return absl::StrCat(absl::ToUnixSeconds(time)); }

std::vector<std::string> AttendeeIds(const v1::Chat& chat) {
  std::vector<std::string> ids;
  for (const v1::Attendee& attendee : chat.attendees()) {
    absl::StatusOr<std::string> id = id::ParseName("people", attendee.person().person());
    ids.push_back(id.ok() ? *std::move(id) : "");
  }
  return ids;
}

bool HasDeclined(const v1::Attendee& attendee) { return attendee.response() == v1::Attendee::RESPONSE_DECLINED; }

std::string NamesOfThoseWhoCome(const v1::Chat& chat) {
  std::vector<absl::string_view> names;
  for (const v1::Attendee& attendee : chat.attendees()) {
    if (!HasDeclined(attendee)) names.push_back(attendee.person().person());
  }
  return absl::StrJoin(names, ",");
}

absl::Time StartOf(const v1::Chat& chat) { return absl::FromUnixSeconds(chat.start_time().seconds()); }
absl::Time EndOf(const v1::Chat& chat) { return absl::FromUnixSeconds(chat.end_time().seconds()); }

std::string BytesOf(const v1::Chat& chat) {
  v1::Chat stored = chat;
  stored.clear_name();
  stored.clear_etag();
  stored.clear_invitation();
  for (v1::Attendee& attendee : *stored.mutable_attendees()) {
    v1::Attendee kept;
    kept.mutable_person()->set_person(attendee.person().person());
    kept.set_response(attendee.response());
    attendee = std::move(kept);
  }
  return stored.SerializeAsString();
}

absl::StatusOr<v1::Chat> ChatOf(const std::string& id, const store::Record& record) {
  v1::Chat chat;
  RETURN_IF_ERROR(store::ParseMessage(record, chat));
  chat.set_name(id::MakeName("chats", id));
  chat.set_etag(record.etag());
  return chat;
}

void AddSeatKeys(const Keys& keys, const std::string& person, store::Write& write) {
  write.keys.push_back(keys.Person(person));
  write.keys.push_back(keys.Busy(person));
  write.keys.push_back(keys.Minutes(person));
  write.keys.push_back(keys.Chats(person));
  write.keys.push_back(keys.Holds(person));
  write.keys.push_back(keys.Calendar(person));
  write.keys.push_back(keys.Reading(person));
}

void AddSeats(const Keys& keys, const std::vector<Seat>& seats, store::Write& write) {
  for (const Seat& seat : seats) {
    AddSeatKeys(keys, seat.person, write);
    write.arguments.push_back(seat.person);
    write.arguments.push_back(absl::StrCat(seat.revision));
    write.arguments.push_back(Seconds(seat.busy_until));
    write.arguments.push_back(seat.week);
    write.arguments.push_back(absl::StrCat(seat.minutes));
    write.arguments.push_back(absl::StrCat(seat.weekly_minutes));
  }
}

}  // namespace cortado::scheduling
