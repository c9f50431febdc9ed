#include "common/auth/token_cache.h"

#include <utility>

namespace cortado::auth {

std::shared_ptr<const Claims> Verifier::Cache::Find(const std::string& digest, absl::Time now) {
  Shard& shard = ShardOf(digest);
  sync::MutexLock lock(shard.mutex);
  for (const Entries* entries : {&shard.young, &shard.old}) {
    const auto found = entries->find(digest);
    if (found != entries->end() && now < found->second.until) return found->second.claims;
  }
  return nullptr;
}

void Verifier::Cache::Insert(const std::string& digest, std::shared_ptr<const Claims> claims, absl::Time until) {
  Shard& shard = ShardOf(digest);
  Entries forgotten;  // Freed after the lock is given back.
  sync::MutexLock lock(shard.mutex);
  if (shard.young.size() >= kGeneration) {
    forgotten = std::exchange(shard.old, std::exchange(shard.young, {}));
  }
  shard.young[digest] = Entry{std::move(claims), until};
}

}  // namespace cortado::auth
