#include "clients/ctl/import/people_csv.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/csv/csv_writer.h"
#include "common/csv/utf8.h"
#include "common/forest/parent_links.h"
#include "common/status/status.h"

namespace cortado::ctl {
namespace {

using csv::CsvReader;
using csv::CsvRecord;

class PeopleReader {
 public:
  PeopleReader(csv::ByteSource source, const PeopleMapping& mapping) : reader_(std::move(source)), mapping_(mapping) {}

  absl::StatusOr<PeopleFile> Read() {
    CsvRecord record;
    ASSIGN_OR_RETURN(bool more, reader_.Next(record));
    if (!more) {
      Complain(1, "id", "the file is empty", "begin it with a line that names the columns");
      return std::move(file_);
    }
    if (!ReadHeader(record)) return std::move(file_);
    for (;;) {
      ASSIGN_OR_RETURN(more, reader_.Next(record));
      if (!more) break;
      ReadRow(record);
    }
    CheckManagers();
    std::stable_sort(file_.problems.begin(), file_.problems.end(),
                     [](const FileProblem& a, const FileProblem& b) { return a.line < b.line; });
    return std::move(file_);
  }

 private:
  void Complain(int64_t line, absl::string_view column, absl::string_view what, absl::string_view fix) {
    file_.problems.push_back({line, std::string(column), std::string(what), std::string(fix), ""});
  }

  bool Refused(const CsvRecord& record) {
    if (!record.problem) return false;
    const csv::CsvProblem& problem = *record.problem;
    Complain(problem.line, absl::StrCat(problem.column), problem.what, problem.fix);
    return true;
  }

  bool ReadHeader(const CsvRecord& record) {
    if (Refused(record)) return false;
    std::set<const Column*> seen;
    for (const std::string& name : record.cells) {
      const Column* column = mapping_.Find(name);
      columns_.push_back(column);
      if (column == nullptr && mapping_.Ignores(name)) continue;
      if (column == nullptr) {
        const absl::string_view near = NearestPeopleColumn(name);
        Complain(record.line, name, "there is no such column",
                 near.empty() ? "remove it, rename it to one that is documented, or say with --mapping what it is"
                              : absl::StrCat("rename it to ", near, ", or remove it"));
      } else if (!seen.insert(column).second) {
        Complain(record.line, name, "this column is there twice", "remove one of the two");
      }
    }
    if (seen.count(FindPeopleColumn("id")) == 0) {
      Complain(record.line, "id", "this column is missing",
               "add it: the HR system's own number or name of each person");
    }
    names_are_ids_ = seen.count(FindPeopleColumn("display_name")) == 0;
    return file_.problems.empty();
  }

  void ReadRow(const CsvRecord& record) {
    ++file_.row_count;
    if (Refused(record)) return;
    ImportRow row;
    row.set_line(record.line);
    row.mutable_person()->set_active(true);
    bool good = true;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] != nullptr) good = ReadCell(*columns_[i], record.line, record.cells[i], row) && good;
    }
    for (const auto& [column, cell] : mapping_.defaults()) {
      if (IsEmpty(record, column)) good = ReadCell(*column, record.line, cell, row) && good;
    }
    if (names_are_ids_) row.mutable_person()->set_display_name(row.person().external_id());
    good = CheckIdentity(row) && good;
    CompleteOffer(row);
    good = CheckDestination(row) && good;
    if (good) file_.rows.push_back(std::move(row));
  }

  // Whether the row says nothing in this column.
  bool IsEmpty(const CsvRecord& record, const Column* column) const {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] == column) return absl::StripAsciiWhitespace(record.cells[i]).empty();
    }
    return true;
  }

  bool ReadCell(const Column& column, int64_t line, absl::string_view text, ImportRow& row) {
    const absl::string_view cell = csv::Plain(absl::StripAsciiWhitespace(text));
    if (cell.empty() || column.read == nullptr) return true;
    if (csv::CountCodePoints(cell) > static_cast<size_t>(column.max_length)) {
      Complain(line, column.name, absl::StrCat("more than ", column.max_length, " characters"), "shorten it");
      return false;
    }
    const std::optional<Complaint> complaint = column.read(cell, row);
    if (complaint) Complain(line, column.name, complaint->what, complaint->fix);
    return !complaint;
  }

  // An id or e-mail counts as taken even by a row that is bad in another way, and as a manager's id too.
  bool CheckIdentity(const ImportRow& row) {
    const profile::v1::Person& person = row.person();
    if (person.external_id().empty()) {
      Complain(row.line(), "id", "this cell is empty", "give every person an id");
      return false;
    }
    bool good = true;
    if (person.display_name().empty()) {
      Complain(row.line(), "display_name", "this cell is empty", "give every person a name");
      good = false;
    }
    if (const auto [first, added] = line_of_id_.emplace(person.external_id(), row.line()); !added) {
      Complain(row.line(), "id", absl::StrCat("line ", first->second, " has the id \"", first->first, "\" already"),
               "remove one of the two rows");
      return false;
    }
    managers_.Set(person.external_id(), row.manager_external_id());
    if (person.email().empty()) return good;
    if (const auto [first, added] = line_of_email_.emplace(absl::AsciiStrToLower(person.email()), row.line()); !added) {
      Complain(row.line(), "email", absl::StrCat("line ", first->second, " has this address already"),
               "give every person an address of their own, or leave it empty");
      good = false;
    }
    return good;
  }

  // Places, topics and booking say nothing about consent: without the offer itself there is none.
  static void CompleteOffer(ImportRow& row) {
    const profile::v1::Offer& offer = row.offer();
    if (!offer.mentor() && !offer.mentee() && !offer.coffee() && !offer.reverse()) row.clear_offer();
  }

  bool CheckDestination(const ImportRow& row) {
    if (!row.has_destination() || row.destination().kind() != profile::v1::DESTINATION_KIND_UNSPECIFIED) return true;
    Complain(row.line(), "destination_kind", "a destination without its kind",
             "say what kind of move it is, or leave all destination columns empty");
    return false;
  }

  void CheckManagers() {
    for (const auto& [person, manager] : managers_.Orphans()) {
      Complain(line_of_id_[person], "manager_id", absl::StrCat("nobody in this file has the id \"", manager, "\""),
               "add that person, correct the id, or leave it empty");
      file_.problems.back().stranger = manager;
    }
    absl::flat_hash_set<std::string> cut;
    for (std::vector<std::string> cycle : managers_.Cycles()) {
      cut.insert(cycle[0]);
      const int64_t line = line_of_id_[cycle[0]];
      const size_t size = cycle.size();
      cycle.resize(std::min<size_t>(size, 10));
      std::string ring = absl::StrJoin(cycle, " -> ");
      if (size > cycle.size()) absl::StrAppend(&ring, " -> ", size - cycle.size(), " more");
      Complain(line, "manager_id", absl::StrCat("a ring of managers: ", ring, " -> ", cycle[0]),
               "empty the manager of the one who leads the others");
    }
    for (ImportRow& row : file_.rows) {
      if (cut.contains(row.person().external_id())) row.clear_manager_external_id();
    }
  }

  CsvReader reader_;
  const PeopleMapping& mapping_;
  PeopleFile file_;
  std::vector<const Column*> columns_;  // Of the file's; null for one that the mapping ignores.
  bool names_are_ids_ = false;
  absl::flat_hash_map<std::string, int64_t> line_of_id_;
  absl::flat_hash_map<std::string, int64_t> line_of_email_;
  forest::ParentLinks managers_;
};

}  // namespace

std::string FormatProblem(absl::string_view file, const FileProblem& problem) {
  return absl::StrCat(file, ", line ", problem.line, ", column ", problem.column, ": ", problem.what,
                      ". Fix: ", problem.fix, ".");
}

absl::StatusOr<PeopleFile> ReadPeople(csv::ByteSource source, const PeopleMapping& mapping) {
  return PeopleReader(std::move(source), mapping).Read();
}

std::string WritePeople(absl::Span<const ImportRow> rows) {
  std::string out;
  absl::string_view comma;
  for (const Column& column : PeopleColumns()) {
    if (column.write == nullptr) continue;
    absl::StrAppend(&out, comma, column.name);
    comma = ",";
  }
  out += '\n';
  for (const ImportRow& row : rows) {
    comma = "";
    for (const Column& column : PeopleColumns()) {
      if (column.write == nullptr) continue;
      absl::StrAppend(&out, comma);
      csv::AppendCell(column.write(row), out);
      comma = ",";
    }
    out += '\n';
  }
  return out;
}

}  // namespace cortado::ctl
