// What a copy of an organisation's people is made of: see LiveCopies, which keeps it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/store/feed.h"
#include "common/task/task.h"

namespace cortado::profile {

// Thread-safe; the loads of several organisations may run at once.
template <class Copy>
class CopySource {
 public:
  using Change = std::function<void(Copy&)>;
  using Changes = std::vector<Change>;

  virtual ~CopySource() = default;
  // Names the loads in logs, as "profile.search".
  virtual std::string name() const = 0;
  // Reads people as they are now; returns what each of them changes. Who is absent is gone. Errors of the store.
  virtual Task<absl::StatusOr<Changes>> ReadPeople(rpc::Call call, std::vector<std::string> ids) = 0;
  // Puts what is not people into a new copy. Errors of the store.
  virtual Task<absl::Status> LoadOthers(rpc::Call, Copy&) { co_return absl::OkStatus(); }
  // Reads what entries of the feed that are not of people speak of, as it is now; returns what that changes. Errors of
  // the store.
  virtual Task<absl::StatusOr<Changes>> ReadOthers(rpc::Call, std::vector<store::FeedEntry>) { co_return Changes(); }
  // Finishes a new copy once everything is in it. Runs on a worker.
  virtual void Pack(Copy&) const {}
};

}  // namespace cortado::profile
