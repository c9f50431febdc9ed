#include "common/auth/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/id/id.h"
#include "common/log/check.h"
#include "common/status/status.h"

namespace cortado::auth {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr size_t kRawKeySize = 32;
constexpr size_t kSignatureSize = 64;
// A key file is about 120 bytes; whatever is longer is something else.
constexpr size_t kMaxKeyFileSize = 4096;

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Key Own(EVP_PKEY* key) { return Key(key, &EVP_PKEY_free); }

bool IsEd25519(const Key& key) { return key != nullptr && EVP_PKEY_get_id(key.get()) == EVP_PKEY_ED25519; }

Bio ReadOnly(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
}

std::string Contents(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

// No key of ours has a password; without this OpenSSL would ask for one at the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

std::string PrivatePem(const Key& key) {
  Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  CORTADO_CHECK(PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Contents(bio);
}

// A file descriptor that closes itself.
struct File {
  explicit File(int descriptor) : fd(descriptor) {}
  ~File() {
    if (fd >= 0) close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd;
};

absl::Status CheckMode(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return absl::UnavailableError("the key file cannot be examined");
  if (!S_ISREG(status.st_mode) || status.st_uid != geteuid()) {
    return absl::FailedPreconditionError("the key file is not a regular file of this user");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError("the key file is open to group or others: chmod 600 it and make a new key");
  }
  return absl::OkStatus();
}

// Returns the text of the file. NOT_FOUND: there is none.
absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.fd < 0 && errno == ENOENT) return absl::NotFoundError("there is no key file");
  if (file.fd < 0 && errno == ELOOP) return absl::FailedPreconditionError("the key file is a symbolic link");
  if (file.fd < 0) return absl::UnavailableError("the key file cannot be opened");
  RETURN_IF_ERROR(CheckMode(file.fd));
  std::string text(kMaxKeyFileSize, '\0');
  const ssize_t size = read(file.fd, text.data(), text.size());
  if (size < 0) return absl::UnavailableError("the key file cannot be read");
  text.resize(static_cast<size_t>(size));
  return text;
}

// Writes a file beside `path` and links it there: readers see all of it or nothing, and the first of two writers wins.
absl::Status WriteKeyFile(const std::string& path, absl::string_view text) {
  const std::string draft = absl::StrCat(path, ".", id::New());
  bool written = false;
  {
    File file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.fd < 0) return absl::UnavailableError("the key file cannot be created");
    written = write(file.fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file.fd) == 0;
  }
  const bool linked = written && (link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
  unlink(draft.c_str());
  return linked ? absl::OkStatus() : absl::UnavailableError("the key file cannot be written");
}

}  // namespace

PublicKey::PublicKey(Key key) : key_(std::move(key)), raw_(kRawKeySize, '\0') {
  size_t size = raw_.size();
  CORTADO_CHECK(EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw_.data()), &size) == 1);
  CORTADO_CHECK(size == kRawKeySize);
  key_id_ = id::Sha256Hex(raw_).substr(0, 16);
}

absl::StatusOr<PublicKey> PublicKey::FromRaw(absl::string_view raw) {
  if (raw.size() != kRawKeySize) return absl::InvalidArgumentError("an Ed25519 public key has 32 bytes");
  Key key = Own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(raw), raw.size()));
  if (!IsEd25519(key)) return absl::InvalidArgumentError("these bytes are no Ed25519 public key");
  return PublicKey(std::move(key));
}

absl::StatusOr<PublicKey> PublicKey::FromPem(absl::string_view pem) {
  Key key = Own(PEM_read_bio_PUBKEY(ReadOnly(pem).get(), nullptr, &NoPassword, nullptr));
  if (!IsEd25519(key)) return absl::InvalidArgumentError("the text holds no Ed25519 public key");
  return PublicKey(std::move(key));
}

bool PublicKey::Verify(absl::string_view message, absl::string_view signature) const {
  if (signature.size() != kSignatureSize) return false;
  DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message), message.size()) == 1;
}

std::string PublicKey::Pem() const {
  Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  CORTADO_CHECK(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
  return Contents(bio);
}

SigningKey::SigningKey(Key key) : public_key_(key), key_(std::move(key)) {}

absl::StatusOr<SigningKey> SigningKey::Generate() {
  Key key = Own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!IsEd25519(key)) return absl::InternalError("the crypto library makes no Ed25519 key");
  return SigningKey(std::move(key));
}

absl::StatusOr<SigningKey> SigningKey::LoadOrCreate(const std::string& path) {
  absl::StatusOr<std::string> text = ReadKeyFile(path);
  if (absl::IsNotFound(text.status())) {
    ASSIGN_OR_RETURN(SigningKey fresh, Generate());
    RETURN_IF_ERROR(WriteKeyFile(path, PrivatePem(fresh.key_)));
    text = ReadKeyFile(path);  // Another process may have been first: its key counts.
  }
  if (absl::IsNotFound(text.status())) return absl::UnavailableError("the key file went away");
  if (!text.ok()) return text.status();
  Key key = Own(PEM_read_bio_PrivateKey(ReadOnly(*text).get(), nullptr, &NoPassword, nullptr));
  if (!IsEd25519(key)) return absl::InvalidArgumentError("the key file holds no Ed25519 private key");
  return SigningKey(std::move(key));
}

std::string SigningKey::Sign(absl::string_view message) const {
  DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kSignatureSize, '\0');
  size_t size = signature.size();
  CORTADO_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
  CORTADO_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(message),
                               message.size()) == 1);
  CORTADO_CHECK(size == kSignatureSize);
  return signature;
}

}  // namespace cortado::auth
