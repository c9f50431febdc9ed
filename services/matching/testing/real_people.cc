#include "services/matching/testing/real_people.h"

#include <zlib.h>

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/csv/csv_reader.h"

namespace cortado::matching::testing {
namespace {

constexpr char kFile[] = "../shared/data/org_so.csv.gz";

std::string ReadGzip(const char* path) {
  std::string text;
  gzFile file = gzopen(path, "rb");
  if (file == nullptr) return text;
  char buffer[1 << 16];
  for (int read = 0; (read = gzread(file, buffer, sizeof(buffer))) > 0;) text.append(buffer, read);
  gzclose(file);
  return text;
}

}  // namespace

std::map<std::string, Row> ReadRealPeople() {
  std::map<std::string, Row> rows;
  const std::string text = ReadGzip(kFile);
  csv::CsvReader reader(csv::StringSource(text));
  csv::CsvRecord record;
  std::vector<std::string> header;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    if (!more.ok() || !*more) return rows;
    if (header.empty()) {
      header = record.cells;
      continue;
    }
    Row row;
    for (size_t i = 0; i < header.size(); ++i) row[header[i]] = record.cells[i];
    rows[row.at("id")] = row;
  }
}

profile::v1::PeopleChange ChangeOf(const Row& row) {
  profile::v1::PeopleChange change;
  profile::v1::PersonSnapshot& snapshot = *change.mutable_person();
  profile::v1::Person& person = *snapshot.mutable_person();
  person.set_name("people/" + row.at("id"));
  person.set_display_name(row.at("id"));
  person.set_title(row.at("title"));
  person.set_department(row.at("department"));
  person.set_location(row.at("country"));
  person.set_time_zone(row.at("time_zone"));
  person.set_active(true);
  person.set_join_state(profile::v1::JOIN_STATE_JOINED);
  if (!row.at("manager_id").empty()) person.set_manager("people/" + row.at("manager_id"));
  int years = 0;
  if (absl::SimpleAtoi(row.at("years_experience"), &years)) person.set_years_experience(years);
  for (absl::string_view skill : absl::StrSplit(row.at("skills_held"), ';', absl::SkipEmpty())) {
    person.add_skills_held()->set_skill(absl::StrCat("skills/", skill));
  }
  for (absl::string_view skill : absl::StrSplit(row.at("skills_wanted"), ';', absl::SkipEmpty())) {
    person.add_skills_wanted()->set_skill(absl::StrCat("skills/", skill));
  }
  snapshot.mutable_offer()->set_mentor(true);
  snapshot.mutable_offer()->set_places(2);
  for (int day = 1; day <= 5; ++day) {
    profile::v1::DayHours& hours = *snapshot.mutable_time()->add_working_hours();
    hours.set_weekday(day);
    hours.set_start_minute(9 * 60);
    hours.set_end_minute(17 * 60);
  }
  return change;
}

void AddRealPeople(OrganizationView& view) {
  for (const auto& [id, row] : ReadRealPeople()) view.Apply(ChangeOf(row));
}

}  // namespace cortado::matching::testing
