#include "common/csv/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace cortado::csv {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using Rows = std::vector<std::vector<std::string>>;

// Every record of `text`, whole or not. `step` is how many bytes the source gives at a time.
std::vector<CsvRecord> ReadAll(absl::string_view text, size_t step = 1 << 16, CsvLimits limits = {}) {
  ByteSource whole = StringSource(text);
  CsvReader reader([whole, step](char* buffer, size_t capacity) { return whole(buffer, std::min(step, capacity)); },
                   limits);
  std::vector<CsvRecord> records;
  CsvRecord record;
  absl::StatusOr<bool> more = reader.Next(record);
  for (; more.ok() && *more; more = reader.Next(record)) records.push_back(record);
  EXPECT_TRUE(more.ok()) << more.status();
  return records;
}

Rows CellsOf(absl::string_view text, size_t step = 1 << 16) {
  Rows rows;
  for (const CsvRecord& record : ReadAll(text, step)) {
    EXPECT_FALSE(record.problem) << record.problem->what;
    rows.push_back(record.cells);
  }
  return rows;
}

auto ProblemAt(int64_t line, int64_t column, absl::string_view what) {
  return Field(&CsvRecord::problem, Optional(AllOf(Field(&CsvProblem::line, line), Field(&CsvProblem::column, column),
                                                   Field(&CsvProblem::what, HasSubstr(std::string(what))))));
}

auto Whole(int64_t line, std::vector<std::string> cells) {
  return AllOf(Field(&CsvRecord::problem, std::nullopt), Field(&CsvRecord::line, line),
               Field(&CsvRecord::cells, cells));
}

TEST(CsvReaderTest, SplitsAtCommasAndLineEnds) {
  EXPECT_EQ(CellsOf("a,b\n1,2\r\n3,\n"), (Rows{{"a", "b"}, {"1", "2"}, {"3", ""}}));
}

TEST(CsvReaderTest, TheLastLineNeedsNoLineEnd) { EXPECT_EQ(CellsOf("a,b\r\n1,2"), (Rows{{"a", "b"}, {"1", "2"}})); }

TEST(CsvReaderTest, AnEmptyInputHasNoRecord) { EXPECT_THAT(CellsOf(""), IsEmpty()); }

TEST(CsvReaderTest, AQuotedCellHoldsCommasQuotesAndLineEnds) {
  EXPECT_EQ(CellsOf("\"a,\"\"b\"\"\",\"c\r\nd\"\n\"\",x\n"), (Rows{{"a,\"b\"", "c\r\nd"}, {"", "x"}}));
}

TEST(CsvReaderTest, SkipsTheByteOrderMark) {
  EXPECT_EQ(CellsOf("\xEF\xBB\xBFid,n\n1,2\n"), (Rows{{"id", "n"}, {"1", "2"}}));
}

TEST(CsvReaderTest, PassesOverBlankLines) {
  EXPECT_EQ(CellsOf("\na,b\n\r\n\n1,2\n\n"), (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(CsvReaderTest, CountsTheLinesInsideQuotedCells) {
  EXPECT_THAT(ReadAll("a,b\n\"1\n1\",2\n3,4\n"),
              ElementsAre(Whole(1, {"a", "b"}), Whole(2, {"1\n1", "2"}), Whole(4, {"3", "4"})));
}

TEST(CsvReaderTest, ARaggedRowIsNamedAndTheNextOneIsRead) {
  EXPECT_THAT(ReadAll("a,b\n1\n1,2,3\n4,5\n"),
              ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 1, "1 cells, the first row has 2"),
                          ProblemAt(3, 5, "3 cells"), Whole(4, {"4", "5"})));
}

TEST(CsvReaderTest, AQuoteThatIsNeverClosedIsNamedWhereItOpens) {
  EXPECT_THAT(ReadAll("a,b\n1,\"2\n3,4\n"), ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 3, "never closed")));
}

TEST(CsvReaderTest, TextAfterAClosingQuoteIsRefused) {
  EXPECT_THAT(ReadAll("a,b\n\"1\"x,2\n3,4\n"),
              ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 4, "after a closing quote"), Whole(3, {"3", "4"})));
}

TEST(CsvReaderTest, AQuoteInsideAnUnquotedCellIsRefused) {
  EXPECT_THAT(ReadAll("a,b\n1,6\" pipe\n3,4\n"),
              ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 4, "quote inside"), Whole(3, {"3", "4"})));
}

TEST(CsvReaderTest, ALoneCarriageReturnIsRefused) {
  EXPECT_THAT(ReadAll("a,b\r1,2\n3,4\n"), ElementsAre(ProblemAt(1, 5, "carriage return"), Whole(2, {"3", "4"})));
}

TEST(CsvReaderTest, ANulByteIsRefused) {
  EXPECT_THAT(ReadAll(absl::string_view("a,b\n1,\0\n3,4\n", 12)),
              ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 3, "NUL"), Whole(3, {"3", "4"})));
}

TEST(CsvReaderTest, Utf16IsNamedOnceWithOrWithoutItsMark) {
  for (const absl::string_view text : {absl::string_view("\xFF\xFEi\0d\0\n\0", 8), absl::string_view("\xFE\xFF\0i", 4),
                                       absl::string_view("i\0d\0\n\0", 6), absl::string_view("\0i\0d", 4)}) {
    EXPECT_THAT(ReadAll(text), ElementsAre(ProblemAt(1, 1, "UTF-16")));
  }
}

TEST(CsvReaderTest, TextThatIsNotUtf8IsNamedByCharacterNotByte) {
  EXPECT_THAT(ReadAll("a,b\n\xC3\xA9,\"x\xFF\"\n3,4\n"),
              ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 5, "not UTF-8"), Whole(3, {"3", "4"})));
}

TEST(CsvReaderTest, OverlongFormsSurrogatesAndNumbersBeyondUnicodeAreNotUtf8) {
  for (const absl::string_view bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                                      "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_THAT(ReadAll(absl::StrCat("a", bad, "\n")), ElementsAre(ProblemAt(1, 2, "not UTF-8")));
  }
  EXPECT_EQ(CellsOf("\xC2\x80\xE0\xA0\x80\xED\x9F\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"),
            (Rows{{"\xC2\x80\xE0\xA0\x80\xED\x9F\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"}}));
}

TEST(CsvReaderTest, ARecordOverTheLimitIsRefusedWithoutBeingKept) {
  const std::string text = absl::StrCat("a,b\n1,", std::string(1000, 'x'), "\n3,4\n");
  EXPECT_THAT(ReadAll(text, 1 << 16, {.record_bytes = 100}),
              ElementsAre(Whole(1, {"a", "b"}), ProblemAt(2, 102, "longer than 100 bytes"), Whole(3, {"3", "4"})));
}

TEST(CsvReaderTest, ARecordOfTooManyCellsIsRefused) {
  EXPECT_THAT(ReadAll("a\n1,2,3,4\n5\n", 1 << 16, {.cells = 3}),
              ElementsAre(Whole(1, {"a"}), ProblemAt(2, 7, "more than 3 cells"), Whole(3, {"5"})));
}

TEST(CsvReaderTest, PassesTheErrorOfItsSourceOn) {
  CsvReader reader([](char*, size_t) -> absl::StatusOr<size_t> { return absl::DataLossError("broken gzip"); });
  CsvRecord record;
  EXPECT_EQ(reader.Next(record).status(), absl::DataLossError("broken gzip"));
}

std::string Quoted(const std::string& cell) {
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

TEST(CsvReaderTest, ReadsBackWhateverWasWrittenInStepsOfAnySize) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {"a", ",", "\"", "\n", "\r\n", "\xC3\xA9", " ", "\xF0\x9F\x98\x80"};
  for (int round = 0; round < 300; ++round) {
    Rows rows(1 + random() % 5, std::vector<std::string>(2 + random() % 3));
    std::string text;
    for (std::vector<std::string>& row : rows) {
      row.resize(rows[0].size());
      std::vector<std::string> quoted;
      for (std::string& cell : row) {
        for (unsigned i = random() % 6; i > 0; --i) cell += pieces[random() % pieces.size()];
        quoted.push_back(Quoted(cell));
      }
      absl::StrAppend(&text, absl::StrJoin(quoted, ","), random() % 2 == 0 ? "\n" : "\r\n");
    }
    EXPECT_EQ(CellsOf(text, 1 + random() % 7), rows);
  }
}

TEST(CsvReaderTest, NeverFailsOnRandomBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::string alphabet("a,\"\n\r\0\xC3\xA9\xFF", 9);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (unsigned i = random() % 40; i > 0; --i) text += alphabet[random() % alphabet.size()];
    const std::vector<CsvRecord> once = ReadAll(text);
    const std::vector<CsvRecord> again = ReadAll(text, 1);
    ASSERT_EQ(once.size(), again.size());
    for (size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].problem, again[i].problem);
  }
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(CsvReaderTest, AgreesWithPublishedPairsOfCsvAndJsonWhereTheyArePresent) {
  const std::filesystem::path root = "../shared/data/adversarial/csv-spectrum";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "the collection of CSV files is not on this machine";
  for (const auto& file : std::filesystem::directory_iterator(root / "csvs")) {
    SCOPED_TRACE(file.path().string());
    std::string text = ReadFile(file.path());
    // The stored copies of the CRLF files have lost their CRs.
    if (file.path().stem().string().ends_with("_crlf")) text = absl::StrReplaceAll(text, {{"\n", "\r\n"}});
    const Rows rows = CellsOf(text);
    nlohmann::json objects = nlohmann::json::array();
    for (size_t i = 1; i < rows.size(); ++i) {
      for (size_t j = 0; j < rows[i].size(); ++j) objects[i - 1][rows[0][j]] = rows[i][j];
    }
    EXPECT_EQ(objects, nlohmann::json::parse(ReadFile(root / "json" / file.path().stem().concat(".json"))));
  }
}

}  // namespace
}  // namespace cortado::csv
