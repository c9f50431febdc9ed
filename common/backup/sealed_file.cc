#include "common/backup/sealed_file.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace cortado::backup {
namespace {

constexpr char kLine[] = "cortado-sealed 1\n";
constexpr char kAnyLine[] = "cortado-sealed ";
constexpr size_t kLineBytes = sizeof(kLine) - 1;
constexpr size_t kSaltBytes = 16;
constexpr size_t kCheckBytes = 16;
constexpr size_t kHeaderBytes = kLineBytes + 3 + kSaltBytes + kCheckBytes;
constexpr size_t kTagBytes = 16;
constexpr size_t kSealedBytes = kChunkBytes + kTagBytes;
// A file that asks for more than 1 GiB is not ours.
constexpr uint8_t kMostLogN = 20;

struct Keys {
  std::array<unsigned char, 32> key{};
  std::string check;
};

absl::StatusOr<Keys> Derive(absl::string_view passphrase, absl::string_view salt, Cost cost) {
  std::array<unsigned char, 32 + kCheckBytes> bytes{};
  const uint64_t n = uint64_t{1} << cost.log_n;
  const uint64_t memory = 128 * n * cost.r + (uint64_t{1} << 20);
  if (EVP_PBE_scrypt(passphrase.data(), passphrase.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                     salt.size(), n, cost.r, cost.p, memory, bytes.data(), bytes.size()) != 1) {
    return absl::InternalError("the crypto library makes no key of the passphrase");
  }
  Keys keys;
  std::copy_n(bytes.begin(), keys.key.size(), keys.key.begin());
  keys.check.assign(bytes.begin() + keys.key.size(), bytes.end());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return keys;
}

std::array<unsigned char, 12> NonceOf(uint32_t number, bool last) {
  std::array<unsigned char, 12> nonce{};
  for (int i = 0; i < 4; ++i) nonce[7 + i] = static_cast<unsigned char>(number >> (24 - 8 * i));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* In(absl::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* Out(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

absl::Status Damaged() {
  return absl::DataLossError("the file was changed or is cut off: nothing in it can be trusted");
}

}  // namespace

absl::StatusOr<SealWriter> SealWriter::Begin(absl::string_view passphrase, Sink sink, Cost cost) {
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(Out(salt), kSaltBytes) != 1) return absl::InternalError("there is no randomness");
  ASSIGN_OR_RETURN(Keys keys, Derive(passphrase, salt, cost));
  SealWriter writer;
  writer.sink_ = std::move(sink);
  writer.key_ = keys.key;
  writer.header_ = kLine;
  for (uint8_t byte : {cost.log_n, cost.r, cost.p}) writer.header_.push_back(static_cast<char>(byte));
  writer.header_ += salt + keys.check;
  RETURN_IF_ERROR(writer.sink_(writer.header_));
  return writer;
}

absl::Status SealWriter::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    // A full chunk waits for what follows it: it may be the last.
    if (chunk_.size() == kChunkBytes) RETURN_IF_ERROR(Seal(false));
    const absl::string_view part = bytes.substr(0, kChunkBytes - chunk_.size());
    chunk_.append(part.data(), part.size());
    bytes.remove_prefix(part.size());
  }
  return absl::OkStatus();
}

absl::Status SealWriter::Finish() {
  RETURN_IF_ERROR(Seal(true));
  OPENSSL_cleanse(key_.data(), key_.size());
  return absl::OkStatus();
}

absl::Status SealWriter::Seal(bool last) {
  if (number_ == std::numeric_limits<uint32_t>::max()) return absl::OutOfRangeError("the file becomes too long");
  const auto nonce = NonceOf(number_++, last);
  const Context context(EVP_CIPHER_CTX_new());
  std::string sealed(chunk_.size() + kTagBytes, '\0');
  int length = 0;
  const auto size = static_cast<int>(chunk_.size());
  const bool done =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce.data()) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &length, In(header_), static_cast<int>(header_.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), Out(sealed), &length, In(chunk_), size) == 1 &&
      EVP_EncryptFinal_ex(context.get(), Out(sealed) + size, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, Out(sealed) + size) == 1;
  if (!done) return absl::InternalError("the crypto library seals nothing");
  chunk_.clear();
  return sink_(sealed);
}

absl::StatusOr<SealReader> SealReader::Open(absl::string_view passphrase, Source source) {
  SealReader reader;
  reader.source_ = std::move(source);
  while (reader.header_.size() < kHeaderBytes) {
    ASSIGN_OR_RETURN(const std::string bytes, reader.source_(kHeaderBytes - reader.header_.size()));
    if (bytes.empty()) break;
    reader.header_ += bytes;
  }
  const std::string& header = reader.header_;
  if (!absl::StartsWith(header, kLine)) {
    if (absl::StartsWith(header, kAnyLine)) {
      return absl::UnimplementedError("the file is of a newer format: open it with a newer program");
    }
    return absl::InvalidArgumentError("the file is no backup of Cortado's");
  }
  if (header.size() < kHeaderBytes) return Damaged();
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(header[kLineBytes + i]); };
  const Cost cost{byte(0), byte(1), byte(2)};
  if (cost.log_n < 1 || cost.log_n > kMostLogN || cost.r < 1 || cost.r > 8 || cost.p < 1 || cost.p > 4)
    return Damaged();
  ASSIGN_OR_RETURN(const Keys keys, Derive(passphrase, header.substr(kLineBytes + 3, kSaltBytes), cost));
  if (CRYPTO_memcmp(keys.check.data(), header.data() + kHeaderBytes - kCheckBytes, kCheckBytes) != 0) {
    return absl::PermissionDeniedError("this is not the passphrase of the file (or its first line was changed)");
  }
  reader.key_ = keys.key;
  return reader;
}

absl::StatusOr<std::string> SealReader::Read(size_t most) {
  if (at_ == chunk_.size() && !ended_) RETURN_IF_ERROR(Fill());
  std::string bytes = chunk_.substr(at_, most);
  at_ += bytes.size();
  return bytes;
}

// One byte more than a chunk tells whether it is the last. A chunk that is not the last holds something, and one that
// is empty is the only one, so a read that gives nothing is the end.
absl::Status SealReader::Fill() {
  while (ahead_.size() <= kSealedBytes) {
    ASSIGN_OR_RETURN(const std::string bytes, source_(kSealedBytes + 1 - ahead_.size()));
    if (bytes.empty()) break;
    ahead_ += bytes;
  }
  const bool last = ahead_.size() <= kSealedBytes;
  if (ahead_.size() < kTagBytes) return Damaged();
  std::string sealed = ahead_.substr(0, kSealedBytes);
  ahead_.erase(0, sealed.size());
  const size_t size = sealed.size() - kTagBytes;
  const auto nonce = NonceOf(number_++, last);
  const Context context(EVP_CIPHER_CTX_new());
  chunk_.assign(size, '\0');
  at_ = 0;
  int length = 0;
  const bool sound =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &length, In(header_), static_cast<int>(header_.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), Out(chunk_), &length, In(sealed), static_cast<int>(size)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, Out(sealed) + size) == 1 &&
      EVP_DecryptFinal_ex(context.get(), Out(chunk_) + size, &length) == 1;
  if (sound) {
    ended_ = last;
    return absl::OkStatus();
  }
  OPENSSL_cleanse(chunk_.data(), chunk_.size());
  chunk_.clear();
  return Damaged();
}

}  // namespace cortado::backup
