// A folder with an exported audit trail, which anybody can verify without a server:
//
//   audit.json                  organisation, and for every service its public key, anchor and number of segments
//   SERVICE/heads, SERVICE/segment-000001, ...     the files as they were sealed
//   entries.jsonl               the entries, one JSON object a line, for reading
//
// Thread contract: one thread at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/audit/verifier.h"
#include "cortado/api/v1/audit.pb.h"

namespace cortado::ctl {

// What was found of one service's files.
struct FolderVerdict {
  std::string service;
  std::string key_id;
  bool sealed = false;  // Whether the service seals its trail; if not there is nothing to verify.
  audit::Verdict verdict;
};

// Writes parts as they come from the server. UNAVAILABLE: it cannot be written.
class AuditFolder {
 public:
  // FAILED_PRECONDITION: `path` is there already.
  static absl::StatusOr<AuditFolder> Create(const std::string& path, const std::string& organization);

  absl::Status Add(const api::v1::AuditPart& part);
  // Writes audit.json. Once, after the last part.
  absl::Status Finish();

 private:
  struct Service {
    std::string name;
    std::string public_key;  // Raw; empty: the service does not seal.
    std::optional<audit::Anchor> anchor;
    int64_t segments = 0;
  };

  AuditFolder(std::string path, std::string organization)
      : path_(std::move(path)), organization_(std::move(organization)) {}

  std::string path_;
  std::string organization_;
  std::vector<Service> services_;
};

// Verifies the files in a folder, calling `sink` with every sound entry and `read` with the bytes read. With `key_pem`
// all heads must be signed by that key; empty: by the one the folder names. NOT_FOUND or INVALID_ARGUMENT: the folder
// is no export; INVALID_ARGUMENT: no such key.
absl::StatusOr<std::vector<FolderVerdict>> VerifyFolder(
    const std::string& path, const std::string& key_pem,
    const std::function<void(const std::string& service, const audit::Entry&)>& sink,
    const std::function<void(int64_t bytes)>& read);

// The entry as one line of JSON, without a line feed.
std::string EntryJson(const std::string& service, const audit::Entry& entry);

}  // namespace cortado::ctl
