// Reads a whole CSV file of people and says everything that is wrong with it before anything is sent; writes one, too.
// The columns are in people_columns.h, their meaning for the writers of files in README.md. The survey layout (id,
// display_name, title, department, country, time_zone, years_experience, ...) and the template share one table, so that
// a file may have any of the columns in any order; only `id` must be there.
//
// Thread contract: functions without shared state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/ctl/import/people_columns.h"
#include "clients/ctl/import/people_mapping.h"
#include "common/csv/csv_reader.h"

namespace cortado::ctl {

struct FileProblem {
  int64_t line = 0;
  std::string column;  // The name of the column, or the number of the character where no column is meant.
  std::string what;
  std::string fix;
  std::string stranger = {};  // The manager's id, where the problem is that nobody in the file has it.
};

// Returns "people.csv, line 12, column manager_id: nobody in this file has the id "x". Fix: ...".
std::string FormatProblem(absl::string_view file, const FileProblem& problem);

struct PeopleFile {
  std::vector<ImportRow> rows;        // Those without a problem of their own, in order; `line` is set.
  std::vector<FileProblem> problems;  // In the order of lines.
  int64_t row_count = 0;              // Rows of the file, good and bad, without the header.
};

// Reads all of `source`. With no problems every row is in `rows`. Else:
//  - a bad header leaves `rows` empty;
//  - a row that is malformed, has a bad cell, or repeats the id or e-mail of an earlier one is not in `rows`;
//  - a row whose manager is nobody of the file is, and keeps the id of that manager: no problem where the server knows
//    it, which leaves out one it does not know;
//  - in a ring of managers the first person (by id) is, without their manager.
// So what `rows` holds may be imported, if the one who imports agrees to skip the rest.
// `mapping` says what the columns of a foreign file are. Returns only the source's own errors.
absl::StatusOr<PeopleFile> ReadPeople(csv::ByteSource source, const PeopleMapping& mapping = {});

// Returns a file in our own layout that ReadPeople reads back as the same rows; no cell of it is a formula to a
// spreadsheet.
std::string WritePeople(absl::Span<const ImportRow> rows);

}  // namespace cortado::ctl
