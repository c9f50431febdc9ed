#include "services/scheduling/courier/chat_reports.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"
#include "common/store/side_write.h"
#include "services/scheduling/chat_records.h"

namespace cortado::scheduling {
namespace {

constexpr int kAtOnce = 100;

std::string PersonOf(const type::v1::PersonCard& card) {
  return std::string(absl::StripPrefix(card.person(), "people/"));
}

// Whether it makes no sense to tell it again.
bool IsSettled(const absl::Status& status) {
  return status.ok() || absl::IsNotFound(status) || absl::IsInvalidArgument(status);
}

}  // namespace

Task<absl::Status> ChatReports::Write(rpc::Call call, std::vector<std::string> command) {
  co_return (co_await store::WriteBeside(store_, client_, std::move(call), std::move(command))).status();
}

Task<absl::Status> ChatReports::Hear(rpc::Call call, const Collector::Events& events) {
  std::vector<std::string> command = {"ZADD", store_.Key(call.organization(), "chat_reports"), "NX"};
  const size_t empty = command.size();
  for (const api::v1::Event& event : events) {
    if (event.kind() != "chat.booked" && event.kind() != "series.booked") continue;
    command.push_back(absl::StrCat(event.time().seconds()));
    command.push_back(event.subject());
  }
  if (command.size() == empty) co_return absl::OkStatus();
  co_return co_await Write(std::move(call), std::move(command));
}

Task<absl::StatusOr<std::optional<v1::Chat>>> ChatReports::Find(rpc::Call call, std::string name) {
  absl::string_view id = name;
  if (absl::ConsumePrefix(&id, "chats/")) co_return co_await chats_.Find(call, std::string(id));
  absl::ConsumePrefix(&id, "series/");
  CO_ASSIGN_OR_RETURN(std::optional<v1::Series> series, co_await series_.Find(call, std::string(id)));
  if (!series || series->chats_size() == 0) co_return std::nullopt;
  co_return series->chats(0);
}

Task<absl::StatusOr<bool>> ChatReports::IsOfAll(rpc::Call call, v1::Chat chat) {
  CO_ASSIGN_OR_RETURN(const matching::v1::Match match, co_await get_match_(call, chat.match()));
  std::vector<std::string> ids = {PersonOf(match.mentee()), PersonOf(match.mentor())};
  for (const type::v1::PersonCard& other : match.others()) ids.push_back(PersonOf(other));
  CO_ASSIGN_OR_RETURN(const People people, co_await people_.Find(call, std::move(ids)));
  const std::vector<std::string> attendees = AttendeeIds(chat);
  for (const auto& [id, snapshot] : people) {
    const bool comes = std::find(attendees.begin(), attendees.end(), id) != attendees.end();
    if (snapshot.person().active() && !comes) co_return false;
  }
  co_return true;
}

Task<absl::Status> ChatReports::ReportOne(rpc::Call call, std::string name) {
  CO_ASSIGN_OR_RETURN(const std::optional<v1::Chat> chat, co_await Find(call, std::move(name)));
  const bool counts = chat && !chat->match().empty() && chat->state() == v1::Chat::STATE_BOOKED;
  if (!counts) co_return absl::OkStatus();
  CO_ASSIGN_OR_RETURN(const bool is_of_all, co_await IsOfAll(call, *chat));
  if (!is_of_all) co_return absl::OkStatus();
  matching::v1::RecordChatRequest request;
  request.set_match(chat->match());
  request.set_chat(chat->name());
  *request.mutable_book_time() = chat->create_time();
  co_return co_await record_(std::move(call), std::move(request));
}

Task<absl::StatusOr<int>> ChatReports::Report(rpc::Call call) {
  std::vector<std::string> command = {"ZRANGE", store_.Key(call.organization(), "chat_reports"), "0",
                                      absl::StrCat(kAtOnce - 1)};
  CO_ASSIGN_OR_RETURN(redis::Reply waiting, co_await store_.Read(call, std::move(command)));
  std::vector<std::string> done = {"ZREM", store_.Key(call.organization(), "chat_reports")};
  const size_t none = done.size();
  absl::Status failed;
  for (redis::Reply& one : waiting.elements) {
    const absl::Status told = co_await ReportOne(call, one.text);
    if (IsSettled(told)) done.push_back(std::move(one.text));
    if (!IsSettled(told)) failed.Update(told);
    if (absl::IsUnavailable(told)) break;  // Nobody is there for the others either.
  }
  const int count = static_cast<int>(done.size() - none);
  if (count > 0) CO_RETURN_IF_ERROR(co_await Write(call, std::move(done)));
  if (count == 0 && !failed.ok()) co_return failed;
  co_return count;
}

}  // namespace cortado::scheduling
