// The PEM files of one side of a TLS connection, and whether they will do. Any thread; the functions read files.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace cortado::app {

struct TlsFiles {
  std::string certificate = {};  // Our own, intermediates after it; empty: we show none.
  std::string key = {};          // Its private key: 0600 and ours.
  std::string authority = {};    // Who must have signed the other side's certificate; empty: it need not show one.

  bool any() const { return !certificate.empty() || !key.empty() || !authority.empty(); }
};

// Whether a server can serve with them: OK also when there are none at all. FAILED_PRECONDITION: certificate or key is
// missing, they do not belong together, the certificate has expired, a file holds something else, or the key is open to
// others or belongs to another user. UNAVAILABLE: a file cannot be read. The message is meant for whoever starts the
// program and names the file.
absl::Status CheckServerFiles(const TlsFiles& files);

// Whether a client can dial `address` with them; for a unix socket they are not looked at. Errors as above; besides,
// FAILED_PRECONDITION when `address` is beyond this machine and there is no authority: nothing leaves it in the clear.
absl::Status CheckClientFiles(const TlsFiles& files, const std::string& address);

}  // namespace cortado::app
