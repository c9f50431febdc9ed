// Ed25519 keys (RFC 8032) that sign and check tokens. Both classes are cheap to copy (copies share the key), never
// change, and may be used from any thread at once.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_pkey_st;  // EVP_PKEY of OpenSSL.

namespace cortado::auth {

class PublicKey {
 public:
  // INVALID_ARGUMENT: `raw` is not 32 bytes.
  static absl::StatusOr<PublicKey> FromRaw(absl::string_view raw);
  // Reads the first key of a "BEGIN PUBLIC KEY" text. INVALID_ARGUMENT: none there, or not Ed25519.
  static absl::StatusOr<PublicKey> FromPem(absl::string_view pem);

  // Returns whether `signature` (64 bytes) was made over `message` with the private half. Costs about 100 us.
  bool Verify(absl::string_view message, absl::string_view signature) const;

  // The 32 bytes of the key.
  const std::string& Raw() const { return raw_; }
  // The first 16 hexadecimal digits of the SHA-256 of Raw().
  const std::string& KeyId() const { return key_id_; }
  std::string Pem() const;

 private:
  friend class SigningKey;
  explicit PublicKey(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  std::string raw_;
  std::string key_id_;
};

class SigningKey {
 public:
  // INTERNAL: the crypto library refuses.
  static absl::StatusOr<SigningKey> Generate();

  // Returns the key in the PEM file `path`; writes a new one there first (mode 0600, complete or not at all) if there
  // is none. Two processes that do so at once end with the same key. FAILED_PRECONDITION: the file can be read or
  // written by group or others, or is no regular file of ours. INVALID_ARGUMENT: it holds no Ed25519 private key.
  // UNAVAILABLE: it cannot be read or written.
  static absl::StatusOr<SigningKey> LoadOrCreate(const std::string& path);

  // Returns the 64 bytes of the signature over `message`.
  std::string Sign(absl::string_view message) const;

  const class PublicKey& PublicKey() const { return public_key_; }
  const std::string& KeyId() const { return public_key_.KeyId(); }

 private:
  explicit SigningKey(std::shared_ptr<evp_pkey_st> key);

  class PublicKey public_key_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace cortado::auth
