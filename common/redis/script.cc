#include "common/redis/script.h"

#include <openssl/sha.h>

#include <utility>

#include "absl/strings/escaping.h"

namespace cortado::redis {
namespace {

std::vector<const Script*>& Registry() {
  static auto* registry = new std::vector<const Script*>;
  return *registry;
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)) {
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text_.data()), text_.size(), digest);
  hash_ = absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(digest), sizeof digest));
  Registry().push_back(this);
}

const std::vector<const Script*>& Script::All() { return Registry(); }

}  // namespace cortado::redis
