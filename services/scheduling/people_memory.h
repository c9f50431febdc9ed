// The people who were met last, as they were read: who they are, their rules and their revision, and nothing of what is
// busy or spent. It spares a look at the store where somebody looks for times and then books. It never grants anything:
// the script that books refuses whoever changed since, and tests the rest itself. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/sync/mutex.h"
#include "services/scheduling/participant.h"

namespace cortado::scheduling {

class PeopleMemory {
 public:
  // Keeps at least the `most` people who were remembered or recalled last, and at most twice as many.
  explicit PeopleMemory(size_t most = 4096) : most_(most) {}

  void Remember(absl::string_view organization, const Participant& person);
  void Forget(absl::string_view organization, absl::string_view person);

  // The people with these ids, in that order; nothing where one of them is not remembered.
  std::optional<std::vector<Participant>> Recall(absl::string_view organization, const std::vector<std::string>& ids);

 private:
  using People = absl::flat_hash_map<std::string, std::shared_ptr<const Participant>>;

  void Keep(const std::string& key, std::shared_ptr<const Participant> person) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t most_;
  sync::Mutex mutex_;
  // Two generations: when the young one is full it becomes the old one, and whoever nobody met meanwhile is gone.
  People young_ ABSL_GUARDED_BY(mutex_);
  People old_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cortado::scheduling
