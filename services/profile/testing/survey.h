// A real organisation for tests: the rows of a survey file, where it is present.
// Thread contract: a pure function of the file.
#pragma once

#include <zlib.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/csv/csv_reader.h"
#include "cortado/profile/v1/profile_service.pb.h"

namespace cortado::profile {

inline constexpr char kSurvey[] = "../shared/data/org_so.csv.gz";

inline v1::ImportRow Row(const std::string& id, const std::string& manager = "") {
  v1::ImportRow row;
  row.mutable_person()->set_external_id(id);
  row.mutable_person()->set_display_name("The " + id);
  row.mutable_person()->set_active(true);
  row.set_manager_external_id(manager);
  return row;
}

inline bool HasSurvey() { return std::filesystem::exists(kSurvey); }

// Reads the layout of the survey files.
inline std::vector<v1::ImportRow> ReadSurvey() {
  gzFile file = gzopen(kSurvey, "rb");
  csv::CsvReader reader([file](char* buffer, size_t capacity) -> absl::StatusOr<size_t> {
    return gzread(file, buffer, static_cast<unsigned>(capacity));
  });
  csv::CsvRecord record;
  std::map<std::string, size_t> at;
  std::vector<v1::ImportRow> rows;
  while (*reader.Next(record)) {
    if (at.empty()) {
      for (size_t i = 0; i < record.cells.size(); ++i) at[record.cells[i]] = i;
      continue;
    }
    const auto cell = [&](const char* name) { return record.cells[at.at(name)]; };
    v1::ImportRow row = Row(cell("id"), cell("manager_id"));
    row.set_line(record.line);
    row.mutable_person()->set_display_name(cell("display_name"));
    row.mutable_person()->set_title(cell("title"));
    row.mutable_person()->set_department(cell("department"));
    row.mutable_person()->set_time_zone(cell("time_zone"));
    for (const auto skill : absl::StrSplit(cell("skills_held"), ';', absl::SkipEmpty())) {
      row.mutable_person()->add_skills_held()->set_skill(std::string(skill));
    }
    for (const auto skill : absl::StrSplit(cell("skills_wanted"), ';', absl::SkipEmpty())) {
      row.mutable_person()->add_skills_wanted()->set_skill(std::string(skill));
    }
    rows.push_back(std::move(row));
  }
  gzclose(file);
  return rows;
}

}  // namespace cortado::profile
