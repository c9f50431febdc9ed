// Tells the matching service of every chat that was booked with a match: what came of those whom it brought together.
// What is to be told is kept until it is told. Under `cortado:{ORG}:scheduling:`:
//   chat_reports  sorted set of `chats/C` and `series/S`, by when they were booked, in seconds
// Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/asking.pb.h"
#include "cortado/matching/v1/match.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/courier/collector.h"
#include "services/scheduling/people_store.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

class ChatReports {
 public:
  // Tells matching; a repeat changes nothing there.
  using Record = std::function<Task<absl::Status>(rpc::Call call, matching::v1::RecordChatRequest request)>;
  using GetMatch = std::function<Task<absl::StatusOr<matching::v1::Match>>(rpc::Call call, std::string name)>;

  // All outlive this.
  ChatReports(store::Store& store, redis::Client& client, ChatStore& chats, SeriesStore& series, PeopleStore& people,
              GetMatch get_match, Record record)
      : store_(store),
        client_(client),
        chats_(chats),
        series_(series),
        people_(people),
        get_match_(std::move(get_match)),
        record_(std::move(record)) {}

  // Keeps what of the events is to be told, as Collector::Listener.
  Task<absl::Status> Hear(rpc::Call call, const Collector::Events& events);
  // Tells some of it; returns how much it was. The first error when nothing could be told.
  Task<absl::StatusOr<int>> Report(rpc::Call call);

 private:
  // The first chat of what was booked; nothing when it is gone.
  Task<absl::StatusOr<std::optional<v1::Chat>>> Find(rpc::Call call, std::string name);
  // Whether everybody of its match who still works here comes to the chat: one of some of a group is not their first.
  Task<absl::StatusOr<bool>> IsOfAll(rpc::Call call, v1::Chat chat);
  Task<absl::Status> ReportOne(rpc::Call call, std::string name);
  // The courier's own bookkeeping, as its positions: no change of anything that anybody sees, so no revision.
  Task<absl::Status> Write(rpc::Call call, std::vector<std::string> command);

  store::Store& store_;
  redis::Client& client_;
  ChatStore& chats_;
  SeriesStore& series_;
  PeopleStore& people_;
  const GetMatch get_match_;
  const Record record_;
};

}  // namespace cortado::scheduling
