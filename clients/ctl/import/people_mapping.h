// What the columns of a foreign file of people are in ours: from a mapping file, or a preset for a file we know.
//
//   {
//     "columns":  {"Employee no.": "id", "Full name": "display_name", "Reports to": "manager_id"},
//     "ignore":   ["Salary grade"],
//     "ignore_others": true,
//     "defaults": {"time_zone": "Europe/Berlin", "languages": "de;en"}
//   }
//
// Names are compared without case, spaces and hyphens counting as underscores. docs/import.md documents it for those
// who write such files. Thread contract: immutable once made.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/ctl/import/people_columns.h"

namespace cortado::ctl {

class PeopleMapping {
 public:
  // Our own layout: every column is what its name says.
  PeopleMapping() = default;

  // Reads a mapping file. INVALID_ARGUMENT says what is wrong: no JSON, an unknown key, a column of ours that there is
  // not or that two of theirs stand for.
  static absl::StatusOr<PeopleMapping> Parse(absl::string_view json_text);
  // Returns the preset of this name. NOT_FOUND names those there are.
  static absl::StatusOr<PeopleMapping> Preset(absl::string_view name);
  static std::vector<std::string> PresetNames();

  // Returns our column for the file's column `name`, or null.
  const Column* Find(absl::string_view name) const;
  // Whether a column that Find does not know is passed over.
  bool Ignores(absl::string_view name) const;
  // Cells for columns of ours where a row's own is empty or missing.
  const std::vector<std::pair<const Column*, std::string>>& defaults() const { return defaults_; }

 private:
  absl::flat_hash_map<std::string, const Column*> columns_;  // By folded name.
  absl::flat_hash_set<std::string> ignored_;
  bool ignore_others_ = false;
  std::vector<std::pair<const Column*, std::string>> defaults_;
};

}  // namespace cortado::ctl
