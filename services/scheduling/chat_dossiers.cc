#include "services/scheduling/chat_dossiers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/privacy/person_record.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/keys.h"

namespace cortado::scheduling {
namespace {

using privacy::Erased;
using privacy::RecordPage;

constexpr char kService[] = "scheduling";
constexpr int kPageSize = 100;
constexpr int kAtOnce = 50;
constexpr int kAttempts = 5;

// K: chat, claims, chats of the person. A: id, revision read, bytes ('' to remove it, '=' to leave it), person.
const store::WriteScript kEraseSeat("scheduling.chat.erase_seat", R"lua(
  local held = redis.call('GET', K[1])
  if held and A[3] ~= '=' and revision_of(held) ~= A[2] then return refuse('ETAG') end
  if held and A[3] == '' then
    redis.call('DEL', K[1], K[2])
    changed('chat', A[1], 'd')
  elseif held and A[3] ~= '=' then
    redis.call('SET', K[1], record(A[3]))
    changed('chat', A[1], 'u')
  end
  redis.call('HDEL', K[2], A[4])
  redis.call('ZREM', K[3], A[1])
  resource = 'chats/' .. A[1]
)lua");

// K: people, then every key of the person's own. A: person.
const store::WriteScript kForgetPerson("scheduling.forget_person", R"lua(
  local count = 0
  for k = 2, #K do count = count + redis.call('EXISTS', K[k]) end
  if count == 0 then return unchanged('people/' .. A[1]) end
  for k = 2, #K do redis.call('DEL', K[k]) end
  redis.call('SREM', K[1], A[1])
  resource = 'people/' .. A[1]
  out[1] = count
)lua");

std::vector<std::string> Words(std::vector<std::string> words) { return words; }

bool ComesTo(const v1::Chat& chat, const std::string& person) {
  return std::any_of(chat.attendees().begin(), chat.attendees().end(), [&](const v1::Attendee& attendee) {
    return !HasDeclined(attendee) && attendee.person().person() == id::MakeName("people", person);
  });
}

absl::Status Add(const std::string& person, const std::string& name, const google::protobuf::Message& message,
                 RecordPage& page) {
  ASSIGN_OR_RETURN(api::v1::PersonRecord record, privacy::MakePersonRecord(kService, name, message, person));
  page.records.push_back(std::move(record));
  return absl::OkStatus();
}

}  // namespace

Task<absl::Status> ChatDossiers::AddSeriesOf(rpc::Call call, const std::string& person, const v1::Chat& chat,
                                             RecordPage& page) {
  CO_ASSIGN_OR_RETURN(std::string id, id::ParseName("series", chat.series()));
  CO_ASSIGN_OR_RETURN(std::optional<v1::Series> series, co_await parts_.series.Find(call, std::move(id)));
  // With its first chat alone, so that it is there once; its chats are records of their own.
  if (!series || series->chats().empty() || series->chats(0).name() != chat.name()) co_return absl::OkStatus();
  for (v1::Chat& one : *series->mutable_chats()) {
    v1::Chat named;
    named.set_name(one.name());
    one = std::move(named);
  }
  co_return Add(person, series->name(), *series, page);
}

// The cursor is the rank in the list of the person's chats.
Task<absl::StatusOr<RecordPage>> ChatDossiers::CollectChats(rpc::Call call, std::string person, std::string cursor) {
  int64_t from = 0;
  if (!cursor.empty() && !absl::SimpleAtoi(cursor, &from)) from = 0;
  const Keys keys(parts_.store, call.organization());
  std::vector<std::string> command =
      Words({"ZRANGE", keys.Chats(person), absl::StrCat(from), absl::StrCat(from + kPageSize - 1)});
  CO_ASSIGN_OR_RETURN(const redis::Reply ids, co_await parts_.store.Read(call, std::move(command)));
  RecordPage page;
  if (ids.elements.size() == kPageSize) page.cursor = absl::StrCat(from + kPageSize);
  for (const redis::Reply& id : ids.elements) {
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Chat> chat, co_await parts_.chats.Find(call, id.text));
    if (!chat) continue;
    CO_RETURN_IF_ERROR(Add(person, chat->name(), *chat, page));
    if (!chat->series().empty()) CO_RETURN_IF_ERROR(co_await AddSeriesOf(call, person, *chat, page));
  }
  co_return page;
}

Task<absl::StatusOr<RecordPage>> ChatDossiers::CollectNotifications(rpc::Call call, std::string person,
                                                                    std::string cursor) {
  CO_ASSIGN_OR_RETURN(NotificationPage found,
                      co_await parts_.notifications.List(call, person, std::move(cursor), kPageSize));
  RecordPage page;
  page.cursor = std::move(found.cursor);
  for (const v1::Notification& one : found.notifications) CO_RETURN_IF_ERROR(Add(person, one.name(), one, page));
  co_return page;
}

Task<absl::StatusOr<RecordPage>> ChatDossiers::CollectTimes(rpc::Call call, std::string person, std::string) {
  const Keys keys(parts_.store, call.organization());
  RecordPage page;
  CO_ASSIGN_OR_RETURN(const v1::NotificationPreferences preferences,
                      co_await parts_.notifications.Preferences(call, person));
  if (!preferences.etag().empty()) CO_RETURN_IF_ERROR(Add(person, preferences.name(), preferences, page));
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> holds, co_await HoldsOf(call, person));
  for (const std::string& id : holds) {
    CO_ASSIGN_OR_RETURN(const std::optional<v1::Hold> hold, co_await parts_.holds.Find(call, id));
    if (hold) CO_RETURN_IF_ERROR(Add(person, hold->name(), *hold, page));
  }
  std::map<std::string, std::string> facts;
  std::vector<std::string> command = Words({"HGETALL", keys.Minutes(person)});
  CO_ASSIGN_OR_RETURN(const redis::Reply minutes, co_await parts_.store.Read(call, std::move(command)));
  for (size_t i = 0; i + 1 < minutes.elements.size(); i += 2) {
    facts[absl::StrCat("minutes booked in ", minutes.elements[i].text)] = minutes.elements[i + 1].text;
  }
  command = Words({"GET", keys.Reading(person)});
  CO_ASSIGN_OR_RETURN(const redis::Reply reading, co_await parts_.store.Read(call, std::move(command)));
  if (!reading.IsNil()) facts["calendar read"] = reading.text;
  command = Words({"ZRANGE", keys.Calendar(person), "0", "-1"});
  CO_ASSIGN_OR_RETURN(const redis::Reply busy, co_await parts_.store.Read(call, std::move(command)));
  std::vector<std::string> times;
  for (const redis::Reply& time : busy.elements) times.push_back(time.text);
  if (!times.empty()) facts["calendar busy"] = absl::StrJoin(times, " ");
  if (!facts.empty()) {
    CO_ASSIGN_OR_RETURN(api::v1::PersonRecord record,
                        privacy::MakeFactsRecord(kService, absl::StrCat("people/", person, "/times"), facts));
    page.records.push_back(std::move(record));
  }
  co_return page;
}

Task<absl::StatusOr<Erased>> ChatDossiers::Erase(rpc::Call call, std::string person) {
  Erased erased;
  // What the feed still brings of the person comes in before they go.
  co_await parts_.projection.CatchUp(call);
  CO_ASSIGN_OR_RETURN(const int chats, co_await EraseChats(call, person));
  if (chats > 0) erased.removed["chats"] = chats;
  if (chats == kAtOnce) co_return erased;
  CO_ASSIGN_OR_RETURN(const int told, co_await parts_.notifications.ForgetAllOf(call, person, kAtOnce));
  if (told > 0) erased.removed["notifications"] = told;
  if (told == kAtOnce) co_return erased;
  CO_ASSIGN_OR_RETURN(const int holds, co_await ReleaseHolds(call, person));
  if (holds > 0) erased.removed["holds"] = holds;
  const Keys keys(parts_.store, call.organization());
  store::Write write;
  write.script = &kForgetPerson;
  write.keys = Words({keys.People(), keys.Person(person), keys.Busy(person), keys.Minutes(person), keys.Chats(person),
                      keys.Holds(person), keys.Reading(person), keys.Calendar(person),
                      parts_.store.Key(call.organization(), absl::StrCat("preferences:", person))});
  write.arguments.push_back(person);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await parts_.store.Write(call, std::move(write)));
  if (!outcome.values.empty()) erased.removed["own_times"] = outcome.values[0].integer;
  erased.done = true;
  co_return erased;
}

Task<absl::StatusOr<int>> ChatDossiers::EraseChats(rpc::Call call, std::string person) {
  const Keys keys(parts_.store, call.organization());
  std::vector<std::string> command = Words({"ZRANGE", keys.Chats(person), "0", absl::StrCat(kAtOnce - 1)});
  CO_ASSIGN_OR_RETURN(const redis::Reply ids, co_await parts_.store.Read(call, std::move(command)));
  for (const redis::Reply& id : ids.elements) CO_RETURN_IF_ERROR(co_await EraseChat(call, person, id.text));
  co_return static_cast<int>(ids.elements.size());
}

Task<absl::Status> ChatDossiers::EraseChat(rpc::Call call, const std::string& person, std::string id) {
  const Keys keys(parts_.store, call.organization());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    CO_ASSIGN_OR_RETURN(std::optional<v1::Chat> chat, co_await parts_.chats.Find(call, id));
    const absl::Time now = parts_.clock.Now();
    if (chat && chat->state() == v1::Chat::STATE_BOOKED && StartOf(*chat) > now && ComesTo(*chat, person)) {
      Cancellation cancellation;
      cancellation.chat = *std::move(chat);
      cancellation.now = now;
      CO_RETURN_IF_ERROR((co_await parts_.chats.Cancel(call, std::move(cancellation))).status());
      continue;
    }
    std::string bytes = "=";
    if (chat && chat->host() == id::MakeName("people", person)) {
      chat->clear_topic();
      bytes = BytesOf(*chat);
    }
    if (chat) {
      CO_ASSIGN_OR_RETURN(const bool others, co_await AreOthersLeft(call, person, *chat));
      if (!others) bytes.clear();
    }
    store::Write write;
    write.script = &kEraseSeat;
    write.keys = Words({keys.Chat(id), keys.Claims(id), keys.Chats(person)});
    write.arguments = Words({id, chat ? chat->etag() : "", std::move(bytes), person});
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await parts_.store.Write(call, std::move(write)));
    if (!outcome.refused()) co_return absl::OkStatus();
  }
  co_return Error(absl::StatusCode::kUnavailable, api::v1::REASON_TRY_AGAIN,
                  "the chat changes all the time; try again");
}

Task<absl::StatusOr<bool>> ChatDossiers::AreOthersLeft(rpc::Call call, const std::string& person,
                                                       const v1::Chat& chat) {
  std::vector<std::string> others;
  for (std::string& id : AttendeeIds(chat)) {
    if (id != person) others.push_back(std::move(id));
  }
  CO_ASSIGN_OR_RETURN(const People left, co_await parts_.people.Find(std::move(call), std::move(others)));
  co_return !left.empty();
}

// Members are "START:END:hold:HOLD:OWNER:EXPIRES".
Task<absl::StatusOr<std::vector<std::string>>> ChatDossiers::HoldsOf(rpc::Call call, const std::string& person) {
  std::vector<std::string> command =
      Words({"ZRANGE", Keys(parts_.store, call.organization()).Holds(person), "0", "-1"});
  CO_ASSIGN_OR_RETURN(const redis::Reply members, co_await parts_.store.Read(call, std::move(command)));
  std::set<std::string> holds;
  for (const redis::Reply& member : members.elements) {
    const std::vector<std::string> parts = absl::StrSplit(member.text, ':');
    if (parts.size() == 6) holds.insert(parts[3]);
  }
  co_return std::vector<std::string>(holds.begin(), holds.end());
}

Task<absl::StatusOr<int>> ChatDossiers::ReleaseHolds(rpc::Call call, std::string person) {
  CO_ASSIGN_OR_RETURN(const std::vector<std::string> holds, co_await HoldsOf(call, person));
  for (const std::string& id : holds) {
    CO_ASSIGN_OR_RETURN(std::optional<v1::Hold> hold, co_await parts_.holds.Find(call, id));
    if (!hold) continue;
    CO_RETURN_IF_ERROR((co_await parts_.holds.Release(call, *std::move(hold), "", "", "")).status());
  }
  co_return static_cast<int>(holds.size());
}

}  // namespace cortado::scheduling
