// A Cortado with an organisation in it of which every service holds something, and short ways to back it up, to bring
// it back here or elsewhere, and to say all that is there. Thread contract: one thread at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/ctl/backup/backup_calls.h"
#include "clients/ctl/backup/create_backup.h"
#include "clients/ctl/backup/restore_backup.h"
#include "cortado/profile/v1/audit_service.grpc.pb.h"
#include "cortado/profile/v1/auth_service.grpc.pb.h"
#include "tests/own_data/planting.h"
#include "tests/testing/site.h"

namespace cortado::testing {

class Drill {
 public:
  static constexpr char kPassphrase[] = "correct horse battery";

  // `organization` is known already; empty: one is made and filled.
  explicit Drill(std::string organization = "");

  Site& site() { return site_; }
  const std::string& organization() const { return organization_; }
  Planting& planting() { return *planting_; }
  Caller Hr() const { return site_.Hr(organization_); }
  Caller As(const std::string& id) const { return site_.As(organization_, id); }
  Caller Service() const { return ServiceFor(site_.key(), organization_); }
  ctl::BackupCalls Calls() const;

  // Waits until everybody was told of what happened; what is there is then at rest.
  void AwaitRest();
  // Everything that is held about the three people, by service and name, and what HR sees of the whole.
  std::string Everything();
  // Whether Redis holds one of these words anywhere.
  bool Holds(const std::vector<std::string>& words);

  // To a new file, and from one.
  absl::StatusOr<ctl::Backup> Create(const std::string& path, const ctl::BackupHooks& hooks = {});
  absl::StatusOr<ctl::Backup> Restore(const std::string& path, bool replace, const ctl::BackupHooks& hooks = {});
  std::string NewPath();

  absl::Status Rename(const std::string& id, const std::string& title);
  void Erase(const std::string& id);
  bool AuditIsSound();
  std::string Redis(const std::vector<std::string>& command) { return site_.redis().Ask(command); }

 private:
  Site site_;
  std::string organization_;
  std::unique_ptr<Planting> planting_;
  int files_ = 0;
};

}  // namespace cortado::testing
