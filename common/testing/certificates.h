// Certificates made for one test: an authority, and what it signs for this machine. Any thread.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"

struct evp_pkey_st;  // EVP_PKEY of OpenSSL.
struct x509_st;      // X509.

namespace cortado::testing {

class Authority {
 public:
  explicit Authority(const std::string& name);

  struct Issued {
    std::string certificate;  // PEM.
    std::string key;          // PEM.
  };
  // Signs a certificate for localhost and 127.0.0.1, good from a minute ago until `life` from now (may be negative).
  Issued Issue(const std::string& name, absl::Duration life = absl::Hours(1)) const;

  const std::string& certificate() const { return pem_; }  // PEM.

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
  std::string pem_;
};

// Writes a file with `mode` under another name and moves it to `path`.
void MoveIntoPlace(const std::string& path, const std::string& text, unsigned mode = 0600);

}  // namespace cortado::testing
