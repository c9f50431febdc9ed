// The columns a CSV file of people may have, each with how its cells are read and written. README.md beside this file
// documents them for those who write such files; a test holds the two together.
// Thread contract: constant data and pure functions, but for the cache of time zones, which is guarded.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::ctl {

using profile::v1::ImportRow;

// Why a cell cannot be used, and what to do about it.
struct Complaint {
  std::string what;  // "\"2024-13-01\" is not a date"
  std::string fix;   // "write it as 2024-12-31"
};

struct Column {
  absl::string_view name;
  int max_length;  // In characters.
  // Takes a cell that is not empty into `row`. Null for a column that is known but not used.
  std::optional<Complaint> (*read)(absl::string_view cell, ImportRow& row);
  // The cell of `row`; empty when the row says nothing. Null for a column that is only read.
  std::string (*write)(const ImportRow& row);
};

// Every known column, in the order of the template.
absl::Span<const Column> PeopleColumns();

// Returns the column of this name, in any case and with spaces or hyphens for underscores, or null.
const Column* FindPeopleColumn(absl::string_view name);

// Returns the known column whose name is nearest to `name`, or an empty string when none is near.
absl::string_view NearestPeopleColumn(absl::string_view name);

}  // namespace cortado::ctl
