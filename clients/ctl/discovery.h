// Finds the server to talk to and what proves who we are: what was said on the command line, else what the environment
// says, else the local server's data directory.
// Thread contract: functions without shared state; they read files.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/ctl/render/style.h"
#include "common/app/tls_files.h"

namespace cortado::ctl {

// What the command line said; empty where it said nothing.
struct Given {
  std::string data = {};          // --data
  std::string address = {};       // --address
  std::string key_file = {};      // --key-file
  std::string organization = {};  // --organization
  app::TlsFiles tls = {};         // --tls-ca, --tls-cert, --tls-key
};

// Where the three services listen, as gRPC dials them.
struct Addresses {
  std::string profile;
  std::string matching;
  std::string scheduling;

  friend bool operator==(const Addresses&, const Addresses&) = default;
};

struct Target {
  std::string data;            // The data directory, whether or not it is there.
  bool data_is_used = false;   // The server is the one of the data directory.
  Addresses addresses;         // Empty when no server was found; `missing` then says what to do.
  std::string addresses_from;  // "--address", "CORTADO_ADDRESS" or the path of a file.
  std::string missing;
  std::string token;         // CORTADO_TOKEN, or the operator's: a token or a service key; empty when there is none.
  std::string token_from;    // "CORTADO_TOKEN" or the path of a file.
  std::string key_file;      // Signs tokens; may not be there.
  std::string organization;  // As said, else of the token; empty when neither says one.
  app::TlsFiles tls;         // As said, else CORTADO_TLS_CA, CORTADO_TLS_CERT and CORTADO_TLS_KEY; may be empty.
  // How far the clock of the server whose key signs is ahead of the machine's: zero but for a `cortado_dev`.
  absl::Duration clock_offset = absl::ZeroDuration();

  // What time it is for the server: what tokens live by.
  absl::Time Now() const;
};

// Returns the data directory: as given, else CORTADO_DATA, else XDG_DATA_HOME/cortado, else HOME/.local/share/cortado.
// FAILED_PRECONDITION: none of these is set.
absl::StatusOr<std::string> DataDirectory(const Given& given, const Environment& environment);

// Reads "unix:/path" or "host:port" (all three services), or "profile=A,matching=B,scheduling=C" in any order.
// INVALID_ARGUMENT: anything else.
absl::StatusOr<Addresses> ParseAddresses(absl::string_view text);

// Returns what is found. No server is not an error: `missing` says so.
// INVALID_ARGUMENT: an address that cannot be read. FAILED_PRECONDITION: as DataDirectory; an address beyond this
// machine without an authority, or TLS files that will not do. UNAVAILABLE: one that cannot be read; a `clock` in the
// data directory that says no time.
absl::StatusOr<Target> Discover(const Given& given, const Environment& environment);

// Returns the text of a small file without white space at its ends.
// NOT_FOUND: there is none. PERMISSION_DENIED: it may not be read. UNAVAILABLE: it cannot be.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

// Writes `text` to a new file or over an old one, complete or not at all, with `mode`. Makes the folders on the way.
// PERMISSION_DENIED or UNAVAILABLE, naming the path.
absl::Status WriteFile(const std::string& path, absl::string_view text, unsigned mode = 0644);

}  // namespace cortado::ctl
