#include "common/csv/csv_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/csv/utf8.h"
#include "common/status/status.h"

namespace cortado::csv {
namespace {

constexpr size_t kBufferBytes = 64 * 1024;

bool IsContinuation(int byte) { return (byte & 0xC0) == 0x80; }

}  // namespace

ByteSource StringSource(absl::string_view text) {
  return [text](char* buffer, size_t capacity) mutable -> absl::StatusOr<size_t> {
    const size_t count = std::min(capacity, text.size());
    std::memcpy(buffer, text.data(), count);
    text.remove_prefix(count);
    return count;
  };
}

CsvReader::CsvReader(ByteSource source, CsvLimits limits)
    : source_(std::move(source)), limits_(limits), buffer_(kBufferBytes) {}

absl::StatusOr<bool> CsvReader::Next(CsvRecord& record) {
  if (!started_) {
    RETURN_IF_ERROR(Start());
    if (utf16_) {
      record.line = 1;
      record.cells.clear();
      record.problem = CsvProblem{1, 1, "the file is UTF-16", "save it as UTF-8 (in a spreadsheet: CSV UTF-8)"};
      return true;
    }
  }
  ASSIGN_OR_RETURN(const bool more, SkipBlankLines());
  if (!more) return false;
  record.line = line_;
  record.problem.reset();
  RETURN_IF_ERROR(ReadRecord(record));
  record.cells.resize(used_);
  if (!record.problem) CheckText(record);
  if (!record.problem) CheckShape(record);
  return true;
}

absl::Status CsvReader::Fill() {
  at_ = 0;
  ASSIGN_OR_RETURN(size_, source_(buffer_.data(), buffer_.size()));
  return absl::OkStatus();
}

// Steps over the byte under the cursor. A CR is no column of its own to whoever looks at the line in an editor.
absl::Status CsvReader::Advance() {
  const int byte = Peek();
  if (byte == '\n') {
    ++line_;
    column_ = 1;
  } else if (!IsContinuation(byte)) {
    ++column_;
  }
  if (++at_ >= size_) return Fill();
  return absl::OkStatus();
}

absl::Status CsvReader::Start() {
  started_ = true;
  RETURN_IF_ERROR(Fill());
  // The first two bytes tell, however few the source gives at a time.
  for (size_t more = size_; more > 0 && size_ < 2; size_ += more) {
    ASSIGN_OR_RETURN(more, source_(buffer_.data() + size_, buffer_.size() - size_));
  }
  utf16_ = BeginsAsUtf16();
  if (utf16_) {
    source_ = StringSource("");
    return Fill();
  }
  for (const unsigned char mark : {0xEF, 0xBB, 0xBF}) {
    if (Peek() != mark) break;
    RETURN_IF_ERROR(Advance());
  }
  column_ = 1;
  return absl::OkStatus();
}

// By its byte order mark, or by the NUL of its first letter.
bool CsvReader::BeginsAsUtf16() const {
  if (size_ < 2) return false;
  const auto first = static_cast<unsigned char>(buffer_[0]), second = static_cast<unsigned char>(buffer_[1]);
  return (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF) || ((first == 0) != (second == 0));
}

absl::StatusOr<bool> CsvReader::SkipBlankLines() {
  while (Peek() == '\n' || Peek() == '\r') RETURN_IF_ERROR(Advance());
  return Peek() != kEnd;
}

absl::Status CsvReader::ReadRecord(CsvRecord& record) {
  used_ = 0;
  bytes_ = 0;
  ascii_ = true;
  starts_.clear();
  for (bool ended = false; !ended;) {
    starts_.push_back({line_, column_});
    if (used_ == record.cells.size()) record.cells.emplace_back();
    record.cells[used_++].clear();
    if (used_ > limits_.cells) Refuse(record, absl::StrCat("more than ", limits_.cells, " cells"), "split the file");
    if (!record.problem) RETURN_IF_ERROR(Peek() == '"' ? ReadQuoted(record) : ReadPlain(record));
    if (record.problem) return SkipLine();
    if (Peek() == ',') {
      RETURN_IF_ERROR(Advance());
    } else {
      RETURN_IF_ERROR(ReadNewline(record, ended));
      if (record.problem) return SkipLine();
    }
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ReadPlain(CsvRecord& record) {
  for (int byte = Peek(); byte != kEnd && byte != ',' && byte != '\n' && byte != '\r'; byte = Peek()) {
    if (byte == '"') {
      Refuse(record, "a quote inside an unquoted cell", "put the whole cell in quotes and double the quote inside it");
      return absl::OkStatus();
    }
    if (!Append(record, static_cast<char>(byte))) return absl::OkStatus();
    RETURN_IF_ERROR(Advance());
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ReadQuoted(CsvRecord& record) {
  const Position opened{line_, column_};
  RETURN_IF_ERROR(Advance());
  starts_.back() = {line_, column_};
  for (;;) {
    const int byte = Peek();
    if (byte == kEnd) {
      record.problem = CsvProblem{opened.line, opened.column, "a quoted cell is never closed", "add the closing quote"};
      return absl::OkStatus();
    }
    if (byte == '"') {
      RETURN_IF_ERROR(Advance());
      if (Peek() != '"') break;
    }
    if (!Append(record, static_cast<char>(byte))) return absl::OkStatus();
    RETURN_IF_ERROR(Advance());
  }
  if (const int next = Peek(); next != kEnd && next != ',' && next != '\n' && next != '\r') {
    Refuse(record, "text after a closing quote", "double every quote inside a quoted cell");
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ReadNewline(CsvRecord& record, bool& ended) {
  ended = true;
  if (Peek() == kEnd) return absl::OkStatus();
  if (Peek() == '\r') {
    RETURN_IF_ERROR(Advance());
    if (Peek() == kEnd) return absl::OkStatus();
    if (Peek() != '\n') {
      Refuse(record, "a carriage return that ends no line", "save the file with LF or CRLF line ends");
      return absl::OkStatus();
    }
  }
  return Advance();
}

absl::Status CsvReader::SkipLine() {
  while (Peek() != kEnd && Peek() != '\n') RETURN_IF_ERROR(Advance());
  return Peek() == '\n' ? Advance() : absl::OkStatus();
}

// Takes one byte into the cell being read; false once the record is refused.
bool CsvReader::Append(CsvRecord& record, char byte) {
  if (byte == '\0') {
    Refuse(record, "a NUL byte", "save the file as UTF-8 text");
    return false;
  }
  if (++bytes_ > limits_.record_bytes) {
    Refuse(record, absl::StrCat("a record longer than ", limits_.record_bytes, " bytes"),
           "look for a quote that is never closed, or shorten the record");
    return false;
  }
  ascii_ = ascii_ && static_cast<unsigned char>(byte) < 0x80;
  record.cells[used_ - 1].push_back(byte);
  return true;
}

void CsvReader::CheckText(CsvRecord& record) {
  if (ascii_) return;
  for (size_t i = 0; i < used_; ++i) {
    const absl::string_view cell = record.cells[i];
    const size_t good = WellFormedPrefix(cell);
    if (good == cell.size()) continue;
    // The position of the byte within its cell; quotes doubled before it are not counted, which is near enough to find
    // it.
    const absl::string_view before = cell.substr(0, good);
    const size_t newline = before.rfind('\n');
    const bool same_line = newline == absl::string_view::npos;
    const int64_t line = starts_[i].line + std::count(before.begin(), before.end(), '\n');
    const int64_t column = (same_line ? starts_[i].column : 1) +
                           static_cast<int64_t>(CountCodePoints(same_line ? before : before.substr(newline + 1)));
    record.problem = CsvProblem{line, column, "text that is not UTF-8", "save the file as UTF-8"};
    return;
  }
}

void CsvReader::CheckShape(CsvRecord& record) {
  if (!width_) width_ = used_;
  if (used_ == *width_) return;
  const Position where = starts_[std::min(used_ - 1, *width_)];
  record.problem =
      CsvProblem{where.line, where.column, absl::StrCat("this row has ", used_, " cells, the first row has ", *width_),
                 "add or remove commas, and put cells that contain a comma in quotes"};
}

void CsvReader::Refuse(CsvRecord& record, absl::string_view what, absl::string_view fix) const {
  record.problem = CsvProblem{line_, column_, std::string(what), std::string(fix)};
}

}  // namespace cortado::csv
