// Backups on disk: written whole or not at all, read piece by piece, and the passphrase they are sealed with.
// Thread contract: one thread at a time.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/backup/sealed_file.h"

namespace cortado::ctl {

// A file that is there under its name only once all of it is on the disk; only its owner may read it (0600).
class DraftFile {
 public:
  // Beside `path`. ALREADY_EXISTS: there is a file of that name. UNAVAILABLE: it cannot be written, as below.
  static absl::StatusOr<DraftFile> Create(const std::string& path);
  // Removes what has not got its name.
  ~DraftFile();
  DraftFile(DraftFile&& other) noexcept;
  DraftFile& operator=(DraftFile&&) = delete;

  absl::Status Write(absl::string_view bytes);
  // Sees to it that all of it is on the disk; it has its other name still, draft().
  absl::Status Sync();
  const std::string& draft() const { return draft_; }
  // After Sync: gives it its name, for good.
  absl::Status Keep();

 private:
  DraftFile() = default;

  std::string path_;
  std::string draft_;
  int descriptor_ = -1;
};

// The bytes of a file, from its beginning; told to `advance` as they are read, if it is given. NOT_FOUND,
// PERMISSION_DENIED, UNAVAILABLE: it cannot be read.
absl::StatusOr<backup::Source> OpenSource(const std::string& path,
                                          std::function<void(int64_t bytes)> advance = nullptr);

// The first line of a file. INVALID_ARGUMENT: it is shorter than 12 characters. Errors of reading.
absl::StatusOr<std::string> ReadPassphrase(const std::string& path);

}  // namespace cortado::ctl
