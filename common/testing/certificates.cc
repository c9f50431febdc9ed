#include "common/testing/certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstdio>
#include <fstream>

#include "absl/time/clock.h"
#include "common/log/check.h"

namespace cortado::testing {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Key NewKey() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free); }

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string PemOf(X509* certificate) {
  Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  CORTADO_CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return Contents(bio.get());
}

std::string PemOf(EVP_PKEY* key) {
  Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  CORTADO_CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Contents(bio.get());
}

void AddExtension(X509* certificate, int kind, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  CORTADO_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate without signature; `issuer` null: its own.
Certificate Draft(const std::string& name, EVP_PKEY* key, X509* issuer, absl::Duration life) {
  Certificate made(X509_new(), &X509_free);
  X509_set_version(made.get(), 2);
  uint64_t serial = 0;
  CORTADO_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), absl::ToInt64Seconds(life));
  X509_set_pubkey(made.get(), key);
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer == nullptr ? made.get() : issuer));
  return made;
}

}  // namespace

Authority::Authority(const std::string& name) : key_(NewKey()) {
  certificate_ = Draft(name, key_.get(), nullptr, absl::Hours(1));
  AddExtension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  CORTADO_CHECK(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
  pem_ = PemOf(certificate_.get());
}

Authority::Issued Authority::Issue(const std::string& name, absl::Duration life) const {
  const Key key = NewKey();
  const Certificate issued = Draft(name, key.get(), certificate_.get(), life);
  AddExtension(issued.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  CORTADO_CHECK(X509_sign(issued.get(), key_.get(), EVP_sha256()) > 0);
  return {PemOf(issued.get()), PemOf(key.get())};
}

void MoveIntoPlace(const std::string& path, const std::string& text, unsigned mode) {
  const std::string draft = path + ".new";
  std::ofstream(draft) << text;
  CORTADO_CHECK(chmod(draft.c_str(), mode) == 0 && std::rename(draft.c_str(), path.c_str()) == 0);
}

}  // namespace cortado::testing
