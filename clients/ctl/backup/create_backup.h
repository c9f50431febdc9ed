// Makes the backup of an organisation: it is frozen in all three services, read out into a sealed file, and let go.
// Thread contract: one thread at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/ctl/backup/backup_calls.h"
#include "common/backup/backup_file.h"

namespace cortado::ctl {

// What is told while work goes on, and asked; both may be null.
struct BackupHooks {
  std::function<void(int64_t records)> advance;
  std::function<bool()> interrupted;
};

struct Backup {
  backup::Title title;
  std::vector<backup::Section> sections;
  absl::Duration frozen;  // How long writes had to wait.
  int64_t bytes = 0;      // Of the file.
};

// Writes it to `path`; the file is there only when it is whole, was let go in time, and was read back.
// `title.organization` is that of `calls`. NOT_FOUND: the profile service has no such organisation. ABORTED
// (FREEZE_LOST): a freeze ended before its time; try again. CANCELLED: interrupted. Errors of the services and of the
// file.
absl::StatusOr<Backup> CreateBackup(const BackupCalls& calls, const std::string& passphrase, const std::string& path,
                                    const std::string& version, const BackupHooks& hooks);

// Reads all of a file, and so finds whether it is sound. Errors of OpenSource and of backup::BackupReader.
absl::StatusOr<Backup> ReadBackup(const std::string& passphrase, const std::string& path,
                                  std::function<void(int64_t bytes)> advance = nullptr);

}  // namespace cortado::ctl
