#include "common/auth/key_ring.h"

#include <stdio.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }
std::string Next(const std::string& path) { return path + ".next"; }
std::string Previous(const std::string& path) { return path + ".previous"; }

absl::Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot rename ", from, " to ", to));
}

}  // namespace

KeyRing::KeyRing(SigningKey key, std::vector<PublicKey> others) {
  others.push_back(key.PublicKey());
  signing_ = std::make_shared<const SigningKey>(std::move(key));
  accepted_ = std::make_shared<const std::vector<PublicKey>>(std::move(others));
}

absl::StatusOr<std::shared_ptr<KeyRing>> KeyRing::Load(const std::string& path) {
  std::shared_ptr<KeyRing> ring(new KeyRing(path));
  RETURN_IF_ERROR(SigningKey::LoadOrCreate(path).status());
  RETURN_IF_ERROR(ring->Reload());
  return ring;
}

SigningKey KeyRing::signing() const {
  sync::MutexLock lock(mutex_);
  return *signing_;
}

std::shared_ptr<const std::vector<PublicKey>> KeyRing::accepted() const {
  sync::MutexLock lock(mutex_);
  return accepted_;
}

absl::Status KeyRing::Reload() {
  if (path_.empty()) return absl::OkStatus();
  // While a key is being activated K may be absent for a moment: the keys read before go on counting.
  if (!Exists(path_)) return absl::UnavailableError("the key file is away");
  ASSIGN_OR_RETURN(SigningKey signing, SigningKey::LoadOrCreate(path_));
  auto accepted = std::make_shared<std::vector<PublicKey>>(1, signing.PublicKey());
  for (const std::string& path : {Next(path_), Previous(path_)}) {
    if (!Exists(path)) continue;
    ASSIGN_OR_RETURN(const SigningKey key, SigningKey::LoadOrCreate(path));
    accepted->push_back(key.PublicKey());
  }
  sync::MutexLock lock(mutex_);
  signing_ = std::make_shared<const SigningKey>(std::move(signing));
  accepted_ = std::move(accepted);
  return absl::OkStatus();
}

absl::Status KeyRing::Prepare(const std::string& path) {
  if (Exists(Next(path))) return absl::FailedPreconditionError("a next key is there already");
  return SigningKey::LoadOrCreate(Next(path)).status();
}

absl::Status KeyRing::Activate(const std::string& path) {
  if (!Exists(Next(path))) return absl::FailedPreconditionError("there is no next key: prepare one first");
  if (Exists(Previous(path))) {
    return absl::FailedPreconditionError("the previous key still counts: retire it first");
  }
  // Linked, not renamed: at no moment is there no key to sign with.
  if (link(path.c_str(), Previous(path).c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot write ", Previous(path)));
  }
  return Rename(Next(path), path);
}

absl::Status KeyRing::Retire(const std::string& path) {
  if (!Exists(Previous(path))) return absl::NotFoundError("there is no previous key");
  if (unlink(Previous(path).c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot remove ", Previous(path)));
  }
  return absl::OkStatus();
}

}  // namespace cortado::auth
