#include "services/scheduling/chat_store.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/id/id.h"
#include "common/status/status.h"
#include "services/scheduling/chat_records.h"
#include "services/scheduling/chat_scripts.h"
#include "services/scheduling/keys.h"

namespace cortado::scheduling {
namespace {

constexpr size_t kPortion = 200;

std::string IdOf(absl::string_view collection, absl::string_view name) {
  absl::StatusOr<std::string> id = id::ParseName(collection, name);
  return id.ok() ? *id : "";
}

// "START:ID", where a page ended.
std::pair<int64_t, std::string> ParseCursor(absl::string_view cursor) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(cursor, absl::MaxSplits(':', 1));
  int64_t start = 0;
  if (!absl::SimpleAtoi(parts.first, &start)) return {};
  return {start, std::string(parts.second)};
}

}  // namespace

Task<absl::StatusOr<store::Outcome>> ChatStore::Insert(rpc::Call call, Booking booking) {
  const Keys keys(store_, call.organization());
  const v1::Chat& chat = booking.chat;
  store::Write write;
  write.script = &kBook;
  write.keys.push_back(keys.Chat(booking.id));
  write.keys.push_back(keys.Claims(booking.id));
  write.arguments.push_back(booking.refusal);
  write.arguments.push_back(booking.id);
  write.arguments.push_back(BytesOf(chat));
  write.arguments.push_back(Seconds(StartOf(chat)));
  write.arguments.push_back(Seconds(EndOf(chat)));
  write.arguments.push_back(NamesOfThoseWhoCome(chat));
  AddSeats(keys, booking.seats, write);
  write.request_id = std::move(booking.request_id);
  write.fingerprint = std::move(booking.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<store::Outcome>> ChatStore::Move(rpc::Call call, v1::Chat before, Booking booking) {
  const Keys keys(store_, call.organization());
  const v1::Chat& chat = booking.chat;
  store::Write write;
  write.script = &kMove;
  write.keys.push_back(keys.Chat(booking.id));
  write.keys.push_back(keys.Claims(booking.id));
  write.arguments.push_back(booking.refusal);
  write.arguments.push_back(booking.id);
  write.arguments.push_back(before.etag());
  write.arguments.push_back(BytesOf(chat));
  write.arguments.push_back(Seconds(StartOf(before)));
  write.arguments.push_back(Seconds(EndOf(before)));
  write.arguments.push_back(Seconds(StartOf(chat)));
  write.arguments.push_back(Seconds(EndOf(chat)));
  write.arguments.push_back(NamesOfThoseWhoCome(chat));
  AddSeats(keys, booking.seats, write);
  write.request_id = std::move(booking.request_id);
  write.fingerprint = std::move(booking.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<store::Outcome>> ChatStore::Cancel(rpc::Call call, Cancellation cancellation) {
  const Keys keys(store_, call.organization());
  v1::Chat& chat = cancellation.chat;
  const std::string id = IdOf("chats", chat.name());
  const std::string revision = chat.etag();
  chat.set_state(v1::Chat::STATE_CANCELLED);
  chat.set_sequence(chat.sequence() + 1);
  chat.mutable_update_time()->set_seconds(absl::ToUnixSeconds(cancellation.now));
  store::Write write;
  write.script = &kCancel;
  write.keys.push_back(keys.Chat(id));
  write.keys.push_back(keys.Claims(id));
  write.arguments.push_back(cancellation.refusal);
  write.arguments.push_back(id);
  write.arguments.push_back(revision);
  write.arguments.push_back(BytesOf(chat));
  write.arguments.push_back(Seconds(StartOf(chat)));
  write.arguments.push_back(NamesOfThoseWhoCome(chat));
  for (std::string& person : AttendeeIds(chat)) {
    write.keys.push_back(keys.Busy(person));
    write.keys.push_back(keys.Minutes(person));
    write.arguments.push_back(std::move(person));
  }
  write.request_id = std::move(cancellation.request_id);
  write.fingerprint = std::move(cancellation.fingerprint);
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<store::Outcome>> ChatStore::Respond(rpc::Call call, Answer answer) {
  static constexpr const char* kHows[] = {"keep", "release", "take"};
  const Keys keys(store_, call.organization());
  const Booking& booking = answer.booking;
  const v1::Chat& chat = booking.chat;
  store::Write write;
  write.script = &kRespond;
  write.keys.push_back(keys.Chat(booking.id));
  write.keys.push_back(keys.Claims(booking.id));
  write.arguments.push_back(booking.refusal);
  write.arguments.push_back(booking.id);
  write.arguments.push_back(chat.etag());
  write.arguments.push_back(BytesOf(chat));
  write.arguments.push_back(Seconds(StartOf(chat)));
  write.arguments.push_back(Seconds(EndOf(chat)));
  write.arguments.push_back(chat.host());
  write.arguments.push_back(kHows[static_cast<size_t>(answer.how)]);
  AddSeats(keys, booking.seats, write);
  write.request_id = booking.request_id;
  write.fingerprint = booking.fingerprint;
  co_return co_await store_.Write(std::move(call), std::move(write));
}

Task<absl::StatusOr<std::optional<v1::Chat>>> ChatStore::Find(rpc::Call call, std::string id) {
  std::string key = Keys(store_, call.organization()).Chat(id);
  CO_ASSIGN_OR_RETURN(std::optional<store::Record> record, co_await store_.Find(std::move(call), std::move(key)));
  if (!record.has_value()) co_return std::nullopt;
  CO_ASSIGN_OR_RETURN(v1::Chat chat, ChatOf(id, *record));
  co_return chat;
}

Task<absl::StatusOr<std::vector<ChatStore::Entry>>> ChatStore::ReadIndex(rpc::Call call, const ChatQuery& query,
                                                                         size_t offset) {
  const std::string first =
      query.cursor.empty() ? Seconds(query.after - kLongestChat) : absl::StrCat(ParseCursor(query.cursor).first);
  std::vector<std::string> command;
  command.push_back("ZRANGEBYSCORE");
  command.push_back(Keys(store_, call.organization()).Chats(query.person));
  command.push_back(first);
  command.push_back(query.before == absl::InfiniteFuture() ? "+inf" : absl::StrCat("(", Seconds(query.before)));
  command.push_back("WITHSCORES");
  command.push_back("LIMIT");
  command.push_back(absl::StrCat(offset));
  command.push_back(absl::StrCat(kPortion));
  CO_ASSIGN_OR_RETURN(redis::Reply reply, co_await store_.Read(std::move(call), std::move(command)));
  std::vector<Entry> entries;
  for (size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    int64_t start = 0;
    if (!absl::SimpleAtoi(reply.elements[i + 1].text, &start)) co_return absl::InternalError("an index has no start");
    entries.emplace_back(start, std::move(reply.elements[i].text));
  }
  co_return entries;
}

Task<absl::StatusOr<ChatPage>> ChatStore::List(rpc::Call call, ChatQuery query) {
  const Keys keys(store_, call.organization());
  const Entry behind = ParseCursor(query.cursor);
  ChatPage page;
  Entry last;
  for (size_t offset = 0;; offset += kPortion) {
    CO_ASSIGN_OR_RETURN(const std::vector<Entry> entries, co_await ReadIndex(call, query, offset));
    std::vector<std::string> names;
    for (const Entry& entry : entries) names.push_back(keys.Chat(entry.second));
    CO_ASSIGN_OR_RETURN(std::vector<std::optional<store::Record>> records,
                        co_await store_.FindAll(call, std::move(names)));
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!records[i].has_value() || (!query.cursor.empty() && entries[i] <= behind)) continue;
      CO_ASSIGN_OR_RETURN(v1::Chat chat, ChatOf(entries[i].second, *records[i]));
      if (EndOf(chat) <= query.after) continue;
      if (chat.state() == v1::Chat::STATE_CANCELLED && !query.show_cancelled) continue;
      if (page.chats.size() == query.limit) {
        page.cursor = absl::StrCat(last.first, ":", last.second);
        co_return page;
      }
      last = entries[i];
      page.chats.push_back(std::move(chat));
    }
    if (entries.size() < kPortion) co_return page;
  }
}

}  // namespace cortado::scheduling
