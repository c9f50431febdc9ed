// OpenID providers as they are stored: claimed records (claimed_records.h) in the hash `issuers`, under a digest of
// (issuer, client id), by which a login finds its organisation. Thread-safe. Every function gives UNAVAILABLE when the
// store does not answer; then repeat with the same request id.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/rpc/call.h"
#include "common/store/store.h"
#include "common/task/task.h"
#include "cortado/profile/v1/issuer.pb.h"
#include "services/profile/auth/claimed_records.h"

namespace cortado::profile {

class IssuerStore {
 public:
  static constexpr int kMost = 20;

  explicit IssuerStore(store::Store& store);

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

  // As ClaimedRecords have them, for an organisation that is brought back.
  Task<absl::Status> CheckAll(rpc::Call call, rpc::Call staged) {
    return records_.CheckAll(std::move(call), std::move(staged));
  }
  Task<absl::Status> ClaimAll(rpc::Call call) { return records_.ClaimAll(std::move(call)); }

 private:
  ClaimedRecords records_;
};

}  // namespace cortado::profile
