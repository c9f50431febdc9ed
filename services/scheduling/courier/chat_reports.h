// Tells the matching service of every chat that was booked with a match: what came of those whom it brought together.
// What is to be told is kept until it is told. Under `cortado:{ORG}:scheduling:`:
//   chat_reports  sorted set of `chats/C` and `series/S`, by when they were booked, in ms
// Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/matching/v1/asking.pb.h"
#include "services/scheduling/chat_store.h"
#include "services/scheduling/courier/collector.h"
#include "services/scheduling/series_store.h"

namespace cortado::scheduling {

class ChatReports {
 public:
  // Tells matching; a repeat changes nothing there.
  using Record = std::function<Task<absl::Status>(rpc::Call call, matching::v1::RecordChatRequest request)>;

  // All outlive this.
  ChatReports(store::Store& store, ChatStore& chats, SeriesStore& series, Record record)
      : store_(store), chats_(chats), series_(series), record_(std::move(record)) {}

  // Keeps what of the events is to be told, as Collector::Listener.
  Task<absl::Status> Hear(rpc::Call call, const Collector::Events& events);
  // Tells some of it; returns how much it was. The first error when nothing could be told.
  Task<absl::StatusOr<int>> Report(rpc::Call call);

 private:
  // The first chat of what was booked; nothing when it is gone.
  Task<absl::StatusOr<std::optional<v1::Chat>>> Find(rpc::Call call, std::string name);
  Task<absl::Status> ReportOne(rpc::Call call, std::string name);
  Task<absl::Status> Write(rpc::Call call, const store::WriteScript& script, std::vector<std::string> arguments);

  store::Store& store_;
  ChatStore& chats_;
  SeriesStore& series_;
  const Record record_;
};

}  // namespace cortado::scheduling
