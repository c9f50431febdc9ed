// Opens a file, plain or gzip, for reading from its first byte to its last.
// Thread contract: one thread at a time for each source.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/csv/csv_reader.h"

namespace cortado::ctl {

// Returns a source of the file's text, decompressed where it is gzip, whatever its name.
// Returns NOT_FOUND when there is no such file, PERMISSION_DENIED when it may not be read, INVALID_ARGUMENT for a
// folder. The source returns DATA_LOSS where the compressed data is damaged or ends early.
absl::StatusOr<csv::ByteSource> OpenPeopleFile(const std::string& path);

}  // namespace cortado::ctl
