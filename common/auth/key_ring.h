// The keys of a server: one that signs, and those whose signatures count. A key is changed without a gap:
//
//   K            signs, and counts
//   K.next       counts already: a key that will sign once every server has read it
//   K.previous   counts still: tokens that it signed have not all expired
//
// `cortadoctl key rotate` makes the next key, waits until it is read everywhere and lets it sign; `key retire` ends the
// previous one. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/keys.h"
#include "common/sync/mutex.h"

namespace cortado::auth {

class KeyRing {
 public:
  // How often a server reads its keys again.
  static constexpr absl::Duration kReload = absl::Seconds(2);

  // A ring that never changes: a key that signs, and others that count.
  explicit KeyRing(SigningKey key, std::vector<PublicKey> others = {});
  // Reads the files beside `path`, making the first key where there is none. Errors of SigningKey::LoadOrCreate.
  static absl::StatusOr<std::shared_ptr<KeyRing>> Load(const std::string& path);

  SigningKey signing() const;
  // In no order; never empty.
  std::shared_ptr<const std::vector<PublicKey>> accepted() const;

  // Reads the files again. On an error the keys stay as they are.
  absl::Status Reload();

  // Makes `path`.next. FAILED_PRECONDITION: there is one already.
  static absl::Status Prepare(const std::string& path);
  // Lets `path`.next sign; the key that signed becomes `path`.previous. FAILED_PRECONDITION: there is no next key, or
  // a previous one still counts.
  static absl::Status Activate(const std::string& path);
  // Removes `path`.previous: what it signed counts no more. NOT_FOUND: there is none.
  static absl::Status Retire(const std::string& path);

 private:
  explicit KeyRing(std::string path) : path_(std::move(path)) {}

  const std::string path_;  // Empty: the key never changes.
  mutable sync::Mutex mutex_;
  std::shared_ptr<const SigningKey> signing_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<PublicKey>> accepted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cortado::auth
