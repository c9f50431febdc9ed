// OpenID providers as they are stored: the hash `issuers` of an organisation from ids to records of Issuer; and, for
// finding the organisation of a login, the hash `issuers` of the directory (cortado:{directory}:...) from the same ids
// to organisations. The id is a digest of (issuer, client id). The organisation's own record is written first and
// counts alone: what the directory says of an organisation that has no such record is stale. Thread-safe. Every
// function gives UNAVAILABLE when the store does not answer; then repeat with the same request id.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/issuer.pb.h"
#include "services/profile/auth/directory.h"

namespace cortado::profile {

class IssuerStore {
 public:
  static constexpr int kMost = 20;

  explicit IssuerStore(store::Store& store) : store_(store), directory_(store, "issuers") {}

  // Neither holds a line break.
  static std::string IdOf(absl::string_view issuer, absl::string_view client_id);

  // Keeps an issuer under the id of its name. ALREADY_EXISTS (ALREADY_TAKEN): an organisation has it, this one or
  // another. INVALID_ARGUMENT: there are kMost. NOT_FOUND: a repeat, and it was deleted since.
  Task<absl::StatusOr<v1::Issuer>> Create(rpc::Call call, v1::Issuer issuer, std::string request_id,
                                          std::string fingerprint);
  Task<absl::StatusOr<std::optional<v1::Issuer>>> Find(rpc::Call call, std::string id);
  // By id.
  Task<absl::StatusOr<std::vector<v1::Issuer>>> List(rpc::Call call);
  // NOT_FOUND: there is no such issuer.
  Task<absl::Status> Delete(rpc::Call call, std::string id, std::string request_id, std::string fingerprint);

  // The organisation that the directory names for an id; empty when none.
  Task<absl::StatusOr<std::string>> OrganizationOf(std::string id, absl::Time deadline);

 private:
  Task<absl::StatusOr<store::Outcome>> DeleteRecord(rpc::Call call, std::string id, std::string request_id,
                                                    std::string fingerprint);

  store::Store& store_;
  Directory directory_;
};

}  // namespace cortado::profile
