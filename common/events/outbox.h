// What happened in one service: the events that its writes left in the same step as the change (common/store), in
// order. One reader, the courier, takes them all; what it is done with is forgotten.
//
// An outbox is thread-safe. Outboxes: add before the server starts; thread-safe then.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/redis/client.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/api/v1/peer_service.pb.h"

namespace cortado::events {

class Outbox {
 public:
  // Both outlive the outbox.
  Outbox(const store::Store& store, redis::Client& client) : store_(store), client_(client) {}

  const std::string& service() const { return store_.service(); }

  // Returns up to `limit` events of the call's organisation behind `after` (empty: from the oldest there is), and
  // forgets those up to `after`. None is no error. UNAVAILABLE when the store does not answer.
  Task<absl::StatusOr<std::vector<api::v1::Event>>> Next(rpc::Call call, std::string after, int limit);

 private:
  const store::Store& store_;
  redis::Client& client_;
};

// The outboxes of the services that run in one server, by name: what PeerService answers from.
class Outboxes {
 public:
  void Add(Outbox& outbox) { outboxes_.push_back(&outbox); }

  // NOT_FOUND when the service does not run here; else as Outbox::Next.
  Task<absl::StatusOr<api::v1::ListEventsResponse>> List(rpc::Call call, const api::v1::ListEventsRequest& request);

 private:
  std::vector<Outbox*> outboxes_;
};

}  // namespace cortado::events
