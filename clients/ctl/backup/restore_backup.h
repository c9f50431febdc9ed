// Brings an organisation back from a file: nothing is changed before all of the file is known to be sound, all three
// services have taken all of it aside, and nobody is in it who was erased since.
// Thread contract: one thread at a time.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/ctl/backup/backup_calls.h"
#include "clients/ctl/backup/create_backup.h"

namespace cortado::ctl {

struct RestoreWish {
  bool replace = false;   // Else the organisation must hold nothing.
  std::string freeze_id;  // Of a restore that was left half done; empty: none.
};

// `calls` are of the file's organisation; `found` is what ReadBackup found in it. FAILED_PRECONDITION
// (ORGANIZATION_NOT_EMPTY), ALREADY_EXISTS (ALREADY_TAKEN), INVALID_ARGUMENT, CANCELLED: nothing is changed.
// UNAVAILABLE, DEADLINE_EXCEEDED: either nothing is changed, or the message says that the organisation stays frozen,
// and how to go on. `frozen` of the answer is how long writes had to wait.
absl::StatusOr<Backup> RestoreBackup(const BackupCalls& calls, const std::string& passphrase, const std::string& path,
                                     Backup found, const RestoreWish& wish, const BackupHooks& hooks);

}  // namespace cortado::ctl
