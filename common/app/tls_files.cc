#include "common/app/tls_files.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/app/loopback.h"
#include "common/status/status.h"

namespace cortado::app {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// Nobody sits at the terminal of a server: a key with a password is one we cannot read.
int NoPassword(char*, int, int, void*) { return -1; }

absl::StatusOr<Bio> Open(const std::string& path) {
  errno = 0;
  Bio bio(BIO_new_file(path.c_str(), "r"), &BIO_free);
  if (bio == nullptr) {
    return absl::UnavailableError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno == 0 ? EIO : errno)));
  }
  return bio;
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  ASSIGN_OR_RETURN(Bio bio, Open(path));
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, &NoPassword, nullptr), &X509_free);
  if (certificate == nullptr) return absl::FailedPreconditionError(absl::StrCat(path, " holds no PEM certificate"));
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) <= 0) {
    return absl::FailedPreconditionError(absl::StrCat("the certificate in ", path, " has expired"));
  }
  return certificate;
}

absl::StatusOr<Key> ReadKey(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  if (!S_ISREG(found.st_mode) || found.st_uid != geteuid()) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is not a regular file of the user who runs this"));
  }
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is open to group or others: chmod 600 it"));
  }
  ASSIGN_OR_RETURN(Bio bio, Open(path));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr), &EVP_PKEY_free);
  if (key == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(path, " holds no PEM private key without a password"));
  }
  return key;
}

absl::Status CheckPair(const TlsFiles& files) {
  if (files.certificate.empty() || files.key.empty()) {
    return absl::FailedPreconditionError("a TLS certificate and its key are given together, or neither");
  }
  ASSIGN_OR_RETURN(Certificate certificate, ReadCertificate(files.certificate));
  ASSIGN_OR_RETURN(Key key, ReadKey(files.key));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("the key in ", files.key, " is not that of the certificate in ", files.certificate));
  }
  return absl::OkStatus();
}

absl::Status CheckAuthority(const TlsFiles& files) {
  return files.authority.empty() ? absl::OkStatus() : ReadCertificate(files.authority).status();
}

}  // namespace

absl::Status CheckServerFiles(const TlsFiles& files) {
  if (!files.any()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckPair(files));
  return CheckAuthority(files);
}

absl::Status CheckClientFiles(const TlsFiles& files, const std::string& address) {
  if (absl::StartsWith(address, "unix:")) return absl::OkStatus();
  if (files.authority.empty() && !IsLocal(address)) {
    return absl::FailedPreconditionError(absl::StrCat(
        address, " is beyond this machine: say who signed its certificate with --tls_ca (cortadoctl: --tls-ca)"));
  }
  if (!files.certificate.empty() || !files.key.empty()) RETURN_IF_ERROR(CheckPair(files));
  return CheckAuthority(files);
}

}  // namespace cortado::app
