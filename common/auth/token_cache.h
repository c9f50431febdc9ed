// What the verifier remembers: claims of tokens it has verified, by the SHA-256 of the token. Any thread; the locks are
// spread over shards, so that calls of different tokens rarely meet.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "common/auth/token.h"
#include "common/sync/mutex.h"

namespace cortado::auth {

class Verifier::Cache {
 public:
  // Returns what is remembered under `digest` (32 bytes), or null when nothing is or `now` is not before its end.
  std::shared_ptr<const Claims> Find(const std::string& digest, absl::Time now);

  // Remembers `claims` until `until`. Forgets the older half of a shard that is full: a bounded cache.
  void Insert(const std::string& digest, std::shared_ptr<const Claims> claims, absl::Time until);

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kGeneration = 4096;  // Entries; a shard holds at most two generations: 131,072 tokens in all.

  struct Entry {
    std::shared_ptr<const Claims> claims;
    absl::Time until;
  };

  // A SHA-256 is spread evenly already: its first bytes are the hash.
  struct FirstBytes {
    size_t operator()(const std::string& digest) const {
      uint64_t first;
      std::memcpy(&first, digest.data(), sizeof(first));
      return first;
    }
  };

  using Entries = absl::flat_hash_map<std::string, Entry, FirstBytes>;

  struct alignas(64) Shard {
    sync::Mutex mutex;
    Entries young ABSL_GUARDED_BY(mutex);
    Entries old ABSL_GUARDED_BY(mutex);
  };

  Shard& ShardOf(const std::string& digest) { return shards_[static_cast<uint8_t>(digest.back()) % kShards]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace cortado::auth
