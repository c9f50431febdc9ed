#include "common/id/id.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/log/check.h"
#include "common/status/status.h"

namespace cortado::id {
namespace {

constexpr char kAlphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr size_t kNewIdLength = 20;

// Counts the forks behind this process: random bytes fetched before a fork must not be used by both sides.
std::atomic<int> fork_generation{0};

// Random bytes of one thread, fetched 512 at a time: one system call serves about 25 ids.
class RandomBytes {
 public:
  uint8_t Next() {
    if (at_ == bytes_.size() || generation_ != fork_generation.load(std::memory_order_relaxed)) Refill();
    return bytes_[at_++];
  }

 private:
  void Refill() {
    static const int hooked = pthread_atfork(nullptr, nullptr, [] { fork_generation.fetch_add(1); });
    CORTADO_CHECK(hooked == 0);
    generation_ = fork_generation.load(std::memory_order_relaxed);
    size_t filled = 0;
    while (filled < bytes_.size()) {
      ssize_t n = getrandom(bytes_.data() + filled, bytes_.size() - filled, 0);
      CORTADO_CHECK(n > 0 || errno == EINTR);
      if (n > 0) filled += static_cast<size_t>(n);
    }
    at_ = 0;
  }

  std::array<uint8_t, 512> bytes_;
  size_t at_ = bytes_.size();
  int generation_ = 0;
};

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

absl::Status BadName(absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat("must have the form \"", form, "\", each ID of 1-63 characters [a-z0-9-]"));
}

// The digest is looked up once and the context kept per thread: EVP_Digest would look it up at every call, which costs
// more than the hashing of a token.
struct DigestContext {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

constexpr char kBase64Url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<int8_t, 256> MakeBase64UrlValues() {
  std::array<int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (int8_t i = 0; i < 64; ++i) values[static_cast<uint8_t>(kBase64Url[i])] = i;
  return values;
}

constexpr std::array<int8_t, 256> kBase64UrlValues = MakeBase64UrlValues();

}  // namespace

std::string New() {
  thread_local RandomBytes random;
  std::string id(kNewIdLength, '0');
  for (char& c : id) {
    uint8_t byte = random.Next();
    while (byte >= 252) byte = random.Next();  // 252 = 7 * 36: every character equally likely.
    c = kAlphabet[byte % 36];
  }
  return id;
}

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= 63 &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
}

bool IsResourceId(absl::string_view text) {
  return IsId(text) && IsLowerOrDigit(text.front()) && IsLowerOrDigit(text.back());
}

bool IsOrganizationId(absl::string_view text) {
  return !text.empty() && text.size() <= 20 && std::all_of(text.begin(), text.end(), IsLowerOrDigit);
}

std::string MakeName(absl::string_view collection, absl::string_view id) { return absl::StrCat(collection, "/", id); }

std::string MakeNestedName(absl::string_view parents, absl::string_view parent, absl::string_view collection,
                           absl::string_view id) {
  return absl::StrCat(parents, "/", parent, "/", collection, "/", id);
}

absl::StatusOr<std::string> ParseName(absl::string_view collection, absl::string_view name) {
  const size_t prefix = collection.size() + 1;
  if (name.size() <= prefix || name.substr(0, collection.size()) != collection || name[collection.size()] != '/' ||
      !IsResourceId(name.substr(prefix))) {
    return BadName(MakeName(collection, "ID"));
  }
  return std::string(name.substr(prefix));
}

absl::StatusOr<std::pair<std::string, std::string>> ParseNestedName(absl::string_view parents,
                                                                    absl::string_view collection,
                                                                    absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, absl::MaxSplits('/', 4));
  if (parts.size() != 4 || parts[0] != parents || !IsResourceId(parts[1]) || parts[2] != collection ||
      !IsResourceId(parts[3])) {
    return BadName(MakeNestedName(parents, "ID", collection, "ID"));
  }
  return std::make_pair(std::string(parts[1]), std::string(parts[3]));
}

std::string Sha256(absl::string_view bytes) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local DigestContext digest;
  EVP_MD_CTX* const context = digest.context.get();
  std::string hash(32, '\0');
  CORTADO_CHECK(sha256 != nullptr && context != nullptr);
  CORTADO_CHECK(EVP_DigestInit_ex2(context, sha256, nullptr) == 1);
  CORTADO_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  CORTADO_CHECK(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(hash.data()), nullptr) == 1);
  return hash;
}

std::string Sha256Hex(absl::string_view bytes) { return absl::BytesToHexString(Sha256(bytes)); }

uint64_t StableHash(absl::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : bytes) {
    hash ^= static_cast<uint8_t>(c);
    hash *= 0x100000001b3;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  hash ^= hash >> 33;
  return hash;
}

std::string Base64UrlEncode(absl::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t bits = 0;
  int count = 0;  // How many low bits of `bits` are not yet written.
  for (char c : bytes) {
    bits = (bits << 8) | static_cast<uint8_t>(c);
    for (count += 8; count >= 6; count -= 6) text += kBase64Url[(bits >> (count - 6)) & 63];
  }
  if (count > 0) text += kBase64Url[(bits << (6 - count)) & 63];
  return text;
}

absl::StatusOr<std::string> Base64UrlDecode(absl::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const int8_t value = kBase64UrlValues[static_cast<uint8_t>(c)];
    if (value < 0) return absl::InvalidArgumentError("is not base64url: a character outside the alphabet");
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 255);
    }
  }
  if (count == 6) return absl::InvalidArgumentError("is not base64url: a character is missing");
  if ((bits & ((1u << count) - 1)) != 0)
    return absl::InvalidArgumentError("is not base64url: the last bits are not zero");
  return bytes;
}

}  // namespace cortado::id
