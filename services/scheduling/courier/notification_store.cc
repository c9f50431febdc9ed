#include "services/scheduling/courier/notification_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/status/error.h"
#include "common/status/status.h"
#include "services/scheduling/courier/notification_scripts.h"
#include "services/scheduling/instants.h"

namespace cortado::scheduling {
namespace {

// K: preferences. A: bytes, etag read ("" while never written), name.
const store::WriteScript kSavePreferences("scheduling.notification.preferences", R"lua(
  local held = redis.call('GET', K[1])
  if (held and revision_of(held) or '') ~= A[2] then return refuse('ETAG') end
  redis.call('SET', K[1], record(A[1]))
  resource = A[3]
)lua");

// Eight commands each, of the thousand that a script may have.
constexpr size_t kToldInOneStep = 100;

std::string Milliseconds(absl::Time time) { return absl::StrCat(absl::ToUnixMillis(time)); }

// `mail` for CHANNEL_MAIL.
std::string ChannelWord(v1::Channel channel) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::Channel_Name(channel), "CHANNEL_"));
}

// Reads `P/N/C`.
DueDelivery ReadMember(absl::string_view member) {
  const size_t slash = member.rfind('/');
  if (slash == absl::string_view::npos) return {};
  DueDelivery due;
  due.id = std::string(member.substr(0, slash));
  const std::string name = absl::StrCat("CHANNEL_", absl::AsciiStrToUpper(member.substr(slash + 1)));
  if (!v1::Channel_Parse(name, &due.channel)) due.channel = v1::CHANNEL_UNSPECIFIED;
  return due;
}

// A notification as it is kept: what is made for its reader stays out.
std::string KeptBytes(v1::Notification notification) {
  const std::string other = notification.other().person();
  notification.clear_other();
  if (!other.empty()) notification.mutable_other()->set_person(other);
  notification.mutable_text()->clear_text();
  return notification.SerializeAsString();
}

}  // namespace

std::string NotificationId(absl::string_view name) {
  return absl::StrReplaceAll(absl::StripPrefix(name, "people/"), {{"/notifications/", "/"}});
}

std::string NotificationName(absl::string_view id) {
  return absl::StrCat("people/", absl::StrReplaceAll(id, {{"/", "/notifications/"}}));
}

std::string NotificationStore::Key(const rpc::Call& call, absl::string_view rest) const {
  return store_.Key(call.organization(), rest);
}

Task<absl::Status> NotificationStore::Tell(rpc::Call call, std::vector<v1::Notification> notifications) {
  for (size_t begin = 0; begin < notifications.size(); begin += kToldInOneStep) {
    store::Write write;
    write.script = &kTell;
    for (const char* key : {kSlackQueue, kMailQueue, "told"}) write.keys.push_back(Key(call, key));
    for (size_t i = begin; i < std::min(notifications.size(), begin + kToldInOneStep); ++i) {
      const v1::Notification& notification = notifications[i];
      std::string id = NotificationId(notification.name());
      write.keys.push_back(Key(call, absl::StrCat("notification:", id)));
      write.keys.push_back(Key(call, absl::StrCat("inbox:", id.substr(0, id.find('/')))));
      write.arguments.push_back(KeptBytes(notification));
      write.arguments.push_back(std::move(id));
      write.arguments.push_back(Milliseconds(ToTime(notification.create_time())));
      write.arguments.push_back(absl::StrCat(notification.deliveries_size()));
      for (const v1::Delivery& delivery : notification.deliveries()) {
        write.arguments.push_back(ChannelWord(delivery.channel()));
        write.arguments.push_back(Milliseconds(ToTime(delivery.due_time())));
      }
    }
    CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
    (void)outcome;  // Told before, or now.
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::optional<NotificationStore::Found>>> NotificationStore::Find(rpc::Call call, std::string id) {
  std::string key = Key(call, absl::StrCat("notification:", id));
  CO_ASSIGN_OR_RETURN(const std::optional<store::Record> record, co_await store_.Find(std::move(call), std::move(key)));
  if (!record) co_return std::nullopt;
  std::optional<Found> found(std::in_place);
  found->revision = record->revision;
  CO_RETURN_IF_ERROR(store::ParseMessage(*record, found->notification));
  co_return found;
}

Task<absl::StatusOr<std::vector<v1::Notification>>> NotificationStore::FindAll(rpc::Call call,
                                                                               std::vector<std::string> ids) {
  std::vector<std::string> keys;
  for (const std::string& id : ids) keys.push_back(Key(call, absl::StrCat("notification:", id)));
  CO_ASSIGN_OR_RETURN(const auto records, co_await store_.FindAll(std::move(call), std::move(keys)));
  std::vector<v1::Notification> notifications;
  for (const std::optional<store::Record>& record : records) {
    if (!record) continue;
    CO_RETURN_IF_ERROR(store::ParseMessage(*record, notifications.emplace_back()));
  }
  co_return notifications;
}

Task<absl::Status> NotificationStore::Settle(rpc::Call call, Found changed, std::vector<Settlement> settlements,
                                             std::string feed, std::string request_id, std::string fingerprint) {
  const std::string id = NotificationId(changed.notification.name());
  store::Write write;
  write.script = &kSettle;
  write.keys.push_back(Key(call, absl::StrCat("notification:", id)));
  write.keys.push_back(Key(call, "dead"));
  write.keys.push_back(Key(call, kSlackQueue));
  write.keys.push_back(Key(call, kMailQueue));
  write.arguments.push_back(KeptBytes(changed.notification));
  write.arguments.push_back(id);
  write.arguments.push_back(absl::StrCat(changed.revision));
  write.arguments.push_back(std::move(feed));
  for (const Settlement& one : settlements) {
    write.arguments.push_back(ChannelWord(one.channel));
    write.arguments.push_back(one.due ? Milliseconds(*one.due) : "");
    write.arguments.push_back(one.dead ? Milliseconds(*one.dead) : "");
  }
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(std::move(call), std::move(write)));
  if (outcome.refused()) co_return outcome.refusal == "ETAG" ? static_cast<absl::Status>(EtagMismatch()) : NotFound();
  co_return absl::OkStatus();
}

Task<absl::StatusOr<std::vector<DueDelivery>>> NotificationStore::TakeDue(rpc::Call call, const char* queue,
                                                                          absl::Time now, int limit) {
  std::vector<std::string> keys;
  keys.push_back(Key(call, queue));
  keys.push_back(Key(call, "told"));
  std::vector<std::string> arguments;
  arguments.push_back(Milliseconds(now));
  arguments.push_back(Milliseconds(now + kDeliveryLease));
  arguments.push_back(absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store::WriteBeside(store_, client_, call, kTakeDue,
                                                                            std::move(keys), std::move(arguments)));
  std::vector<DueDelivery> taken;
  for (const redis::Reply& member : reply.elements) taken.push_back(ReadMember(member.text));
  co_return taken;
}

Task<absl::StatusOr<std::vector<std::string>>> NotificationStore::WaitingForSlack(rpc::Call call, int limit) {
  std::vector<std::string> command;
  command.push_back("ZRANGE");
  command.push_back(Key(call, kSlackQueue));
  command.push_back("0");
  command.push_back(absl::StrCat(limit - 1));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  std::vector<std::string> ids;
  for (const redis::Reply& member : reply.elements) ids.push_back(ReadMember(member.text).id);
  co_return ids;
}

// Pages go by rank: what comes in meanwhile stands in front and shifts the rest, so a page may repeat some of the one
// before, and misses none.
Task<absl::StatusOr<NotificationPage>> NotificationStore::List(rpc::Call call, std::string person, std::string cursor,
                                                               int limit) {
  int64_t from = 0;
  if (!cursor.empty() && !absl::SimpleAtoi(cursor, &from)) from = 0;
  std::vector<std::string> command;
  command.push_back("ZREVRANGE");
  command.push_back(Key(call, absl::StrCat("inbox:", person)));
  command.push_back(absl::StrCat(from));
  command.push_back(absl::StrCat(from + limit - 1));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> ids;
  for (const redis::Reply& member : reply.elements) ids.push_back(member.text);
  NotificationPage page;
  if (static_cast<int>(ids.size()) == limit) page.cursor = absl::StrCat(from + limit);
  CO_ASSIGN_OR_RETURN(page.notifications, co_await FindAll(std::move(call), std::move(ids)));
  co_return page;
}

Task<absl::StatusOr<DeadPage>> NotificationStore::ListDead(rpc::Call call, std::string cursor, int limit) {
  int64_t from = 0;
  if (!cursor.empty() && !absl::SimpleAtoi(cursor, &from)) from = 0;
  std::vector<std::string> command;
  command.push_back("ZREVRANGE");
  command.push_back(Key(call, "dead"));
  command.push_back(absl::StrCat(from));
  command.push_back(absl::StrCat(from + limit - 1));
  command.push_back("WITHSCORES");
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  DeadPage page;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    int64_t when = 0;
    if (!absl::SimpleAtoi(reply.elements[i + 1].text, &when)) when = 0;
    page.dead.emplace_back(ReadMember(reply.elements[i].text), absl::FromUnixMillis(when));
  }
  if (static_cast<int>(page.dead.size()) == limit) page.cursor = absl::StrCat(from + limit);
  co_return page;
}

Task<absl::StatusOr<int>> NotificationStore::Forget(rpc::Call call, absl::Time before, int limit) {
  std::vector<std::string> command;
  command.push_back("ZRANGEBYSCORE");
  command.push_back(Key(call, "told"));
  command.push_back("-inf");
  command.push_back(absl::StrCat("(", Milliseconds(before)));
  command.push_back("LIMIT");
  command.push_back("0");
  command.push_back(absl::StrCat(limit));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> ids;
  for (const redis::Reply& id : reply.elements) ids.push_back(id.text);
  co_return co_await ForgetThese(std::move(call), std::move(ids));
}

Task<absl::StatusOr<int>> NotificationStore::ForgetAllOf(rpc::Call call, std::string person, int limit) {
  std::vector<std::string> command;
  command.push_back("ZRANGE");
  command.push_back(Key(call, absl::StrCat("inbox:", person)));
  command.push_back("0");
  command.push_back(absl::StrCat(limit - 1));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> ids;
  for (const redis::Reply& id : reply.elements) ids.push_back(id.text);
  co_return co_await ForgetThese(std::move(call), std::move(ids));
}

Task<absl::StatusOr<int>> NotificationStore::ForgetThese(rpc::Call call, std::vector<std::string> ids) {
  if (ids.empty()) co_return 0;
  const int count = static_cast<int>(ids.size());
  store::Write write;
  write.script = &kForget;
  for (const char* key : {"told", "dead", kSlackQueue, kMailQueue}) write.keys.push_back(Key(call, key));
  for (std::string& id : ids) {
    write.keys.push_back(Key(call, absl::StrCat("notification:", id)));
    write.keys.push_back(Key(call, absl::StrCat("inbox:", id.substr(0, id.find('/')))));
    write.arguments.push_back(std::move(id));
  }
  CO_RETURN_IF_ERROR((co_await store_.Write(std::move(call), std::move(write))).status());
  co_return count;
}

Task<absl::StatusOr<std::string>> NotificationStore::Position(rpc::Call call, std::string service) {
  std::vector<std::string> command;
  command.push_back("GET");
  command.push_back(Key(call, absl::StrCat("courier:", service)));
  CO_ASSIGN_OR_RETURN(const redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  co_return reply.IsNil() ? std::string() : reply.text;
}

Task<absl::Status> NotificationStore::SavePosition(rpc::Call call, std::string service, std::string event_id) {
  std::vector<std::string> command;
  command.push_back("SET");
  command.push_back(Key(call, absl::StrCat("courier:", service)));
  command.push_back(std::move(event_id));
  co_return (co_await store::WriteBeside(store_, client_, std::move(call), std::move(command))).status();
}

Task<absl::StatusOr<NotificationStore::PreferencesByPerson>> NotificationStore::PreferencesOf(
    rpc::Call call, std::vector<std::string> people) {
  std::vector<std::string> keys;
  for (const std::string& person : people) keys.push_back(Key(call, absl::StrCat("preferences:", person)));
  CO_ASSIGN_OR_RETURN(const auto records, co_await store_.FindAll(std::move(call), std::move(keys)));
  PreferencesByPerson all;
  for (size_t i = 0; i < people.size(); ++i) {
    v1::NotificationPreferences& preferences = all[people[i]];
    if (records[i]) {
      CO_RETURN_IF_ERROR(store::ParseMessage(*records[i], preferences));
      preferences.set_etag(records[i]->etag());
    }
    preferences.set_name(absl::StrCat("people/", people[i], "/notificationPreferences"));
  }
  co_return all;
}

Task<absl::StatusOr<v1::NotificationPreferences>> NotificationStore::Preferences(rpc::Call call, std::string person) {
  std::vector<std::string> one;
  one.push_back(person);
  CO_ASSIGN_OR_RETURN(PreferencesByPerson found, co_await PreferencesOf(std::move(call), std::move(one)));
  co_return std::move(found[person]);
}

Task<absl::StatusOr<v1::NotificationPreferences>> NotificationStore::SavePreferences(
    rpc::Call call, v1::NotificationPreferences preferences, std::string request_id, std::string fingerprint) {
  const std::string person = NotificationId(preferences.name()).substr(0, NotificationId(preferences.name()).find('/'));
  store::Write write;
  write.script = &kSavePreferences;
  write.keys.push_back(Key(call, absl::StrCat("preferences:", person)));
  const std::string etag = preferences.etag();
  preferences.clear_etag();
  write.arguments.push_back(preferences.SerializeAsString());
  write.arguments.push_back(etag);
  write.arguments.push_back(preferences.name());
  write.request_id = std::move(request_id);
  write.fingerprint = std::move(fingerprint);
  CO_ASSIGN_OR_RETURN(const store::Outcome outcome, co_await store_.Write(call, std::move(write)));
  if (outcome.refused()) co_return EtagMismatch();
  if (outcome.replayed()) co_return co_await Preferences(std::move(call), person);
  preferences.set_etag(absl::StrCat(outcome.revision));
  co_return preferences;
}

}  // namespace cortado::scheduling
