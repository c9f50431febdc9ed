// Brings a file of people to the server: read whole and checked before anything is sent, then streamed in messages the
// server takes.
// Thread contract: as Session; the rest are pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/ctl/import/people_csv.h"
#include "clients/ctl/session.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::ctl {

// Takes back the complaints about managers who are not in the file but in the organisation: a file may hold one
// department. Asks for the first 1,000 of them; of those behind, the complaint stays. Errors of Call.
absl::Status ForgetKnownManagers(Session& session, const Caller& caller, PeopleFile& file);

// What one message of an import may hold: the server refuses more rows, and bodies of more than 1 MB.
inline constexpr int kRowsPerMessage = 500;
inline constexpr size_t kBytesPerMessage = 400'000;

// Reads the file, plain or gzip. Errors of OpenPeopleFile and its source.
absl::StatusOr<PeopleFile> LoadPeople(const std::string& path, const PeopleMapping& mapping = {});

// Returns the rows in order in messages of at most kRowsPerMessage rows and kBytesPerMessage bytes; a row that alone is
// larger stands alone. No rows give no message. `how` says how to import, by the fields of the first message.
std::vector<profile::v1::ImportPeopleRequest> MakeMessages(std::vector<ImportRow> rows,
                                                           const profile::v1::ImportPeopleRequest& how);
std::vector<profile::v1::ImportPeopleRequest> MakeMessages(std::vector<ImportRow> rows, bool assume_open);

struct ImportOutcome {
  profile::v1::ImportPeopleResponse response;
  int64_t rows = 0;
  absl::Duration took;

  double PeoplePerSecond() const { return static_cast<double>(rows) / absl::ToDoubleSeconds(took); }
};

// Sends the messages, with a progress bar, again from the start when the server was away (what was written already is
// then found unchanged). Errors of the server.
absl::StatusOr<ImportOutcome> SendPeople(Session& session, const Caller& caller,
                                         const std::vector<profile::v1::ImportPeopleRequest>& messages);

}  // namespace cortado::ctl
