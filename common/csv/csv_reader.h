// Reads CSV as RFC 4180 has it, one record at a time and in bounded memory, and says exactly where a record is wrong.
//
//   CsvReader reader(StringSource(text));
//   CsvRecord record;
//   for (;;) {
//     ASSIGN_OR_RETURN(bool more, reader.Next(record));
//     if (!more) break;
//     if (record.problem) Report(*record.problem);   // Reading may go on with the next record.
//   }
//
// Accepted beyond the RFC: a UTF-8 byte order mark, LF as well as CRLF as the end of a line, and blank lines, which are
// passed over. Not accepted: a lone CR, a quote inside an unquoted cell, text after a closing quote, NUL, anything that
// is not UTF-8, and a record with another number of cells than the first one. Of an input that begins as UTF-16 only
// that is said.
//
// Thread contract: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cortado::csv {

// Fills up to `capacity` bytes at `buffer` and returns how many; 0 means the end. An error ends the reading.
using ByteSource = std::function<absl::StatusOr<size_t>(char* buffer, size_t capacity)>;

// Reads from memory. `text` must outlive the source.
ByteSource StringSource(absl::string_view text);

// Why a record cannot be used. `line` and `column` count from 1; a column is a character (code point), not a byte.
struct CsvProblem {
  int64_t line = 0;
  int64_t column = 0;
  std::string what;  // "a quoted cell is never closed"
  std::string fix;   // "add the closing quote"
  bool operator==(const CsvProblem&) const = default;
};

struct CsvRecord {
  int64_t line = 0;                // The line the record starts on.
  std::vector<std::string> cells;  // Unquoted. Whole only where there is no problem.
  std::optional<CsvProblem> problem;
};

struct CsvLimits {
  size_t record_bytes = 1 << 20;  // The bytes of all cells of one record.
  size_t cells = 1000;            // The cells of one record.
};

class CsvReader {
 public:
  explicit CsvReader(ByteSource source, CsvLimits limits = {});

  // Reads the next record into `record` (its memory is used again). Returns false at the end.
  // A malformed record is not an error: it comes with `problem` set, and the next call goes on at the next line (after
  // a quote that is never closed that is the end of the input). Returns the source's own error, and whatever was read
  // before it is lost.
  absl::StatusOr<bool> Next(CsvRecord& record);

 private:
  static constexpr int kEnd = -1;

  absl::Status Fill();
  int Peek() const { return at_ < size_ ? static_cast<unsigned char>(buffer_[at_]) : kEnd; }
  absl::Status Advance();
  absl::Status Start();
  bool BeginsAsUtf16() const;
  absl::StatusOr<bool> SkipBlankLines();
  absl::Status ReadRecord(CsvRecord& record);
  absl::Status ReadQuoted(CsvRecord& record);
  absl::Status ReadPlain(CsvRecord& record);
  absl::Status ReadNewline(CsvRecord& record, bool& ended);
  absl::Status SkipLine();
  bool Append(CsvRecord& record, char byte);
  void CheckText(CsvRecord& record);
  void CheckShape(CsvRecord& record);
  void Refuse(CsvRecord& record, absl::string_view what, absl::string_view fix) const;

  struct Position {
    int64_t line;
    int64_t column;
  };

  ByteSource source_;
  CsvLimits limits_;
  std::vector<char> buffer_;
  size_t at_ = 0;
  size_t size_ = 0;
  bool started_ = false;
  bool utf16_ = false;
  int64_t line_ = 1;
  int64_t column_ = 1;
  size_t used_ = 0;               // Cells of the record being read; `cells` may hold more from the record before.
  size_t bytes_ = 0;              // Bytes of the record being read.
  bool ascii_ = true;             // Whether the record being read needs no look at its encoding.
  std::vector<Position> starts_;  // Where each cell of the record being read begins.
  std::optional<size_t> width_;   // Cells of the first record.
};

}  // namespace cortado::csv
